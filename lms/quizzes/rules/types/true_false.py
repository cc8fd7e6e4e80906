"""A statement that is true or false. The two ids are words of the contract, not drawn: they tell nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from random import Random
from typing import Any

from lms.quizzes.rules.types.base import Draw, Flaw, Outcome, Question, Render, check_id, field_of

IDS = ("true", "false")


def flaws(question: Question) -> Iterator[Flaw]:
    if not isinstance(question["answer"], bool):
        yield Flaw("no_right_option", "")


def draw(question: Question, source: Random, *, shuffle: bool) -> Draw:
    return {}


def present(question: Question, draw: Draw, render: Render) -> dict[str, Any]:
    return {"html": render(question["text"])}


def check(question: Question, draw: Draw, answer: Mapping[str, Any]) -> None:
    check_id(field_of(answer, "choice", str), IDS, "/choice")


def mark(question: Question, draw: Draw, answer: Mapping[str, Any]) -> Outcome:
    right = answer == solution(question, draw)
    return Outcome(Fraction(right), {answer["choice"]: right})


def solution(question: Question, draw: Draw) -> dict[str, Any]:
    return {"choice": "true" if question["answer"] else "false"}


def feedback(question: Question, draw: Draw, answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    words = question.get("feedback")
    return [(answer["choice"], words)] if words else []
