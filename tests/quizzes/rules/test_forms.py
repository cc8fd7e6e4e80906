"""A plain form carries every answer: from an answer to fields and back."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from lms.quizzes.rules.forms import answer_from_fields, is_blank
from lms.quizzes.rules.marking import solution
from lms.quizzes.rules.papers import draw_question, present_question
from tests.quizzes import documents as make


def plain(markdown: str, *, inline: bool = False) -> str:
    return markdown


def fields(answer: make.Document, prefix: str = "") -> list[tuple[str, str]]:
    """The fields of templates/components/question.html when they hold this answer."""
    match answer:
        case {"choices": chosen}:
            return [(f"{prefix}choices", one) for one in chosen]
        case {"pairs": pairs}:
            return [(f"{prefix}pair.{stem}", option) for stem, option in pairs.items()]
        case {"gaps": gaps}:
            return [(f"{prefix}gap.{gap}", text) for gap, text in gaps.items()]
        case {"order": order}:
            return [(f"{prefix}order.{one}", str(place)) for place, one in enumerate(order, start=1)]
        case {"parts": parts}:
            return [field for part, inner in parts.items() for field in fields(inner, f"{prefix}part.{part}.")]
    return [(f"{prefix}{name}", value) for name, value in answer.items()]


def read(question, draw, filled: list[tuple[str, str]]) -> dict[str, Any]:
    return answer_from_fields(present_question(question, draw, plain), MultiDict(filled))


@given(seed=st.integers(0, 2**32), which=st.sampled_from(range(9)))
def test_an_answer_comes_back_from_its_fields(seed: int, which: int):
    question = make.every_type()[which]
    draw = draw_question(question, Random(seed), shuffle=True)
    right = solution(question, draw)
    assert read(question, draw, fields(right)) == right


@pytest.mark.parametrize("question", make.every_type(), ids=lambda question: question["type"])
def test_an_empty_form_says_nothing(question):
    assert is_blank(read(question, make.drawn(question), []))


def test_a_unit_alone_says_nothing_and_goes_with_its_number():
    question = make.numeric(units=["V"])
    assert is_blank(read(question, {}, [("unit", "V")]))
    assert read(question, {}, [("number", "4"), ("unit", "V")]) == {"number": "4", "unit": "V"}


def test_of_an_order_only_the_placed_lines_count_in_the_order_of_their_places():
    question = make.ordering()
    draw = make.drawn(question)
    ids = [shown for shown, _ in draw["options"]]
    filled = [(f"order.{ids[0]}", "3"), (f"order.{ids[1]}", "1"), (f"order.{ids[2]}", "x"), ("order.other", "2")]
    assert read(question, draw, filled) == {"order": [ids[1], ids[0]]}


@pytest.mark.parametrize(
    ("answer", "blank"),
    [
        (None, True),
        ({}, True),
        ({"text": ""}, True),
        ({"text": " "}, False),
        ({"choices": []}, True),
        ({"gaps": {"a": ""}}, True),
        ({"parts": {"a": {"number": ""}}}, True),
        ({"parts": {"a": {"number": "0"}}}, False),
    ],
)
def test_blank_is_what_says_nothing(answer, blank: bool):
    assert is_blank(answer) is blank
