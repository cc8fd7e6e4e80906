"""Reads about people."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.accounts import rules
from lms.accounts.models import (
    ApiToken,
    DataExport,
    Link,
    Passkey,
    Person,
    RecoveryCode,
    RoleGrant,
    SignIn,
    SignInStep,
    TotpFactor,
)
from lms.core.actor import ADMINISTRATOR, Actor, Grant, Identity
from lms.core.audit import AuditEntry
from lms.core.db import db, hold
from lms.core.folding import fold_name
from lms.core.ids import hash_secret
from lms.core.mail.models import Mail
from lms.core.mail.ports import Recipient
from lms.core.reasons import CoreReason, Refused
from lms.core.site import site
from lms.core.web.cursors import PAGE, decode_cursor, key_of, page_of


def is_named(words: str) -> sa.ColumnElement[bool]:
    """Whose name has these words in it, whatever case and accents either is written with."""
    return Person.sort_name.contains(fold_name(words) or words, autoescape=True)


class RowIdentities:
    """Answers core.web's question who a secret belongs to, in one statement."""

    def by_session(self, secret: str, at: datetime) -> Identity | None:
        return _identity(SignIn, secret, "session", at)

    def by_token(self, secret: str, at: datetime) -> Identity | None:
        return _identity(ApiToken, secret, "token", at)

    def note_use(self, identity: Identity, at: datetime) -> None:
        table = SignIn if identity.proof == "session" else ApiToken
        db.session.execute(sa.update(table).where(table.id == identity.proof_id).values(used_at=at))


def _identity(table: type[SignIn] | type[ApiToken], secret: str, proof: str, at: datetime) -> Identity | None:
    proved = (table.id, table.used_at, table.second_step)
    who = (Person.id, Person.name, Person.email, Person.locale, Person.timezone)
    grants = (RoleGrant.role, RoleGrant.scope_kind, RoleGrant.scope_id)
    lives = (table.revoked_at.is_(None), table.expires_at > at, Person.disabled_at.is_(None))
    found: Sequence[Any] = db.session.execute(
        sa.select(*proved, *who, *grants)
        .select_from(table)
        .join(Person, Person.id == table.person_id)
        .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
        .where(table.secret_hash == hash_secret(secret), *lives)
    ).all()
    if not found:
        return None
    proof_id, used_at, second_step, person_id, name, email, locale, timezone = found[0][:8]
    held = [Grant(row.role, row.scope_kind, row.scope_id) for row in found if row.role is not None]
    counts, withheld = rules.counting(held, site().careful_roles, second_step=second_step)
    return Identity(
        person_id, Actor(person_id, counts), name, email, locale, timezone, proof, proof_id, used_at, withheld
    )


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


def proofs_page(
    table: type[SignIn] | type[ApiToken], person_id: uuid.UUID, at: datetime, *, cursor: str | None, limit: int
) -> tuple[list[Any], str | None]:
    """Browsers signed in, or API tokens that work, the newest first: (page, next cursor)."""
    lives = sa.select(table).where(table.person_id == person_id, table.revoked_at.is_(None), table.expires_at > at)
    if after := decode_cursor(cursor, 1):
        lives = lives.where(table.id < key_of(after[0]))
    rows = db.session.scalars(lives.order_by(table.id.desc()).limit(limit + 1)).all()
    return page_of(rows, limit, lambda row: [row.id])


def devices_page(person_id: uuid.UUID, at: datetime, **page: Any) -> tuple[list[Any], str | None]:
    return proofs_page(SignIn, person_id, at, **page)


def tokens_page(person_id: uuid.UUID, at: datetime, **page: Any) -> tuple[list[Any], str | None]:
    return proofs_page(ApiToken, person_id, at, **page)


def totp_factors(person_id: uuid.UUID) -> Sequence[TotpFactor]:
    """Apps that show codes, in the order in which they were added."""
    mine = sa.select(TotpFactor).where(TotpFactor.person_id == person_id)
    return db.session.scalars(mine.order_by(TotpFactor.id)).all()


def passkeys(person_id: uuid.UUID) -> Sequence[Passkey]:
    """In the order in which they were added."""
    return db.session.scalars(sa.select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.id)).all()


def passkey_by_credential(credential_id: str, person_id: uuid.UUID | None) -> Passkey | None:
    """The passkey of somebody who may sign in; of this person where one is named."""
    known = sa.select(Passkey).join(Person).where(Passkey.credential_id == credential_id, Person.disabled_at.is_(None))
    return db.session.scalar(known.where(Passkey.person_id == person_id) if person_id else known)


def has_second_factor(person_id: uuid.UUID) -> bool:
    """Whether signing in takes a second step."""
    apps = sa.select(TotpFactor.id).where(TotpFactor.person_id == person_id)
    keys = sa.select(Passkey.id).where(Passkey.person_id == person_id)
    return bool(db.session.scalar(sa.select(sa.or_(apps.exists(), keys.exists()))))


