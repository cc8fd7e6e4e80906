"""What fits a slot and what does not: shapes and ids, never right or wrong."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.rules.answers import check_answer, is_step
from lms.quizzes.rules.marking import mark
from lms.quizzes.rules.types.base import LONGEST_TEXT, Misfit
from tests.quizzes import documents as make
from tests.quizzes.documents import drawn, shown


def misfit(question, answer, *, draw=None) -> tuple[str, str]:
    with pytest.raises(Misfit) as caught:
        check_answer(question, draw or drawn(question), answer)
    return caught.value.pointer, caught.value.code


@pytest.mark.parametrize("answer", [None, [], "true", 1, True])
def test_an_answer_is_an_object(answer):
    assert misfit(make.true_false(), answer) == ("", "wrong_type")


@pytest.mark.parametrize(
    ("question", "answer", "where"),
    [
        (make.single_choice(), {}, ("/choice", "missing")),
        (make.single_choice(), {"choice": None}, ("/choice", "wrong_type")),
        (make.single_choice(), {"choice": "a"}, ("/choice", "unknown_id")),  # the file's key is no id
        (make.single_choice(), {"choices": []}, ("/choices", "unknown_field")),
        (make.true_false(), {"choice": True}, ("/choice", "wrong_type")),
        (make.true_false(), {"choice": "yes"}, ("/choice", "unknown_id")),
        (make.true_false(), {"choice": "true", "sure": True}, ("/sure", "unknown_field")),
        (make.multiple_choice(), {"choices": "a"}, ("/choices", "wrong_type")),
        (make.multiple_choice(), {"choices": ["a"]}, ("/choices/0", "unknown_id")),
        (make.multiple_choice(), {"choices": [1]}, ("/choices/0", "wrong_type")),
        (make.numeric(), {"number": 400}, ("/number", "wrong_type")),
        (make.numeric(), {"number": "4" * 201}, ("/number", "too_long")),
        (make.numeric(), {"number": "4", "unit": 1}, ("/unit", "wrong_type")),
        (make.numeric(units=["V"]), {"number": "4", "unit": "A"}, ("/unit", "unknown_id")),
        (make.short_text(), {"text": None}, ("/text", "wrong_type")),
        (make.short_text(), {"text": "x" * (LONGEST_TEXT + 1)}, ("/text", "too_long")),
        (make.short_text(), {"text": "\ud800"}, ("/text", "not_unicode")),
        (make.matching(), {"pairs": []}, ("/pairs", "wrong_type")),
        (make.matching(), {"pairs": {"0": "1"}}, ("/pairs/0", "unknown_id")),
        (make.ordering(), {"order": ["first"]}, ("/order/0", "unknown_id")),
        (make.gaps(), {"gaps": {"1": "x"}}, ("/gaps/1", "unknown_id")),
        (make.parts(), {"parts": {"p1": {}}}, ("/parts/p1", "unknown_id")),
    ],
)
def test_wrong_shapes_and_foreign_ids_are_named_by_place(question, answer, where):
    assert misfit(question, answer) == where


def test_an_id_twice_is_a_wrong_shape():
    for question, name in ((make.multiple_choice(), "choices"), (make.ordering(), "order")):
        draw = drawn(question)
        first = draw["options"][0][0]
        assert misfit(question, {name: [first, first]}, draw=draw) == (f"/{name}", "repeated_id")


def test_a_gap_with_options_takes_only_their_ids():
    question = make.gaps()
    draw = drawn(question)
    gap = shown(draw, "gaps")["2"]
    assert misfit(question, {"gaps": {gap: "Wait"}}, draw=draw) == (f"/gaps/{gap}", "unknown_id")


def test_a_misfit_inside_a_part_is_named_with_the_part():
    question = make.parts()
    draw = drawn(question)
    first = draw["parts"][0][0]
    assert misfit(question, {"parts": {first: {"choice": 1}}}, draw=draw) == (f"/parts/{first}/choice", "wrong_type")
    assert misfit(question, {"parts": {first: "true"}}, draw=draw) == (f"/parts/{first}", "wrong_type")


INCOMPLETE = {
    "multiple_choice": {"choices": []},
    "numeric": {"number": ""},
    "short_text": {"text": ""},
    "matching": {"pairs": {}},
    "ordering": {"order": []},
    "gaps": {"gaps": {}},
    "parts": {"parts": {}},
}


@pytest.mark.parametrize("question", [q for q in make.every_type() if q["type"] in INCOMPLETE])
def test_an_incomplete_answer_fits_and_earns_nothing(question):
    answer = INCOMPLETE[question["type"]]
    draw = drawn(question)
    check_answer(question, draw, answer)
    assert mark(question, draw, answer).fraction == 0


@given(st.text(max_size=200))
def test_any_unicode_text_fits_wherever_text_is_asked(text: str):
    check_answer(make.short_text(), {}, {"text": text})
    check_answer(make.numeric(), {}, {"number": text})
    mark(make.short_text(), {}, {"text": text})
    mark(make.numeric(unit="V"), {}, {"number": text})


def test_the_naughtiest_strings_fit_and_are_marked(shared_data):
    for text in json.loads((shared_data / "evil" / "blns.json").read_text()):
        check_answer(make.short_text(), {}, {"text": text})
        assert mark(make.short_text(), {}, {"text": text}).fraction == 0


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["choice", "choices", "pairs", "order", "gaps", "parts", "x"]), inner)
    ),
    max_leaves=8,
)


@given(which=st.sampled_from(range(9)), answer=json_values)
def test_whatever_is_sent_either_fits_and_can_be_marked_or_is_a_misfit(which: int, answer):
    question = make.every_type()[which]
    draw = drawn(question)
    try:
        check_answer(question, draw, answer)
    except Misfit:
        return
    assert mark(question, draw, answer).fraction is not None


@pytest.mark.parametrize(
    ("step", "good"),
    [(1, True), (2**31 - 1, True), (0, False), (-1, False), (2**31, False), (True, False), ("1", False), (1.0, False)],
)
def test_a_step_counts_from_one(step, good: bool):
    assert is_step(step) is good
