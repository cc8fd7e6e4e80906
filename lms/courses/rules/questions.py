"""The shape of a question: as written in a file or as stored, in; as stored, with every default filled in, out.

Normalising what is normalised changes nothing, so the same function checks both. Meaning: course-format.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from string import ascii_lowercase

from lms.courses.rules.fields import (
    Document,
    Fields,
    Flaw,
    Where,
    Wrong,
    decimal,
    elements,
    flag,
    key,
    line,
    names_of,
    one_of,
    refuse_repeated,
    text,
    text_or_nothing,
    within,
)

POLICIES = ("all_or_nothing", "right_minus_wrong", "every_decision", "weights")
CASES = ("ignore", "exact")
MARKER = re.compile(r"\[\[([A-Za-z0-9_.-]+)\]\]")
MOST_POINTS = 10_000


def question(raw: object, where: Where = ()) -> Document:
    """A whole question, {"key", "outcome", "type", "points", "text", "explanation", …}. Raises Wrong."""
    with Fields(raw, where) as fields:
        kind = fields.read("type", one_of(*_BY_TYPE))
        head: Document = {
            "key": fields.read("key", key),
            "outcome": fields.maybe("outcome", key),
            "type": kind,
            "text": fields.read("text", text),
            "explanation": fields.maybe("explanation", text),
        }
        if kind != "parts":
            head["points"] = fields.read("points", within(0, MOST_POINTS), "1")
        return head | _BY_TYPE[kind](fields, head["text"])


def _part(raw: object, where: Where) -> Document:
    """A question inside a question: its text may be empty, as the whole's text leads up to it."""
    with Fields(raw, where) as fields:
        kind = fields.read("type", one_of(*(name for name in _BY_TYPE if name != "parts")))
        head: Document = {
            "key": fields.read("key", key),
            "outcome": fields.maybe("outcome", key),
            "type": kind,
            "text": fields.maybe("text", text_or_nothing) or "",
            "explanation": fields.maybe("explanation", text),
            "points": fields.read("points", within(0, MOST_POINTS), "1"),
        }
        return head | _BY_TYPE[kind](fields, head["text"])


def _single_choice(fields: Fields, _text: str) -> Document:
    options = _options(fields, weighted=False)
    if not any(option["right"] for option in options):
        raise Wrong(Flaw.NOTHING_RIGHT, fields.at("options"))
    return {"options": options}


def _multiple_choice(fields: Fields, _text: str) -> Document:
    policy = fields.read("policy", one_of(*POLICIES), "all_or_nothing")
    return {"policy": policy, "options": _options(fields, weighted=policy == "weights")}


def _options(fields: Fields, *, weighted: bool) -> list[Document]:
    def read(raw: object, where: Where) -> Document:
        with Fields(raw, where) as option:
            found: Document = {
                "key": option.read("key", key, _option_key(int(where[-1]))),
                "text": option.read("text", text),
                "right": option.read("right", flag, False),
                "feedback": option.maybe("feedback", text),
            }
            return found | ({"weight": option.read("weight", decimal)} if weighted else {})

    options = fields.each("options", read, least=1)
    refuse_repeated([option["key"] for option in options], fields.at("options"), "key")
    return options


def _option_key(position: int) -> str:
    """a, b, … z, then o27, o28 …"""
    return ascii_lowercase[position] if position < 26 else f"o{position + 1}"


def _true_false(fields: Fields, _text: str) -> Document:
    return {"answer": fields.read("answer", flag), "feedback": fields.maybe("feedback", text)}


def _numeric(fields: Fields, _text: str) -> Document:
    units = fields.each("units", line)
    shown = fields.maybe("unit", line)
    if fields.get("accept") is None:
        accept = [_exact(fields, unit=shown, units=units)]
    else:
        accept = fields.each("accept", lambda raw, where: _accepted(raw, where, shown, units), least=1)
    # where the unit is asked, the one beside the answer says what the answer is in, and is not shown
    return {"accept": accept, "unit": None if units else shown, "units": units}


