"""Saving a draft whole, as imports do."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.canonical import digest
from lms.core.db import db, insert_ignore
from lms.core.ids import new_id
from lms.core.reasons import Refused
from lms.courses import permissions
from lms.courses.models import Course, CourseBody, CourseDraft, CourseFile
from lms.courses.reasons import CourseReason

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
    keep_content(bodies)
    db.session.flush()  # the draft refers to the course
    _replace_draft(course.id, outline, at)
    record("course.draft_saved", by=by, subject=("course", course.id), at=at, digest=digest(outline))
    return course


def keep_content(bodies: Mapping[str, dict[str, Any]]) -> None:
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
