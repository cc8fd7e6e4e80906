"""Reads about assignments: which stand, whom they ask, where each of them stands."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from lms.accounts.models import Person
from lms.compliance.models import Assignee, Assignment
from lms.compliance.queries.filters import Filters, Scope, matching
from lms.compliance.queries.people import PersonRow, fill
from lms.compliance.reasons import ComplianceReason
from lms.compliance.rules.due import Due, Standing
from lms.core.db import db, in_portions
from lms.core.reasons import CoreReason, Refused
from lms.core.web.cursors import PAGE, decode_cursor, key_of, page_of
from lms.courses.models import Course, CourseRevision
from lms.learning.models import Enrolment, EnrolmentSponsor
from lms.organisations.models import Membership, Organisation, Team
from lms.organisations.permissions import sees_all_people
from lms.organisations.queries import (
    HAS_ACCEPTED,
    SHOWN_EMAIL,
    SHOWN_NAME,
    people_below,
    seen_teams,
)

ORGANISATION, TEAM, PEOPLE = KINDS = ("organisation", "team", "people")


@dataclass(frozen=True)
class AssignmentView:
    """An assignment as its organisation reads it. `people` counts whom it asks now; `team` is the team's name."""

    assignment: Assignment
    slug: str
    title: str
    team: str | None
    people: int

    @property
    def due(self) -> Due:
        return Due(self.assignment.due_on, self.assignment.due_days)


def list_assignments(
    scope: Scope, *, cursor: str | None = None, limit: int = PAGE
) -> tuple[list[AssignmentView], str | None]:
    """Those that stand and that the actor may see, the newest first: (page, next cursor)."""
    rows = _views(scope).where(Assignment.withdrawn_at.is_(None)).order_by(Assignment.id.desc()).limit(limit + 1)
    if after := decode_cursor(cursor, 1):
        rows = rows.where(Assignment.id < key_of(after[0]))
    found = [AssignmentView(*row) for row in db.session.execute(rows)]
    return page_of(found, limit, lambda view: [view.assignment.id])


def find_assignment(scope: Scope, assignment_id: uuid.UUID) -> AssignmentView:
    """Refused(compliance.assignment_unknown) where it is not there or not for the actor to see."""
    row = db.session.execute(_views(scope).where(Assignment.id == assignment_id)).first()
    if row is None:
        raise Refused(ComplianceReason.UNKNOWN)
    return AssignmentView(*row)


def _views(scope: Scope) -> sa.Select[Any]:
    counted = sa.select(sa.func.count()).where(Assignee.assignment_id == Assignment.id, Assignee.left_at.is_(None))
    columns = (
        Assignment,
        Course.slug,
        CourseRevision.title,
        Team.name,
        counted.correlate(Assignment).scalar_subquery(),
    )
    rows = sa.select(*columns).join(Course, Course.id == Assignment.course_id)
    rows = rows.outerjoin(CourseRevision, CourseRevision.id == Course.revision_id)
    rows = rows.outerjoin(Team, Team.id == Assignment.audience_id).where(Assignment.organisation_id == scope.id)
    if sees_all_people(scope.by, scope.id):
        return rows
    teams = [team.id for team in seen_teams(scope.by, scope.id)]
    mine = sa.or_(Assignment.audience_id.in_(teams), Assignment.created_by == scope.by.person_id)
    return rows.where(mine)


@dataclass(frozen=True)
class Asked:
    """A person whom an assignment asks, and where they stand with it."""

    assignment_id: uuid.UUID
    person_id: uuid.UUID
    name: str
    slug: str
    title: str
    percent: int
    standing: Standing


def page_of_asked(
    scope: Scope, filters: Filters, *, cursor: str | None = None, limit: int = PAGE
) -> tuple[list[Asked], str | None]:
    """Who must do what by when, by due day: a row for each person and course; (page, next cursor)."""
    seen = matching(scope, filters)
    columns = (
        Assignment.id,
        Assignee.due_on,
        Assignee.person_id,
        SHOWN_NAME,
        SHOWN_EMAIL,
        Membership.number,
        HAS_ACCEPTED,
    )
    rows = sa.select(*columns, Assignment.course_id).select_from(Assignee)
    rows = rows.join(Assignment, Assignment.id == Assignee.assignment_id)
    rows = rows.join(Membership, Membership.person_id == Assignee.person_id)
    rows = rows.join(Person, Person.id == Assignee.person_id).where(Membership.organisation_id == scope.id)
    stands = (Assignment.organisation_id == scope.id, Assignment.withdrawn_at.is_(None), Assignee.left_at.is_(None))
    rows = rows.where(*stands, Assignee.person_id.in_(seen))
    if filters.course:
        rows = rows.where(Assignment.course_id.in_(sa.select(Course.id).where(Course.slug == filters.course)))
    keys = (Assignee.due_on, Assignee.person_id, Assignment.id)
    if after := decode_cursor(cursor, 3):
        rows = rows.where(sa.tuple_(*keys) > sa.tuple_(*_literals(after)))
    found = db.session.execute(rows.order_by(*keys).limit(limit + 1)).all()
    shown, following = page_of(found, limit, lambda row: (row[1], row[2], row[0]))
    return _with_standings(scope, shown), following


