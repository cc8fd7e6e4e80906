"""Proof that it is the person: as a second step, and again before what could do harm."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from lms.accounts import codes, queries
from lms.accounts.models import ApiToken, Person, RecoveryCode, SignIn, TotpFactor
from lms.accounts.reasons import AccountReason, SecurityReason
from lms.accounts.services import limits, passkeys, passwords
from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.db import db
from lms.core.ids import hash_secret
from lms.core.reasons import Refused
from lms.core.sealing import unseal

FRESH = timedelta(minutes=10)
FRESH_MINUTES = int(FRESH.total_seconds() // 60)
TOTP = "totp"


@dataclass(frozen=True)
class Proof:
    """What somebody shows: one of a password, a code (of an app or for recovery), a passkey's answer as JSON."""

    password: str = ""
    code: str = ""
    passkey: str = ""


def is_fresh(proof_id: uuid.UUID, person_id: uuid.UUID | None, at: datetime) -> bool:
    """Whether the person's sign-in or API token `proof_id` rests on a proof of the last ten minutes.

    Where the person has a second factor, the password alone is none: who found it out, and a browser left open, could
    take the factor off with it.
    """
    by_browser = sa.select(SignIn.proved_at, SignIn.second_step).where(SignIn.id == proof_id)
    by_token = sa.select(ApiToken.proved_at, ApiToken.second_step).where(ApiToken.id == proof_id)
    theirs = (by_browser.where(SignIn.person_id == person_id), by_token.where(ApiToken.person_id == person_id))
    found: Any = db.session.execute(sa.union_all(*theirs)).first()
    if person_id is None or found is None or found[0] is None or not at - FRESH <= found[0] <= at:
        return False
    return bool(found[1]) or not queries.has_second_factor(person_id)


def require_fresh(proof_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Refused(account.proof_needed) where the last proof of `by` is older than ten minutes."""
    if not is_fresh(proof_id, by.person_id, at):
        raise Refused(SecurityReason.PROOF_NEEDED, minutes=FRESH_MINUTES)


def begin_proving(*, by: Actor, at: datetime) -> str:
    """What a passkey of the person has to sign, as JSON. Refused: account.passkeys_need_name."""
    return passkeys.options_to_prove(passkeys.PROVE, by.person_id, at=at)


def prove_again(proof: Proof, *, sign_in_id: uuid.UUID, by: Actor, address: str, at: datetime) -> None:
    """A browser that is signed in proves once more whose it is; that counts for ten minutes.

    By a factor or a recovery code where the person has a factor (a password does not count then), else by the password.
    Refused: account.wrong_password, .wrong_code, .passkey_refused; account.too_many_failures.
    """
    sign_in = db.session.get_one(SignIn, sign_in_id)
    person = db.session.get_one(Person, sign_in.person_id)
    if queries.has_second_factor(person.id):
        check_factor(person, proof, purpose=passkeys.PROVE, address=address, at=at)
        sign_in.second_step = True
    else:
        limits.check_limits(person.email, address, at)
        if not passwords.is_right(person.password_hash, proof.password):
            limits.note_failure(person.email, address, at)
            raise Refused(AccountReason.WRONG_PASSWORD)
    sign_in.proved_at = at
    record("person.proved_again", by=by, subject=("sign_in", sign_in_id), at=at)


def check_factor(person: Person, proof: Proof, *, purpose: str, address: str, at: datetime) -> str:
    """Takes one of the person's second factors, and says which kind it was: totp, recovery or passkey.

    Wrong ones count like wrong passwords. Refused: account.wrong_code, .passkey_refused, .too_many_failures.
    """
    account = person.email
    limits.check_limits(account, address, at)
    if proof.passkey:
        taken = passkeys.take_answer(proof.passkey, purpose=purpose, person_id=person.id, at=at)
        if taken:
            return "passkey"
    elif kind := _take_code(person.id, codes.read_code(proof.code), at):
        return kind
    limits.note_failure(account, address, at)
    raise Refused(SecurityReason.PASSKEY_REFUSED if proof.passkey else SecurityReason.WRONG_CODE)


def _take_code(person_id: uuid.UUID, code: str, at: datetime) -> str | None:
    if codes.is_totp(code):
        return TOTP if any(_take_totp(factor, code, at) for factor in queries.totp_factors(person_id)) else None
    mine = (RecoveryCode.person_id == person_id, RecoveryCode.secret_hash == hash_secret(code))
    unused = sa.update(RecoveryCode).where(*mine, RecoveryCode.used_at.is_(None))
    return "recovery" if _changed(unused.values(used_at=at)) else None


def _take_totp(factor: TotpFactor, code: str, at: datetime) -> bool:
    """In one statement, since the same code may be sent twice at once."""
    secret = unseal(factor.secret, TOTP)
    step = codes.matching_step(secret, code, at, after=factor.last_step) if secret else None
    if step is None:
        return False
    later = sa.update(TotpFactor).where(TotpFactor.id == factor.id, TotpFactor.last_step < step)
    return _changed(later.values(last_step=step, used_at=at))


def _changed(statement: sa.Update) -> bool:
    result: sa.CursorResult[object] = db.session.execute(statement)  # type: ignore[assignment]  # of an update
    return result.rowcount == 1
