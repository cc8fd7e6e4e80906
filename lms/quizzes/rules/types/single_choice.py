"""One of several options. Where an author marked several as right, any of them is."""

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
    check_id,
    draw_pairs,
    field_of,
    meaning,
)


def flaws(question: Question) -> Iterator[Flaw]:
    yield from option_flaws(question)
    if not any(option["right"] for option in question["options"]):
        yield Flaw("no_right_option", "")


def option_flaws(question: Question) -> Iterator[Flaw]:
    """Options without a text, or two under one key."""
    keys = [option["key"] for option in question["options"]]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield Flaw("option_key_twice", "", {"option": key})
    for option in question["options"]:
        if not option["text"].strip():
            yield Flaw("option_without_text", "", {"option": option["key"]})


def draw(question: Question, source: Random, *, shuffle: bool) -> Draw:
    keys = [option["key"] for option in question["options"]]
    return {"options": draw_pairs(source, keys, shuffle=shuffle)}


def present(question: Question, draw: Draw, render: Render) -> dict[str, Any]:
    texts = {option["key"]: option["text"] for option in question["options"]}
    options = [{"id": shown, "html": render(texts[key], inline=True)} for shown, key in draw["options"]]
    return {"html": render(question["text"]), "options": options}


def check(question: Question, draw: Draw, answer: Mapping[str, Any]) -> None:
    check_id(field_of(answer, "choice", str), meaning(draw["options"]), "/choice")


def mark(question: Question, draw: Draw, answer: Mapping[str, Any]) -> Outcome:
    right = answer["choice"] in right_ids(question, draw)
    return Outcome(Fraction(right), {answer["choice"]: right})


def solution(question: Question, draw: Draw) -> dict[str, Any]:
    return {"choice": right_ids(question, draw)[0]}


def feedback(question: Question, draw: Draw, answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    return feedback_on(question, draw, [answer["choice"]])


def right_ids(question: Question, draw: Draw) -> list[str]:
    """Shown ids of the right options, in the order shown."""
    right = {option["key"] for option in question["options"] if option["right"]}
    return [shown for shown, key in draw["options"] if key in right]


def feedback_on(question: Question, draw: Draw, chosen: list[str]) -> list[tuple[str, str]]:
    words = {option["key"]: option["feedback"] for option in question["options"]}
    return [(shown, words[key]) for shown, key in draw["options"] if shown in chosen and words[key]]
