"""Things to put in order; right is the whole order or nothing. Two things with the same text may change places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from random import Random
from typing import Any

from lms.quizzes.rules.types.base import (
    Draw,
    Flaw,
    Outcome,
    Question,
    Render,
    check_ids,
    draw_pairs,
    field_of,
    meaning,
)


def flaws(question: Question) -> Iterator[Flaw]:
    if len(set(question["order"])) < 2:
        yield Flaw("nothing_to_order", "")


def draw(question: Question, source: Random, *, shuffle: bool) -> Draw:  # mixed whatever `shuffle` says
    return {"options": draw_pairs(source, range(len(question["order"])), shuffle=True)}


def present(question: Question, draw: Draw, render: Render) -> dict[str, Any]:
    items = [{"id": shown, "html": render(question["order"][place], inline=True)} for shown, place in draw["options"]]
    return {"html": render(question["text"]), "options": items}


def check(question: Question, draw: Draw, answer: Mapping[str, Any]) -> None:
    check_ids(field_of(answer, "order", list), list(meaning(draw["options"])), "/order")


def mark(question: Question, draw: Draw, answer: Mapping[str, Any]) -> Outcome:
    places = meaning(draw["options"])
    given = [question["order"][places[shown]] for shown in answer["order"]]
    pieces = {
        shown: text == right for shown, text, right in zip(answer["order"], given, question["order"], strict=False)
    }
    return Outcome(Fraction(given == list(question["order"])), pieces)


def solution(question: Question, draw: Draw) -> dict[str, Any]:
    return {"order": [shown for shown, _ in sorted(draw["options"], key=lambda pair: int(pair[1]))]}


def feedback(question: Question, draw: Draw, answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    return []
