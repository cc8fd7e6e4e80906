"""A course from nothing, or from another one."""

from __future__ import annotations

import re
import uuid
from datetime import datetime

from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.db import db
from lms.core.folding import fold
from lms.core.ids import new_id
from lms.courses import permissions, queries
from lms.courses.models import Course, CourseDraft
from lms.courses.rules import documents
from lms.courses.rules.edits import wrong_value
from lms.courses.rules.fields import Document, Fields, Wrong
from lms.courses.services.drafts import MOST_SLUG, add_edit, put_outline


def create_course(
    organisation_id: uuid.UUID, title: str, language: str, *, provider: str = "", by: Actor, at: datetime
) -> Course:
    """A course with a title, a language and nothing in it; its slug is made of the title.

    Refused: core.not_signed_in, core.forbidden, course.edit_wrong with the field.
    """
    permissions.check(by, "create", organisation_id=organisation_id)
    slug = _free_slug(title)
    given = {"key": slug, "title": title, "language": language, "provider": provider or None}
    return _begin(slug, organisation_id, {"facts": _facts(given), "modules": []}, by=by, at=at)


def copy_course(slug: str, title: str, *, by: Actor, at: datetime) -> Course:
    """A course of its own that begins with the other one's draft: same activities, same keys.

    Refused: course.unknown, core.forbidden, course.edit_wrong.
    """
    source = queries.find_written(slug, by)
    permissions.check(by, "create", organisation_id=source.organisation_id)
    outline = queries.load_draft(source.id).outline
    new_slug = _free_slug(title)
    facts = _facts(outline["facts"] | {"key": new_slug, "title": title})
    return _begin(new_slug, source.organisation_id, outline | {"facts": facts}, by=by, at=at)


def _facts(given: Document) -> Document:
    try:
        with Fields(given) as fields:
            return documents.facts(fields)
    except Wrong as wrong:
        raise wrong_value(str(next(iter(wrong.where), "title")), wrong) from wrong


def _begin(slug: str, organisation_id: uuid.UUID, outline: Document, *, by: Actor, at: datetime) -> Course:
    course = Course(id=new_id(), slug=slug, organisation_id=organisation_id, created_at=at)
    db.session.add(course)
    db.session.flush()  # the draft refers to the course
    draft = CourseDraft(course_id=course.id, version=0, archived={})
    put_outline(draft, outline)
    db.session.add(draft)
    add_edit(draft, "begin", by=by, at=at, operation={"op": "begin"}, inverse={})
    record("course.created", by=by, subject=("course", course.id), at=at, slug=slug)
    db.session.flush()
    return course


def _free_slug(title: str) -> str:
    """From the title; with a number where another course of the installation has it."""
    plain = re.sub(r"[^a-z0-9]+", "-", fold(title).lower()).strip("-")[: MOST_SLUG - 5].rstrip("-") or "course"
    number, slug = 1, plain
    while queries.standing_course(slug):
        number += 1
        slug = f"{plain}-{number}"
    return slug
