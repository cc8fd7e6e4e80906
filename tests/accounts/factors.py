"""Second factors for tests: an app that shows codes, and codes on paper."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pyotp

from lms.accounts.models import Person, SignIn
from lms.accounts.queries import has_second_factor
from lms.accounts.rules import SESSION_LIFE
from lms.accounts.services import add_totp, begin_totp, new_recovery_codes
from lms.core.actor import Actor
from lms.core.db import db
from lms.core.ids import hash_secret, new_id, new_secret

STEP = timedelta(seconds=30)


class Phone:
    """An authenticator app that holds the secret of one account."""

    def __init__(self, uri: str) -> None:
        totp = pyotp.parse_uri(uri)
        assert isinstance(totp, pyotp.TOTP)
        self.totp = totp

    def code(self, at: datetime) -> str:
        return self.totp.at(at)


def a_session(person: Person, at: datetime) -> SignIn:
    """A browser of the person's that has proved `at` whose it is, with what they have for it."""
    row = SignIn(id=new_id(), person_id=person.id, secret_hash=hash_secret(new_secret()), device="desk")
    row.created_at = row.proved_at = at
    row.expires_at = at + SESSION_LIFE
    row.second_step = has_second_factor(person.id)
    db.session.add(row)
    db.session.flush()
    return row


def with_app(person: Person, at: datetime) -> Phone:
    """The person's phone, added as a second factor `at`; its code of that moment is used up."""
    session = a_session(person, at)
    sealed, uri = begin_totp(person.id)
    phone = Phone(uri)
    add_totp(sealed, phone.code(at), name="My phone", proof_id=session.id, by=Actor(person.id), at=at)
    db.session.flush()
    return phone


def recovery_codes(person: Person, at: datetime, session: SignIn) -> list[str]:
    made = new_recovery_codes(proof_id=session.id, by=Actor(person.id), at=at)
    db.session.flush()
    return made


def codes_on(page: str) -> list[str]:
    return re.findall(r"<li>([0-9a-z]{4}(?:-[0-9a-z]{4}){3})</li>", page)