def _accepted(raw: object, where: Where, shown: str | None, units: list[str]) -> Document:
    with Fields(raw, where) as fields:
        unit = fields.maybe("unit", line) or (shown if units else None)
        if fields.get("from") is not None or fields.get("to") is not None:
            return _range(fields, unit=unit, units=units)
        return _exact(fields, unit=unit, units=units)


def _exact(fields: Fields, *, unit: str | None, units: list[str]) -> Document:
    entry: Document = {
        "answer": fields.read("answer", decimal),
        "tolerance": fields.read("tolerance", _tolerance, "0"),
    }
    return entry | _unit(fields, unit, units)


def _range(fields: Fields, *, unit: str | None, units: list[str]) -> Document:
    entry: Document = {
        "from": fields.read("from", decimal),
        "to": fields.read("to", decimal),
        "open": sorted(fields.each("open", one_of("from", "to"))),
    }
    return entry | _unit(fields, unit, units)


def _unit(fields: Fields, unit: str | None, units: list[str]) -> Document:
    """{"unit"} only where the unit is asked; null = the answer counts in any of them."""
    if not units:
        return {}
    if unit is not None and unit not in units:
        raise Wrong(Flaw.UNKNOWN_NAME, fields.at("unit"), value=unit)
    return {"unit": unit}


def _tolerance(raw: object, where: Where) -> str:
    """ "5" absolute, or "2 %" of the answer."""
    if isinstance(raw, str) and raw.strip().endswith("%"):
        return within(0, 100)(raw.strip()[:-1], where) + " %"
    value = decimal(raw, where)
    if value.startswith("-"):
        raise Wrong(Flaw.OUT_OF_RANGE, where, low=0, high="…")
    return value


def _short_text(fields: Fields, _text: str) -> Document:
    return {
        "accept": fields.each("accept", line, least=1),
        "case": fields.read("case", one_of(*CASES), "ignore"),
    }


def _matching(fields: Fields, _text: str) -> Document:
    pairs = fields.each("pairs", _pair, least=1)
    return {"pairs": pairs, "extra": fields.each("extra", text)}


def _pair(raw: object, where: Where) -> list[str]:
    pair = [text(value, place) for value, place in elements(raw, where)]
    if len(pair) != 2:
        raise Wrong(Flaw.OUT_OF_RANGE, where, low=2, high=2)
    return pair


def _ordering(fields: Fields, _text: str) -> Document:
    return {"order": fields.each("order", text, least=2)}


def _gaps(fields: Fields, words: str) -> Document:
    gaps = {name: _gap(raw, where) for name, raw, where in fields.read("gaps", names_of)}
    _compare_markers(words, list(gaps), fields.at("text"))
    return {"gaps": gaps}


def _gap(raw: object, where: Where) -> Document:
    with Fields(raw, where) as fields:
        accept = fields.each("accept", line, least=1)
        options = fields.each("options", line)
        unknown = next((value for value in accept if options and value not in options), None)
        if unknown is not None:
            raise Wrong(Flaw.UNKNOWN_NAME, fields.at("accept"), value=unknown)
        case = fields.read("case", one_of(*CASES), "ignore")
        return {"accept": accept, "case": case, "options": options or None}


def _parts(fields: Fields, words: str) -> Document:
    parts = fields.each("parts", _part, least=1)
    keys = [part["key"] for part in parts]
    refuse_repeated(keys, fields.at("parts"), "key")
    _compare_markers(words, keys, fields.at("text"))
    return {"parts": parts}


def _compare_markers(words: str, names: list[str], where: Where) -> None:
    """Each name stands in the text exactly once, as [[name]], and no other does."""
    if sorted(MARKER.findall(words)) != sorted(names):
        raise Wrong(Flaw.MARKERS, where, names=", ".join(f"[[{name}]]" for name in names))


_BY_TYPE: dict[str, Callable[[Fields, str], Document]] = {
    "single_choice": _single_choice,
    "multiple_choice": _multiple_choice,
    "true_false": _true_false,
    "numeric": _numeric,
    "short_text": _short_text,
    "matching": _matching,
    "ordering": _ordering,
    "gaps": _gaps,
    "parts": _parts,
}
