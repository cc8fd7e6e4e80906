"""A question as the fields of a form, and back. The shape of a question: questions.py.

Options, pairs and the like are rows; rows in which nothing stands are left out. Lists of words are one a line.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lms.courses.rules.fields import Document, Flaw
from lms.courses.rules.formtrees import ON, Tree
from lms.courses.rules.spots import Spot


def ticked(name: str, value: object) -> Tree:
    return {name: ON} if value else {}


def question_tree(question: Document) -> Tree:
    """The fields of a stored question."""
    head = {name: question[name] or "" for name in ("key", "outcome", "type", "text", "explanation")}
    if question["type"] != "parts":
        head["points"] = question["points"]
    return head | _TREES[question["type"]](question)


def read_question(spot: Spot) -> Document:
    """The raw question that a form says; courses.rules.questions checks it."""
    kind = spot.text("type")
    head = {name: spot.text(name) for name in ("key", "outcome", "type", "text", "explanation")}
    if kind != "parts":
        head["points"] = spot.number("points")
    read = _READERS.get(kind or "")
    return head | (read(spot) if read else {})


def _choice_tree(question: Document) -> Tree:
    options = [
        {"key": option["key"], "text": option["text"], "feedback": option["feedback"] or ""}
        | ticked("right", option["right"])
        | ({"weight": option["weight"]} if "weight" in option else {})
        for option in question["options"]
    ]
    return ({"policy": question["policy"]} if "policy" in question else {}) | {"options": options}


def _read_single(spot: Spot) -> Document:
    return {"options": spot.each("options", lambda option: _read_option(option, weighted=False))}


def _read_multiple(spot: Spot) -> Document:
    policy = spot.text("policy")
    weighted = policy == "weights"
    return {"policy": policy, "options": spot.each("options", lambda option: _read_option(option, weighted=weighted))}


def _read_option(option: Spot, *, weighted: bool) -> Document | None:
    text, feedback, right = option.text("text"), option.text("feedback"), option.flag("right")
    if not (text or feedback or right):
        return None
    found: Document = {"key": option.text("key"), "text": text, "right": right, "feedback": feedback}
    return found | ({"weight": option.number("weight")} if weighted else {})


def _true_false_tree(question: Document) -> Tree:
    return {"answer": "true" if question["answer"] else "false", "feedback": question["feedback"] or ""}


def _read_true_false(spot: Spot) -> Document:
    answer = {"true": True, "false": False}.get(spot.text("answer") or "")
    return {"answer": answer, "feedback": spot.text("feedback")}


def _numeric_tree(question: Document) -> Tree:
    accept = [_entry_tree(entry) for entry in question["accept"]]
    return {"accept": accept, "unit": question["unit"] or "", "units": "\n".join(question["units"])}


def _entry_tree(entry: Document) -> Tree:
    if "answer" in entry:
        found = {"kind": "exact", "answer": entry["answer"], "tolerance": entry["tolerance"]}
    else:
        edges = {"kind": "range", "from": entry["from"], "to": entry["to"]}
        found = edges | ticked("open_from", "from" in entry["open"]) | ticked("open_to", "to" in entry["open"])
    return found | ({"unit": entry["unit"] or ""} if "unit" in entry else {})


def _read_numeric(spot: Spot) -> Document:
    return {"accept": spot.each("accept", _read_entry), "unit": spot.text("unit"), "units": spot.lines("units")}


def _read_entry(entry: Spot) -> Document | None:
    unit = {"unit": entry.text("unit")}
    if entry.text("kind") == "range":
        edges = {"from": entry.number("from"), "to": entry.number("to")}
        is_open = [edge for edge in ("from", "to") if entry.flag(f"open_{edge}")]
        return edges | {"open": is_open} | unit if any(edges.values()) else None
    answer, tolerance = entry.number("answer"), entry.number("tolerance")
    return {"answer": answer, "tolerance": tolerance} | unit if answer else None


def _short_text_tree(question: Document) -> Tree:
    return {"accept": "\n".join(question["accept"]), "case": question["case"]}


def _read_short_text(spot: Spot) -> Document:
    return {"accept": spot.lines("accept"), "case": spot.text("case")}


def _matching_tree(question: Document) -> Tree:
    pairs = [{"left": left, "right": right} for left, right in question["pairs"]]
    return {"pairs": pairs, "extra": [{"text": text} for text in question["extra"]]}


def _read_matching(spot: Spot) -> Document:
    return {"pairs": spot.each("pairs", _read_pair), "extra": spot.each("extra", _read_text)}


def _read_pair(pair: Spot) -> list[str | None] | None:
    pair.came_from((0,), "left")
    pair.came_from((1,), "right")
    sides = [pair.text("left"), pair.text("right")]
    return [side or "" for side in sides] if any(sides) else None


def _read_text(row: Spot) -> str | None:
    return row.text("text")


def _ordering_tree(question: Document) -> Tree:
    return {"order": [{"text": text} for text in question["order"]]}


def _read_ordering(spot: Spot) -> Document:
    return {"order": spot.each("order", _read_text)}


def _gaps_tree(question: Document) -> Tree:
    return {"gaps": [{"name": name, **_gap_tree(gap)} for name, gap in question["gaps"].items()]}


def _gap_tree(gap: Document) -> Tree:
    return {"accept": "\n".join(gap["accept"]), "options": "\n".join(gap["options"] or []), "case": gap["case"]}


def _read_gaps(spot: Spot) -> Document:
    gaps: dict[str, Document] = {}
    for row in spot.rows("gaps"):
        name = row.text("name") or ""
        spot.sources[(*spot.where, "gaps", name)] = row.name
        if name in gaps:
            spot.refuse(Flaw.TWICE, "gaps", name, value=name)
        gaps[name] = {"accept": row.lines("accept"), "options": row.lines("options"), "case": row.text("case")}
    return {"gaps": gaps}


def _parts_tree(question: Document) -> Tree:
    return {"parts": [question_tree(part) for part in question["parts"]]}


def _read_parts(spot: Spot) -> Document:
    return {"parts": spot.each("parts", read_question)}


_TREES: dict[str, Callable[[Document], Tree]] = {
    "single_choice": _choice_tree,
    "multiple_choice": _choice_tree,
    "true_false": _true_false_tree,
    "numeric": _numeric_tree,
    "short_text": _short_text_tree,
    "matching": _matching_tree,
    "ordering": _ordering_tree,
    "gaps": _gaps_tree,
    "parts": _parts_tree,
}
_READERS: dict[str, Callable[[Spot], dict[str, Any]]] = {
    "single_choice": _read_single,
    "multiple_choice": _read_multiple,
    "true_false": _read_true_false,
    "numeric": _read_numeric,
    "short_text": _read_short_text,
    "matching": _read_matching,
    "ordering": _read_ordering,
    "gaps": _read_gaps,
    "parts": _read_parts,
}
