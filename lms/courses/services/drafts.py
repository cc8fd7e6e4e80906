"""Saving a draft whole, as imports do."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.canonical import digest
from lms.core.db import db, in_portions, insert_ignore
from lms.core.folding import fold
from lms.core.ids import new_id
from lms.core.reasons import Refused
from lms.courses import permissions
from lms.courses.models import Course, CourseBody, CourseDraft, CourseFile, DraftEdit
from lms.courses.reasons import CourseReason
from lms.courses.rules.edits import still_archived

SLUG = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*")
MOST_SLUG = 80
A_DAY = timedelta(days=1)


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
    keep_content(bodies, at=at)
    db.session.flush()  # the draft refers to the course
    _replace_draft(course.id, outline, by=by, at=at)
    record("course.draft_saved", by=by, subject=("course", course.id), at=at, digest=digest(outline))
    return course


def keep_content(bodies: Mapping[str, dict[str, Any]], *, at: datetime) -> None:
    keep_bodies(bodies, at=at)
    files = {
        file["digest"]: {"digest": file["digest"], "media_type": file["media_type"], "size": file["size"]}
        for document in bodies.values()
        for file in document.get("files", {}).values()
    }
    insert_ignore(CourseFile, list(files.values()))


def keep_bodies(bodies: Mapping[str, dict[str, Any]], *, at: datetime) -> None:
    """Bodies by digest, whose files are known already. One that stands is young again, before anything names it.

    In this order, so that none is pruned in between: what is being deleted is waited for, and inserted anew.
    """
    for some in in_portions(bodies):
        old = (CourseBody.digest.in_(some), CourseBody.kept_at < at - A_DAY)
        db.session.execute(sa.update(CourseBody).where(*old).values(kept_at=at))
    rows = [{"digest": address, "document": document, "kept_at": at} for address, document in bodies.items()]
    insert_ignore(CourseBody, rows)


def lock_draft(course_id: uuid.UUID) -> CourseDraft | None:
    """The draft as it stands now; nobody else changes it before this transaction ends."""
    wanted = sa.select(CourseDraft).where(CourseDraft.course_id == course_id).with_for_update()
    return db.session.scalar(wanted.execution_options(populate_existing=True))


def add_edit(draft: CourseDraft, kind: str, *, by: Actor, at: datetime, **facts: Any) -> DraftEdit:
    """The next line of the draft's history; the draft's version is its number."""
    draft.version, draft.changed_at = draft.version + 1, at
    edit = DraftEdit(course_id=draft.course_id, number=draft.version, person_id=by.person_id, at=at, kind=kind, **facts)
    db.session.add(edit)
    return edit


def put_outline(draft: CourseDraft, outline: dict[str, Any]) -> None:
    """The outline, with what lists show of it."""
    facts = outline["facts"]
    draft.outline, draft.digest = outline, digest(outline)
    draft.title, draft.language, draft.words = facts["title"], facts["language"], fold(facts["title"])


def _replace_draft(course_id: uuid.UUID, outline: dict[str, Any], *, by: Actor, at: datetime) -> None:
    draft = lock_draft(course_id)
    if draft is None:
        draft = CourseDraft(course_id=course_id, version=0, archived={})
        db.session.add(draft)
    put_outline(draft, outline)
    draft.archived = still_archived(outline, draft.archived)
    add_edit(draft, "import", by=by, at=at, operation={"op": "import"}, inverse={})