def has_role(person_id: uuid.UUID, roles: Collection[str]) -> bool:
    """Whether the person holds one of these roles anywhere."""
    held = sa.select(RoleGrant.id).where(RoleGrant.person_id == person_id, RoleGrant.role.in_(roles))
    return bool(roles) and db.session.scalar(held.limit(1)) is not None


def unused_recovery_codes(person_id: uuid.UUID) -> int:
    """How many recovery codes still work."""
    unused = (RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(sa.select(sa.func.count()).select_from(RecoveryCode).where(*unused)) or 0


def awaited_step(secret: str | None, at: datetime) -> SignInStep | None:
    """The sign-in whose second step this browser has yet to take."""
    if not secret:
        return None
    mine = (SignInStep.secret_hash == hash_secret(secret), SignInStep.expires_at > at)
    return db.session.scalar(sa.select(SignInStep).join(Person).where(*mine, Person.disabled_at.is_(None)))


class AccountRecipients:
    """Answers core.mail's question where a message goes, in one statement for all of them."""

    def find(self, person_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Recipient]:
        if not person_ids:
            return {}
        wanted = sa.select(Person.id, Person.email, Person.name, Person.locale, Person.timezone)
        rows = db.session.execute(wanted.where(Person.id.in_(person_ids), Person.disabled_at.is_(None)))
        return {row[0]: Recipient(*row[1:]) for row in rows}


def is_last_administrator(person_id: uuid.UUID) -> bool:
    """Whether the person is an administrator, and nobody else who may sign in is one.

    For who is about to take one away: of two at once the second waits for the first, so that one stays.
    """
    hold("administrators")
    grants = sa.select(RoleGrant.person_id).join(Person).where(RoleGrant.role == ADMINISTRATOR)
    return set(db.session.scalars(grants.where(Person.disabled_at.is_(None)))) == {person_id}


def living_person(person_id: uuid.UUID) -> Person | None:
    """Who was not erased."""
    return db.session.scalar(sa.select(Person).where(Person.id == person_id, Person.erased_at.is_(None)))


def grants_of(person_id: uuid.UUID) -> Sequence[RoleGrant]:
    """Roles that the person holds, the oldest first."""
    mine = sa.select(RoleGrant).where(RoleGrant.person_id == person_id)
    return db.session.scalars(mine.order_by(RoleGrant.granted_at, RoleGrant.id)).all()


def sign_ins(person_id: uuid.UUID) -> Sequence[SignIn]:
    """Every browser that was signed in, the newest first."""
    return db.session.scalars(sa.select(SignIn).where(SignIn.person_id == person_id).order_by(SignIn.id.desc())).all()


def tokens(person_id: uuid.UUID) -> Sequence[ApiToken]:
    """Every API token that there was, the newest first."""
    mine = sa.select(ApiToken).where(ApiToken.person_id == person_id)
    return db.session.scalars(mine.order_by(ApiToken.id.desc())).all()


def acts_of(person_id: uuid.UUID) -> Sequence[AuditEntry]:
    """What the audit says that the person did, the newest first."""
    mine = sa.select(AuditEntry).where(AuditEntry.person_id == person_id)
    return db.session.scalars(mine.order_by(AuditEntry.id.desc())).all()


def mails_to(person_id: uuid.UUID) -> Sequence[Mail]:
    """Messages of the last month, the newest first."""
    return db.session.scalars(sa.select(Mail).where(Mail.person_id == person_id).order_by(Mail.id.desc())).all()


def carries_invitation_to(organisation_id: uuid.UUID) -> sa.Exists:
    """That a message is the organisation's own invitation: its key names the link. For a select from Mail."""
    key = sa.func.replace(Mail.key, "-", "")
    own = sa.literal("link").concat(sa.func.replace(sa.cast(Link.id, sa.Text), "-", ""))
    here = (Link.organisation_id == organisation_id, Link.kind == "invitation")
    return sa.exists().where(Link.person_id == Mail.person_id, *here, own == key)


def exports_of(
    person_id: uuid.UUID, at: datetime, *, cursor: str | None = None, limit: int = PAGE
) -> tuple[list[DataExport], str | None]:
    """Copies of the person's data that are being made or can be fetched, the newest first: (page, next cursor)."""
    mine = sa.select(DataExport).where(DataExport.person_id == person_id, DataExport.expires_at > at)
    if after := decode_cursor(cursor, 1):
        mine = mine.where(DataExport.id < _id_in(after[0]))
    rows = db.session.scalars(mine.order_by(DataExport.id.desc()).limit(limit + 1)).all()
    return page_of(rows, limit, lambda export: (export.id,))


def _id_in(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Refused(CoreReason.CURSOR) from None
