"""Making the draft the next revision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.canonical import digest
from lms.core.db import db
from lms.core.events import publish
from lms.core.ids import new_id
from lms.core.reasons import Refused
from lms.courses import permissions, queries
from lms.courses.events import CoursePublished
from lms.courses.models import Course, CourseDraft, CourseRevision
from lms.courses.ports import Mistake, quiz_bodies
from lms.courses.reasons import CourseReason
from lms.courses.rules.mistakes import mistakes_of, unfinished
from lms.courses.rules.outline import Outline
from lms.courses.rules.words import searchable


def publish_course(slug: str, *, by: Actor, at: datetime, version: int | None = None) -> CourseRevision:
    """Makes the draft the next revision; an unchanged draft gives the revision that stands.

    `version` is the draft's that the author looked at. Learners stay on the revision on which they enrolled.
    Refused: course.unknown (also where the person may not write it), core.forbidden, course.draft_moved_on,
    course.mistakes_block_publishing (with each mistake named).
    """
    course = queries.find_written(slug, by)
    permissions.check(by, "publish", organisation_id=course.organisation_id, course_id=course.id)
    draft = db.session.get_one(CourseDraft, course.id, with_for_update=True, populate_existing=True)
    if version is not None and draft.version != version:
        raise Refused(CourseReason.DRAFT_MOVED_ON)
    db.session.refresh(course)  # who held the draft before may have published it
    document = draft.outline
    standing = db.session.get(CourseRevision, course.revision_id) if course.revision_id else None
    if standing and standing.digest == digest(document):
        return standing
    outline = Outline.of(document)
    if mistakes := find_mistakes(outline):
        raise Refused(CourseReason.MISTAKES, mistakes=[asdict(mistake) for mistake in mistakes])
    for body in queries.load_bodies([a.body for a in outline.activities if a.kind == "quiz"]).values():
        quiz_bodies.call.register(course.id, body)
    revision = _add_revision(course, document, at=at)
    record("course.published", by=by, subject=("course", course.id), at=at, number=revision.number)
    publish(CoursePublished(course.id, revision.id, revision.number, at))
    return revision


def find_mistakes(outline: Outline, bodies: Mapping[str, dict[str, Any]] | None = None) -> list[Mistake]:
    """Everything that keeps an outline and its bodies from being published; [] where nothing does.

    `bodies` by digest, where they are at hand already.
    """
    bodies = bodies or queries.load_bodies([activity.body for activity in outline.activities])
    return [*mistakes_of(outline), *unfinished(outline, bodies), *_mistakes_in_quizzes(outline, bodies)]


def _mistakes_in_quizzes(outline: Outline, bodies: Mapping[str, dict[str, Any]]) -> Iterator[Mistake]:
    for activity in outline.activities:
        if activity.kind != "quiz":
            continue
        body = bodies[activity.body]
        yield from (replace(one, activity=activity.key) for one in quiz_bodies.call.mistakes(body))
        if activity.is_required and not quiz_bodies.call.has_markable(body):
            yield Mistake(CourseReason.UNMARKABLE.code, activity.key, {"title": activity.title})


def _add_revision(course: Course, outline: dict[str, Any], *, at: datetime) -> CourseRevision:
    last = db.session.scalar(sa.select(sa.func.max(CourseRevision.number)).where(CourseRevision.course_id == course.id))
    facts = outline["facts"]
    revision = CourseRevision(
        id=new_id(),
        course_id=course.id,
        number=(last or 0) + 1,
        outline=outline,
        digest=digest(outline),
        title=facts["title"],
        language=facts["language"],
        facts=facts,
        words=searchable(facts),
        is_open=facts["enrolment"] == "open",
        published_at=at,
    )
    db.session.add(revision)
    db.session.flush()  # the course points at it
    course.revision_id = revision.id
    return revision
