"""Organisations with people and teams for tests, made through the use cases. All of it needs `session`."""

from __future__ import annotations

import io
import uuid
from datetime import UTC, datetime

from lms.accounts.models import Person
from lms.accounts.queries import actor_of
from lms.core.actor import Actor
from lms.core.db import db
from lms.organisations.models import Organisation, Team
from lms.organisations.queries import standing_of
from lms.organisations.rules.people import NewMember
from lms.organisations.services import accept_invitation, add_member, add_team, invite_members
from tests.learning.building import a_person, an_organisation

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def hr_of(slug: str = "north") -> tuple[Organisation, Actor]:
    """An organisation and somebody who looks after its people."""
    organisation = an_organisation(slug)
    db.session.flush()
    person = a_person("hr", scope=organisation.id, name=f"Hera of {slug}")
    add_member(organisation.id, person.id, by=actor_of(person.id), at=AT)
    db.session.flush()
    return organisation, actor_of(person.id)


def a_member(organisation: Organisation, *, name: str = "Zoë Müller", role: str | None = None) -> Person:
    """Somebody with an account who belongs there."""
    person = a_person(role, scope=organisation.id if role else None, name=name)
    add_member(organisation.id, person.id, by=Actor(None, is_system=True), at=AT)
    return person


def invited(organisation: Organisation, by: Actor, *emails: str, name: str = "As Typed") -> list[uuid.UUID]:
    """These addresses invited; nobody has answered yet."""
    people = [NewMember(email, name) for email in emails]
    return [one for one in invite_members(organisation.id, people, {}, by=by, at=AT) if one]


def accepted(organisation: Organisation, person_id: uuid.UUID) -> None:
    accept_invitation(organisation.id, person_id=person_id, by=Actor(person_id), at=AT)
    db.session.flush()


def a_team(organisation: Organisation, by: Actor, name: str = "Paint shop", below: Team | None = None) -> Team:
    return add_team(organisation.id, name, below.id if below else None, by=by, at=AT)


def emails_of(organisation: Organisation) -> set[str]:
    return set(standing_of(organisation.id, ["en"]).members)


def table(*rows: str) -> io.BytesIO:
    """A CSV file of name, e-mail, team and number."""
    return io.BytesIO("\n".join(("Name;E-mail;Team;Number", *rows)).encode())