def _literals(after: list[str]) -> tuple[sa.ColumnElement[Any], ...]:
    try:
        day = date.fromisoformat(after[0])
    except ValueError:
        raise Refused(CoreReason.CURSOR) from None
    ids = (sa.literal(key_of(value), sa.Uuid()) for value in after[1:])
    return sa.literal(day, sa.Date()), *ids


def _with_standings(scope: Scope, rows: Sequence[Any]) -> list[Asked]:
    people = {row[2]: PersonRow(row[2], row[3], row[4], row[5], row[6]) for row in rows}
    fill(scope, list(people.values()))
    courses = {(key, one.course_id): one for key, person in people.items() for one in person.courses}
    return [
        Asked(row[0], row[2], row[3], one.slug, one.title, one.percent, one.standing)
        for row in rows
        if (one := courses.get((row[2], row[7]))) and one.standing
    ]


# --- for the use cases


def audience_of(assignment: Assignment, among: Collection[uuid.UUID] | None = None) -> set[uuid.UUID]:
    """Who is in the audience now, `among` these people where they are named. A list of people never grows."""
    rows = sa.select(Membership.person_id).where(Membership.organisation_id == assignment.organisation_id)
    if assignment.audience_kind == TEAM and assignment.audience_id:
        inside = people_below(assignment.organisation_id, [assignment.audience_id])
        rows = rows.where(Membership.person_id.in_(inside))
    if assignment.audience_kind == PEOPLE:
        asked = sa.select(Assignee.person_id).where(Assignee.assignment_id == assignment.id, Assignee.left_at.is_(None))
        rows = rows.where(Membership.person_id.in_(asked))
    if among is None:
        return set(db.session.scalars(rows))
    return {
        one for some in in_portions(among) for one in db.session.scalars(rows.where(Membership.person_id.in_(some)))
    }


def asked_by(assignment_id: uuid.UUID, among: Collection[uuid.UUID] | None = None) -> set[uuid.UUID]:
    """Whom the assignment asks now."""
    rows = sa.select(Assignee.person_id).where(Assignee.assignment_id == assignment_id, Assignee.left_at.is_(None))
    if among is None:
        return set(db.session.scalars(rows))
    return {one for some in in_portions(among) for one in db.session.scalars(rows.where(Assignee.person_id.in_(some)))}


def standing_assignments(organisation_id: uuid.UUID, kinds: Collection[str]) -> list[tuple[Assignment, str]]:
    """(assignment, slug of its course): those of such an audience that stand, on courses that people can be put on."""
    rows = sa.select(Assignment, Course.slug).join(Course, Course.id == Assignment.course_id)
    stands = (Assignment.organisation_id == organisation_id, Assignment.withdrawn_at.is_(None))
    open_course = (Course.revision_id.is_not(None), Course.archived_at.is_(None))
    rows = rows.where(*stands, *open_course, Assignment.audience_kind.in_(kinds)).order_by(Assignment.id)
    return [(assignment, slug) for assignment, slug in db.session.execute(rows)]


