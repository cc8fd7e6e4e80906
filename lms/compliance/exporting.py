"""The people of a list as CSV and XLSX: a row for each person and course, all that match, not only the page shown."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from flask import Response

from lms.compliance.presenting import STATE_WORDS
from lms.compliance.queries.filters import Filters, Scope
from lms.compliance.queries.people import CourseOfPerson, PersonRow, all_people, selected_people, some_people
from lms.compliance.rules.file_names import legal_part
from lms.core.i18n import _, translate
from lms.core.spreadsheets import Cell, write_csv, write_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PIECE = 256 * 1024


def send_csv(scope: Scope, filters: Filters, *, ticked: Sequence[uuid.UUID] | None) -> Response:
    """UTF-8 with its mark. Read whole within the request: after it, its session and its snapshot are gone."""
    table = rows(scope, filters, ticked)
    file = _filled(lambda file: file.writelines(write_csv(headers(), table)))
    return _download_file(file, "text/csv; charset=utf-8", _name(scope, "csv"))


def send_xlsx(scope: Scope, filters: Filters, *, ticked: Sequence[uuid.UUID] | None) -> Response:
    """A workbook, made in a file that goes when it is sent."""
    table = rows(scope, filters, ticked)
    file = _filled(lambda file: write_xlsx(file, headers(), table, title=_("People")))
    return _download_file(file, XLSX, _name(scope, "xlsx"))


def _filled(fill: Callable[[Any], object]) -> Any:
    """A temporary file with what `fill` writes; closed by what sends it, or at once where filling it is refused."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - outlives this function
    try:
        fill(file)
    except BaseException:
        file.close()
        raise
    return file


def _download_file(file: Any, media_type: str, name: str) -> Response:
    size = file.tell()
    file.seek(0)
    response = _download(_pieces(file), media_type, name)
    response.content_length = size
    return response


def _pieces(file: Any) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece


def _download(content: Any, media_type: str, name: str) -> Response:
    response = Response(content, content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _name(scope: Scope, ending: str) -> str:
    return f"people-{legal_part(scope.organisation.slug)}-{scope.today.isoformat()}.{ending}"


def headers() -> list[str]:
    """In the reader's language."""
    return [
        _("Person"), _("E-mail"), _("Number"), _("Team"), _("Course"), _("Title"), _("Status"), _("Percent"),
        _("Due"), _("State"), _("Steps done"), _("Steps"), _("Last step on"), _("Completed on"),
        _("Certificate"), _("Status of the certificate"), _("Valid to"),
    ]  # fmt: skip


def rows(scope: Scope, filters: Filters, ticked: Sequence[uuid.UUID] | None) -> Iterator[list[Cell]]:
    """A row for each person and course; one without a course for who has none."""
    words = {state: translate(word) for state, word in STATE_WORDS.items()}
    chunks = (
        all_people(scope, filters) if ticked is None else some_people(scope, selected_people(scope, Filters(), ticked))
    )
    for chunk in chunks:
        for person in chunk:
            yield from _of(scope, person, words)


def _of(scope: Scope, person: PersonRow, words: dict[str, str]) -> Iterator[list[Cell]]:
    head: list[Cell] = [person.name, person.email, person.number, ", ".join(person.teams)]
    if not person.courses:
        yield head + [None] * 13
    for course in person.courses:
        yield head + _course(scope, course, words)


def _course(scope: Scope, course: CourseOfPerson, words: dict[str, str]) -> list[Cell]:
    asked, work = course.standing, course.work
    held = course.certificates[0] if course.certificates else None
    cells: list[Cell] = [course.slug, course.title, words[course.status if course.is_seen else "invited"]]
    cells += [course.percent if course.is_seen else None]
    cells += [asked.due_on, words[asked.state]] if asked else [None, None]
    cells += (
        [work.done, work.total, _day(scope, work.touched_at if work.begun else None)] if course.is_seen else [None] * 3
    )
    cells += [_day(scope, work.completed_at)]
    cells += [held.public_id, words[held.status.name], _day(scope, held.expires_at)] if held else [None] * 3
    return cells


def _day(scope: Scope, at: datetime | None) -> Cell:
    return at.astimezone(scope.zone).date() if at else None
