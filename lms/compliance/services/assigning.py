"""Assignments: made, given another day, withdrawn; their audiences kept as people come and go."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from lms.compliance import permissions
from lms.compliance.models import Assignee, Assignment
from lms.compliance.queries import assignments as queries
from lms.compliance.queries.filters import Filters, Scope
from lms.compliance.queries.people import selected_people
from lms.compliance.reasons import ComplianceReason
from lms.compliance.rules.due import Due
from lms.core.actor import SYSTEM, Actor
from lms.core.audit import record
from lms.core.canonical import digest
from lms.core.db import db, in_portions, insert_ignore
from lms.core.ids import new_id
from lms.core.jobs.services import enqueue
from lms.core.mail.services import send_many
from lms.core.reasons import CoreReason, Refused
from lms.core.zones import zone_named
from lms.courses.queries import find_published
from lms.learning.services import enrol_people, take_name_off
from lms.organisations.events import MemberAccepted, MembersAdded, MembersLeft, TeamsChanged
from lms.organisations.queries import find_team

FILL_JOB, FOLLOW_JOB = "compliance.fill", "compliance.follow"
DUE_JOB, WITHDRAW_JOB = "compliance.due", "compliance.withdraw"
MOST_AT_ONCE = 2000
"""People whom one request puts on a course; more are work for the background. Where people come and go, times the
assignments that ask them."""
LEFT_AUDIENCE = "left_audience"


@dataclass(frozen=True)
class Audience:
    """Whom an assignment asks: everybody, a team with its sub-teams, or these people."""

    kind: str = queries.ORGANISATION
    team_id: uuid.UUID | None = None
    person_ids: Sequence[uuid.UUID] = ()

    @property
    def is_sound(self) -> bool:
        wants = {queries.ORGANISATION: (False, False), queries.TEAM: (True, False), queries.PEOPLE: (False, True)}
        return wants.get(self.kind) == (self.team_id is not None, bool(self.person_ids))


def assign(scope: Scope, slug: str, *, audience: Audience, due: Due) -> tuple[Assignment, bool]:
    """Asks people to complete a course: (assignment, whether it is new). Who is asked is enrolled and told by mail.

    The same asked again gives the one that stands. More than MOST_AT_ONCE people are enrolled by a job.
    Refused: core.forbidden, core.not_found for a team; course.unknown, learning.invited_only; compliance.due_missing,
    .audience_unknown, .nobody_chosen, .people_unknown.
    """
    if not due.is_sound:
        raise Refused(ComplianceReason.DUE_MISSING)
    people = _checked(scope, audience)
    course = find_published(slug)
    asked: dict[str, Any] = {"audience": [audience.kind, str(audience.team_id), *sorted(str(one) for one in people)]}
    asked |= {"course": str(course.id), "due": due.on.isoformat() if due.on else due.days}
    fingerprint = digest(asked)
    standing = queries.find_standing(scope.id, fingerprint)
    if standing:
        return standing, False
    made = Assignment(id=new_id(), organisation_id=scope.id, course_id=course.id, fingerprint=fingerprint)
    made.audience_kind, made.audience_id = audience.kind, audience.team_id
    made.due_on, made.due_days = due.on, due.days
    made.created_at, made.created_by = scope.at, scope.by.person_id
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError:  # asked for at the same moment elsewhere
        standing = queries.find_standing(scope.id, fingerprint)
        if standing is None:
            raise Refused(CoreReason.CONFLICT) from None
        return standing, False
    record("assignment.made", by=scope.by, subject=("assignment", made.id), at=scope.at, course=str(course.id))
    _ask_everybody(made, slug, people, by=scope.by, at=scope.at)
    return made, True


def _checked(scope: Scope, audience: Audience) -> list[uuid.UUID]:
    """The people of a list; none for an audience that is looked up. Refused as `assign`."""
    if not audience.is_sound:
        raise Refused(ComplianceReason.AUDIENCE)
    if audience.kind == queries.ORGANISATION:
        permissions.check_sees_all(scope.by, scope.id)
    if audience.team_id:
        find_team(scope.id, audience.team_id, scope.by)
    return selected_people(scope, Filters(), audience.person_ids) if audience.person_ids else []


def _ask_everybody(made: Assignment, slug: str, people: list[uuid.UUID], *, by: Actor, at: datetime) -> None:
    everybody = people or sorted(queries.audience_of(made))
    now, later = everybody[:MOST_AT_ONCE], everybody[MOST_AT_ONCE:]
    ask(made, slug, now, by=by, at=at)
    if later:
        payload: dict[str, Any] = {"assignment": str(made.id), "people": [str(one) for one in later]}
        enqueue(FILL_JOB, f"{FILL_JOB}:{made.id}", payload, at=at, person_id=by.person_id)


def ask(assignment: Assignment, slug: str, person_ids: Sequence[uuid.UUID], *, by: Actor, at: datetime) -> None:
    """These people are asked from now on, and enrolled in the organisation's name. Who is asked already stays so."""
    if not person_ids:
        return
    zone = zone_named(queries.organisation_of(assignment).timezone)
    due_on = Due(assignment.due_on, assignment.due_days).last_day(at, zone)
    again = queries.assigned_before(assignment.id, person_ids)
    for some in in_portions(again):
        mine = (Assignee.assignment_id == assignment.id, Assignee.person_id.in_(some))
        db.session.execute(sa.update(Assignee).where(*mine).values(assigned_at=at, due_on=due_on, left_at=None))
    row = {"assignment_id": assignment.id, "assigned_at": at, "due_on": due_on, "left_at": None}
    insert_ignore(Assignee, [{**row, "person_id": one} for one in person_ids if one not in again])
    done = enrol_people(person_ids, slug, organisation_id=assignment.organisation_id, by=by, at=at)
    _tell(assignment, done.course.title, due_on, queries.to_be_told(assignment, person_ids), at=at)


