"""What a person adds to the password: apps, passkeys, recovery codes; each change is told by mail."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from lms.accounts import codes, permissions, queries
from lms.accounts.models import (
    ApiToken,
    Challenge,
    Passkey,
    Person,
    RecoveryCode,
    SignIn,
    SignInStep,
    TotpFactor,
)
from lms.accounts.reasons import SecurityReason
from lms.accounts.services import passkeys
from lms.accounts.services.proofs import TOTP, require_fresh
from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.db import db
from lms.core.ids import hash_secret, new_id
from lms.core.mail.services import send
from lms.core.reasons import CoreReason, Refused
from lms.core.sealing import seal, unseal
from lms.core.site import site

MOST_FACTORS, MOST_NAME = 10, 60
SETUP_LIFE = 30 * 60
"""Seconds for which the code that was shown may be scanned."""


def begin_totp(person_id: uuid.UUID) -> tuple[str, str]:
    """A new secret for an app: (sealed for the form that comes back, the otpauth: address to scan). Stores nothing."""
    secret, person = codes.new_totp_secret(), db.session.get_one(Person, person_id)
    return seal(f"{person_id} {secret}", "totp setup"), _address(secret, person)


def resume_totp(sealed: str, person_id: uuid.UUID) -> str:
    """The otpauth: address of a setup that was begun. Refused: account.setup_over."""
    return _address(_begun(sealed, person_id), db.session.get_one(Person, person_id))


def _address(secret: str, person: Person) -> str:
    return codes.totp_address(secret, account=person.email, issuer=site().name)


def _begun(sealed: str, person_id: uuid.UUID) -> str:
    owner, _, secret = (unseal(sealed, "totp setup", life=SETUP_LIFE) or "").partition(" ")
    if owner != str(person_id):
        raise Refused(SecurityReason.SETUP_OVER)
    return secret


def add_totp(sealed: str, code: str, *, name: str, proof_id: uuid.UUID, by: Actor, at: datetime) -> TotpFactor:
    """Adds the app that shows the code: it has the secret. The code that proved it does not sign in as well.

    Refused: account.proof_needed, .factor_name, .setup_over, .setup_code, .factors_many.
    """
    person_id = _owner(by, proof_id, at)
    called, secret = _clean(name), _begun(sealed, person_id)
    step = codes.matching_step(secret, codes.read_code(code), at, after=0)
    if step is None:
        raise Refused(SecurityReason.SETUP_CODE)
    _check_number(queries.totp_factors(person_id))
    factor = TotpFactor(id=new_id(), person_id=person_id, name=called, last_step=step, created_at=at)
    factor.secret = seal(secret, TOTP)
    db.session.add(factor)
    _mark(person_id, has=True, proof_id=proof_id)
    _note("totp_added", person_id, factor.id, name=called, by=by, at=at)
    return factor


def begin_passkey(*, proof_id: uuid.UUID, by: Actor, at: datetime) -> str:
    """Options for the browser, as JSON. Refused: account.proof_needed, .passkeys_need_name."""
    return passkeys.options_to_add(db.session.get_one(Person, _owner(by, proof_id, at)), at=at)


def add_passkey(answer: str, *, name: str, proof_id: uuid.UUID, by: Actor, at: datetime) -> Passkey:
    """Adds the passkey that the browser's device made.

    Refused: account.proof_needed, .factor_name, .passkey_unreadable, .passkey_known, .factors_many.
    """
    person_id = _owner(by, proof_id, at)
    passkey = passkeys.read_new(answer, person_id, name=_clean(name), at=at)
    _check_number(queries.passkeys(person_id))
    try:
        with db.session.begin_nested():
            db.session.add(passkey)
    except IntegrityError:
        raise Refused(SecurityReason.PASSKEY_KNOWN) from None
    _mark(person_id, has=True, proof_id=proof_id)
    _note("passkey_added", person_id, passkey.id, name=passkey.name, by=by, at=at)
    return passkey


def _owner(by: Actor, proof_id: uuid.UUID, at: datetime) -> uuid.UUID:
    if by.person_id is None:
        raise Refused(CoreReason.NOT_SIGNED_IN)
    require_fresh(proof_id, by=by, at=at)
    return by.person_id


def _clean(name: str) -> str:
    called = " ".join(name.split())
    if not 1 <= len(called) <= MOST_NAME or not called.isprintable():
        raise Refused(SecurityReason.FACTOR_NAME)
    return called


def _check_number(standing: Any) -> None:
    if len(standing) >= MOST_FACTORS:
        raise Refused(SecurityReason.FACTORS_MANY, most=MOST_FACTORS)


def remove_factor(factor_id: uuid.UUID, *, proof_id: uuid.UUID, by: Actor, at: datetime) -> None:
    """Takes one of the person's own factors off; with the last one the recovery codes go too.

    Refused: core.not_found, account.proof_needed.
    """
    factor = db.session.get(TotpFactor, factor_id) or db.session.get(Passkey, factor_id)
    if factor is None or factor.person_id != by.person_id:
        raise Refused(CoreReason.NOT_FOUND)
    require_fresh(proof_id, by=by, at=at)
    _take_off(factor, by=by, at=at)
    db.session.flush()  # the question below asks the database
    if not queries.has_second_factor(factor.person_id):
        db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == factor.person_id))
        _mark(factor.person_id, has=False)


def _take_off(factor: TotpFactor | Passkey, *, by: Actor, at: datetime) -> None:
    db.session.delete(factor)
    kind = "totp" if isinstance(factor, TotpFactor) else "passkey"
    _note(f"{kind}_removed", factor.person_id, factor.id, name=factor.name, by=by, at=at)


def new_recovery_codes(*, proof_id: uuid.UUID, by: Actor, at: datetime) -> list[str]:
    """Ten new codes, grouped for reading; those of before work no more. Only now can they be read.

    Refused: account.proof_needed.
    """
    person_id = _owner(by, proof_id, at)
    made = codes.new_recovery_codes()
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    db.session.add_all(RecoveryCode(person_id=person_id, secret_hash=hash_secret(c), created_at=at) for c in made)
    _note("recovery_made", person_id, person_id, by=by, at=at)
    return [codes.grouped(code) for code in made]


def remove_all_factors(person_id: uuid.UUID, *, proof_id: uuid.UUID, by: Actor, at: datetime) -> None:
    """For somebody who lost everything: an administrator takes all factors off, and the person is told.

    Refused: core.not_found, account.proof_needed.
    """
    person = db.session.get(Person, person_id)
    if person is None or not permissions.may_help(by):
        raise Refused(CoreReason.NOT_FOUND)
    require_fresh(proof_id, by=by, at=at)
    for table in (TotpFactor, Passkey, RecoveryCode, SignInStep, Challenge):
        db.session.execute(sa.delete(table).where(table.person_id == person_id))
    _mark(person_id, has=False)
    _note("factors_taken_off", person_id, person_id, by=by, at=at)


def remove_added_since(person_id: uuid.UUID, since: datetime, *, by: Actor, at: datetime) -> None:
    """For an account that its owner takes back: what was added, and the recovery codes that were made, from `since` on.

    What the owner had before stays, and is asked for as before.
    """
    factors: list[TotpFactor | Passkey] = [*queries.totp_factors(person_id), *queries.passkeys(person_id)]
    for factor in factors:
        if factor.created_at >= since:
            _take_off(factor, by=by, at=at)
    db.session.flush()  # the question below asks the database
    codes_of = sa.delete(RecoveryCode).where(RecoveryCode.person_id == person_id)
    if queries.has_second_factor(person_id):
        codes_of = codes_of.where(RecoveryCode.created_at >= since)
    for begun in (codes_of, sa.delete(Challenge).where(Challenge.person_id == person_id)):
        db.session.execute(begun)


def _mark(person_id: uuid.UUID, *, has: bool, proof_id: uuid.UUID | None = None) -> None:
    """Whoever adds a factor has just shown it: where they did so counts as signed in with it. With the last one gone
    nothing does any more.
    """
    for table in (SignIn, ApiToken):
        theirs = sa.update(table).where(table.person_id == person_id)
        theirs = theirs.where(table.id == proof_id) if proof_id else theirs
        db.session.execute(theirs.values(second_step=has))


def _note(change: str, person_id: uuid.UUID, subject_id: uuid.UUID, *, by: Actor, at: datetime, name: str = "") -> None:
    """In the audit without the name, to the owner with it."""
    record(f"security.{change}", by=by, subject=("person", person_id), at=at, factor=str(subject_id))
    values = {"change": change, "factor": name, "at": at.isoformat()}
    send("security-changed", person_id=person_id, values=values, key=f"security {new_id()}", at=at)
