"""An organisation's people with courses, certificates and due work: a page of them in a fixed number of statements."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from lms.accounts.models import Person
from lms.compliance.models import Assignee, Assignment
from lms.compliance.queries.filters import Filters, Scope, matching, still_open
from lms.compliance.reasons import ComplianceReason
from lms.compliance.rules.due import LATE, Standing, Work, standing, worst
from lms.core.db import db, is_one_of
from lms.core.reasons import CoreReason, Refused
from lms.core.web.cursors import PAGE, decode_cursor, page_of
from lms.courses.models import Course, CourseRevision
from lms.courses.queries import load_revision
from lms.courses.rules.outline import Activity
from lms.credentials.models import Award, AwardDocument, AwardEvent
from lms.credentials.rules.statuses import ISSUED, Happening, Status, status_at
from lms.learning.models import Enrolment
from lms.learning.queries.shown import shown_enrolments
from lms.organisations.models import Membership
from lms.organisations.queries import HAS_ACCEPTED, SHOWN_EMAIL, SHOWN_NAME, teams_by_person

NEVER = date(9999, 12, 31)
CHUNK = 1000
UNFINISHED = sa.case((Enrolment.completed_at.is_(None), Enrolment.progress))
"""The progress of who has not completed the course; of the others nobody looks at it, and it is long."""


@dataclass(frozen=True)
class Certificate:
    """An award as the list shows it. `expires_at` is the last second in which it counts."""

    public_id: str
    course_id: uuid.UUID
    status: Status
    issued_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True)
class CourseOfPerson:
    """A person on a course as their organisation may see it.

    `status` is active, completed or withdrawn; `standing` what is asked of them by assignments, None for nothing.
    `is_seen` is False until the invitation is accepted: the organisation knows that it put them on it, and no more.
    """

    enrolment_id: uuid.UUID
    course_id: uuid.UUID
    slug: str
    title: str
    language: str
    status: str
    percent: int
    is_seen: bool
    begun: bool
    work: Work
    standing: Standing | None
    certificates: tuple[Certificate, ...] = ()


@dataclass
class PersonRow:
    """A member with what the organisation may see of them."""

    person_id: uuid.UUID
    name: str
    email: str
    number: str | None
    has_accepted: bool
    sort: Any = None
    teams: list[str] = field(default_factory=list)
    courses: list[CourseOfPerson] = field(default_factory=list)
    certificates: list[Certificate] = field(default_factory=list)


def page_of_people(
    scope: Scope, filters: Filters, *, cursor: str | None = None, limit: int = PAGE
) -> tuple[list[PersonRow], str | None]:
    """(a page of those who match, the cursor of the next). Refused as `matching`, and core.cursor."""
    rows, keys = _sorted(scope, filters)
    if after := decode_cursor(cursor, 2):
        rows = rows.where(sa.tuple_(*keys) > sa.tuple_(*_literals(filters, after)))
    found = [PersonRow(*row) for row in db.session.execute(rows.order_by(*keys).limit(limit + 1))]
    shown, following = page_of(found, limit, lambda row: (row.sort, row.person_id))
    fill(scope, shown, course=filters.course)
    return shown, following


def all_people(scope: Scope, filters: Filters) -> Iterator[list[PersonRow]]:
    """Everybody who matches, filled, in chunks; for exports."""
    rows, keys = _sorted(scope, filters)
    yield from _filled(scope, db.session.execute(rows.order_by(*keys)).all(), course=filters.course)


def some_people(scope: Scope, person_ids: Sequence[uuid.UUID]) -> Iterator[list[PersonRow]]:
    """Those of these people whom the actor sees now, filled, by name, in chunks."""
    rows, keys = _sorted(scope, Filters())
    found = [
        row
        for some in _chunks(person_ids)
        for row in db.session.execute(rows.where(Membership.person_id.in_(some)).order_by(*keys))
    ]
    found.sort(key=lambda row: (row[-1], row[0]))
    yield from _filled(scope, found)


def _filled(scope: Scope, rows: Sequence[Any], *, course: str = "") -> Iterator[list[PersonRow]]:
    """Chunks of people, each gone when the next is made: what is kept of thousands, the collector looks through."""
    for start in range(0, len(rows), CHUNK):
        chunk = [PersonRow(*row) for row in rows[start : start + CHUNK]]
        fill(scope, chunk, course=course)
        yield chunk


def find_person(scope: Scope, person_id: uuid.UUID) -> PersonRow:
    """One member; Refused(core.not_found) where the actor does not see them."""
    rows, _keys = _sorted(scope, Filters())
    found = [PersonRow(*row) for row in db.session.execute(rows.where(Membership.person_id == person_id))]
    if not found:
        raise Refused(CoreReason.NOT_FOUND)
    fill(scope, found)
    return found[0]


def _sorted(scope: Scope, filters: Filters) -> tuple[Any, tuple[Any, ...]]:
    """The rows that match, and what they are sorted by: a key and the id."""
    key: Any = Membership.sort_name
    rows = matching(scope, filters)
    if not filters.q:
        rows = rows.join(Person, Person.id == Membership.person_id)
    if filters.sort == "due":
        first = sa.func.min(Assignee.due_on).label("first")
        due = still_open(scope).with_only_columns(Assignee.person_id, first).group_by(Assignee.person_id).subquery()
        rows = rows.outerjoin(due, due.c.person_id == Membership.person_id)
        key = sa.func.coalesce(due.c.first, sa.literal(NEVER, sa.Date()))
    columns = (Membership.person_id, SHOWN_NAME, SHOWN_EMAIL, Membership.number, HAS_ACCEPTED, key)
    return rows.with_only_columns(*columns), (key, Membership.person_id)


def _literals(filters: Filters, after: list[str]) -> tuple[sa.ColumnElement[Any], sa.ColumnElement[Any]]:
    try:
        person_id = uuid.UUID(after[1])
        key: Any = date.fromisoformat(after[0]) if filters.sort == "due" else after[0]
    except ValueError:
        raise Refused(CoreReason.CURSOR) from None
    kind: Any = sa.Date() if filters.sort == "due" else sa.Text()
    return sa.literal(key, kind), sa.literal(person_id, Membership.person_id.type)


def count_people(scope: Scope, filters: Filters, *, most: int | None = None) -> int:
    """How many match; counting ends at `most`."""
    found = matching(scope, filters).limit(most).subquery()
    return db.session.scalars(sa.select(sa.func.count()).select_from(found)).one()


def fill(scope: Scope, people: Sequence[PersonRow], *, course: str = "") -> None:
    """Adds teams, courses and certificates: four statements for however many people."""
    ids = [person.person_id for person in people]
    if not ids:
        return
    teams = teams_by_person(scope.id, ids)
    asked = assigned_to(scope, ids)
    certificates = certificates_of(scope, ids)
    courses = courses_of(scope, ids, asked, certificates)
    for person in people:
        person.teams = [team.name for team in teams.get(person.person_id, [])]
        person.courses = [one for one in courses[person.person_id] if not course or one.slug == course]
        person.certificates = certificates[person.person_id]


Asked = dict[tuple[uuid.UUID, uuid.UUID], list[tuple[datetime, date]]]
"""(person, course) → [(assigned at, due on)] of assignments that stand."""


def assigned_to(scope: Scope, person_ids: Sequence[uuid.UUID]) -> Asked:
    """What assignments of the organisation ask of these people."""
    columns = (Assignee.person_id, Assignment.course_id, Assignee.assigned_at, Assignee.due_on)
    rows = sa.select(*columns).join(Assignment, Assignment.id == Assignee.assignment_id)
    stands = (Assignment.organisation_id == scope.id, Assignment.withdrawn_at.is_(None), Assignee.left_at.is_(None))
    found: Asked = defaultdict(list)
    for person_id, course_id, assigned_at, due_on in db.session.execute(
        rows.where(*stands, is_one_of(Assignee.person_id, person_ids))
    ):
        found[person_id, course_id].append((assigned_at, due_on))
    return found


def certificates_of(scope: Scope, person_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Certificate]]:
    """The awards of these people from enrolments that the organisation sees, the newest first, by what happened since.

    A row for each thing that happened: of most awards one, that the document was made.
    """
    columns = (Award.id, Award.public_id, Award.person_id, Award.course_id, Award.issued_at, Award.expires_at)
    rows = shown_enrolments(scope.id, person_ids, *columns, AwardEvent.kind, AwardEvent.at)
    rows = rows.join(Award, Award.enrolment_id == Enrolment.id)
    rows = rows.outerjoin(AwardEvent, sa.and_(AwardEvent.award_id == Award.id, AwardEvent.kind != ISSUED))
    awards: dict[uuid.UUID, tuple[Any, list[Happening]]] = {}
    for row in db.session.execute(rows.order_by(Award.issued_at.desc(), AwardEvent.number)):
        happened = awards.setdefault(row.id, (row, []))[1]
        if row.kind:
            happened.append(Happening(row.kind, row.at))
    found: dict[uuid.UUID, list[Certificate]] = defaultdict(list)
    for award, happened in awards.values():
        status = status_at(happened, award.expires_at, scope.at)
        found[award.person_id].append(
            Certificate(award.public_id, award.course_id, status, award.issued_at, award.expires_at)
        )
    return found


def courses_of(
    scope: Scope,
    person_ids: Sequence[uuid.UUID],
    asked: Asked,
    certificates: dict[uuid.UUID, list[Certificate]],
) -> dict[uuid.UUID, list[CourseOfPerson]]:
    """The enrolments of these people that the organisation sees, or that stand in its name; by title."""
    columns = (
        Enrolment.id, Enrolment.person_id, Enrolment.course_id, Enrolment.revision_id, Enrolment.status,
        Enrolment.percent, UNFINISHED.label("progress"), Enrolment.touched_at, Enrolment.completed_at,
    )  # fmt: skip
    rows = shown_enrolments(scope.id, person_ids, *columns, arranged=True)
    latest = {(row.person_id, row.course_id): row for row in db.session.execute(rows.order_by(Enrolment.cycle))}
    found: dict[uuid.UUID, list[CourseOfPerson]] = defaultdict(list)
    for (person_id, course_id), row in latest.items():
        held = tuple(one for one in certificates.get(person_id, ()) if one.course_id == course_id)
        found[person_id].append(_course(scope, row, asked.get((person_id, course_id), []), held))
    for several in found.values():
        several.sort(key=lambda one: (one.title.casefold(), one.slug))
    return found


def _course(
    scope: Scope, row: Any, asked: list[tuple[datetime, date]], held: tuple[Certificate, ...]
) -> CourseOfPerson:
    revision = load_revision(row.revision_id)
    required = revision.outline.required
    work = _work(row, required) if row.is_seen else Work(total=len(required))
    standings = [standing(due_on, assigned_at, work, scope.zone, scope.at) for assigned_at, due_on in asked]
    found = worst(standings)
    return CourseOfPerson(
        enrolment_id=row.id,
        course_id=row.course_id,
        slug=revision.slug,
        title=revision.outline.title,
        language=revision.outline.facts["language"],
        status=row.status if row.is_seen else "active",
        percent=row.percent if row.is_seen else 0,
        is_seen=bool(row.is_seen),
        begun=work.begun,
        work=work,
        standing=found if row.is_seen or found is None else _unseen(found),
        certificates=held,
    )


def _work(row: Any, required: Sequence[Activity]) -> Work:
    """Of what is completed the progress is not read: all that was required is done, whatever else was not."""
    if row.completed_at:
        return Work(len(required), len(required), True, row.touched_at, row.completed_at)
    done = sum("completed_at" in row.progress.get(activity.key, {}) for activity in required)
    return Work(done, len(required), bool(row.progress), row.touched_at)


def _unseen(found: Standing) -> Standing:
    """What is asked of somebody who has not accepted the invitation: whether they began is not the organisation's."""
    late = found.state == LATE
    reason = ComplianceReason.LATE_INVITED if late else ComplianceReason.DUE_INVITED
    return Standing(found.state, found.due_on, reason, {"due_on": found.due_on.isoformat()})


