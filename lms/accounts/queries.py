"""Reads about people."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from lms.accounts.models import ApiToken, Person, RoleGrant, SignIn
from lms.core.actor import Actor, Grant, Identity
from lms.core.db import db
from lms.core.ids import hash_secret


class RowIdentities:
    """Answers core.web's question who a secret belongs to, in one statement."""

    def by_session(self, secret: str, at: datetime) -> Identity | None:
        return _identity(SignIn, secret, "session", at)

    def by_token(self, secret: str, at: datetime) -> Identity | None:
        return _identity(ApiToken, secret, "token", at)


def _identity(table: type[SignIn] | type[ApiToken], secret: str, proof: str, at: datetime) -> Identity | None:
    columns = (table.id, Person.id, Person.name, Person.email, Person.locale, Person.timezone)
    grants = (RoleGrant.role, RoleGrant.scope_kind, RoleGrant.scope_id)
    lives = (table.revoked_at.is_(None), table.expires_at > at, Person.disabled_at.is_(None))
    found = db.session.execute(
        sa.select(*columns, *grants)
        .select_from(table)
        .join(Person, Person.id == table.person_id)
        .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
        .where(table.secret_hash == hash_secret(secret), *lives)
    ).all()
    if not found:
        return None
    proof_id, person_id, name, email, locale, timezone = found[0][:6]
    actor = Actor(person_id, frozenset(Grant(*row[6:]) for row in found if row[6] is not None))
    return Identity(person_id, actor, name, email, locale, timezone, proof, proof_id)


def actor_of(person_id: uuid.UUID) -> Actor:
    """A person with the grants that count now: for work that was asked for earlier. Nothing where it was disabled."""
    rows = sa.select(RoleGrant.role, RoleGrant.scope_kind, RoleGrant.scope_id).join(Person)
    rows = rows.where(RoleGrant.person_id == person_id, Person.disabled_at.is_(None))
    return Actor(person_id, frozenset(Grant(*row) for row in db.session.execute(rows)))


def open_sign_ins(person_id: uuid.UUID, at: datetime) -> Sequence[SignIn]:
    """Browsers signed in, the newest first."""
    lives = (SignIn.person_id == person_id, SignIn.revoked_at.is_(None), SignIn.expires_at > at)
    return db.session.scalars(sa.select(SignIn).where(*lives).order_by(SignIn.created_at.desc())).all()


def open_tokens(person_id: uuid.UUID, at: datetime) -> Sequence[ApiToken]:
    """API tokens that still work, the newest first."""
    lives = (ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > at)
    return db.session.scalars(sa.select(ApiToken).where(*lives).order_by(ApiToken.created_at.desc())).all()
