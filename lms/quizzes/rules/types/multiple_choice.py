"""Many of many options, with a named policy for what is partly right (rules.md §4).

all_or_nothing: exactly the right ones. right_minus_wrong: max(0, chosen right/right − chosen wrong/wrong), the
second term 0 where nothing is wrong. every_decision: decisions right/options. weights: the sum of the weights
of what was chosen, clamped to 0…1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from random import Random
from typing import Any

from lms.quizzes.rules.numbers import exact
from lms.quizzes.rules.types import single_choice
from lms.quizzes.rules.types.base import (
    Draw,
    Flaw,
    Marker,
    Outcome,
    Question,
    Render,
    check_ids,
    field_of,
    meaning,
    share,
)


def flaws(question: Question) -> Iterator[Flaw]:
    yield from single_choice.option_flaws(question)
    if not question["options"]:
        yield Flaw("no_right_option", "")
    if question["policy"] not in POLICIES:
        yield Flaw("unknown_policy", "", {"policy": question["policy"]})
    if question["policy"] == "weights":
        yield from _weight_flaws(question)
    if question["policy"] == "right_minus_wrong" and not _right(question):
        yield Flaw("no_right_option", "")


def draw(question: Question, source: Random, *, shuffle: bool) -> Draw:
    return single_choice.draw(question, source, shuffle=shuffle)


def present(question: Question, draw: Draw, render: Render) -> dict[str, Any]:
    return single_choice.present(question, draw, render)


def check(question: Question, draw: Draw, answer: Mapping[str, Any]) -> None:
    check_ids(field_of(answer, "choices", list), list(meaning(draw["options"])), "/choices")


def mark(question: Question, draw: Draw, answer: Mapping[str, Any]) -> Outcome:
    keys = meaning(draw["options"])
    chosen = {keys[shown] for shown in answer["choices"]}
    right = _right(question)
    pieces = {shown: (key in chosen) == (key in right) for shown, key in keys.items()}
    return Outcome(POLICIES[question["policy"]](chosen, question), pieces)


def solution(question: Question, draw: Draw) -> dict[str, Any]:
    if question["policy"] != "weights":
        return {"choices": single_choice.right_ids(question, draw)}
    helps = {option["key"] for option in question["options"] if _weight(option) > 0}
    return {"choices": [shown for shown, key in draw["options"] if key in helps]}


def feedback(question: Question, draw: Draw, answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    return single_choice.feedback_on(question, draw, answer["choices"])


def all_or_nothing(chosen: set[str], question: Question) -> Fraction:
    return Fraction(chosen == _right(question))


def right_minus_wrong(chosen: set[str], question: Question) -> Fraction:
    right, wrong = _right(question), _keys(question) - _right(question)
    return max(Fraction(0), share(len(chosen & right), len(right)) - share(len(chosen & wrong), len(wrong)))


def every_decision(chosen: set[str], question: Question) -> Fraction:
    keys = _keys(question)
    return share(len(keys) - len(chosen ^ _right(question)), len(keys))


def weights(chosen: set[str], question: Question) -> Fraction:
    total = sum((_weight(o) for o in question["options"] if o["key"] in chosen), Fraction(0))
    return min(Fraction(1), max(Fraction(0), total))


POLICIES: dict[str, Marker] = {
    "all_or_nothing": all_or_nothing,
    "right_minus_wrong": right_minus_wrong,
    "every_decision": every_decision,
    "weights": weights,
}


def _keys(question: Question) -> set[str]:
    return {option["key"] for option in question["options"]}


def _right(question: Question) -> set[str]:
    return {option["key"] for option in question["options"] if option["right"]}


def _weight(option: Mapping[str, Any]) -> Fraction:
    return exact(option.get("weight") or "0")


def _weight_flaws(question: Question) -> Iterator[Flaw]:
    best = Fraction(0)
    for option in question["options"]:
        try:
            best += max(Fraction(0), _weight(option))
        except ValueError:
            yield Flaw("not_a_number", "", {"text": option["weight"]})
    if best <= 0:
        yield Flaw("no_right_option", "")
