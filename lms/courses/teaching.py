"""The courses that somebody teaches, page by page."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from lms.core.actor import Actor
from lms.core.db import db
from lms.core.folding import fold
from lms.core.web.cursors import PAGE, decode_cursor, page_of
from lms.courses.models import Course, CourseDraft, CourseRevision


@dataclass(frozen=True)
class TaughtCourse:
    """A course of one's own: `number` is None before the first publication, `changed` says that the draft differs."""

    slug: str
    title: str
    language: str
    number: int | None
    changed: bool


def taught_courses(
    by: Actor, *, words: str = "", cursor: str | None = None, limit: int = PAGE
) -> tuple[list[TaughtCourse], str | None]:
    """Courses that the person may write, by title, as far as every word stands in it: (page, next cursor)."""
    differs = sa.or_(CourseRevision.digest.is_(None), CourseRevision.digest != CourseDraft.digest)
    columns = (Course.slug, CourseDraft.title, CourseDraft.language, CourseRevision.number, differs)
    rows = sa.select(*columns).join_from(Course, CourseDraft, CourseDraft.course_id == Course.id)
    rows = rows.outerjoin(CourseRevision, CourseRevision.id == Course.revision_id).where(Course.archived_at.is_(None))
    if not by.is_administrator:
        mine = Course.organisation_id.in_(by.scopes("author", "organisation"))
        rows = rows.where(mine | Course.id.in_(by.scopes("teacher", "course")))
    for word in fold(words).split()[:10]:
        rows = rows.where(CourseDraft.words.contains(word, autoescape=True))
    if after := decode_cursor(cursor, 2):
        rows = rows.where(sa.tuple_(CourseDraft.title, Course.slug) > sa.tuple_(*map(sa.literal, after)))
    found = db.session.execute(rows.order_by(CourseDraft.title, Course.slug).limit(limit + 1))
    return page_of([TaughtCourse(*row) for row in found], limit, lambda course: (course.title, course.slug))
