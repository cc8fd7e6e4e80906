"""What authors see of their courses: the list."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from lms.core.actor import Actor
from lms.core.db import db
from lms.courses.models import Course, CourseDraft, CourseRevision


@dataclass(frozen=True)
class TaughtCourse:
    """A course of one's own: `number` is None before the first publication, `changed` says that the draft differs."""

    slug: str
    title: str
    language: str
    number: int | None
    changed: bool


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
