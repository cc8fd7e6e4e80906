"""Forms of the outline and of the facts: what somebody changed in them, as an operation; what is wrong, as sentences.

A form holds beside each field what stood there when it was made ("was.title", as JSON). Only fields that differ from
that are sent on: what somebody else changes meanwhile in another field of the same form is left alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from lms.core.i18n import _
from lms.core.reasons import Refused
from lms.courses.corrections import correction
from lms.courses.reasons import CourseReason
from lms.courses.rules.fields import Document, Flaw, Wrong

Form = MultiDict[str, str]
Reader = Callable[[Form], Any]


@dataclass
class Trouble:
    """Why a form comes back: sentences by field; `clash`: the field that somebody else changed, with both values."""

    errors: dict[str, str] = field(default_factory=dict)
    clash: Document | None = None


def seen(form: Form, name: str) -> Any:
    """What stood in a field when the form was made; None for what was not told."""
    try:
        return json.loads(form.get(f"was.{name}", "null"))
    except ValueError:
        return None


def changed_fields(form: Form, readers: dict[str, Reader]) -> list[tuple[str, Any, Any]]:
    """(field, what was typed, what stood there) of each field of the form that was changed."""
    found = []
    for name, read in readers.items():
        if f"was.{name}" in form:
            value, was = read(form), seen(form, name)
            if _plain(value) != _plain(was):
                found.append((name, value, was))
    return found


def _plain(value: Any) -> Any:
    """Numbers and texts alike: a form holds texts only."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items() if inner not in (None, "", [])}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return "" if value is None else str(value)


def as_wish(changes: Iterable[tuple[str, Any, Any]], on: str, key: str = "") -> Document | None:
    """One operation for all that was changed, so that it is undone at once; None where nothing was."""
    operations: list[Document] = [
        {"op": "set", "on": on, "field": name, "value": value, "was": was} | ({"key": key} if key else {})
        for name, value, was in changes
    ]
    if len(operations) < 2:
        return operations[0] if operations else None
    return {"op": "several", "operations": operations}


def text(name: str) -> Reader:
    return lambda form: form.get(name, "").replace("\r\n", "\n").strip()


def text_or_none(name: str) -> Reader:
    return lambda form: text(name)(form) or None


def requirement(form: Form) -> Any:
    kind = form.get("requirement", "")
    return {"kind": kind} | ({"percent": form.get("percent", "").strip()} if kind == "score" else {})


SETTINGS: dict[str, dict[str, Reader]] = {
    "activity": {"title": text("title"), "minutes": text_or_none("minutes"), "requirement": requirement},
    "module": {"title": text("title")},
}


def trouble_of(refused: Refused) -> Trouble:
    """What to show beside which field; raises `refused` where it is about no field."""
    values = refused.values
    if refused.reason is CourseReason.EDITED_MEANWHILE:
        return Trouble({values["field"]: _("Somebody else changed this while you were working on it.")}, dict(values))
    if refused.reason is not CourseReason.EDIT_WRONG:
        raise refused
    where = tuple(int(step) if step.isdigit() else step for step in values["where"].split("/"))
    sentence = correction(Wrong(Flaw(values["flaw"]), where, **values["details"]))
    return Trouble({".".join(map(str, where)) if where[0] == values["field"] else values["field"]: sentence})
