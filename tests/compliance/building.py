"""An organisation with people in teams, who looks at them, and what is asked of them, for tests."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from lms.accounts.models import Person
from lms.compliance import services
from lms.compliance.models import Assignment
from lms.compliance.queries.filters import Scope, scope_of
from lms.compliance.rules.due import Due
from lms.compliance.services import Audience
from lms.core.actor import SYSTEM, Actor, Grant
from lms.core.db import db
from lms.core.events import publish
from lms.core.ids import new_id
from lms.learning.services import record_event
from lms.organisations.events import TeamsChanged
from lms.organisations.models import Organisation, Team, TeamMember
from lms.organisations.services import add_member
from tests.learning.building import AT, a_person, actor, an_organisation, enrolled

FIRM = "north-cells"


def a_firm(slug: str = FIRM) -> Organisation:
    firm = an_organisation(slug)
    db.session.flush()
    return firm


def an_employee(
    name: str = "Ana Žnidaršič", *, firm: Organisation | None = None, team: Team | None = None, at: datetime = AT
) -> Person:
    """Somebody who belongs to the organisation and has accepted."""
    person = a_person(name=name)
    add_member((firm or a_firm()).id, person.id, by=SYSTEM, at=at)
    if team:
        put_in(team, person, at=at)
    return person


def a_team(name: str = "Battery line", *, firm: Organisation | None = None, parent: Team | None = None) -> Team:
    team = Team(id=new_id(), organisation_id=(firm or a_firm()).id, name=name, created_at=AT)
    team.parent_id = parent.id if parent else None
    db.session.add(team)
    db.session.flush()
    return team


def put_in(team: Team, *people: Person, at: datetime = AT) -> None:
    db.session.add_all([TeamMember(team_id=team.id, person_id=person.id, joined_at=at) for person in people])
    _tell(team, people, at)


def take_out(team: Team, *people: Person, at: datetime = AT) -> None:
    for person in people:
        db.session.delete(db.session.get_one(TeamMember, (team.id, person.id)))
    _tell(team, people, at)


def _tell(team: Team, people: tuple[Person, ...], at: datetime) -> None:
    db.session.flush()
    publish(TeamsChanged(team.organisation_id, tuple(person.id for person in people), at))


def hr_of(firm: Organisation | None = None) -> Actor:
    firm = firm or a_firm()
    person = a_person("hr", scope=firm.id, name="Jana Nováková")
    return actor(person, Grant("hr", "organisation", firm.id))


def manager_of(team: Team) -> Actor:
    return Actor(uuid.uuid4(), frozenset({Grant("manager", "team", team.id)}))


def seen_by(by: Actor, *, firm: Organisation | None = None, at: datetime = AT) -> Scope:
    return scope_of((firm or a_firm()).slug, by, at)


def asked(
    slug: str, *, of: Audience | None = None, on: date | None = date(2026, 5, 1), days: int | None = None, **more: Any
) -> Assignment:
    """The organisation's hr asks everybody, or this audience, to complete the course."""
    firm = more.pop("firm", None) or a_firm()
    scope = seen_by(more.pop("by", None) or hr_of(firm), firm=firm, at=more.pop("at", AT))
    return services.assign(scope, slug, audience=of or Audience(), due=Due(on, days))[0]


def steps(person: Person, slug: str, *keys: str, at: datetime = AT) -> None:
    """The person views these pages of a course that they are on, or go on."""
    enrolment = enrolled(person, slug, at=at)
    for key in keys:
        record_event(enrolment.id, key, "viewed", by=actor(person), at=at)
    db.session.flush()
