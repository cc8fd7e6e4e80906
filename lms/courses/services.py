"""Use cases about courses: save a draft, publish it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.canonical import digest
from lms.core.db import db, insert_ignore
from lms.core.events import publish
from lms.core.ids import new_id
from lms.core.reasons import Refused
from lms.courses import permissions, queries
from lms.courses.events import CoursePublished
from lms.courses.models import Course, CourseBody, CourseDraft, CourseFile, CourseRevision
from lms.courses.ports import Mistake, quiz_bodies
from lms.courses.reasons import CourseReason
from lms.courses.rules.mistakes import mistakes_of
from lms.courses.rules.outline import Outline
from lms.courses.rules.words import searchable

__all__ = ["find_mistakes", "publish_course", "save_draft"]

SLUG = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*")
MOST_SLUG = 80


def save_draft(
    slug: str,
    *,
    organisation_id: uuid.UUID,
    outline: dict[str, Any],
    bodies: Mapping[str, dict[str, Any]],
    by: Actor,
    at: datetime,
) -> Course:
    """Makes the course, or replaces the draft of the one with this slug. `bodies` are by digest; files are in storage.

    Refused: course.slug_invalid, course.slug_of_another_organisation, core.forbidden.
    """
    if not SLUG.fullmatch(slug) or len(slug) > MOST_SLUG:
        raise Refused(CourseReason.SLUG_INVALID, slug=slug)
    course = db.session.scalar(sa.select(Course).where(Course.slug == slug))
    permissions.check(by, "write", organisation_id=organisation_id, course_id=course.id if course else None)
    if course is None:
        course = Course(id=new_id(), slug=slug, organisation_id=organisation_id, created_at=at)
        db.session.add(course)
    elif course.organisation_id != organisation_id:
        raise Refused(CourseReason.FOREIGN, slug=slug)
    _keep_content(bodies)
    db.session.flush()  # the draft refers to the course
    _replace_draft(course.id, outline, at)
    record("course.draft_saved", by=by, subject=("course", course.id), at=at, digest=digest(outline))
    return course


def _keep_content(bodies: Mapping[str, dict[str, Any]]) -> None:
    insert_ignore(CourseBody, [{"digest": address, "document": document} for address, document in bodies.items()])
    files = {
        file["digest"]: {"digest": file["digest"], "media_type": file["media_type"], "size": file["size"]}
        for document in bodies.values()
        for file in document.get("files", {}).values()
    }
    insert_ignore(CourseFile, list(files.values()))


def _replace_draft(course_id: uuid.UUID, outline: dict[str, Any], at: datetime) -> None:
    draft = db.session.get(CourseDraft, course_id, with_for_update=True)
    if draft is None:
        draft = CourseDraft(course_id=course_id, version=0)
        db.session.add(draft)
    draft.outline, draft.changed_at, draft.version = outline, at, draft.version + 1


def publish_course(slug: str, *, by: Actor, at: datetime) -> CourseRevision:
    """Makes the draft the next revision; an unchanged draft gives the revision that stands.

    Learners stay on the revision on which they enrolled. Refused: course.unknown (also where the person may not write
    it), core.forbidden, course.mistakes_block_publishing (with each mistake named).
    """
    course = queries.find_written(slug, by)
    permissions.check(by, "publish", organisation_id=course.organisation_id, course_id=course.id)
    document = queries.load_draft(course.id).outline
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


def find_mistakes(outline: Outline) -> list[Mistake]:
    """Everything that keeps an outline and its bodies from being published; [] where nothing does."""
    bodies = queries.load_bodies([activity.body for activity in outline.activities])
    return [*mistakes_of(outline), *_mistakes_in_quizzes(outline, bodies)]


def _mistakes_in_quizzes(outline: Outline, bodies: Mapping[str, dict[str, Any]]) -> Iterator[Mistake]:
    for activity in outline.activities:
        if activity.kind != "quiz":
            continue
        body = bodies[activity.body]
        yield from quiz_bodies.call.mistakes(body)
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
