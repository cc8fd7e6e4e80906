"""What courses hold of a person: the changes that they made to drafts, to be copied for them.

Nothing is to be forgotten here: an edit names its author by the id alone, and the name behind it goes with the account.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from lms.accounts.ports import MOMENT, Column, Section
from lms.core.db import db
from lms.core.texts import N_
from lms.courses.models import CourseDraft, DraftEdit
from lms.courses.studio.history import edit_sentence, titles_of

COLUMNS = (Column("course", N_("Course")), Column("at", N_("When"), MOMENT), Column("what", N_("What you changed")))


def collect(person_id: uuid.UUID, _at: datetime) -> Iterator[Section]:
    """When, in which course, and what in words, the oldest first."""
    rows = sa.select(DraftEdit, CourseDraft).join(CourseDraft, CourseDraft.course_id == DraftEdit.course_id)
    mine = rows.where(DraftEdit.person_id == person_id).order_by(DraftEdit.course_id, DraftEdit.number)
    titles: dict[uuid.UUID, dict[tuple[str, str], str]] = {}
    edits = []
    for edit, draft in db.session.execute(mine):
        if draft.course_id not in titles:
            titles[draft.course_id] = titles_of(draft)
        what = edit_sentence(edit, titles[draft.course_id])
        edits.append({"course": draft.title, "at": edit.at, "number": edit.number, "kind": edit.kind, "what": what})
    yield Section("edits.json", N_("Courses that you changed"), edits, COLUMNS)
