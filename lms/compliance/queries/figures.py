"""Key figures of an organisation's people, each counted by the filter that its link leads to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.compliance.models import Assignee, Assignment
from lms.compliance.queries.filters import Filters, Scope, seen_as_done
from lms.compliance.queries.people import count_people
from lms.core.db import db
from lms.courses.models import Course, CourseRevision
from lms.organisations.queries import people_within

COUNTED = ("late", "due_soon", "expiring", "held", "active", "done")


@dataclass(frozen=True)
class Figures:
    """How many people there are, and how many match each status of COUNTED."""

    people: int
    by_status: dict[str, int]


@dataclass(frozen=True)
class CourseFigures:
    """A course that was assigned: people asked, of them late, and done."""

    slug: str
    title: str
    people: int
    late: int
    done: int


def count(scope: Scope) -> Figures:
    """One statement a figure: what is counted is what the list then shows."""
    counted = {status: count_people(scope, Filters(status=status)) for status in COUNTED}
    return Figures(count_people(scope, Filters()), counted)


def by_course(scope: Scope) -> list[CourseFigures]:
    """The courses assigned by the organisation, the one with the most late people first."""
    done = seen_as_done(scope)
    is_done = done.c.person_id.is_not(None)
    late = sa.and_(Assignee.due_on < scope.today, ~is_done)
    people = sa.func.count(sa.distinct(Assignee.person_id))
    columns = (_when(late).label("late"), _when(is_done).label("done"))
    rows: Any = sa.select(Course.slug, CourseRevision.title, people.label("people"), *columns)
    rows = rows.select_from(Assignee).join(Assignment, Assignment.id == Assignee.assignment_id)
    same = sa.and_(done.c.person_id == Assignee.person_id, done.c.course_id == Assignment.course_id)
    rows = rows.outerjoin(done, same).join(Course, Course.id == Assignment.course_id)
    rows = rows.join(CourseRevision, CourseRevision.id == Course.revision_id)
    stands = (Assignment.organisation_id == scope.id, Assignment.withdrawn_at.is_(None), Assignee.left_at.is_(None))
    rows = rows.where(*stands, Assignee.person_id.in_(people_within(scope.by, scope.id)))
    rows = rows.group_by(Course.slug, CourseRevision.title)
    found = [CourseFigures(row.slug, row.title, row.people, row.late, row.done) for row in db.session.execute(rows)]
    return sorted(found, key=lambda one: (-one.late, one.title.casefold()))


def _when(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.count(sa.distinct(sa.case((condition, Assignee.person_id))))
