"""Changing a draft by operations, by as many authors at once as there are."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.core.actor import Actor
from lms.core.canonical import digest
from lms.core.db import db
from lms.core.reasons import Refused
from lms.courses import queries
from lms.courses.models import Course, CourseDraft, CourseFile, CourseRevision, DraftEdit
from lms.courses.reasons import CourseReason
from lms.courses.rules.bodies import body as read_body
from lms.courses.rules.bodies import empty_body, paths_of
from lms.courses.rules.edits import Draft, Operation, apply, find_item, keys_of, wrong_value
from lms.courses.rules.fields import Document, Wrong
from lms.courses.rules.merging import merge_bodies
from lms.courses.rules.operations import IsTaken, settle
from lms.courses.services.drafts import add_edit, keep_bodies, lock_draft, put_outline


@dataclass(frozen=True)
class DraftState:
    """A draft after a change. `key`: of what was added, else ""."""

    version: int
    changed_at: datetime
    outline: Document
    archived: Document
    key: str = ""


def change_draft(slug: str, operation: Document, *, by: Actor, at: datetime) -> DraftState:
    """Applies what somebody asks for (`rules.operations`); what changes nothing leaves no trace.

    Refused: course.unknown (also where the person may not write it), course.edited_meanwhile with both values,
    course.edit_wrong with the field, course.item_unknown, course.place_gone, course.into_itself, course.too_deep.
    """
    _course, row = open_draft(slug, by)
    draft = draft_of(row)
    settled = settle(draft, operation, _taken(row, draft))
    if settled["op"] == "add" and settled["on"] == "activity":
        _keep_empty(settled["item"], at)
    return keep_change(row, draft, settled, by=by, at=at)


def save_body(slug: str, key: str, document: Document, *, based_on: str, by: Actor, at: datetime) -> str:
    """The digest of the activity's body after saving; `based_on` is the digest of the body that the author began from.

    Where somebody else saved meanwhile, both changes are put together block by block. Refused: course.unknown,
    course.item_unknown, course.edit_wrong, course.kind_fixed, course.file_unknown; course.edited_meanwhile with both
    digests (`now`, `yours`) where the changes touch each other, or `based_on` was never a body of the course: the text
    is kept as a body all the same.
    """
    course, row = open_draft(slug, by)
    draft = draft_of(row)
    activity = find_item(draft, "activity", key)
    mine = _checked(document, activity)
    standing, sent = str(activity["body"]), digest(mine)
    keep_bodies({sent: mine}, at=at)  # as it was sent: what its author saves next begins from it
    if standing not in (based_on, sent):
        mine = _together(course.id, key, based_on, standing, mine, at)
        keep_bodies({digest(mine): mine}, at=at)
    change = {"op": "set", "on": "activity", "key": key, "field": "body", "value": digest(mine), "was": standing}
    if digest(mine) != sent:
        change["sent"] = sent  # known as the course's from now on
    keep_change(row, draft, change, by=by, at=at)
    return digest(mine)


def body_of(slug: str, key: str, *, by: Actor) -> tuple[str, Document]:
    """(digest, document) of what an activity shows. Refused: course.unknown, course.item_unknown."""
    row = queries.load_draft(queries.find_written(slug, by).id)
    digest_of_body = str(find_item(draft_of(row), "activity", key)["body"])
    return digest_of_body, queries.load_bodies([digest_of_body])[digest_of_body]


def open_draft(slug: str, by: Actor) -> tuple[Course, CourseDraft]:
    """The draft, locked until the end of the transaction; Refused(course.unknown)."""
    course = queries.find_written(slug, by)
    row = lock_draft(course.id)
    if row is None:
        raise Refused(CourseReason.UNKNOWN, slug=slug)
    return course, row


def draft_of(row: CourseDraft) -> Draft:
    return Draft(row.outline, row.archived)


def keep_change(
    row: CourseDraft,
    draft: Draft,
    operation: Operation,
    *,
    by: Actor,
    at: datetime,
    kind: str = "edit",
    undoes: int | None = None,
) -> DraftState:
    """Applies a settled operation and keeps it in the history."""
    changed, inverse = apply(draft, operation)
    adds = operation["item"]["key"] if operation["op"] == "add" else None
    if changed != draft:
        put_outline(row, changed.outline)
        row.archived = changed.archived
        facts = {"operation": operation, "inverse": inverse, "adds": adds, "undoes": undoes}
        add_edit(row, kind, by=by, at=at, **facts)
        db.session.flush()
    return DraftState(row.version, row.changed_at, row.outline, row.archived, adds or "")


def _taken(row: CourseDraft, draft: Draft) -> IsTaken:
    """Whether a key was ever used in the course: now, taken out, published, or added and undone."""
    keys = keys_of(draft)
    return lambda key: key in keys or _was_added(row.course_id, key) or _was_published(row.course_id, key)


def _was_added(course_id: uuid.UUID, key: str) -> bool:
    added = sa.exists().where(DraftEdit.course_id == course_id, DraftEdit.adds == key)
    return bool(db.session.scalar(sa.select(added)))


def _was_published(course_id: uuid.UUID, key: str) -> bool:
    """Asked of the documents as text, so that they need not be loaded."""
    text = sa.cast(CourseRevision.outline, sa.Text).contains(f'"key": "{key}"', autoescape=True)
    return bool(db.session.scalar(sa.select(sa.exists().where(CourseRevision.course_id == course_id, text))))


def _keep_empty(activity: Document, at: datetime) -> None:
    """The body of a new activity; that of a copy stands already."""
    empty = empty_body(activity["kind"])
    if activity["body"] == digest(empty):
        keep_bodies({digest(empty): empty}, at=at)


def _checked(document: Document, activity: Document) -> Document:
    try:
        found = read_body(document)
    except Wrong as wrong:
        raise wrong_value("body", wrong) from wrong
    if found["kind"] != activity["kind"]:
        raise Refused(CourseReason.KIND_FIXED, kind=activity["kind"])
    _refuse_missing_files(found)
    _refuse_unknown_files(found.get("files", {}))
    return found


def _refuse_missing_files(body: Document) -> None:
    """What a body shows in a field of its own has to be there: no page could show it otherwise."""
    missing = next((path for path in paths_of(body) if path not in body["files"]), None)
    if missing is not None:
        raise Refused(CourseReason.FILE_UNKNOWN, path=missing)


def _refuse_unknown_files(files: Document) -> None:
    """Only what was uploaded as a file of a course may be named: storage holds other things under their digests too."""
    wanted = {file["digest"] for file in files.values()}
    rows = db.session.scalars(sa.select(CourseFile).where(CourseFile.digest.in_(wanted))) if wanted else ()
    known = {row.digest: (row.media_type, row.size) for row in rows}
    for path, file in files.items():
        if known.get(file["digest"]) != (file["media_type"], file["size"]):
            raise Refused(CourseReason.FILE_UNKNOWN, path=path)


def _together(course_id: uuid.UUID, key: str, based_on: str, standing: str, mine: Document, at: datetime) -> Document:
    bodies = queries.load_own_bodies(course_id, [based_on, standing])
    merged = merge_bodies(bodies[based_on], bodies[standing], mine) if based_on in bodies else None
    if merged is None:
        _keep_apart(mine, at)
        about: dict[str, Any] = {"on": "activity", "key": key, "field": "body"}
        raise Refused(CourseReason.EDITED_MEANWHILE, **about, now=standing, yours=digest(mine))
    return merged


def _keep_apart(document: Document, at: datetime) -> None:
    """In a transaction of its own, since what is refused is rolled back: what somebody typed is not lost."""
    db.session.rollback()
    keep_bodies({digest(document): document}, at=at)
    db.session.commit()
