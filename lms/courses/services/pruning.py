"""Bodies that nothing names any more go after a month: what was refused, imports that were looked at and never made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from lms.core.db import db
from lms.courses.models import CourseBody, CourseDraft, CourseRevision, DraftEdit
from lms.courses.rules.edits import bodies_in

KEPT = timedelta(days=30)
"""Whoever compares two texts, or has not confirmed an import yet, finds them for so long."""
AT_ONCE = 500
_NAMING = (
    sa.select(CourseDraft.outline, CourseDraft.archived),
    sa.select(CourseRevision.outline),
    sa.select(DraftEdit.operation, DraftEdit.inverse),
)
"""All that shows a body, published it, or may bring it back: history and undo are the log, which never shrinks."""


def unnamed_bodies(at: datetime) -> list[str]:
    """Digests of the bodies that were kept for the last time more than KEPT ago and that no document names.

    Reads every draft, revision and edit once, where anything is old at all; holds no lock.
    """
    old = set(db.session.scalars(sa.select(CourseBody.digest).where(_is_old(at))))
    for document in _documents() if old else ():
        old -= bodies_in(document)
    return sorted(old)


def prune_bodies(digests: list[str], at: datetime) -> None:
    """Deletes those of up to AT_ONCE that are still old: whoever names one again keeps it anew first."""
    db.session.execute(sa.delete(CourseBody).where(CourseBody.digest.in_(digests), _is_old(at)))


def _is_old(at: datetime) -> sa.ColumnElement[bool]:
    return CourseBody.kept_at < at - KEPT


def _documents() -> Iterator[Any]:
    for rows in _NAMING:
        for row in db.session.execute(rows.execution_options(yield_per=AT_ONCE)):
            yield from row
