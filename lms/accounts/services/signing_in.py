"""Signing in and out, tokens."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from lms.accounts import queries, rules
from lms.accounts.models import ApiToken, Person, SignIn, SignInStep
from lms.accounts.reasons import AccountReason, SecurityReason
from lms.accounts.services import limits, passkeys, passwords
from lms.accounts.services.proofs import Proof, check_factor, require_fresh
from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.db import begin_reading, db, end_reading
from lms.core.ids import hash_secret, new_id, new_secret
from lms.core.reasons import CoreReason, Refused
from lms.core.site import site


@dataclass(frozen=True)
class Entry:
    """What a browser's cookie shall hold; where not `is_complete`, the second step has yet to be taken.

    `must_add`: roles of the person wait until they have a factor.
    """

    secret: str
    is_complete: bool
    must_add: bool = False


def sign_in(email: str, password: str, *, address: str, device: str, at: datetime) -> Entry:
    """Signs a browser in for 30 days, or as far as the second step where the person has a second factor.

    Refused: account.wrong_password (the same for an unknown address), account.too_many_failures.
    """
    return enter(prove(email, password, address=address, at=at), device=device, at=at)


def enter(person_id: uuid.UUID, *, device: str, at: datetime) -> Entry:
    """For somebody who has given one proof, such as a password or the link of a mail: as `sign_in`."""
    if not queries.has_second_factor(person_id):
        waits = queries.has_role(person_id, site().careful_roles)
        return Entry(_open(person_id, device=device, at=at, second_step=False), True, must_add=waits)
    secret = new_secret()
    db.session.execute(sa.delete(SignInStep).where(SignInStep.expires_at < at))
    step = SignInStep(person_id=person_id, secret_hash=hash_secret(secret), created_at=at)
    step.expires_at = at + rules.STEP_LIFE
    db.session.add(step)
    return Entry(secret, False)


def begin_second_step(secret: str | None, *, at: datetime) -> str:
    """What a passkey has to sign for the second step, as JSON. Refused: account.step_over, .passkeys_need_name."""
    return passkeys.options_to_prove(passkeys.SECOND_STEP, _awaited(secret, at).person_id, at=at)


def finish_sign_in(secret: str | None, proof: Proof, *, address: str, device: str, at: datetime) -> str:
    """Takes the second step: the secret of the session. Wrong codes count like wrong passwords.

    Refused: account.step_over, .wrong_code, .passkey_refused, .too_many_failures.
    """
    step = _awaited(secret, at)
    person = db.session.get_one(Person, step.person_id)
    check_factor(person, proof, purpose=passkeys.SECOND_STEP, address=address, at=at)
    db.session.delete(step)
    return _open(person.id, device=device, at=at, second_step=True)


def _awaited(secret: str | None, at: datetime) -> SignInStep:
    step = queries.awaited_step(secret, at)
    if step is None:
        raise Refused(SecurityReason.STEP_OVER)
    return step


def begin_passkey_sign_in(*, address: str, at: datetime) -> str:
    """What a passkey has to sign to stand for address, password and second step, as JSON.

    Refused: account.passkeys_need_name, .too_many_challenges (by network address).
    """
    return passkeys.options_to_prove(passkeys.SIGN_IN, None, at=at, address=limits.count_challenge(address, at))


def sign_in_by_passkey(answer: str, *, address: str, device: str, at: datetime) -> str:
    """The secret of a session for whose passkey it is, where the device made sure of its user.

    Refused: account.passkey_refused, .too_many_failures (by network address).
    """
    attempt = new_id().hex  # nobody is named, so that only the address can be counted
    limits.check_limits(attempt, address, at)
    passkey = passkeys.take_answer(answer, purpose=passkeys.SIGN_IN, person_id=None, at=at)
    if passkey is None:
        limits.note_failure(attempt, address, at)
        raise Refused(SecurityReason.PASSKEY_REFUSED)
    return _open(passkey.person_id, device=device, at=at, second_step=True)


def _open(person_id: uuid.UUID, *, device: str, at: datetime, second_step: bool) -> str:
    secret = new_secret()
    row = SignIn(id=new_id(), person_id=person_id, secret_hash=hash_secret(secret), device=device[:200], created_at=at)
    row.expires_at, row.proved_at, row.used_at = at + rules.SESSION_LIFE, at, at
    row.second_step = second_step
    db.session.add(row)
    record("person.signed_in", by=Actor(person_id), subject=("sign_in", row.id), at=at)
    return secret


def create_token(email: str, password: str, *, address: str, at: datetime, code: str = "") -> tuple[str, datetime]:
    """A bearer token of 90 days: (secret, expires_at). `code` where the person has a second factor.

    Refused as `sign_in`; account.second_factor_needed, .wrong_code.
    """
    person_id = prove(email, password, address=address, at=at)
    second_step = queries.has_second_factor(person_id)
    if second_step:
        if not code:
            raise Refused(SecurityReason.SECOND_FACTOR_NEEDED)
        person = db.session.get_one(Person, person_id)
        check_factor(person, Proof(code=code), purpose=passkeys.PROVE, address=address, at=at)
    return _new_token(person_id, second_step=second_step, proved_at=at, at=at)


def make_token(*, by: Actor, proof_id: uuid.UUID, at: datetime) -> tuple[str, datetime]:
    """The same for who is signed in: (secret, expires_at). Refused: account.proof_needed."""
    require_fresh(proof_id, by=by, at=at)
    assert by.person_id is not None  # noqa: S101 - whose proof is fresh is a person
    second_step = queries.has_second_factor(by.person_id)
    return _new_token(by.person_id, second_step=second_step, proved_at=None, at=at)


def _new_token(
    person_id: uuid.UUID, *, second_step: bool, proved_at: datetime | None, at: datetime
) -> tuple[str, datetime]:
    secret = new_secret()
    token = ApiToken(
        id=new_id(),
        person_id=person_id,
        secret_hash=hash_secret(secret),
        created_at=at,
        expires_at=at + rules.TOKEN_LIFE,
        proved_at=proved_at,
        used_at=proved_at,
        second_step=second_step,
    )
    db.session.add(token)
    record("token.created", by=Actor(person_id), subject=("api_token", token.id), at=at)
    return secret, token.expires_at


def prove(email: str, password: str, *, address: str, at: datetime) -> uuid.UUID:
    """Whose e-mail address and password these are. Refused: account.wrong_password, .too_many_failures.

    The password is compared between two transactions, since that takes longer than others should wait for SQLite's
    lock; so the try counts as a failure until it is known to be none.
    """
    account = rules.fold_email(email)[: rules.MOST_EMAIL]
    try_id = limits.begin_try(account, address, at)
    begin_reading()
    try:
        person_id, stored = _stored_password(account)
    finally:
        db.session.rollback()
        end_reading()
    if not passwords.is_right(stored, password) or person_id is None:
        raise Refused(AccountReason.WRONG_PASSWORD)
    limits.forgive(try_id)
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
