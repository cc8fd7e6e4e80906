"""The learners of a course, for its staff: a list that is searched, filtered, sorted and paged by the database."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from lms.accounts.models import Person
from lms.accounts.queries import is_named
from lms.core.actor import Actor
from lms.core.db import db
from lms.core.reasons import CoreReason, Refused
from lms.core.web.cursors import PAGE, decode_cursor, key_of, page_of
from lms.courses.models import CourseRevision
from lms.courses.queries import find_course, find_published, load_draft
from lms.courses.reasons import CourseReason
from lms.learning.models import Enrolment, GroupMember
from lms.learning.permissions import may_follow
from lms.learning.ports import credentials_held, tries
from lms.learning.rules.progress import ACTIVE, COMPLETED, WITHDRAWN
from lms.organisations.queries import people_in_teams, team_ids_with_subteams

IDLE_DAYS = 14
"""Days without a step, after which an active learner may need help."""
STATUSES = (ACTIVE, COMPLETED, WITHDRAWN)
SORTS = ("name", "-touched", "touched", "percent", "-percent")
Columns = dict[str, sa.ColumnElement[Any]]
_SORTED_BY: Columns = {"name": Person.sort_name, "touched": Enrolment.touched_at, "percent": Enrolment.percent}  # type: ignore[dict-item]


@dataclass(frozen=True)
class Wanted:
    """Which learners: all that fit, or, with `ids`, those among them. Plain values, so that a job can carry them.

    `revision`: on that number. `activity` with `done`: who has or has not completed that
    activity and has not left the course. `stuck`: who may
    need help. `group`: of the course. `team`: with its sub-teams, asked for only by who may see it.
    """

    q: str = ""
    status: str = ""
    revision: int | None = None
    activity: str = ""
    done: bool = False
    stuck: bool = False
    group: str = ""
    team: str = ""
    ids: tuple[str, ...] | None = None

    def as_document(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, document: dict[str, Any]) -> Wanted:
        ids = document.get("ids")
        return cls(**{**document, "ids": None if ids is None else tuple(ids)})

    def team_ids(self) -> tuple[uuid.UUID, uuid.UUID]:
        """(organisation, team) of `team`, which is "organisation:team"; Refused(core.cursor) for others."""
        organisation, _, team = self.team.partition(":")
        return key_of(organisation), key_of(team)


@dataclass(frozen=True)
class Learner:
    """An enrolment with its learner's name, which is empty for somebody who was erased."""

    enrolment: Enrolment
    name: str


@dataclass(frozen=True)
class FollowedCourse:
    """A course whose learners somebody follows."""

    id: uuid.UUID
    slug: str
    organisation_id: uuid.UUID


def find_followed(slug: str, by: Actor) -> FollowedCourse:
    """A course whose learners `by` may see; Refused(course.unknown) for anybody else: it is not theirs to know of."""
    course = find_course(slug)
    if not may_follow(by, course_id=course.id, organisation_id=course.organisation_id):
        raise Refused(CourseReason.UNKNOWN, slug=slug)
    return FollowedCourse(course.id, slug, course.organisation_id)


def fitting(course_id: uuid.UUID, wanted: Wanted, at: datetime) -> list[sa.ColumnElement[bool]]:
    """The conditions on a select that joins Enrolment and Person."""
    found: list[sa.ColumnElement[bool]] = [Enrolment.course_id == course_id]
    found += [is_named(word) for word in wanted.q.split()[:10]]
    if wanted.status:
        found.append(Enrolment.status == wanted.status)
    if wanted.revision is not None:
        on = (CourseRevision.course_id == course_id, CourseRevision.number == wanted.revision)
        found.append(Enrolment.revision_id.in_(sa.select(CourseRevision.id).where(*on)))
    if wanted.activity:
        completed = Enrolment.progress[(wanted.activity, "completed_at")].as_string()
        found += [completed.is_not(None) if wanted.done else completed.is_(None), Enrolment.status != WITHDRAWN]
    if wanted.stuck:
        found.append(may_be_stuck(course_id, at))
    if wanted.group:
        found.append(Enrolment.id.in_(people_in_group(wanted.group)))
    if wanted.team:
        found.append(Enrolment.person_id.in_(_in_team(wanted)))
    if wanted.ids is not None:
        found.append(Enrolment.id.in_([key_of(one) for one in wanted.ids]))
    return found


def people_in_group(key: str) -> sa.Select[uuid.UUID]:
    """A select of the enrolments in a group of this key, of whatever course. For `in_()`."""
    return sa.select(GroupMember.enrolment_id).where(GroupMember.group_key == key)


@dataclass(frozen=True)
class Group:
    """A group of a course's learners: `learners` counts who is in it."""

    key: str
    title: str
    learners: int


def list_groups(course: FollowedCourse) -> list[Group]:
    """Those of the draft, in its order, then what only the published revision still has."""
    counts = sa.select(GroupMember.group_key, sa.func.count().label("learners"))
    counts = counts.join(Enrolment, Enrolment.id == GroupMember.enrolment_id)
    counts = counts.where(Enrolment.course_id == course.id).group_by(GroupMember.group_key)
    learners = {row.group_key: row.learners for row in db.session.execute(counts)}
    draft, published = load_draft(course.id).outline["facts"], find_published(course.slug).facts
    titles = {one["key"]: one["title"] for facts in (published, draft) for one in facts.get("groups", [])}
    order = dict.fromkeys(one["key"] for facts in (draft, published) for one in facts.get("groups", []))
    return [Group(key, titles[key], learners.get(key, 0)) for key in order]


