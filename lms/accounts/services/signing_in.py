"""Signing in and out, tokens."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa

from lms.accounts import rules
from lms.accounts.models import ApiToken, Person, SignIn
from lms.accounts.reasons import AccountReason
from lms.accounts.services import limits, passwords
from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.db import begin_reading, db, end_reading
from lms.core.ids import hash_secret, new_id, new_secret
from lms.core.reasons import CoreReason, Refused


def sign_in(email: str, password: str, *, address: str, device: str, at: datetime) -> str:
    """Signs a browser in for 30 days and returns the cookie's secret.

    Refused: account.wrong_password (the same for an unknown address), account.too_many_failures.
    """
    person_id = _prove(email, password, address=address, at=at)
    secret = new_secret()
    row = SignIn(id=new_id(), person_id=person_id, secret_hash=hash_secret(secret), device=device[:200], created_at=at)
    row.expires_at = at + rules.SESSION_LIFE
    db.session.add(row)
    record("person.signed_in", by=Actor(person_id), subject=("sign_in", row.id), at=at)
    return secret


def create_token(email: str, password: str, *, address: str, at: datetime) -> tuple[str, datetime]:
    """A bearer token of 90 days: (secret, expires_at). Refused as `sign_in`."""
    person_id = _prove(email, password, address=address, at=at)
    secret = new_secret()
    token = ApiToken(
        id=new_id(),
        person_id=person_id,
        secret_hash=hash_secret(secret),
        created_at=at,
        expires_at=at + rules.TOKEN_LIFE,
    )
    db.session.add(token)
    record("token.created", by=Actor(person_id), subject=("api_token", token.id), at=at)
    return secret, token.expires_at


def _prove(email: str, password: str, *, address: str, at: datetime) -> uuid.UUID:
    """Whose e-mail address and password these are.

    The password is compared between two transactions: that takes longer than others should wait for SQLite's lock.
    """
    account = rules.fold_email(email)[: rules.MOST_EMAIL]
    db.session.flush()  # what the caller has begun to write is no part of the reading
    begin_reading()
    try:
        limits.check_limits(account, address, at)
        person_id, stored = _stored_password(account)
    finally:
        db.session.commit()
        end_reading()
    if not passwords.is_right(stored, password) or person_id is None:
        limits.note_failure(account, address, at)
        raise Refused(AccountReason.WRONG_PASSWORD)
    return person_id


def _stored_password(account: str) -> tuple[uuid.UUID | None, str | None]:
    wanted = sa.select(Person.id, Person.password_hash).where(Person.email == account, Person.disabled_at.is_(None))
    row = db.session.execute(wanted).one_or_none()
    return (row.id, row.password_hash) if row else (None, None)


def revoke_sign_in(sign_in_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Ends one of the person's own sessions; a second time changes nothing. Refused: core.not_found."""
    _end_own(db.session.get(SignIn, sign_in_id), "person.signed_out", by=by, at=at)


def revoke_token(token_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Ends one of the person's own API tokens; a second time changes nothing. Refused: core.not_found."""
    _end_own(db.session.get(ApiToken, token_id), "token.revoked", by=by, at=at)


def _end_own(row: SignIn | ApiToken | None, action: str, *, by: Actor, at: datetime) -> None:
    if row is None or row.person_id != by.person_id:
        raise Refused(CoreReason.NOT_FOUND)
    if row.revoked_at is None:
        row.revoked_at = at
        record(action, by=by, subject=(row.__tablename__, row.id), at=at)


def sign_out_everywhere(person_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Ends every session and every API token of the person."""
    for table in (SignIn, ApiToken):
        mine = sa.update(table).where(table.person_id == person_id, table.revoked_at.is_(None))
        db.session.execute(mine.values(revoked_at=at))
    record("person.signed_out_everywhere", by=by, subject=("person", person_id), at=at)