def _tell(assignment: Assignment, title: str, due_on: date, person_ids: Sequence[uuid.UUID], *, at: datetime) -> None:
    """A mail to each, once for an assignment and person, whatever is asked again."""
    organisation = queries.organisation_of(assignment).name
    values = {"organisation": organisation, "course": title, "due_on": due_on.isoformat()}
    send_many("assigned", [(one, values, f"assigned {assignment.id} {one}") for one in person_ids], at=at)


def change_due(scope: Scope, assignment_id: uuid.UUID, due: Due) -> Assignment:
    """Another last day, for everybody whom it asks; days are counted anew from when each was assigned.

    Of more than MOST_AT_ONCE people a job changes it.
    Refused: compliance.assignment_unknown, .assignment_withdrawn, .due_missing; core.forbidden for a manager where
    somebody else made it.
    """
    assignment = _changed(scope, assignment_id)
    if not due.is_sound:
        raise Refused(ComplianceReason.DUE_MISSING)
    if assignment.withdrawn_at:
        raise Refused(ComplianceReason.WITHDRAWN)
    assignment.due_on, assignment.due_days = due.on, due.days
    assignment.fingerprint = digest({"of": str(assignment.id), "due": due.on.isoformat() if due.on else due.days})
    record("assignment.due_changed", by=scope.by, subject=("assignment", assignment.id), at=scope.at)
    db.session.flush()
    _at_once_or_later(assignment, DUE_JOB, set_due_days, by=scope.by, at=scope.at)
    return assignment


def set_due_days(assignment: Assignment, person_ids: Collection[uuid.UUID], *, by: Actor, at: datetime) -> None:  # noqa: ARG001 - as `leave`
    """The last day of each of these people, after what the assignment says now."""
    due, zone = Due(assignment.due_on, assignment.due_days), zone_named(queries.organisation_of(assignment).timezone)
    mine = (Assignee.assignment_id == assignment.id, Assignee.person_id.in_(person_ids))
    rows = db.session.execute(sa.select(Assignee.person_id, Assignee.assigned_at).where(*mine))
    days = [
        {"assignment_id": assignment.id, "person_id": person_id, "due_on": due.last_day(assigned_at, zone)}
        for person_id, assigned_at in rows
    ]
    if days:
        db.session.execute(sa.update(Assignee), days)


def withdraw(scope: Scope, assignment_id: uuid.UUID) -> Assignment:
    """Nobody is asked any more: what was not begun is withdrawn, the rest goes on. A second time changes nothing.

    Of more than MOST_AT_ONCE people a job takes the places back.
    Refused: compliance.assignment_unknown; core.forbidden for a manager where somebody else made it.
    """
    assignment = _changed(scope, assignment_id)
    if assignment.withdrawn_at:
        return assignment
    assignment.withdrawn_at = scope.at
    record("assignment.withdrawn", by=scope.by, subject=("assignment", assignment.id), at=scope.at)
    db.session.flush()
    _at_once_or_later(assignment, WITHDRAW_JOB, leave, by=scope.by, at=scope.at)
    return assignment


