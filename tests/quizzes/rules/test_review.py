"""What of marks and key is let out, option by option."""

from __future__ import annotations

import pytest

from lms.quizzes.rules.grading import REVIEW_OPTIONS
from lms.quizzes.rules.marking import mark
from lms.quizzes.rules.papers import present_question
from lms.quizzes.rules.review import review_slot
from tests.quizzes import documents as make
from tests.quizzes.documents import drawn, shown


def plain(markdown: str, *, inline: bool = False) -> str:
    return markdown


def reviewed(question, answer, *shows: str):
    draw = drawn(question)
    slot = present_question(question, draw, plain)
    return review_slot(slot, question, draw, mark(question, draw, answer), answer, shows, plain)


QUESTION = make.gaps(points="1", explanation="Because")


def half_right():
    return {"gaps": {shown(drawn(QUESTION), "gaps")["1"]: "chassis"}}


@pytest.mark.parametrize(
    ("option", "adds"),
    [
        ("answers", set()),  # the answer itself is added where it is held
        ("correctness", {"correct", "pieces"}),
        ("marks", {"earned"}),
        ("feedback", {"feedback", "explanation"}),
        ("right_answers", {"right_answer"}),
    ],
)
def test_each_option_lets_out_its_own_and_no_more(option: str, adds: set[str]):
    bare = set(reviewed(QUESTION, half_right()))
    assert set(reviewed(QUESTION, half_right(), option)) - bare == adds


def test_what_is_half_right_is_not_right_and_earns_half():
    seen = reviewed(QUESTION, half_right(), *REVIEW_OPTIONS)
    assert (seen["correct"], seen["earned"]) == (False, 0.5)
    assert sorted(seen["pieces"].values()) == [False, True]


def test_a_question_without_an_answer_has_no_words_on_a_choice():
    options = [make.option("a", right=True, feedback="Yes")]
    seen = reviewed(make.single_choice(options=options), None, *REVIEW_OPTIONS)
    assert (seen["feedback"], seen["correct"], seen["earned"]) == ([], False, 0)


def test_parts_carry_their_own_and_the_whole_its_sum():
    question = make.parts()
    statement, number = (shown_id for shown_id, *_ in drawn(question)["parts"])
    seen = reviewed(question, {"parts": {statement: {"choice": "false"}}}, *REVIEW_OPTIONS)
    assert (seen["earned"], seen["correct"], "right_answer" in seen) == (2, False, False)
    by_id = {part["id"]: part for part in seen["parts"]}
    assert (by_id[statement]["correct"], by_id[number]["correct"]) == (True, False)
    assert by_id[number]["right_answer"] == {"number": "400"}