def _in_team(wanted: Wanted) -> sa.Select[uuid.UUID]:
    organisation_id, team_id = wanted.team_ids()
    return people_in_teams(team_ids_with_subteams(organisation_id, [team_id]))


def may_be_stuck(course_id: uuid.UUID, at: datetime) -> sa.ColumnElement[bool]:
    """Who has taken no step for long, fails at a quiz, or waits for a certificate: to be looked at one by one."""
    idle = Enrolment.touched_at < at - timedelta(days=IDLE_DAYS)
    failing = Enrolment.id.in_(tries.call.failing(course_id))
    held = sa.and_(Enrolment.status == COMPLETED, Enrolment.id.in_(credentials_held.call.waiting(course_id)))
    return sa.or_(sa.and_(Enrolment.status == ACTIVE, sa.or_(idle, failing)), held)


def count_learners(course_id: uuid.UUID, wanted: Wanted, at: datetime) -> int:
    rows = sa.select(sa.func.count()).select_from(Enrolment).join(Person, Person.id == Enrolment.person_id)
    return db.session.scalar(rows.where(*fitting(course_id, wanted, at))) or 0


def page_of_learners(
    course_id: uuid.UUID,
    wanted: Wanted,
    at: datetime,
    *,
    sort: str = "name",
    cursor: str | None = None,
    limit: int = PAGE,
) -> tuple[list[Learner], str | None]:
    """(page, next cursor). `sort` is one of SORTS, a minus in front turns it round; equal ones by their key."""
    column, falls = _SORTED_BY[sort.removeprefix("-")], sort.startswith("-")
    order = (column.desc(), Enrolment.id.desc()) if falls else (column, Enrolment.id)
    rows = sa.select(Enrolment, Person.name, column).join(Person, Person.id == Enrolment.person_id)
    rows = rows.where(*fitting(course_id, wanted, at)).order_by(*order).limit(limit + 1)
    if after := decode_cursor(cursor, 2):
        here, place = sa.tuple_(column, Enrolment.id), _place(sort, after)
        rows = rows.where(here < place if falls else here > place)
    found, following = page_of(db.session.execute(rows).all(), limit, lambda row: (_told(row[2]), row[0].id))
    return [Learner(enrolment, name) for enrolment, name, _key in found], following


def _told(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _place(sort: str, after: list[str]) -> Any:
    """Where the page before ended, in the types of the columns."""
    readers: dict[str, Callable[[str], Any]] = {"name": str, "touched": datetime.fromisoformat, "percent": int}
    read = readers[sort.removeprefix("-")]
    column = _SORTED_BY[sort.removeprefix("-")]
    try:
        value = read(after[0])
    except ValueError:
        raise Refused(CoreReason.CURSOR) from None
    return sa.tuple_(sa.literal(value, column.type), sa.literal(key_of(after[1]), Enrolment.id.type))


def find_learner(course_id: uuid.UUID, enrolment_id: uuid.UUID) -> Learner | None:
    rows = sa.select(Enrolment, Person.name).join(Person, Person.id == Enrolment.person_id)
    row = db.session.execute(rows.where(Enrolment.course_id == course_id, Enrolment.id == enrolment_id)).first()
    return Learner(*row) if row else None


def names_of(person_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Names of those who acted on a learner: staff of the course."""
    rows = sa.select(Person.id, Person.name).where(Person.id.in_(person_ids))
    return {row.id: row.name for row in db.session.execute(rows)}


def count_completed(course_id: uuid.UUID) -> dict[str, int]:
    """How many learners who have not left the course completed each activity, by its key.

    One pass over their progress in the database: about 10 µs an entry (docs/measured.md).
    """
    entry = sa.func.json_each(Enrolment.progress).table_valued(sa.column("key", sa.Text), sa.column("value", sa.JSON))
    completed = entry.c.value["completed_at"].as_string()
    rows = sa.select(entry.c.key, sa.func.count().label("learners")).select_from(Enrolment).join(entry, sa.true())
    here = (Enrolment.course_id == course_id, Enrolment.status != WITHDRAWN, completed.is_not(None))
    found = db.session.execute(rows.where(*here).group_by(entry.c.key))
    return {row.key: row.learners for row in found}


def select_learners(course_id: uuid.UUID, wanted: Wanted, at: datetime) -> sa.Select[uuid.UUID]:
    """Ids of the enrolments that fit, the oldest first; `Enrolment` may be narrowed further."""
    rows = sa.select(Enrolment.id).join(Person, Person.id == Enrolment.person_id)
    return rows.where(*fitting(course_id, wanted, at)).order_by(Enrolment.id)


def still_to_move(course_id: uuid.UUID, wanted: Wanted, to: int, at: datetime) -> sa.Select[uuid.UUID]:
    """Ids of the learners who fit and are on a revision before `to` (its number), the oldest enrolment first."""
    before = sa.select(CourseRevision.id).where(CourseRevision.course_id == course_id, CourseRevision.number < to)
    here = (Enrolment.status != WITHDRAWN, Enrolment.revision_id.in_(before))
    return select_learners(course_id, wanted, at).where(*here)