Act = Callable[..., None]
"""Of an assignment, some of whom it asks, `by` and `at`."""


def _at_once_or_later(assignment: Assignment, kind: str, act: Act, *, by: Actor, at: datetime) -> None:
    people = queries.asked_by(assignment.id)
    if len(people) <= MOST_AT_ONCE:
        act(assignment, people, by=by, at=at)
        return
    enqueue(kind, f"{kind}:{new_id()}", {"assignment": str(assignment.id)}, at=at, person_id=by.person_id)


def _changed(scope: Scope, assignment_id: uuid.UUID) -> Assignment:
    assignment = queries.find_assignment(scope, assignment_id).assignment
    permissions.check_changes(scope.by, scope.id, created_by=assignment.created_by)
    return assignment


def leave(assignment: Assignment, person_ids: Collection[uuid.UUID], *, by: Actor, at: datetime) -> None:
    """These people left the audience: what they did not begin is asked no more, the rest stays asked for and goes on.

    The place on the course goes with the last assignment that asks for it.
    """
    gone = queries.not_begun(assignment, person_ids)
    for some in in_portions(gone):
        mine = (Assignee.assignment_id == assignment.id, Assignee.person_id.in_(some))
        db.session.execute(sa.update(Assignee).where(*mine).values(left_at=at))
    off = queries.wanted_by_none(assignment, gone)
    if off:
        course_ids = [assignment.course_id]
        take_name_off(assignment.organisation_id, off, reason=LEFT_AUDIENCE, by=by, at=at, course_ids=course_ids)


# --- news of who comes and goes


def ask_new_members(event: MembersAdded) -> None:
    """Who joins the organisation is asked what all of it is asked."""
    _follow(event.organisation_id, event.person_ids, queries.ORGANISATION, at=event.at)


def follow_teams(event: TeamsChanged) -> None:
    """Who comes into a team is asked what the team is asked; who goes is asked no more, as far as not begun."""
    _follow(event.organisation_id, event.person_ids, queries.TEAM, at=event.at)


def _follow(organisation_id: uuid.UUID, person_ids: Sequence[uuid.UUID], kind: str, *, at: datetime) -> None:
    """At once; where many people and assignments meet by a job, so that nobody waits and no lock is held for long."""
    meetings = len(person_ids) * len(queries.standing_assignments(organisation_id, (kind,)))
    if meetings <= MOST_AT_ONCE:
        bring_up_to_date(organisation_id, person_ids, kind, at=at)
        return
    payload = {"organisation": str(organisation_id), "people": [str(one) for one in person_ids], "kind": kind}
    enqueue(FOLLOW_JOB, f"{FOLLOW_JOB}:{new_id()}", payload, at=at)


def bring_up_to_date(organisation_id: uuid.UUID, person_ids: Sequence[uuid.UUID], kind: str, *, at: datetime) -> None:
    """Who of these people is in an audience of this kind now is asked, who is in it no more is not."""
    for assignment, slug in queries.standing_assignments(organisation_id, (kind,)):
        inside = queries.audience_of(assignment, person_ids)
        asked = queries.asked_by(assignment.id, person_ids)
        ask(assignment, slug, sorted(inside - asked), by=SYSTEM, at=at)
        leave(assignment, asked - inside, by=SYSTEM, at=at)


def forget_leavers(event: MembersLeft) -> None:
    """Who left the organisation is asked nothing by it any more; learning looks after the enrolments."""
    open_ones = queries.unfinished(event.organisation_id, event.person_ids)
    for assignment_id in {one[0] for one in open_ones}:
        for some in in_portions(person_id for found, person_id in open_ones if found == assignment_id):
            mine = (Assignee.assignment_id == assignment_id, Assignee.person_id.in_(some))
            db.session.execute(sa.update(Assignee).where(*mine).values(left_at=event.at))


def tell_on_accepting(event: MemberAccepted) -> None:
    """Who accepts an invitation is told what is asked of them since: up to now the organisation did not know them."""
    for assignment, slug in queries.standing_assignments(event.organisation_id, queries.KINDS):
        due_on = queries.due_day_of(assignment.id, event.person_id)
        if due_on:
            told = queries.to_be_told(assignment, [event.person_id])
            _tell(assignment, find_published(slug).title, due_on, told, at=event.at)
