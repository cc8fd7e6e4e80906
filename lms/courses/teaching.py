"""What authors see of their courses: the list, and what publishing the draft would do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.core.actor import Actor
from lms.core.db import db
from lms.core.reasons import explain
from lms.courses import queries
from lms.courses.models import Course, CourseDraft, CourseRevision
from lms.courses.ports import learners
from lms.courses.rules.differences import Difference, compare
from lms.courses.rules.outline import Outline
from lms.courses.rules.warnings import warnings_of
from lms.courses.services import find_mistakes


@dataclass(frozen=True)
class TaughtCourse:
    """A course of one's own: `number` is None before the first publication, `changed` says that the draft differs."""

    slug: str
    title: str
    language: str
    number: int | None
    changed: bool


@dataclass(frozen=True)
class Preview:
    """What publishing would do: `mistakes` (sentences) block it, `warnings` do not.

    `lines`: (added | changed | moved | removed, title, key), one an activity. `learners`: (number of a revision, active
    learners on it), the newest first.
    """

    course: Course
    draft: Outline
    number: int | None
    changed: bool
    mistakes: list[str]
    warnings: list[str]
    lines: list[tuple[str, str, str]]
    learners: list[tuple[int, int]]


def taught_courses(by: Actor) -> list[TaughtCourse]:
    """Courses that the person may write, by title."""
    rows = sa.select(Course, CourseDraft, CourseRevision).join(CourseDraft, CourseDraft.course_id == Course.id)
    rows = rows.outerjoin(CourseRevision, CourseRevision.id == Course.revision_id).where(Course.archived_at.is_(None))
    if not by.is_administrator:
        mine = Course.organisation_id.in_(by.scopes("author", "organisation"))
        rows = rows.where(mine | Course.id.in_(by.scopes("teacher", "course")))
    found = [_taught(*row) for row in db.session.execute(rows)]
    return sorted(found, key=lambda course: course.title)


def _taught(course: Course, draft: CourseDraft, revision: CourseRevision | None) -> TaughtCourse:
    facts = draft.outline["facts"]
    changed = revision is None or revision.outline != draft.outline
    return TaughtCourse(course.slug, facts["title"], facts["language"], revision.number if revision else None, changed)


def preview_publication(slug: str, *, by: Actor) -> Preview:
    """Refused(course.unknown) where there is none, or none of the person's own."""
    course = queries.find_written(slug, by)
    document = queries.load_draft(course.id).outline
    standing = db.session.get(CourseRevision, course.revision_id) if course.revision_id else None
    draft = Outline.of(document)
    mistakes = [_in_words(mistake) for mistake in find_mistakes(draft)]
    bodies = queries.load_bodies([activity.body for activity in draft.activities])
    warnings = [_in_words(warning) for warning in warnings_of(draft, bodies)]
    changed = standing is None or standing.outline != document
    difference = compare(standing.outline if standing else None, document)
    lines = list(_lines(difference, Outline.of(standing.outline) if standing else None, draft))
    number = standing.number if standing else None
    return Preview(course, draft, number, changed, mistakes, warnings, lines, _learners(course))


def _learners(course: Course) -> list[tuple[int, int]]:
    active = learners.call.count_by_revision(course.id)
    numbers = sa.select(CourseRevision.id, CourseRevision.number).where(CourseRevision.course_id == course.id)
    found = db.session.execute(numbers.order_by(CourseRevision.number.desc()))
    return [(row.number, active[row.id]) for row in found if row.id in active]


def _lines(difference: Difference, before: Outline | None, after: Outline) -> Iterator[tuple[str, str, str]]:
    for kind in ("added", "changed", "moved"):
        for key in getattr(difference, kind):
            yield kind, after.by_key[key].title, key
    for key in difference.removed:
        yield "removed", before.by_key[key].title if before else key, key


def _in_words(mistake: Any) -> str:
    sentence = explain(mistake.code, dict(mistake.values))
    return f"{mistake.where}: {sentence}" if mistake.where else sentence
