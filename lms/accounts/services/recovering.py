"""A password chosen anew: by a link, or by who knows the present one."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa

from lms.accounts import queries, rules
from lms.accounts.models import ApiToken, Link, Person, SignIn, SignInStep
from lms.accounts.reasons import AccountReason
from lms.accounts.services import limits, links, passwords
from lms.accounts.services.signing_in import prove
from lms.accounts.services.signing_up import person_at
from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.db import db
from lms.core.mail.services import require_mail, send
from lms.core.reasons import Refused
from lms.core.site import site


def ask_for_password(email: str, *, address: str, at: datetime) -> None:
    """Writes a message with the link to choose a password; to an address without an account, that there is none.

    Whichever it was, the answer is the same and takes the same statements: nobody learns whose address is known.
    Refused: account.email_invalid, .too_many_mails, mail.not_set_up.
    """
    require_mail()
    email = rules.clean_email(email)
    limits.count_mail(email, address, at)
    person = person_at(email)
    if person is not None:
        links.send_link("password", links.PASSWORD, at=at, person_id=person.id)
        return
    # Where sign-up is closed the message does not show the link, and nobody ever has its secret.
    template = "no-account" if site().is_open else "no-account-closed"
    links.send_link(template, links.SIGN_UP, at=at, address=email, email=email)


def choose_password(link: Link, *, password_hash: str, at: datetime) -> Person:
    """What the link of `ask_for_password` is for. Everybody who was signed in is signed out; other links end.

    A pause of signing in ends too, unless the person has a second factor: else who reads their mail could guess codes
    for as long as there are new links.
    """
    links.take_link(link, at=at)
    person = db.session.get_one(Person, link.person_id)
    _set(person, password_hash, by=Actor(person.id), at=at)
    if not queries.has_second_factor(person.id):
        limits.end_pause(person.email)
    return person


def change_password(current: str, new: str, *, by: Actor, proof_id: uuid.UUID, address: str, at: datetime) -> None:
    """By who knows the present one. All other devices and API tokens are signed out.

    Of several at once the first changes it: for the others the password that they gave is not right any more.
    Refused: account.password_short, .wrong_password, .too_many_failures.
    """
    rules.check_password(new)
    known = sa.select(Person.email, Person.password_hash).where(Person.id == by.person_id)
    email, stored = db.session.execute(known).one()
    person_id = prove(email, current, address=address, at=at)
    password_hash = passwords.hashed(new)
    person = db.session.get_one(Person, person_id, with_for_update=True, populate_existing=True)
    if person.password_hash != stored:
        raise Refused(AccountReason.WRONG_PASSWORD)
    _set(person, password_hash, by=by, at=at, keep=proof_id)


def _set(person: Person, password_hash: str, *, by: Actor, at: datetime, keep: uuid.UUID | None = None) -> None:
    """With what follows: who might have known the old one is out, and the person is told."""
    had_one = person.password_hash is not None
    person.password_hash = password_hash
    sign_out_others(person.id, keep=keep, at=at)
    # Another address may have been asked for by who knew the old password; what undoes a change stays.
    links.void_links(person.id, at, Link.kind.in_((links.PASSWORD, links.ADDRESS)))
    record("person.password_set", by=by, subject=("person", person.id), at=at)
    if had_one:
        values = {"changed_at": at.isoformat()}
        send(
            "password-changed", person_id=person.id, values=values, key=f"password-{person.id}-{at.isoformat()}", at=at
        )


def sign_out_elsewhere(*, keep: uuid.UUID, by: Actor, at: datetime) -> None:
    """Every browser and API token of the person but the one that asks."""
    assert by.person_id is not None  # noqa: S101 - only who is signed in has a proof
    sign_out_others(by.person_id, keep=keep, at=at)
    record("person.signed_out_elsewhere", by=by, subject=("person", by.person_id), at=at)


def sign_out_others(person_id: uuid.UUID, *, keep: uuid.UUID | None, at: datetime) -> None:
    """Every browser and API token of the person but the one with the id `keep`."""
    db.session.execute(sa.delete(SignInStep).where(SignInStep.person_id == person_id))  # nor who was half in
    for table in (SignIn, ApiToken):
        mine = sa.update(table).where(table.person_id == person_id, table.revoked_at.is_(None), table.id != keep)
        db.session.execute(mine.values(revoked_at=at))
