"""What keeps a question or a quiz from being published."""

from __future__ import annotations

import pytest

from lms.quizzes.rules.questions import question_flaws, quiz_flaws
from tests.quizzes import documents as make


def codes(flaws) -> list[tuple[str, str]]:
    return [(flaw.path, flaw.code) for flaw in flaws]


def test_a_sound_question_of_each_type_has_no_flaw():
    assert [question_flaws(question) for question in make.every_type()] == [[]] * 9
    assert quiz_flaws(make.quiz()) == []


UNITS = {"units": ["V"]}


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (make.single_choice(type="essay"), "unknown_type"),
        (make.single_choice(text="  "), "no_text"),
        (make.single_choice(points="-1"), "points_below_zero"),
        (make.single_choice(points="one"), "not_a_number"),
        (make.single_choice(options=make.options("", "ab")), "no_right_option"),
        (make.single_choice(options=make.options("aa", "")), "option_key_twice"),
        (make.single_choice(options=[make.option("a", right=True, text=" ")]), "option_without_text"),
        (make.multiple_choice("guess"), "unknown_policy"),
        (make.multiple_choice("right_minus_wrong", options=make.options("", "ab")), "no_right_option"),
        (make.multiple_choice(options=[]), "no_right_option"),
        (make.weighted({"a": "0", "b": "-1"}), "no_right_option"),
        (make.weighted({"a": "half", "b": "1"}), "not_a_number"),
        (make.true_false() | {"answer": None}, "no_right_option"),
        (make.numeric() | {"accept": []}, "nothing_accepted"),
        (make.numeric({"answer": "4,5"}), "not_a_number"),
        (make.numeric({"answer": "4", "tolerance": "a bit"}), "not_a_number"),
        (make.numeric({"from": "2", "to": "1", "open": []}), "empty_range"),
        (make.numeric({"from": "1", "to": "1", "open": ["to"]}), "empty_range"),
        (make.numeric({"from": None, "to": None, "open": []}), "empty_range"),
        (make.numeric({"answer": "4", "unit": "A"}, **UNITS), "right_unit_not_offered"),
        (make.short_text(" "), "nothing_accepted"),
        (make.matching(pairs=[]), "nothing_to_match"),
        (make.ordering("a"), "nothing_to_order"),
        (make.gaps(gaps={}, text="No gap"), "no_gap"),
        (make.gaps(text="Only [[1]]."), "gap_does_not_match_text"),
        (make.gaps(text="[[1]] [[2]] [[3]]"), "gap_does_not_match_text"),
        (make.gaps(text="[[1]] [[1]] [[2]]"), "gap_does_not_match_text"),
        (make.gaps(text="[[1]]", gaps={"1": make.gap(" ")}), "gap_accepts_nothing"),
        (make.gaps(text="[[1]]", gaps={"1": make.gap("a", options=["b"])}), "gap_accepts_nothing"),
        (make.parts() | {"parts": []}, "no_part"),
    ],
)
def test_a_flaw_is_named(question, code: str):
    assert codes(question_flaws(question)) == [("q1", code)]


@pytest.mark.parametrize(
    ("inner", "found"),
    [
        ([make.short_text(" ", key="p1")], ("q1/p1", "nothing_accepted")),
        ([make.true_false(key="p1", type="parts")], ("q1/p1", "unknown_type")),
    ],
)
def test_a_flaw_of_a_part_is_found_under_its_key(inner, found):
    assert codes(question_flaws(make.parts(*inner))) == [found]


def test_two_parts_under_one_key_are_found():
    question = make.parts(make.true_false(key="p1"), make.true_false(key="p1"), text="[[p1]]")
    assert codes(question_flaws(question)) == [("q1", "part_key_twice")]


ONE = {"question": make.true_false()}
DRAW = {"draw": {"from": "p", "count": 2}}
POOL = {"p": [make.true_false(key="a"), make.true_false(key="b"), make.true_false(key="c")]}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (make.quiz({"text": "Only words"}), ("", "nothing_to_mark")),
        (make.quiz({"question": make.true_false(points="0")}), ("", "nothing_to_mark")),
        (make.quiz(DRAW, ONE), ("", "pool_missing")),
        (make.quiz(DRAW, DRAW, pools=POOL), ("", "pool_too_small")),
        (make.quiz(ONE, ONE), ("q1", "question_key_twice")),
        (make.quiz(ONE, pass_percent="101"), ("", "pass_percent_out_of_range")),
        (make.quiz(ONE, grading="best"), ("", "unknown_grading")),
        (make.quiz({"question": make.short_text(" ")}), ("q1", "nothing_accepted")),
        (make.quiz(ONE, pools={"p": [make.short_text(" ", key="x")]}), ("x", "nothing_accepted")),
    ],
)
def test_a_flaw_of_a_quiz_is_named(body, found):
    assert codes(quiz_flaws(body)) == [found]


def test_a_draw_that_may_give_only_questions_without_points_is_not_enough():
    pool = [make.true_false(key="a", points="0"), make.true_false(key="b")]
    body = make.quiz({"draw": {"from": "p", "count": 1}}, pools={"p": pool})
    assert codes(quiz_flaws(body)) == [("", "nothing_to_mark")]
