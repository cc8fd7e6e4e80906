"""A question of several parts: one text with a place for each part, each part a question of a simple type.

Its points are the sum of the parts' points. A draw holds [[id, key, draw of the part], …] in the order of the
text; an answer may leave parts out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from random import Random
from typing import Any

from lms.quizzes.rules.numbers import exact, plain_number
from lms.quizzes.rules.types.base import (
    Draw,
    Flaw,
    Misfit,
    Question,
    Render,
    draw_ids,
    field_of,
    places_in,
    put_places,
)
from lms.quizzes.rules.types.simple import SIMPLE


def points_of(question: Question) -> Fraction:
    if question["type"] != "parts":
        return exact(question["points"])
    return sum((exact(part["points"]) for part in question["parts"]), Fraction(0))


def flaws(question: Question) -> Iterator[Flaw]:
    """Flaws of the parts, under their keys, and of how text and parts fit."""
    if not question["parts"]:
        yield Flaw("no_part", "")
    keys = [part["key"] for part in question["parts"]]
    in_text = places_in(question["text"])
    for key in dict.fromkeys(keys):
        if keys.count(key) > 1:
            yield Flaw("part_key_twice", "", {"part": key})
        if in_text.count(key) > 1:
            yield Flaw("part_does_not_match_text", "", {"part": key})
    for part in question["parts"]:
        if part["type"] not in SIMPLE:
            yield Flaw("unknown_type", part["key"], {"type": part["type"]})
            continue
        for flaw in SIMPLE[part["type"]].flaws(part):
            yield Flaw(flaw.code, part["key"], flaw.values)


def draw(question: Question, source: Random, *, shuffle: bool) -> Draw:
    by_key = {part["key"]: part for part in question["parts"]}
    placed = [key for key in dict.fromkeys(places_in(question["text"])) if key in by_key]
    keys = list(dict.fromkeys([*placed, *by_key]))  # a part without a place stands after the text
    draws = [SIMPLE[by_key[key]["type"]].draw(by_key[key], source, shuffle=shuffle) for key in keys]
    ids = draw_ids(source, len(keys))
    return {"parts": [list(part) for part in zip(ids, keys, draws, strict=True)]}


def present(question: Question, draw: Draw, render: Render) -> dict[str, Any]:
    ids = {key: shown for shown, key, _ in draw["parts"]}
    parts = [
        {
            "id": shown,
            "type": part["type"],
            "points": plain_number(exact(part["points"])),
            **SIMPLE[part["type"]].present(part, part_draw, render),
        }
        for shown, part, part_draw in drawn_parts(question, draw)
    ]
    return {"html": put_places(render(question["text"]), ids, "part"), "parts": parts}


def drawn_parts(question: Question, draw: Draw) -> list[tuple[str, Question, Draw]]:
    """(shown id, part, its draw) in the order shown."""
    by_key = {part["key"]: part for part in question["parts"]}
    return [(shown, by_key[key], part_draw) for shown, key, part_draw in draw["parts"]]


def check(question: Question, draw: Draw, answer: Mapping[str, Any]) -> None:
    given = field_of(answer, "parts", dict)
    known = {shown: (part, part_draw) for shown, part, part_draw in drawn_parts(question, draw)}
    for shown, one in given.items():
        if shown not in known:
            raise Misfit(f"/parts/{shown}", "unknown_id")
        if not isinstance(one, dict):
            raise Misfit(f"/parts/{shown}", "wrong_type")
        part, part_draw = known[shown]
        _check_part(part, part_draw, one, shown)


def _check_part(part: Question, draw: Draw, answer: Mapping[str, Any], shown: str) -> None:
    try:
        SIMPLE[part["type"]].check(part, draw, answer)
    except Misfit as misfit:
        raise Misfit(f"/parts/{shown}{misfit.pointer}", misfit.code) from None


def solution(question: Question, draw: Draw) -> dict[str, Any]:
    return {
        "parts": {
            shown: SIMPLE[part["type"]].solution(part, part_draw)
            for shown, part, part_draw in drawn_parts(question, draw)
        }
    }
