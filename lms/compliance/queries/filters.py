"""Which of an organisation's people match: the words of an address turned into a select of their ids."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lms.accounts.models import Person
from lms.compliance.models import Assignee, Assignment
from lms.compliance.rules.due import SOON, day_of
from lms.core.actor import Actor
from lms.core.db import db
from lms.core.reasons import CoreReason, Refused
from lms.core.zones import zone_named
from lms.courses.models import Course
from lms.credentials.models import Award, AwardDocument, AwardEvent
from lms.credentials.rules.statuses import EXPIRING_BEFORE, HELD, REVOKED, SUPERSEDED
from lms.learning.models import Enrolment
from lms.learning.queries import seen_enrolments
from lms.organisations.models import Membership, Organisation
from lms.organisations.permissions import sees_all_people
from lms.organisations.queries import (
    about,
    find_organisation_for,
    find_team,
    people_below,
    people_within,
)

STATUSES = (
    "late", "due_soon", "due", "done", "active", "completed", "withdrawn", "expiring", "expired", "held", "invited",
)  # fmt: skip
SORTS = ("name", "due")


@dataclass(frozen=True)
class Filters:
    """What the address says: words in name, e-mail or number; a team with its sub-teams; a course; a status; a sort."""

    q: str = ""
    team: uuid.UUID | None = None
    course: str = ""
    status: str = ""
    sort: str = "name"

    @property
    def are_set(self) -> bool:
        return bool(self.q or self.team or self.course or self.status)

    def as_query(self, **changes: Any) -> dict[str, str]:
        """The filters as they stand in an address, without what is not set."""
        them = replace(self, **changes)
        named = {"q": them.q, "team": str(them.team or ""), "course": them.course, "status": them.status}
        return {name: value for name, value in named.items() if value} | (
            {"sort": them.sort} if them.sort != "name" else {}
        )


@dataclass(frozen=True)
class Scope:
    """An organisation as somebody sees it at an instant; days are those of its zone."""

    organisation: Organisation
    by: Actor
    at: datetime

    @cached_property
    def id(self) -> uuid.UUID:
        return self.organisation.id

    @cached_property
    def zone(self) -> ZoneInfo:
        return zone_named(self.organisation.timezone)

    @cached_property
    def today(self) -> date:
        return day_of(self.at, self.zone)


def scope_of(ref: str, by: Actor, at: datetime) -> Scope:
    """By slug or id of the organisation; Refused(core.not_found) for who sees none of its people."""
    return Scope(find_organisation_for(ref, by), by, at)


def matching(scope: Scope, filters: Filters) -> sa.Select[uuid.UUID]:
    """A select of the ids of the members whom the actor sees and who match; from Membership, joined with Person for
    words.

    Refused: core.not_found for a team or a course that is not there, core.fields for an unknown status.
    """
    rows = sa.select(Membership.person_id)
    if filters.q:
        rows = rows.join(Person, Person.id == Membership.person_id)
    rows = rows.where(Membership.organisation_id == scope.id)
    if not sees_all_people(scope.by, scope.id):
        rows = rows.where(Membership.person_id.in_(people_within(scope.by, scope.id)))
    course_id = _course_id(filters.course)
    conditions = [*about(filters.q), *_in_team(scope, filters.team)]
    if filters.status:
        conditions.append(_with_status(scope, filters.status, course_id))
    elif course_id:
        conditions.append(_among(sa.union_all(_enrolled(scope, course_id), assigned(scope, course_id))))
    return rows.where(*conditions)


def _in_team(scope: Scope, team_id: uuid.UUID | None) -> list[sa.ColumnElement[bool]]:
    if team_id is None:
        return []
    team = find_team(scope.id, team_id, scope.by)
    return [Membership.person_id.in_(people_below(scope.id, [team.id]))]


def _course_id(slug: str) -> uuid.UUID | None:
    if not slug:
        return None
    course_id = db.session.scalar(sa.select(Course.id).where(Course.slug == slug))
    if course_id is None:
        raise Refused(CoreReason.NOT_FOUND)
    return course_id


def _with_status(scope: Scope, status: str, course_id: uuid.UUID | None) -> sa.ColumnElement[bool]:
    today = scope.today
    match status:
        case "late":
            return _among(still_open(scope, course_id).where(Assignee.due_on < today))
        case "due":
            return _among(still_open(scope, course_id).where(Assignee.due_on >= today))
        case "due_soon":
            return _among(still_open(scope, course_id).where(Assignee.due_on.between(today, today + SOON)))
        case "done":
            return sa.and_(_among(assigned(scope, course_id)), ~_among(still_open(scope, course_id)))
        case "active" | "completed" | "withdrawn":
            return _among(_enrolled(scope, course_id, Enrolment.status == status))
        case "expiring" | "expired" | "held":
            return _among(_holding(scope, course_id, status))
        case "invited":
            return Membership.accepted_at.is_(None)
    raise Refused(CoreReason.FIELDS)


def _among(people: sa.Select[uuid.UUID] | sa.CompoundSelect[uuid.UUID]) -> sa.ColumnElement[bool]:
    """Sets of people, asked for once: a question to each of 20,000 would take seconds."""
    return Membership.person_id.in_(people)


def assigned(scope: Scope, course_id: uuid.UUID | None = None) -> sa.Select[uuid.UUID]:
    """The people whom assignments that stand ask for something, as often as they do."""
    rows = sa.select(Assignee.person_id).join(Assignment, Assignment.id == Assignee.assignment_id)
    stands = (Assignment.organisation_id == scope.id, Assignment.withdrawn_at.is_(None), Assignee.left_at.is_(None))
    rows = rows.where(*stands)
    return rows.where(Assignment.course_id == course_id) if course_id else rows


def still_open(scope: Scope, course_id: uuid.UUID | None = None) -> sa.Select[uuid.UUID]:
    """The same, of which the organisation does not see that it is completed."""
    same = (Enrolment.person_id == Assignee.person_id, Enrolment.course_id == Assignment.course_id)
    done = seen_enrolments(scope.id).where(*same, Enrolment.completed_at.is_not(None))
    return assigned(scope, course_id).where(~done.correlate(Assignee, Assignment).exists())


def seen_as_done(scope: Scope) -> sa.Subquery:
    """(person_id, course_id) of what the organisation sees completed, as often as there are cycles."""
    done = seen_enrolments(scope.id).with_only_columns(Enrolment.person_id, Enrolment.course_id)
    return done.where(Enrolment.completed_at.is_not(None)).subquery()


def _enrolled(scope: Scope, course_id: uuid.UUID | None, *more: sa.ColumnElement[bool]) -> sa.Select[uuid.UUID]:
    rows = seen_enrolments(scope.id).with_only_columns(Enrolment.person_id).where(*more)
    return rows.where(Enrolment.course_id == course_id) if course_id else rows


def _holding(scope: Scope, course_id: uuid.UUID | None, status: str) -> sa.Select[uuid.UUID]:
    """Who holds an award, from an enrolment that the organisation sees, that was not withdrawn and so stands."""
    over = sa.select(AwardEvent.id).where(AwardEvent.award_id == Award.id, AwardEvent.kind.in_((REVOKED, SUPERSEDED)))
    rows = seen_enrolments(scope.id).with_only_columns(Award.person_id).join(Award, Award.enrolment_id == Enrolment.id)
    rows = rows.where(~over.exists())
    if course_id:
        rows = rows.where(Award.course_id == course_id)
    if status == "held":
        document = sa.select(AwardDocument.award_id).where(AwardDocument.award_id == Award.id)
        held = sa.select(AwardEvent.id).where(AwardEvent.award_id == Award.id, AwardEvent.kind == HELD)
        return rows.where(~document.exists(), held.exists())
    last = scope.at - timedelta(seconds=1)
    if status == "expired":
        return rows.where(Award.expires_at <= last)
    return rows.where(Award.expires_at.between(last, scope.at + EXPIRING_BEFORE))
