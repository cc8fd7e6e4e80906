"""What pages show of people and their courses: cells of the table, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import format_date, format_decimal

from lms.compliance.queries.assignments import AssignmentView
from lms.compliance.queries.figures import Figures
from lms.compliance.queries.filters import SORTS, STATUSES, Scope
from lms.compliance.queries.people import Certificate, CourseOfPerson, PersonRow
from lms.compliance.rules.due import DONE_LATE, DUE, DUE_SOON, LATE
from lms.core.i18n import N_, _, ngettext, translate
from lms.organisations.queries import paths_of

Document = dict[str, Any]

STATUS_WORDS = {
    "late": N_("Late"),
    "due_soon": N_("Due soon"),
    "due": N_("Due"),
    "done": N_("Nothing open"),
    "active": N_("Learning"),
    "completed": N_("Completed"),
    "withdrawn": N_("Left a course"),
    "expiring": N_("Certificate ends soon"),
    "expired": N_("Certificate has ended"),
    "held": N_("Certificate held"),
    "invited": N_("Invited, not yet accepted"),
}
STATE_WORDS = STATUS_WORDS | {
    "done": N_("Done"),
    "done_late": N_("Done late"),
    "withdrawn": N_("Left"),
    "invited": N_("Invited"),
    "eligible": N_("The document is on its way"),
    "held": N_("Held: a person must look at it"),
    "issued": N_("Valid"),
    "expiring": N_("Valid, ends soon"),
    "expired": N_("Expired"),
    "superseded": N_("Replaced by a newer one"),
    "revoked": N_("Withdrawn"),
}
"""States of work and of certificates, statuses of enrolments."""
SORT_WORDS = {"name": N_("By name"), "due": N_("Due first")}


@dataclass(frozen=True)
class Cell:
    """A person and a course in few words. `kind` is bad, warn, good, info or ""; `note` a second line or ""."""

    kind: str
    icon: str
    word: str
    note: str = ""


def cell_of(course: CourseOfPerson, scope: Scope) -> Cell:
    """The worst comes first: late, a certificate in trouble, due, learning, all well."""
    asked = course.standing
    if not course.is_seen:
        return Cell("", "mail", _("Invited"), _by(asked.due_on) if asked else "")
    if asked and asked.state == LATE:
        return Cell("bad", "stop", _days_over((scope.today - asked.due_on).days), _how_far(course))
    trouble = _trouble(course.certificates[0], scope) if course.certificates else None
    if trouble:
        return trouble
    if asked and asked.state in (DUE_SOON, DUE):
        soon = asked.state == DUE_SOON
        return Cell("warn" if soon else "info", "clock" if soon else "date", _by(asked.due_on), _how_far(course))
    if course.status == "completed":
        return _completed(course, scope)
    if course.status == "withdrawn":
        return Cell("", "leave", _("Left"))
    return Cell(
        "info", "half" if course.begun else "todo", _("%(percent)s %%", percent=course.percent), _how_far(course)
    )


def _days_over(days: int) -> str:
    return str(ngettext("%(num)s day over", "%(num)s days over", days))


def _by(day: date) -> str:
    return _("By %(day)s", day=format_date(day, "medium"))


def _how_far(course: CourseOfPerson) -> str:
    if not course.begun:
        return _("not begun")
    return _("%(percent)s %% done", percent=course.percent)


def _trouble(held: Certificate, scope: Scope) -> Cell | None:
    ends = format_date(held.expires_at.astimezone(scope.zone).date(), "medium") if held.expires_at else ""
    match held.status.name:
        case "held":
            return Cell("warn", "warn", _("Certificate held"), _("a person must look"))
        case "revoked":
            return Cell("bad", "void", _("Certificate withdrawn"))
        case "expired":
            return Cell("bad", "history", _("Ended %(day)s", day=ends), _("renew now"))
        case "expiring":
            return Cell("warn", "clock", _("Ends %(day)s", day=ends), _("renew now"))
    return None


def _completed(course: CourseOfPerson, scope: Scope) -> Cell:
    note = _("done late") if course.standing and course.standing.state == DONE_LATE else ""
    held = course.certificates[0] if course.certificates else None
    if held and held.expires_at:
        return Cell(
            "good", "check", _("Valid to %(month)s", month=_month(held.expires_at.astimezone(scope.zone).date())), note
        )
    done = course.work.completed_at
    word = _("Done %(day)s", day=format_date(done.astimezone(scope.zone).date(), "medium")) if done else _("Done")
    return Cell("good", "check", word, note)


def _month(day: date) -> str:
    return str(format_date(day, "MMM y"))


def table_of(scope: Scope, people: Sequence[PersonRow]) -> tuple[list[Document], list[Document]]:
    """(columns [{slug, title, language, people}], rows [{id, name, note, cells [{slug, title, cell or None}]}])."""
    columns: dict[str, Document] = {}
    for person in people:
        for course in person.courses:
            facts = {"slug": course.slug, "title": course.title, "language": course.language, "people": 0}
            columns.setdefault(course.slug, facts)["people"] += 1
    ordered = sorted(columns.values(), key=lambda column: (-column["people"], column["title"].casefold()))
    return ordered, [_row(scope, person, ordered) for person in people]


def _row(scope: Scope, person: PersonRow, columns: list[Document]) -> Document:
    by_slug = {course.slug: course for course in person.courses}
    cells = [
        column | {"cell": cell_of(by_slug[column["slug"]], scope) if column["slug"] in by_slug else None}
        for column in columns
    ]
    return {"id": person.person_id, "name": person.name or person.email, "note": _about(person), "cells": cells}


def _about(person: PersonRow) -> str:
    """Team and number under a name."""
    known = [*person.teams, *([person.number] if person.number else [])]
    return " · ".join(known if person.has_accepted else [*known, _("invited")])


def audience_words(view: AssignmentView) -> str:
    """Whom an assignment asks."""
    kind = view.assignment.audience_kind
    if kind == "organisation":
        return _("Everybody")
    if kind == "team":
        return view.team or _("A team")
    return str(ngettext("%(num)s person", "%(num)s people", view.people))


def due_words(view: AssignmentView) -> str:
    """Until when an assignment wants it done."""
    if view.due.on:
        return str(format_date(view.due.on, "medium"))
    return str(ngettext("%(num)s day after being assigned", "%(num)s days after being assigned", view.due.days or 0))


def choices(teams: Sequence[Any], courses: Sequence[tuple[str, str]]) -> Document:
    """The lists of the filter form: teams by their paths, courses, statuses, sorts."""
    return {
        "teams": [("", _("All teams")), *((str(key), path) for key, path in paths_of(teams))],
        "courses": [("", _("All courses")), *courses],
        "statuses": [("", _("All statuses")), *((one, translate(STATUS_WORDS[one])) for one in STATUSES)],
        "sorts": [(one, translate(SORT_WORDS[one])) for one in SORTS],
    }


FIGURES = (
    ("late", N_("Late"), "bad", "stop"),
    ("due_soon", N_("Due within 14 days"), "warn", "clock"),
    ("held", N_("Certificate held"), "warn", "warn"),
    ("expiring", N_("Certificate ends within 90 days"), "warn", "clock"),
    ("active", N_("Learning"), "info", "half"),
    ("done", N_("All that was asked is done"), "good", "done"),
)


def figure_items(counted: Figures, url_for_status: Callable[[str], str]) -> list[Document]:
    """Key figures for `ui.figures`, the worst first: people, each with the way to the list of exactly them."""
    return [
        {
            "word": translate(word),
            "number": format_decimal(counted.by_status[status]),
            "kind": kind if counted.by_status[status] else "",
            "icon": icon,
            "unit": ngettext(
                "person of %(total)s",
                "people of %(total)s",
                counted.by_status[status],
                total=format_decimal(counted.people),
            ),
            "href": url_for_status(status) if counted.by_status[status] else "",
            "link": _("Show them"),
        }
        for status, word, kind, icon in FIGURES
    ]
