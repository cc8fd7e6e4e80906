"""A word or two, compared with the list of accepted ones after normalising (see `texts`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from random import Random
from typing import Any

from lms.quizzes.rules.texts import is_accepted, normal_form
from lms.quizzes.rules.types.base import Draw, Flaw, Outcome, Question, Render, check_text, field_of


def flaws(question: Question) -> Iterator[Flaw]:
    if not any(normal_form(text, case="exact") for text in question["accept"]):
        yield Flaw("nothing_accepted", "")


def draw(question: Question, source: Random, *, shuffle: bool) -> Draw:
    return {}


def present(question: Question, draw: Draw, render: Render) -> dict[str, Any]:
    return {"html": render(question["text"])}


def check(question: Question, draw: Draw, answer: Mapping[str, Any]) -> None:
    check_text(field_of(answer, "text", str), "/text")


def mark(question: Question, draw: Draw, answer: Mapping[str, Any]) -> Outcome:
    return Outcome(Fraction(is_accepted(answer["text"], question["accept"], case=question["case"])))


def solution(question: Question, draw: Draw) -> dict[str, Any]:
    return {"text": question["accept"][0]}


def feedback(question: Question, draw: Draw, answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    return []
