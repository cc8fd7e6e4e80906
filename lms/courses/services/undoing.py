"""Undo and redo: each author takes back the own changes, never somebody else's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from lms.core.actor import Actor
from lms.core.db import db
from lms.core.reasons import Refused
from lms.courses.models import CourseDraft, DraftEdit
from lms.courses.reasons import CourseReason
from lms.courses.rules.edits import Operation
from lms.courses.rules.steps import Edit, Steps, steps_of, touched
from lms.courses.services.editing import DraftState, draft_of, keep_change, open_draft

FAR_BACK = 500
"""So many edits of one author are looked at; what is older stays in the history, but is not undone."""


def undo(slug: str, *, by: Actor, at: datetime, number: int | None = None) -> DraftState:
    """Takes back the person's last change, or the one with this number.

    Refused: course.unknown, course.nothing_to_undo, course.changed_since (somebody changed the same after it).
    """
    _course, row = open_draft(slug, by)
    done = own_steps(row, by).done
    step = next((one for one in reversed(done) if number in (None, one.number)), None)
    if step is None:
        raise Refused(CourseReason.NOTHING_TO_UNDO)
    return _keep(row, step.inverse, step.number, "undo", by=by, at=at)


def redo(slug: str, *, by: Actor, at: datetime) -> DraftState:
    """Does again what was undone last, as long as the person has changed nothing else since.

    Refused: course.unknown, course.nothing_to_redo, course.changed_since.
    """
    _course, row = open_draft(slug, by)
    undone = own_steps(row, by).undone
    if not undone:
        raise Refused(CourseReason.NOTHING_TO_REDO)
    number, step = undone[-1]
    return _keep(row, step.operation, number, "redo", by=by, at=at)


def own_steps(row: CourseDraft, by: Actor) -> Steps:
    """What the person could take back or do again now; nothing for a command, which is nobody."""
    if by.person_id is None:
        return Steps()
    mine = sa.select(DraftEdit).where(DraftEdit.course_id == row.course_id, DraftEdit.person_id == by.person_id)
    rows = db.session.scalars(mine.order_by(DraftEdit.number.desc()).limit(FAR_BACK)).all()
    return steps_of(_edit(one) for one in reversed(rows))


def _edit(row: DraftEdit) -> Edit:
    return Edit(row.number, row.kind, row.at, row.operation, row.inverse, row.undoes)


def _keep(row: CourseDraft, operation: Operation, number: int, kind: str, *, by: Actor, at: datetime) -> DraftState:
    if touched(operation) & _moved_since(row, number, by):
        raise Refused(CourseReason.CHANGED_SINCE)
    try:
        return keep_change(row, draft_of(row), operation, by=by, at=at, kind=kind, undoes=number)
    except Refused as refused:
        if refused.reason in (CourseReason.EDITED_MEANWHILE, CourseReason.ITEM_UNKNOWN):
            raise Refused(CourseReason.CHANGED_SINCE) from refused
        raise


def _moved_since(row: CourseDraft, number: int, by: Actor) -> set[tuple[str, str, str]]:
    """What others moved, took out or put back since; a field says by its value whether it changed."""
    others = sa.or_(DraftEdit.person_id.is_(None), DraftEdit.person_id != by.person_id)
    later = sa.select(DraftEdit.operation).where(DraftEdit.course_id == row.course_id, DraftEdit.number > number)
    found: Sequence[Operation] = db.session.scalars(
        later.where(others, DraftEdit.kind.in_(("edit", "undo", "redo")))
    ).all()
    return {one for operation in found for one in touched(operation) if one[2] == "place"}