def courses_offered(scope: Scope) -> list[tuple[str, str]]:
    """(slug, title) of published courses to choose from in the organisation: those of the catalogue and its own."""
    rows = sa.select(Course.slug, CourseRevision.title).join(CourseRevision, CourseRevision.id == Course.revision_id)
    own = sa.or_(CourseRevision.is_open, Course.organisation_id == scope.id)
    rows = rows.where(Course.archived_at.is_(None), own).order_by(CourseRevision.title, Course.slug)
    return [(slug, title) for slug, title in db.session.execute(rows)]


def courses_in_use(scope: Scope) -> list[tuple[str, str]]:
    """(slug, title) of what the organisation assigned or publishes, to filter by; by title."""
    asked = sa.select(Assignment.course_id).where(Assignment.organisation_id == scope.id)
    rows = sa.select(Course.slug, CourseRevision.title).join(CourseRevision, CourseRevision.id == Course.revision_id)
    rows = rows.where(sa.or_(Course.id.in_(asked), Course.organisation_id == scope.id))
    return [(slug, title) for slug, title in db.session.execute(rows.order_by(CourseRevision.title, Course.slug))]


def documents_of(award_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, AwardDocument]:
    """The documents of these awards, where they are there."""
    rows = sa.select(AwardDocument).where(AwardDocument.award_id.in_(award_ids))
    return {document.award_id: document for document in db.session.scalars(rows)}


def selected_people(scope: Scope, filters: Filters, ticked: Sequence[uuid.UUID] | None) -> list[uuid.UUID]:
    """The people of an action: all that match (`ticked` None), or those ticked; by name.

    Refused: compliance.nobody_chosen; compliance.people_unknown where one is not (any more) to be seen.
    """
    rows = matching(scope, filters if ticked is None else Filters())
    rows = rows.order_by(Membership.sort_name, Membership.person_id)
    if ticked is None:
        found = list(db.session.scalars(rows))
    else:
        wanted = list(dict.fromkeys(ticked))
        found = [
            one for some in _chunks(wanted) for one in db.session.scalars(rows.where(Membership.person_id.in_(some)))
        ]
        if len(found) < len(wanted):
            raise Refused(ComplianceReason.FOREIGN_PEOPLE, count=len(wanted) - len(found))
    if not found:
        raise Refused(ComplianceReason.NOBODY)
    return found


def _chunks(ids: Sequence[uuid.UUID]) -> Iterator[Sequence[uuid.UUID]]:
    """A statement takes only so many values (SQLite 32,766)."""
    return (ids[start : start + 5000] for start in range(0, len(ids), 5000))