def to_be_told(assignment: Assignment, person_ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """Who of these belongs to the organisation by their own word, and has not completed the course."""
    done = sa.select(Enrolment.id).where(
        Enrolment.person_id == Membership.person_id,
        Enrolment.course_id == assignment.course_id,
        Enrolment.completed_at.is_not(None),
    )
    rows = sa.select(Membership.person_id).where(Membership.organisation_id == assignment.organisation_id)
    rows = rows.where(HAS_ACCEPTED, ~done.exists()).order_by(Membership.person_id)
    return [
        one
        for some in in_portions(person_ids)
        for one in db.session.scalars(rows.where(Membership.person_id.in_(some)))
    ]


def find_standing(organisation_id: uuid.UUID, fingerprint: str) -> Assignment | None:
    """The one that asks exactly this."""
    same = (Assignment.organisation_id == organisation_id, Assignment.fingerprint == fingerprint)
    return db.session.scalar(sa.select(Assignment).where(*same, Assignment.withdrawn_at.is_(None)))


def not_begun(assignment: Assignment, person_ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """Those of these people who have not begun the course."""
    rows = sa.select(Enrolment.person_id, Enrolment.progress).where(
        Enrolment.course_id == assignment.course_id, Enrolment.completed_at.is_(None)
    )
    return [
        person_id
        for some in in_portions(person_ids)
        for person_id, progress in db.session.execute(rows.where(Enrolment.person_id.in_(some)))
        if not progress
    ]


def wanted_by_none(assignment: Assignment, person_ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """Those of these people whom the organisation puts on the course for no reason but this assignment.

    Not: who is asked by another one too, or was put on the course in its name before the first one asked them.
    """
    same = (Assignment.organisation_id == assignment.organisation_id, Assignment.course_id == assignment.course_id)
    asked = sa.select(Assignee.person_id).join(Assignment, Assignment.id == Assignee.assignment_id)
    asked = asked.where(*same, Assignee.person_id == Enrolment.person_id)
    still = (Assignment.id != assignment.id, Assignment.withdrawn_at.is_(None), Assignee.left_at.is_(None))
    by_hand = sa.select(EnrolmentSponsor.at).where(
        EnrolmentSponsor.enrolment_id == Enrolment.id,
        EnrolmentSponsor.organisation_id == assignment.organisation_id,
        ~asked.where(Assignee.assigned_at <= EnrolmentSponsor.at).correlate(Enrolment, EnrolmentSponsor).exists(),
    )
    rows = sa.select(Enrolment.person_id).where(
        Enrolment.course_id == assignment.course_id,
        ~asked.where(*still).correlate(Enrolment).exists(),
        ~by_hand.correlate(Enrolment).exists(),
    )
    return [
        one for some in in_portions(person_ids) for one in db.session.scalars(rows.where(Enrolment.person_id.in_(some)))
    ]


def assigned_before(assignment_id: uuid.UUID, person_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Who of these was asked by the assignment once and left."""
    rows = sa.select(Assignee.person_id).where(Assignee.assignment_id == assignment_id, Assignee.left_at.is_not(None))
    return {
        one for some in in_portions(person_ids) for one in db.session.scalars(rows.where(Assignee.person_id.in_(some)))
    }


def unfinished(organisation_id: uuid.UUID, person_ids: Collection[uuid.UUID]) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """(assignment, person) of what the organisation asks of these people and they have not completed."""
    done = sa.select(Enrolment.id).where(
        Enrolment.person_id == Assignee.person_id,
        Enrolment.course_id == Assignment.course_id,
        Enrolment.completed_at.is_not(None),
    )
    rows = sa.select(Assignment.id, Assignee.person_id).join(Assignee, Assignee.assignment_id == Assignment.id)
    rows = rows.where(Assignment.organisation_id == organisation_id, Assignee.left_at.is_(None), ~done.exists())
    return [
        (row[0], row[1])
        for some in in_portions(person_ids)
        for row in db.session.execute(rows.where(Assignee.person_id.in_(some)))
    ]


def due_day_of(assignment_id: uuid.UUID, person_id: uuid.UUID) -> date | None:
    """The last day in time of somebody whom the assignment asks now; None where it does not."""
    row = db.session.get(Assignee, (assignment_id, person_id))
    return row.due_on if row and row.left_at is None else None


def organisation_of(assignment: Assignment) -> Organisation:
    return db.session.get_one(Organisation, assignment.organisation_id)


@dataclass(frozen=True)
class DueWork:
    """What an organisation asks of a person, for the person's own start page."""

    course_id: uuid.UUID
    title: str
    organisation: str
    timezone: str | None
    assigned_at: datetime
    due_on: date


def due_of(person_id: uuid.UUID) -> list[DueWork]:
    """What organisations to which the person belongs ask of them, due first."""
    columns = (
        Assignment.course_id,
        CourseRevision.title,
        Organisation.name,
        Organisation.timezone,
        Assignee.assigned_at,
        Assignee.due_on,
    )
    rows = sa.select(*columns).join(Assignee, Assignee.assignment_id == Assignment.id)
    rows = rows.join(Course, Course.id == Assignment.course_id)
    rows = rows.join(CourseRevision, CourseRevision.id == Course.revision_id)
    rows = rows.join(Organisation, Organisation.id == Assignment.organisation_id)
    member = sa.and_(
        Membership.organisation_id == Assignment.organisation_id, Membership.person_id == Assignee.person_id
    )
    rows = rows.join(Membership, member)
    stands = (Assignment.withdrawn_at.is_(None), Assignee.left_at.is_(None), Assignee.person_id == person_id)
    return [DueWork(*row) for row in db.session.execute(rows.where(*stands).order_by(Assignee.due_on, Assignment.id))]


def slug_of(assignment: Assignment) -> str:
    """The slug of its course."""
    return db.session.scalars(sa.select(Course.slug).where(Course.id == assignment.course_id)).one()
