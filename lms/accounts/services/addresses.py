"""Another e-mail address: confirmed at the new one, told to the old one, which can undo it."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from lms.accounts import rules
from lms.accounts.models import Link, Person
from lms.accounts.reasons import AccountReason, LinkReason
from lms.accounts.services import limits, links
from lms.accounts.services.recovering import sign_out_others
from lms.accounts.services.second_factor import remove_added_since
from lms.accounts.services.signing_in import prove
from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.db import db
from lms.core.mail.services import require_mail, send
from lms.core.reasons import Refused

ONE_VISIT = timedelta(days=1)
"""Whoever takes an account over adds a second step of their own and changes the address at about the same time."""


def ask_for_address(email: str, password: str, *, by: Actor, address: str, at: datetime) -> None:
    """Writes a message with a link to the new address; nothing changes before that link is used. The old one is told.

    Whether the new address has an account is told to nobody but its own reader.
    Refused: account.address_same, .email_invalid, .wrong_password, .too_many_failures, .too_many_mails,
    mail.not_set_up.
    """
    require_mail()
    email = rules.clean_email(email)
    present = db.session.scalars(sa.select(Person.email).where(Person.id == by.person_id)).one()
    if email == present:
        raise Refused(LinkReason.ADDRESS_SAME)
    person_id = prove(present, password, address=address, at=at)
    limits.count_mail(email, address, at)
    is_taken = db.session.scalar(sa.select(Person.id).where(Person.email == email)) is not None
    template = "address-taken" if is_taken else "new-address"
    link = links.send_link(template, links.ADDRESS, at=at, address=email, person_id=person_id, email=email)
    values = {"new_address": email, "at": at.isoformat()}
    send("address-asked", person_id=person_id, values=values, key=f"asked-{link.id}", at=at, address=present)
    record("person.address_asked", by=by, subject=("person", person_id), at=at)


def confirm_address(link: Link, *, at: datetime) -> Person:
    """The new address counts from now on; the old one gets a message that can undo it. Refused: account.email_taken."""
    person = db.session.get_one(Person, link.person_id)
    _check_free(link)
    links.take_link(link, at=at)
    old, person.email = person.email, str(link.email)
    undo, secret = links.make_link(links.UNDO_ADDRESS, at=at, person_id=person.id, email=old)
    db.session.add(undo)
    values = {"path": links.path_of(secret), "until": undo.expires_at.isoformat(), "new_address": person.email}
    send("old-address", person_id=person.id, values=values, key=f"link-{undo.id}", at=at, address=old)
    record("person.address_changed", by=Actor(person.id), subject=("person", person.id), at=at)
    return person


def undo_address(link: Link, *, at: datetime) -> str:
    """The old address counts again, everybody is signed out, every other link ends, also those that undo later changes.

    What undoes an earlier change stays: else a thief who changes the address twice could end the owner's link. Apps and
    passkeys that were added since the day before the change go too: the owner could not sign in past those of a thief.
    Gives the path where its owner chooses a new password. Refused: account.email_taken.
    """
    person = db.session.get_one(Person, link.person_id)
    _check_free(link)
    links.take_link(link, at=at)
    links.void_links(person.id, at, sa.or_(Link.kind != links.UNDO_ADDRESS, Link.created_at >= link.created_at))
    sign_out_others(person.id, keep=None, at=at)
    remove_added_since(person.id, link.created_at - ONE_VISIT, by=Actor(person.id), at=at)
    person.email = str(link.email)
    chosen, secret = links.make_link(links.PASSWORD, at=at, person_id=person.id)
    db.session.add(chosen)
    record("person.address_restored", by=Actor(person.id), subject=("person", person.id), at=at)
    return links.path_of(secret)


def _check_free(link: Link) -> None:
    holder = db.session.scalar(sa.select(Person.id).where(Person.email == link.email))
    if holder not in (None, link.person_id):
        raise Refused(AccountReason.EMAIL_TAKEN)
