"""Use cases about people: add, grant, sign in and out, tokens."""

from __future__ import annotations

import hmac
import math
import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from lms.accounts import rules
from lms.accounts.models import ApiToken, Person, RoleGrant, SignIn, SignInFailure
from lms.accounts.reasons import AccountReason
from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.db import begin_reading, db, end_reading
from lms.core.i18n import languages
from lms.core.ids import hash_secret, new_id, new_secret
from lms.core.reasons import CoreReason, Refused

__all__ = [
    "add_person",
    "change_profile",
    "create_token",
    "find_person",
    "grant_role",
    "revoke_sign_in",
    "revoke_token",
    "set_password",
    "sign_in",
    "sign_out_everywhere",
]

# OWASP's smallest advised parameters for argon2id (19 MiB, 2 passes): a phone-sized server can bear a Monday.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _hasher.hash("nobody")


def _hash(password: str) -> str:
    return _hasher.hash(rules.fold_password(password))


def add_person(
    email: str, *, name: str, password: str | None, by: Actor, at: datetime, locale: str | None = None
) -> Person:
    """Adds somebody who may sign in (without `password`: once they have chosen one).

    Refused: account.email_invalid, .name_invalid, .password_short, .email_taken.
    """
    email, name = rules.clean_email(email), rules.clean_name(name)
    if password is not None:
        rules.check_password(password)
    if db.session.scalar(sa.select(Person.id).where(Person.email == email)):
        raise Refused(AccountReason.EMAIL_TAKEN)
    person = Person(id=new_id(), email=email, name=name, locale=locale, created_at=at)
    person.password_hash = _hash(password) if password is not None else None
    db.session.add(person)
    record("person.added", by=by, subject=("person", person.id), at=at)
    return person


def find_person(email: str) -> Person:
    """By address; Refused(account.person_unknown)."""
    person = db.session.scalar(sa.select(Person).where(Person.email == rules.fold_email(email)))
    if person is None:
        raise Refused(AccountReason.PERSON_UNKNOWN)
    return person


def set_password(person_id: uuid.UUID, password: str, *, by: Actor, at: datetime) -> Person:
    """Refused: account.password_short."""
    rules.check_password(password)
    person = db.session.get_one(Person, person_id)
    person.password_hash = _hash(password)
    record("person.password_set", by=by, subject=("person", person_id), at=at)
    return person


def change_profile(person_id: uuid.UUID, *, name: str, locale: str | None, by: Actor, at: datetime) -> Person:
    """The name as it shall stand on certificates from now on, and the language of pages and mail (None: the browser's).

    Refused: account.name_invalid, core.fields for a language that is not shipped.
    """
    if locale is not None and locale not in languages():
        raise Refused(CoreReason.FIELDS)
    person = db.session.get_one(Person, person_id)
    person.name, person.locale = rules.clean_name(name), locale
    record("person.profile_changed", by=by, subject=("person", person_id), at=at)
    return person


def grant_role(
    person_id: uuid.UUID, role: str, *, scope_kind: str, scope_id: uuid.UUID | None, by: Actor, at: datetime
) -> RoleGrant:
    """Gives a role on a scope; a second time changes nothing. Refused: account.role_unknown, .scope_missing."""
    needed = rules.scope_of(role)
    if scope_kind != needed or (scope_id is None and needed in ("organisation", "course")):
        raise Refused(AccountReason.SCOPE_MISSING, role=role, scope=needed)
    same = (
        RoleGrant.person_id == person_id,
        RoleGrant.role == role,
        RoleGrant.scope_kind == scope_kind,
        RoleGrant.scope_id == scope_id,
    )
    standing = db.session.scalar(sa.select(RoleGrant).where(*same))
    if standing:
        return standing
    grant = RoleGrant(person_id=person_id, role=role, scope_kind=scope_kind, scope_id=scope_id, granted_at=at)
    db.session.add(grant)
    record("role.granted", by=by, subject=("person", person_id), at=at, role=role, scope=[scope_kind, str(scope_id)])
    return grant


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
        _check_limits(account, address, at)
        person_id, stored = _stored_password(account)
    finally:
        db.session.commit()
        end_reading()
    if not _password_is_right(stored, password) or person_id is None:
        _note_failure(account, address, at)
        raise Refused(AccountReason.WRONG_PASSWORD)
    return person_id


def _stored_password(account: str) -> tuple[uuid.UUID | None, str | None]:
    wanted = sa.select(Person.id, Person.password_hash).where(Person.email == account, Person.disabled_at.is_(None))
    row = db.session.execute(wanted).one_or_none()
    return (row.id, row.password_hash) if row else (None, None)


def _password_is_right(stored: str | None, password: str) -> bool:
    """An unknown address costs as much time as a known one, so that it can't be told by the clock."""
    known = stored or _NOBODY
    try:
        return _hasher.verify(known, rules.fold_password(password)) and known is not _NOBODY
    except (VerifyMismatchError, InvalidHashError):
        return False


def _check_limits(account: str, address: str, at: datetime) -> None:
    """The limit's last failure but so many opens the way again when it leaves the window."""
    by_account = _failure_at(SignInFailure.account, account, rules.MOST_FAILURES_ACCOUNT, at)
    by_address = _failure_at(SignInFailure.address, address, rules.MOST_FAILURES_ADDRESS, at)
    found = db.session.execute(sa.select(by_account, by_address)).one()
    deciding = max(filter(None, found), default=None)
    if deciding is None:
        return
    seconds = math.ceil((deciding + rules.FAILURE_WINDOW - at).total_seconds())
    raise Refused(AccountReason.TOO_MANY_FAILURES, minutes=math.ceil(seconds / 60), seconds=seconds)


def _failure_at(column: Any, whose: str, number: int, at: datetime) -> sa.ScalarSelect[datetime]:
    """When the `number`-th failure, counted back from now, happened; NULL where there were fewer in the window."""
    inside = (column == _keyed(whose), SignInFailure.at > at - rules.FAILURE_WINDOW, SignInFailure.at <= at)
    newest = sa.select(SignInFailure.at).where(*inside).order_by(SignInFailure.at.desc())
    return newest.offset(number - 1).limit(1).scalar_subquery()


def _note_failure(account: str, address: str, at: datetime) -> None:
    """Committed here: the refusal rolls the request back, and the failure must stay counted."""
    db.session.add(SignInFailure(account=_keyed(account), address=_keyed(address), at=at))
    db.session.execute(sa.delete(SignInFailure).where(SignInFailure.at < at - 2 * rules.FAILURE_WINDOW))
    db.session.commit()


def _keyed(text: str) -> str:
    return hmac.digest(b"sign-in failures", text.encode("utf-8", "surrogatepass"), "sha256").hex()


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
