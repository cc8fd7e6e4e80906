"""People whom an organisation invites: a few statements for thousands of them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.accounts import rules
from lms.accounts.events import InvitationAccepted, InvitationDeclined
from lms.accounts.models import Link, Person
from lms.accounts.services import links
from lms.accounts.services.people import name_person
from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.db import db, insert_ignore
from lms.core.events import publish
from lms.core.ids import new_timeless_id
from lms.core.mail.services import require_mail, send_many


@dataclass(frozen=True)
class Invitee:
    """As the organisation typed it; `locale` is the language of the message."""

    email: str
    name: str
    locale: str | None = None


@dataclass(frozen=True)
class Invited:
    """`is_new`: the account was made now. Never shown to who invites: it would tell whose address is known."""

    email: str
    person_id: uuid.UUID
    is_new: bool


def invite_people(
    rows: Sequence[Invitee], *, organisation_id: uuid.UUID, organisation_name: str, by: Actor, at: datetime
) -> list[Invited]:
    """An account without a password for whoever has none, and a message with a link for everybody, in the order given.

    The same statements whether an address was known or not. Whether `by` may is the caller's to check.
    Refused: account.email_invalid, .name_invalid, mail.not_set_up.
    """
    require_mail()
    people = {rules.clean_email(row.email): row for row in rows}
    invited = _people_at(people, at)
    facts = {"organisation_id": organisation_id, "organisation_name": organisation_name, "asked_by": by.person_id}
    made = [(links.make_link(links.INVITATION, at=at, person_id=one.person_id, **facts), one) for one in invited]
    db.session.add_all(link for (link, _secret), _one in made)
    for one in invited:
        scope = {"organisation": str(organisation_id)}
        record("person.invited", by=by, subject=("person", one.person_id), at=at, **scope)
    db.session.flush()
    send_many("invitation", (_message(link, secret, one) for (link, secret), one in made), at=at)
    return invited


def _people_at(rows: dict[str, Invitee], at: datetime) -> list[Invited]:
    """Whoever has one of these addresses, added where nobody had it."""
    # Rows go in by their ids: in the order of addresses, or two tables with the same people would wait for each other.
    ids_in_order = sorted(new_timeless_id() for _row in rows)
    fresh = [
        {"id": key, "email": email, "name": rules.clean_name(row.name), "locale": row.locale, "created_at": at}
        for key, (email, row) in zip(ids_in_order, sorted(rows.items()), strict=True)
    ]
    insert_ignore(Person, fresh)
    new = {row["id"] for row in fresh}
    found = db.session.execute(sa.select(Person.email, Person.id).where(Person.email.in_(list(rows))))
    ids = {row.email: row.id for row in found}
    return [Invited(email, ids[email], ids[email] in new) for email in rows]


def _message(link: Link, secret: str, one: Invited) -> tuple[uuid.UUID, dict[str, Any], str]:
    values = {
        "path": links.path_of(secret),
        "until": link.expires_at.isoformat(),
        "organisation": link.organisation_name,
        "is_new": one.is_new,
    }
    return one.person_id, values, f"link-{link.id}"


def accept_invitation(link: Link, *, name: str | None, password_hash: str | None, at: datetime) -> Person:
    """The person belongs to the organisation; who had no password has one now. Refused: account.name_invalid."""
    links.take_link(link, at=at)
    person = db.session.get_one(Person, link.person_id)
    by = Actor(person.id)
    if password_hash is not None and person.password_hash is None:
        person.password_hash = password_hash
        if name:
            name_person(person, name, at=at)
        record("person.password_set", by=by, subject=("person", person.id), at=at)
    assert link.organisation_id is not None  # noqa: S101 - an invitation has one
    record("invitation.accepted", by=by, subject=("organisation", link.organisation_id), at=at)
    publish(InvitationAccepted(person.id, link.organisation_id, at))
    return person


def decline_invitation(link: Link, *, at: datetime) -> None:
    """The mailbox belongs to somebody else than the organisation meant: the link ends. The account stays as it is."""
    links.take_link(link, at=at)
    assert link.organisation_id is not None and link.person_id is not None  # noqa: S101, PT018 - an invitation has both
    subject = ("organisation", link.organisation_id)
    record("invitation.declined", by=Actor(link.person_id), subject=subject, at=at)
    publish(InvitationDeclined(link.person_id, link.organisation_id, at))
