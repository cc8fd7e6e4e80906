"""All that is wrong with a filled form at once, each with its place; the readers of documents stop at the first.

What is wrong is replaced by something that would be right there, to see what else is wrong behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from lms.courses.rules import bodies, documents, questions
from lms.courses.rules.bodyforms import Filled
from lms.courses.rules.fields import Document, Where, Wrong

Read = Callable[[Any, Where], object]
STAND_INS = ("x", "1", "en", "https://x.example", True, ["x"])
MOST = 30
"""How many flaws of one block or question are told at most."""


def flaws_of(filled: Filled) -> list[Wrong]:
    """[] where the form says a sound document."""
    found = [*filled.flaws, *_in_pieces(filled)]
    return found or flaws_in(filled.raw, (), documents.body)


def _in_pieces(filled: Filled) -> Iterator[Wrong]:
    """Of the blocks, slots and pools each by itself: what is wrong with one keeps no other from being looked at."""
    raw = filled.raw
    for position, block in enumerate(raw.get("blocks", ())):
        yield from flaws_in(block, ("blocks", position), bodies.block)
    for position, slot in enumerate(raw.get("slots", ())):
        yield from _in_slot(slot, ("slots", position))
    for name, pool in raw.get("pools", {}).items():
        for position, question in enumerate(pool):
            yield from flaws_in(question, ("pools", name, position), questions.question)
    if filled.kind == "quiz":
        yield from flaws_in(raw | {"slots": [], "pools": {}}, (), documents.body)


def _in_slot(slot: Document, where: Where) -> list[Wrong]:
    if "question" in slot:
        return flaws_in(slot["question"], (*where, "question"), questions.question)
    if "draw" in slot:
        return []  # its pool is known to the whole body only
    alone = flaws_in({"kind": "quiz", "slots": [slot]}, (), documents.body)
    return [Wrong(wrong.flaw, (*where, *wrong.where[2:]), **wrong.values) for wrong in alone]


def flaws_in(raw: Any, where: Where, read: Read) -> list[Wrong]:
    """The flaws that reading meets one after the other, as far as stand-ins lead."""
    looked_at, found = deepcopy(raw), list[Wrong]()
    wrong = _first(looked_at, where, read)
    while wrong is not None and len(found) < MOST:
        found.append(wrong)
        wrong = _next(looked_at, where, read, wrong.where)
    return found


def _first(raw: Any, where: Where, read: Read) -> Wrong | None:
    try:
        read(raw, where)
    except Wrong as wrong:
        return wrong
    return None


def _next(raw: Any, where: Where, read: Read, met: Where) -> Wrong | None:
    """What is wrong after the flaw at `met` was mended; None where nothing is, or where no stand-in mends it."""
    for stand_in in STAND_INS:
        if not _put(raw, met[len(where) :], stand_in):
            return None
        wrong = _first(raw, where, read)
        if wrong is None or wrong.where[: len(met)] != met:
            return wrong
    return None


def _put(raw: Any, path: Where, value: object) -> bool:
    for step in path[:-1]:
        try:
            raw = raw[step]
        except (KeyError, IndexError, TypeError):
            return False
    last: Any = path[-1] if path else None
    if last is None or not isinstance(raw, list if isinstance(last, int) else dict):
        return False
    raw[last] = value
    return True
