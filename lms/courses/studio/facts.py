"""The facts of a course as fields of a form, and back."""

from __future__ import annotations

import re
from typing import Any

from lms.courses.rules.fields import Document
from lms.courses.studio.forms import Form, Reader, text, text_or_none

MORE_OUTCOMES, MORE_SKILLS, MORE_GROUPS = 2, 1, 1
"""So many empty lines stand behind those that are filled."""
OF_MICRO = ("country", "awarding_body", "assessment", "participation", "quality_assurance")


def outcome_lines(facts: Document, version: int) -> list[Document]:
    """The outcomes, and empty lines with keys of their own: a line keeps its key from its first letter on.

    The draft's version makes a key that no outcome ever had, whatever was taken out since.
    """
    empty = [{"key": f"o{version}{letter}", "text": ""} for letter in "abcdefgh"[:MORE_OUTCOMES]]
    there = {outcome["key"] for outcome in facts["outcomes"]}
    return [*facts["outcomes"], *(line for line in empty if line["key"] not in there)]


def group_lines(facts: Document, version: int) -> list[Document]:
    """As `outcome_lines`: a group keeps its key, and those who are in it, whatever it is called."""
    groups = facts.get("groups", [])
    empty = [{"key": f"g{version}{letter}", "title": ""} for letter in "abcdefgh"[:MORE_GROUPS]]
    there = {group["key"] for group in groups}
    return [*groups, *(line for line in empty if line["key"] not in there)]


def skill_lines(facts: Document) -> list[Document]:
    empty: Document = {"uri": "", "label": "", "level": None, "outcomes": []}
    return [*facts["skills"], *([empty] * MORE_SKILLS)]


def _level(form: Form) -> Document:
    return {"eqf": form.get("eqf") or None, "reach": form.get("reach") or None}


def _rows(form: Form, name: str) -> list[str]:
    """The numbers of the lines "NAME.3.…" of a form, in order."""
    found = (re.match(rf"{name}\.(\d{{1,4}})\.", field) for field in form)
    return [str(number) for number in sorted({int(match[1]) for match in found if match})]


def _outcomes(form: Form) -> list[Document]:
    """A line without text is taken out."""
    lines = [
        {"key": form.get(f"outcomes.{n}.key", ""), "text": text(f"outcomes.{n}.text")(form)}
        for n in _rows(form, "outcomes")
    ]
    return [line for line in lines if line["text"]]


def _groups(form: Form) -> list[Document]:
    """A line without a name is taken out."""
    lines = [
        {"key": form.get(f"groups.{n}.key", ""), "title": text(f"groups.{n}.title")(form)}
        for n in _rows(form, "groups")
    ]
    return [line for line in lines if line["title"]]


def _skills(form: Form) -> list[Document]:
    """A line without a name is taken out, and so is what it says of outcomes that are gone."""
    there = {line["key"] for line in _outcomes(form)}
    return [_skill(form, number, there) for number in _rows(form, "skills") if text(f"skills.{number}.label")(form)]


def _skill(form: Form, number: str, there: set[str]) -> Document:
    label, uri = text(f"skills.{number}.label")(form), text(f"skills.{number}.uri")(form)
    named = [key for key in form.getlist(f"skills.{number}.outcomes") if key in there]
    level = form.get(f"skills.{number}.level") or None
    return {"uri": uri or f"urn:skill:{label}", "label": label, "level": level, "outcomes": named}


def _certificate(form: Form) -> Document | None:
    kind = form.get("certificate", "")
    if not kind:
        return None
    found: dict[str, Any] = {"kind": kind, "valid_months": text_or_none("valid_months")(form)}
    if kind == "micro_credential":
        found |= {name: text_or_none(name)(form) for name in OF_MICRO}
        found["country"] = (found["country"] or "").upper() or None
    return found


FACTS: dict[str, Reader] = {
    "title": text("title"),
    "language": text("language"),
    "summary": text("summary"),
    "provider": text_or_none("provider"),
    "audience": text_or_none("audience"),
    "level": _level,
    "workload_hours": text_or_none("workload_hours"),
    "skills": _skills,
    "outcomes": _outcomes,
    "certificate": _certificate,
    "enrolment": text("enrolment"),
    "groups": _groups,
}
"""In the order in which they are saved: a skill lets go of an outcome before the outcome goes."""
