"""A number, with a tolerance or in a range; a unit shown beside it, or asked.

Edges are included unless a range says `open`. A tolerance in percent is of the right answer. Where units are
asked, a number counts only with the unit of its entry; an entry without one counts with any of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from random import Random
from typing import Any

from lms.quizzes.rules.numbers import exact, read_number
from lms.quizzes.rules.types.base import (
    LONGEST_NUMBER,
    Draw,
    Flaw,
    Misfit,
    Outcome,
    Question,
    Render,
    check_text,
    field_of,
)

Entry = Mapping[str, Any]


def flaws(question: Question) -> Iterator[Flaw]:
    if not question["accept"]:
        yield Flaw("nothing_accepted", "")
    for entry in question["accept"]:
        yield from _entry_flaws(question, entry)


def draw(question: Question, source: Random, *, shuffle: bool) -> Draw:
    return {}


def present(question: Question, draw: Draw, render: Render) -> dict[str, Any]:
    html = {"html": render(question["text"])}
    if question.get("units"):
        return {**html, "units": list(question["units"])}
    return {**html, "unit": question["unit"]} if question.get("unit") else html


def check(question: Question, draw: Draw, answer: Mapping[str, Any]) -> None:
    """Any text may stand for the number. A unit counts only where one is asked; "" is one not chosen yet."""
    check_text(field_of(answer, "number", str, optional=("unit",)), "/number", longest=LONGEST_NUMBER)
    if "unit" not in answer:
        return
    check_text(answer["unit"], "/unit", longest=LONGEST_NUMBER)
    if question.get("units") and answer["unit"] not in ("", *question["units"]):
        raise Misfit("/unit", "unknown_id")


def mark(question: Question, draw: Draw, answer: Mapping[str, Any]) -> Outcome:
    number = read_number(_without_unit(answer["number"], question.get("unit")))
    if number is None:
        return Outcome(Fraction(0))
    good = any(_unit_fits(question, entry, answer) and lies_in(entry, number) for entry in question["accept"])
    return Outcome(Fraction(good))


def solution(question: Question, draw: Draw) -> dict[str, Any]:
    """The first entry: {"number", "unit"?}, or the range {"from", "to", "open"} where it is one."""
    entry = question["accept"][0]
    asked = {"unit": entry.get("unit") or question["units"][0]} if question.get("units") else {}
    if entry.get("answer") is not None:
        return {"number": entry["answer"], **asked}
    return {name: entry.get(name) for name in ("from", "to", "open")} | asked


def feedback(question: Question, draw: Draw, answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    return []


def lies_in(entry: Entry, number: Fraction) -> bool:
    """Is `number` accepted by this entry?"""
    if entry.get("answer") is not None:
        return abs(number - exact(entry["answer"])) <= tolerance_of(entry)
    low, high, is_open = entry.get("from"), entry.get("to"), entry.get("open") or ()
    if low is not None and (number < exact(low) or ("from" in is_open and number == exact(low))):
        return False
    return high is None or number < exact(high) or ("to" not in is_open and number == exact(high))


def tolerance_of(entry: Entry) -> Fraction:
    """How far off is still right: absolute, or "2 %" of the answer. 0 where none is given."""
    text = (entry.get("tolerance") or "0").strip()
    if not text.endswith("%"):
        return abs(exact(text))
    return abs(exact(entry["answer"])) * abs(exact(text.removesuffix("%").strip())) / 100


def _without_unit(text: str, unit: str | None) -> str:
    """Somebody who writes the unit that is shown anyway ("400 V") is not wrong for it."""
    text = text.strip()
    return text.removesuffix(unit) if unit else text


def _unit_fits(question: Question, entry: Entry, answer: Mapping[str, Any]) -> bool:
    if not question.get("units"):
        return True
    given = answer.get("unit") or None
    return given is not None and entry.get("unit") in (None, given)


def _entry_flaws(question: Question, entry: Entry) -> Iterator[Flaw]:
    try:
        empty = _is_empty(entry)
    except ValueError:
        yield Flaw("not_a_number", "", {"text": str(dict(entry))})
        return
    if empty:
        yield Flaw("empty_range", "")
    if question.get("units") and entry.get("unit") not in (None, *question["units"]):
        yield Flaw("right_unit_not_offered", "", {"unit": entry["unit"]})


def _is_empty(entry: Entry) -> bool:
    """Nothing lies in it. ValueError where a number of the entry is none."""
    if entry.get("answer") is not None:
        return not lies_in(entry, exact(entry["answer"]))
    low, high = entry.get("from"), entry.get("to")
    low_number, high_number = (exact(edge) if edge is not None else None for edge in (low, high))
    if low_number is None and high_number is None:
        return True
    if low_number is None or high_number is None:
        return False
    return low_number > high_number or (low_number == high_number and bool(entry.get("open")))
