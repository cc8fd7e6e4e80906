"""From exact fractions to what is shown, and what may be shown when."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.rules import grading
from lms.quizzes.rules.grading import Phase
from lms.quizzes.rules.marking import Mark, Total

fractions = st.fractions(min_value=0, max_value=1)


@pytest.mark.parametrize(
    ("fraction", "percent"),
    [
        ("2/3", "66.67"),
        ("1/3", "33.33"),
        ("1/8", "12.50"),
        ("0.00005", "0.00"),  # 0.005 % goes to the even neighbour
        ("0.00015", "0.02"),
        ("0.00025", "0.02"),
        ("1", "100.00"),
        ("0", "0.00"),
    ],
)
def test_a_percent_is_rounded_once_half_even_to_two_decimals(fraction: str, percent: str):
    assert grading.shown_percent(Fraction(fraction)) == Decimal(percent)


@pytest.mark.parametrize(
    ("fraction", "pass_percent", "percent", "passed"),
    [
        ("0.69999", "70", "69.99", False),  # would round up to 70.00
        ("0.7", "70", "70.00", True),
        ("0.699", "70", "69.90", False),
        ("0.666666", "66.67", "66.66", False),
        ("2/3", "66.6666", "66.67", True),
        ("0.700049", "70", "70.00", True),
    ],
)
def test_a_percent_is_never_rounded_up_over_the_pass_mark(fraction, pass_percent, percent, passed: bool):
    exact, mark = Fraction(fraction), Fraction(pass_percent)
    assert grading.shown_percent(exact, mark) == Decimal(percent)
    assert grading.is_passed(exact, mark) is passed


@given(fraction=fractions, pass_percent=st.fractions(min_value=0, max_value=100))
def test_who_has_not_passed_is_never_shown_a_percent_that_passes(fraction, pass_percent):
    shown = Fraction(grading.shown_percent(fraction, pass_percent))
    assert grading.is_passed(fraction, pass_percent) or shown < pass_percent
    assert abs(shown - fraction * 100) < Fraction(1, 100)


TRIES = [Fraction(1, 2), Fraction(1), Fraction(1, 3)]


@pytest.mark.parametrize(
    ("method", "counts"), [("highest", "1"), ("average", "11/18"), ("first", "1/2"), ("last", "1/3")]
)
def test_the_grade_of_several_attempts(method: str, counts: str):
    assert grading.grade(method, TRIES) == Fraction(counts)
    assert grading.grade(method, []) is None


def test_an_unknown_grading_method_is_an_error():
    with pytest.raises(ValueError, match="best"):
        grading.grade("best", TRIES)


@pytest.mark.parametrize(
    ("total", "fraction"),
    [
        (Total(Fraction(1), Fraction(3)), Fraction(1, 3)),
        (Total(None, Fraction(3)), None),
        (Total(Fraction(0), Fraction(0)), 0),
    ],
)
def test_the_fraction_of_a_total_is_unknown_while_a_mark_is_missing(total, fraction):
    assert total.fraction == fraction


@pytest.mark.parametrize(
    ("finished", "left", "running", "phase"),
    [
        (False, 2, False, Phase.DURING),
        (False, 0, False, Phase.DURING),
        (True, 2, False, Phase.AFTER),
        (True, None, False, Phase.AFTER),
        (True, 0, False, Phase.CLOSED),
        (True, 0, True, Phase.AFTER),  # the last attempt runs: an earlier one must not show its key
    ],
)
def test_the_phase_follows_from_attempts(finished: bool, left, running: bool, phase: Phase):
    assert grading.phase_of(finished=finished, attempts_left=left, open_attempt=running) is phase


def test_by_default_nothing_of_the_key_is_visible_before_the_last_attempt():
    review = {"during": [], "after": ["answers"], "closed": list(grading.REVIEW_OPTIONS)}
    assert grading.visible(review, Phase.DURING) == frozenset()
    assert grading.visible(review, Phase.AFTER) == {"answers"}
    assert grading.visible(review, Phase.CLOSED) == set(grading.REVIEW_OPTIONS)


def test_outcomes_are_summed_in_their_order_and_questions_without_one_left_out():
    full, none = Mark(Fraction(2), Fraction(1), True), Mark(Fraction(1), Fraction(0), True)
    found = grading.by_outcome([("o2", full), (None, full), ("o1", none), ("o2", none)])
    assert list(found.items()) == [
        ("o2", Total(Fraction(2), Fraction(3))),
        ("o1", Total(Fraction(0), Fraction(1))),
    ]


@pytest.mark.parametrize(("number", "shown"), [("80.00", 80), ("66.67", 66.67), ("0.00", 0)])
def test_numbers_in_json_are_as_short_as_they_can_be(number: str, shown):
    assert grading.json_number(Decimal(number)) == shown
