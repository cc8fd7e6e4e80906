"""Marking as tables with worked examples, type by type."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.rules import marking
from lms.quizzes.rules.answers import check_answer
from lms.quizzes.rules.marking import add_up, as_document, from_document, mark
from lms.quizzes.rules.papers import draw_question
from tests.quizzes import documents as make
from tests.quizzes.documents import drawn, shown


def fraction_of(question, answer, *, seed=1) -> Fraction | None:
    draw = drawn(question, seed=seed)
    check_answer(question, draw, answer)
    return mark(question, draw, answer).fraction


def fraction_of_chosen(question, keys: str) -> Fraction | None:
    draw = drawn(question)
    ids = shown(draw)
    return mark(question, draw, {"choices": [ids[key] for key in keys]}).fraction


@pytest.mark.parametrize(("key", "fraction"), [("a", 1), ("b", 0), ("c", 0)])
def test_single_choice_is_right_or_wrong(key: str, fraction: int):
    question = make.single_choice()
    draw = drawn(question)
    assert mark(question, draw, {"choice": shown(draw)[key]}).fraction == fraction


def test_single_choice_with_two_right_options_takes_either():
    question = make.single_choice(options=make.options("ab", "c"))
    draw = drawn(question)
    assert mark(question, draw, {"choice": shown(draw)["b"]}).fraction == 1


# Four options, a and b right, c and d wrong. The worked example of each policy is counted by hand:
# a alone: 1 of 2 right, 0 of 2 wrong; decisions: a, c, d are as they should be, 3 of 4.
@pytest.mark.parametrize(
    ("chosen", "all_or_nothing", "right_minus_wrong", "every_decision"),
    [
        ("ab", "1", "1", "1"),
        ("a", "0", "1/2", "3/4"),
        ("", "0", "0", "1/2"),
        ("abc", "0", "1/2", "3/4"),
        ("ac", "0", "0", "1/2"),
        ("cd", "0", "0", "0"),
        ("abcd", "0", "0", "1/2"),
        ("c", "0", "0", "1/4"),
    ],
)
def test_policies_of_multiple_choice(chosen, all_or_nothing, right_minus_wrong, every_decision):
    found = {
        policy: fraction_of_chosen(make.multiple_choice(policy), chosen)
        for policy in ("all_or_nothing", "right_minus_wrong", "every_decision")
    }
    assert found == {
        "all_or_nothing": Fraction(all_or_nothing),
        "right_minus_wrong": Fraction(right_minus_wrong),
        "every_decision": Fraction(every_decision),
    }


def test_right_minus_wrong_takes_nothing_off_where_nothing_is_wrong():
    question = make.multiple_choice("right_minus_wrong", options=make.options("abc", ""))
    assert fraction_of_chosen(question, "ab") == Fraction(2, 3)


@pytest.mark.parametrize(
    ("chosen", "fraction"),
    [("a", "1/2"), ("ab", "1"), ("abc", "2/3"), ("c", "0"), ("", "0"), ("abd", "1"), ("d", "3/4")],
)
def test_weights_are_summed_and_clamped(chosen: str, fraction: str):
    weights = {"a": "0.5", "b": "0.5", "c": "-0.3333333333", "d": "0.75"}
    found = fraction_of_chosen(make.weighted(weights), chosen)
    assert found is not None
    assert abs(found - Fraction(fraction)) < Fraction(1, 10**9)


@pytest.mark.parametrize(
    ("answer", "given_id", "fraction"), [(True, "true", 1), (True, "false", 0), (False, "false", 1)]
)
def test_true_false(answer: bool, given_id: str, fraction: int):
    assert fraction_of(make.true_false(answer=answer), {"choice": given_id}) == fraction


FIVE_AROUND_400 = {"answer": "400", "tolerance": "5"}
TWO_PERCENT_OF_MINUS_50 = {"answer": "-50", "tolerance": "2 %"}
HALF_OPEN = {"from": "0", "to": "999", "open": ["to"]}
OPEN_BELOW = {"from": "0", "to": "1", "open": ["from"]}
EXACT_THIRD_PLACE = {"answer": "0.175", "tolerance": None}


@pytest.mark.parametrize(
    ("entry", "number", "right"),
    [
        (FIVE_AROUND_400, "395", True),
        (FIVE_AROUND_400, "405,000", True),
        (FIVE_AROUND_400, "405.0000000000000000001", False),
        (FIVE_AROUND_400, "394.99", False),
        (FIVE_AROUND_400, "", False),
        (FIVE_AROUND_400, "four hundred", False),
        (TWO_PERCENT_OF_MINUS_50, "-51", True),
        (TWO_PERCENT_OF_MINUS_50, "−49", True),
        (TWO_PERCENT_OF_MINUS_50, "-51.01", False),
        (TWO_PERCENT_OF_MINUS_50, "50", False),
        (HALF_OPEN, "0", True),
        (HALF_OPEN, "998.99", True),
        (HALF_OPEN, "999", False),
        (OPEN_BELOW, "0", False),
        (OPEN_BELOW, "1", True),
        ({"from": "10", "to": None, "open": []}, "1e300", True),
        ({"from": "10", "to": None, "open": []}, "9", False),
        (EXACT_THIRD_PLACE, "0,175", True),
        (EXACT_THIRD_PLACE, "0.1750", True),
        (EXACT_THIRD_PLACE, "0.1751", False),
    ],
)
def test_numbers_with_tolerances_ranges_and_edges(entry, number: str, right: bool):
    assert fraction_of(make.numeric(entry), {"number": number}) == right


def test_any_of_several_entries_counts():
    question = make.numeric(FIVE_AROUND_400, {"from": "0", "to": "1", "open": []})
    assert [fraction_of(question, {"number": number}) for number in ("400", "0.5", "200")] == [1, 1, 0]


def test_the_unit_that_is_shown_may_be_written_again():
    question = make.numeric(unit="V")
    assert [fraction_of(question, {"number": text}) for text in ("400 V", "400V", "400 A")] == [1, 1, 0]
    assert fraction_of(question, {"number": "400", "unit": "anything"}) == 1


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ({"number": "400", "unit": "V"}, True),
        ({"number": "400", "unit": "mV"}, False),
        ({"number": "400000", "unit": "mV"}, True),
        ({"number": "400", "unit": ""}, False),
        ({"number": "400"}, False),
    ],
)
def test_a_unit_that_is_asked_must_be_right(answer, right: bool):
    accept = [{"answer": "400", "tolerance": "5", "unit": "V"}, {"answer": "400000", "unit": "mV"}]
    assert fraction_of(make.numeric(*accept, units=["V", "mV"]), answer) == right


def test_an_entry_without_a_unit_counts_with_any_of_them_but_one_must_be_chosen():
    question = make.numeric(units=["V", "mV"])
    answers = [{"number": "400", "unit": "mV"}, {"number": "400", "unit": ""}, {"number": "400"}]
    assert [fraction_of(question, answer) for answer in answers] == [1, 0, 0]


@pytest.mark.parametrize(
    ("accept", "case", "given_text", "right"),
    [
        ("orange", "ignore", "  ORANGE ", True),
        ("orange", "exact", "Orange", False),
        ("bright orange", "ignore", "bright \t\n orange", True),
        ("bright orange", "ignore", "bright\u00a0orange", True),
        ("Žnidaršič", "exact", "Z\u030cnidars\u030cic\u030c", True),  # composed or not: the same text
        ("Straße", "ignore", "STRASSE", True),
        ("Straße", "exact", "Strasse", False),
        ("orange", "ignore", "", False),
        ("orange", "ignore", "oranges", False),
        ("ΟΔΟΣ", "ignore", "οδος", True),
    ],
)
def test_texts_are_compared_after_normalising(accept: str, case: str, given_text: str, right: bool):
    assert fraction_of(make.short_text(accept, case=case), {"text": given_text}) == right


def test_a_blank_is_never_right():
    assert fraction_of(make.short_text("orange", " "), {"text": " "}) == 0


def test_matching_is_marked_per_stem_and_an_option_may_serve_several():
    question = make.matching()
    draw = drawn(question)
    stems, options = shown(draw, "stems"), shown(draw)
    answer = {"pairs": {stems[0]: options[0], stems[1]: options[0]}}
    found = mark(question, draw, answer)
    assert found.fraction == Fraction(1, 3)
    assert found.pieces == {stems[0]: True, stems[1]: False, stems[2]: False}


def test_two_stems_with_the_same_right_hand_side_share_one_option():
    question = make.matching(pairs=[["a", "same"], ["b", "same"]], extra=[])
    draw = drawn(question)
    (option,) = shown(draw).values()
    answer = {"pairs": dict.fromkeys(shown(draw, "stems").values(), option)}
    assert mark(question, draw, answer).fraction == 1


@pytest.mark.parametrize(("places", "fraction"), [([0, 1, 2, 3], 1), ([1, 0, 2, 3], 0), ([0, 1, 2], 0), ([], 0)])
def test_ordering_is_the_whole_order_or_nothing(places: list[int], fraction: int):
    question = make.ordering()
    draw = drawn(question)
    assert mark(question, draw, {"order": [shown(draw)[place] for place in places]}).fraction == fraction


def test_things_with_the_same_text_may_change_places():
    question = make.ordering("measure", "write down", "measure")
    draw = drawn(question)
    ids = shown(draw)
    assert mark(question, draw, {"order": [ids[2], ids[1], ids[0]]}).fraction == 1


def test_gaps_are_marked_each_whether_written_or_chosen():
    question = make.gaps()
    draw = drawn(question)
    ids = shown(draw, "gaps")
    choice = shown({"options": draw["options"][ids["2"]]})
    answers = [
        {ids["1"]: " Body ", ids["2"]: choice[1]},
        {ids["1"]: "chassis", ids["2"]: choice[0]},
        {ids["2"]: choice[1]},
        {},
    ]
    found = [mark(question, draw, {"gaps": answer}).fraction for answer in answers]
    assert found == [1, Fraction(1, 2), Fraction(1, 2), 0]


def test_parts_are_summed_by_their_points():
    question = make.parts()  # 2 points for a statement, 1 for a number
    draw = drawn(question)
    statement, number = (shown_id for shown_id, *_ in draw["parts"])
    found = mark(question, draw, {"parts": {statement: {"choice": "false"}}})
    assert (found.points, found.earned, found.fraction) == (3, 2, Fraction(2, 3))
    assert found.parts[number].answered is False


def test_a_question_without_an_answer_earns_nothing():
    for question in make.every_type():
        found = mark(question, drawn(question), None)
        assert (found.fraction, found.answered) == (0, False)


def test_points_multiply_the_fraction_exactly():
    question = make.gaps(points="0.1", gaps={str(n): make.gap("x") for n in range(3)}, text="[[0]] [[1]] [[2]]")
    draw = drawn(question)
    found = mark(question, draw, {"gaps": {shown(draw, "gaps")["1"]: "x"}})
    assert found.earned == Fraction(1, 30)


def test_a_total_with_an_unmarked_answer_is_unknown_and_not_zero():
    marked, unmarked = marking.Mark(Fraction(1), Fraction(1), True), marking.Mark(Fraction(2), None, True)
    assert add_up([marked, unmarked]) == marking.Total(None, Fraction(3))
    assert add_up([marked]) == marking.Total(Fraction(1), Fraction(1))


def test_feedback_is_given_on_what_was_chosen_only():
    options = [make.option("a", right=True, feedback="Yes"), make.option("b", feedback="No")]
    question = make.parts(make.multiple_choice(key="p1", options=options), make.true_false(key="p2", feedback="Hm"))
    draw = drawn(question)
    (first, _, inner), (second, *_) = draw["parts"]
    answer = {"parts": {first: {"choices": [shown(inner)["b"]]}, second: {"choice": "true"}}}
    assert marking.feedback(question, draw, answer) == [(shown(inner)["b"], "No"), ("true", "Hm")]


@given(seed=st.integers(0, 2**32), which=st.sampled_from(range(9)), shuffle=st.booleans())
def test_the_solution_fits_its_slot_and_earns_all(seed: int, which: int, shuffle: bool):
    question = make.every_type()[which]
    draw = draw_question(question, Random(seed), shuffle=shuffle)
    answer = marking.solution(question, draw)
    check_answer(question, draw, answer)
    assert mark(question, draw, answer).fraction == 1


def test_the_solution_of_weights_takes_what_helps():
    question = make.weighted({"a": "0.5", "b": "0.5", "c": "-1"})
    draw = drawn(question)
    assert mark(question, draw, marking.solution(question, draw)).fraction == 1


@given(
    policy=st.sampled_from(["all_or_nothing", "right_minus_wrong", "every_decision"]),
    right=st.integers(1, 5),
    wrong=st.integers(0, 5),
    data=st.data(),
)
def test_a_policy_gives_a_share_that_is_full_only_for_exactly_the_right_ones(policy, right, wrong, data):
    keys = "abcdefghij"
    question = make.multiple_choice(policy, options=make.options(keys[:right], keys[right : right + wrong]))
    chosen = data.draw(st.sets(st.sampled_from(keys[: right + wrong])))
    fraction = fraction_of_chosen(question, "".join(chosen))
    assert fraction is not None
    assert 0 <= fraction <= 1
    assert (fraction == 1) == (chosen == set(keys[:right]))


@given(which=st.sampled_from(range(9)))
def test_a_stored_mark_comes_back_the_same(which: int):
    question = make.every_type()[which]
    draw = drawn(question)
    for answer in (None, marking.solution(question, draw)):
        found = mark(question, draw, answer)
        assert from_document(as_document(found)) == found
