"""Who changed what in a draft, when, in words."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.core.actor import Actor
from lms.core.db import db
from lms.core.i18n import N_, _, ngettext
from lms.core.web.cursors import PAGE, decode_cursor, page_of
from lms.courses import queries
from lms.courses.models import CourseDraft, CourseRevision, DraftEdit
from lms.courses.rules.edits import Draft, Operation, items_of
from lms.courses.services.undoing import own_steps
from lms.courses.wording import requirement_sentence

SHOWN_AT_ONCE = 3
"""Of an operation made of many, so many are told one by one."""


@dataclass(frozen=True)
class HistoryLine:
    """`number` and `operation` are None for a publication; `may_undo`: it is the reader's own and stands."""

    number: int | None
    kind: str
    at: datetime
    by: str | None
    mine: bool
    sentence: str
    operation: Operation | None
    may_undo: bool


def draft_history(
    slug: str, by: Actor, *, cursor: str | None = None, limit: int = PAGE
) -> tuple[list[HistoryLine], str | None]:
    """The newest first, with the publications between: (page, next cursor). Refused(course.unknown)."""
    course = queries.find_written(slug, by)
    row = queries.load_draft(course.id)
    edits, following = _page(course.id, cursor, limit)
    names = queries.names_of(edit.person_id for edit in edits if edit.person_id)
    titles = titles_of(row)
    own = {step.number for step in own_steps(row, by).done}
    lines = [_line(edit, names, titles, by, own) for edit in edits]
    newest = None if cursor is None else edits[0].at if edits else None
    oldest = edits[-1].at if following else None
    published = _publications(course.id, oldest, newest)
    return sorted([*lines, *published], key=lambda line: (line.at, line.number or 0), reverse=True), following


def _page(course_id: uuid.UUID, cursor: str | None, limit: int) -> tuple[list[DraftEdit], str | None]:
    rows = sa.select(DraftEdit).where(DraftEdit.course_id == course_id).order_by(DraftEdit.number.desc())
    if (after := decode_cursor(cursor, 1)) and after[0].isdecimal():
        rows = rows.where(DraftEdit.number < int(after[0][:9]))
    found: Sequence[DraftEdit] = db.session.scalars(rows.limit(limit + 1)).all()
    return page_of(found, limit, lambda edit: (edit.number,))


def _publications(course_id: uuid.UUID, oldest: datetime | None, newest: datetime | None) -> list[HistoryLine]:
    rows = sa.select(CourseRevision.number, CourseRevision.published_at).where(CourseRevision.course_id == course_id)
    if oldest:
        rows = rows.where(CourseRevision.published_at >= oldest)
    if newest:
        rows = rows.where(CourseRevision.published_at < newest)
    return [_published(number, at) for number, at in db.session.execute(rows)]


def _published(number: int, at: datetime) -> HistoryLine:
    sentence = _("Published as revision %(number)s.", number=number)
    return HistoryLine(None, "published", at, None, False, sentence, None, False)


def _line(
    edit: DraftEdit, names: dict[uuid.UUID, str], titles: dict[tuple[str, str], str], by: Actor, own: set[int]
) -> HistoryLine:
    mine = edit.person_id is not None and edit.person_id == by.person_id
    name = names.get(edit.person_id) if edit.person_id else None
    sentence = edit_sentence(edit, titles)
    return HistoryLine(edit.number, edit.kind, edit.at, name, mine, sentence, edit.operation, edit.number in own)


def titles_of(row: CourseDraft) -> dict[tuple[str, str], str]:
    """What activities and modules are called now; others are called by their key."""
    draft = Draft(row.outline, row.archived)
    titles = {(on, item["key"]): item["title"] for on in ("activity", "module") for item in items_of(draft, on)}
    return titles | {("outcome", line["key"]): line["text"] for line in row.outline["facts"]["outcomes"]}


def edit_sentence(edit: DraftEdit, titles: dict[tuple[str, str], str]) -> str:
    if edit.kind == "undo":
        return _("Undone: %(sentence)s", sentence=operation_sentence(edit.inverse, titles))
    if edit.kind == "redo":
        return _("Done again: %(sentence)s", sentence=operation_sentence(edit.operation, titles))
    return operation_sentence(edit.operation, titles)


def operation_sentence(operation: Operation, titles: dict[tuple[str, str], str]) -> str:
    """What an operation did."""
    return _BY_NAME[operation["op"]](operation, titles)


def _name(operation: Operation, titles: dict[tuple[str, str], str]) -> str:
    key = str(operation["key"])
    return titles.get((operation["on"], key), key)


def _several(operation: Operation, titles: dict[tuple[str, str], str]) -> str:
    inner = operation["operations"]
    if len(inner) <= SHOWN_AT_ONCE:
        return " ".join(operation_sentence(one, titles) for one in inner)
    return str(ngettext("Changed %(num)s setting at once.", "Changed %(num)s settings at once.", len(inner)))


def _set(operation: Operation, titles: dict[tuple[str, str], str]) -> str:
    if operation["on"] == "course":
        return _(_OF_COURSE[operation["field"]])
    title = _name(operation, titles)
    match operation["field"]:
        case "title":
            return _("Renamed “%(before)s” to “%(title)s”.", before=operation["was"], title=operation["value"])
        case "minutes":
            return _("Changed how many minutes “%(title)s” takes.", title=title)
        case "requirement":
            sentence = requirement_sentence(operation["value"])
            return _("Changed what “%(title)s” asks for. %(sentence)s", title=title, sentence=sentence)
        case "release":
            return _("Changed when “%(title)s” opens.", title=title)
    return _("Edited what “%(title)s” shows.", title=title)


_OF_COURSE = {
    "title": N_("Changed the title of the course."),
    "language": N_("Changed the language of the course."),
    "summary": N_("Changed the summary."),
    "provider": N_("Changed the provider."),
    "audience": N_("Changed whom the course is for."),
    "level": N_("Changed the level."),
    "workload_hours": N_("Changed the hours that the course takes."),
    "outcomes": N_("Changed the outcomes."),
    "skills": N_("Changed the skills."),
    "certificate": N_("Changed the certificate."),
    "enrolment": N_("Changed who can enrol."),
    "groups": N_("Changed the groups of learners."),
}


def _added(operation: Operation, _titles: dict[tuple[str, str], str]) -> str:
    title = operation["item"]["title"]
    if operation["on"] == "module":
        return _("Added the module “%(title)s”.", title=title)
    return _("Added “%(title)s”.", title=title)


def _told(text: str) -> Callable[[Operation, dict[tuple[str, str], str]], str]:
    return lambda operation, titles: _(text, title=_name(operation, titles))


_BY_NAME: dict[str, Callable[[Any, dict[tuple[str, str], str]], str]] = {
    "several": _several,
    "set": _set,
    "add": _added,
    "remove": lambda operation, _titles: _("Took “%(title)s” away again.", title=operation["was"]["title"]),
    "move": _told(N_("Moved “%(title)s”.")),
    "archive": _told(N_("Took “%(title)s” out of the course.")),
    "put_back": _told(N_("Put “%(title)s” back.")),
    "import": lambda _operation, _titles: _("Brought in the whole course from a file."),
    "begin": lambda _operation, _titles: _("Began the course."),
}
