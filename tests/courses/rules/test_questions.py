"""Questions as people write them, and what each mistake is called."""

from __future__ import annotations

from typing import Any

import pytest

from lms.courses.rules.fields import Flaw, Wrong
from lms.courses.rules.questions import question


def read(**fields: Any) -> dict[str, Any]:
    return question({"key": "q", "text": "What?", **fields})


def flaw_of(**fields: Any) -> tuple[Flaw, tuple[str | int, ...]]:
    with pytest.raises(Wrong) as wrong:
        read(**fields)
    return wrong.value.flaw, wrong.value.where


def test_every_default_is_filled_in() -> None:
    assert read(type="short_text", accept=["a"]) == {
        "key": "q",
        "outcome": None,
        "type": "short_text",
        "points": "1",
        "text": "What?",
        "explanation": None,
        "accept": ["a"],
        "case": "ignore",
    }


def test_options_get_keys_from_their_positions() -> None:
    options = read(type="multiple_choice", options=[{"text": str(n)} for n in range(28)])["options"]
    assert [option["key"] for option in options[:2] + options[25:]] == ["a", "b", "z", "o27", "o28"]
    assert options[0] == {"key": "a", "text": "0", "right": False, "feedback": None}


def test_only_weights_have_weights() -> None:
    weighted = read(type="multiple_choice", policy="weights", options=[{"text": "a", "weight": "0.50"}])
    assert weighted["options"][0]["weight"] == "0.50"
    assert flaw_of(type="multiple_choice", options=[{"text": "a", "weight": "1"}]) == (
        Flaw.UNKNOWN_FIELD,
        ("options", 0, "weight"),
    )


@pytest.mark.parametrize(
    ("written", "kept"),
    [("400", "400"), ("400.00", "400.00"), ("-0.5", "-0.5"), ("1e3", "1e3"), (7, "7")],
)
def test_a_number_stays_as_it_was_written(written: object, kept: str) -> None:
    assert read(type="numeric", answer=written)["accept"] == [{"answer": kept, "tolerance": "0"}]


@pytest.mark.parametrize("written", [0.1, True, "0,5", "1_000", "", "NaN", "1e999", "½", "٣", "0x10", ".5", "5."])
def test_what_is_no_decimal_number_is_refused(written: object) -> None:
    assert flaw_of(type="numeric", answer=written)[1] == ("answer",)


@pytest.mark.parametrize(("written", "kept"), [("5", "5"), ("2 %", "2 %"), ("2%", "2 %"), ("0.5 %", "0.5 %")])
def test_a_tolerance_is_absolute_or_a_share(written: str, kept: str) -> None:
    assert read(type="numeric", answer="1", tolerance=written)["accept"][0]["tolerance"] == kept


def test_a_tolerance_is_not_negative() -> None:
    assert flaw_of(type="numeric", answer="1", tolerance="-1")[0] is Flaw.OUT_OF_RANGE


def test_a_unit_is_shown_unless_units_are_asked() -> None:
    shown = read(type="numeric", answer="4", unit="V")
    assert (shown["unit"], shown["units"], shown["accept"]) == ("V", [], [{"answer": "4", "tolerance": "0"}])
    asked = read(type="numeric", answer="4", unit="V", units=["V", "mV"])
    assert (asked["unit"], asked["accept"][0]["unit"]) == (None, "V")
    assert flaw_of(type="numeric", answer="4", unit="A", units=["V"]) == (Flaw.UNKNOWN_NAME, ("unit",))


def test_the_long_form_takes_several_answers_and_ranges() -> None:
    accept = [{"answer": "400", "tolerance": "5"}, {"from": "0", "to": "999", "open": ["to", "from"]}]
    assert read(type="numeric", accept=accept)["accept"] == [
        {"answer": "400", "tolerance": "5"},
        {"from": "0", "to": "999", "open": ["from", "to"]},
    ]
    assert flaw_of(type="numeric", accept=[{"from": "0"}]) == (Flaw.MISSING, ("accept", 0, "to"))


@pytest.mark.parametrize(
    ("fields", "flaw", "where"),
    [
        ({}, Flaw.MISSING, ("type",)),
        ({"type": "essay"}, Flaw.NOT_ALLOWED, ("type",)),
        ({"type": "true_false"}, Flaw.MISSING, ("answer",)),
        ({"type": "true_false", "answer": "true"}, Flaw.NOT_A_FLAG, ("answer",)),
        ({"type": "single_choice", "options": []}, Flaw.EMPTY, ("options",)),
        ({"type": "single_choice", "options": [{"text": "a"}]}, Flaw.NOTHING_RIGHT, ("options",)),
        ({"type": "single_choice", "options": "a"}, Flaw.NOT_A_LIST, ("options",)),
        ({"type": "single_choice", "options": ["a"]}, Flaw.NOT_FIELDS, ("options", 0)),
        ({"type": "ordering", "order": ["a"]}, Flaw.EMPTY, ("order",)),
        ({"type": "matching", "pairs": [["a"]]}, Flaw.OUT_OF_RANGE, ("pairs", 0)),
        ({"type": "matching", "pairs": [["a", ["b"]]]}, Flaw.NOT_TEXT, ("pairs", 0, 1)),
        ({"type": "short_text", "accept": ["a"], "case": "upper"}, Flaw.NOT_ALLOWED, ("case",)),
        ({"type": "short_text", "accept": ["a"], "points": "-1"}, Flaw.OUT_OF_RANGE, ("points",)),
        ({"type": "short_text", "accept": ["a"], "text": "\0"}, Flaw.NOT_TEXT, ("text",)),
        ({"type": "short_text", "accept": ["a"], "text": "\ud800"}, Flaw.NOT_TEXT, ("text",)),
        ({"type": "short_text", "accept": ["a"], "colour": "red"}, Flaw.UNKNOWN_FIELD, ("colour",)),
        ({"type": "short_text", "accept": ["a"], "key": "ä"}, Flaw.NOT_A_KEY, ("key",)),
    ],
)
def test_a_mistake_is_named_with_the_way_to_it(fields: dict[str, Any], flaw: Flaw, where: tuple[Any, ...]) -> None:
    assert flaw_of(**fields) == (flaw, where)


def test_two_options_of_one_key_are_refused() -> None:
    twice = [{"key": "a", "text": "1", "right": True}, {"key": "a", "text": "2"}]
    assert flaw_of(type="single_choice", options=twice) == (Flaw.TWICE, ("options", 1, "key"))


GAP = {"accept": ["off"]}


def test_gaps_stand_in_the_text_exactly_once() -> None:
    found = read(type="gaps", text="Switch [[1]].", gaps={"1": GAP})
    assert found["gaps"] == {"1": {"accept": ["off"], "case": "ignore", "options": None}}
    for text in ("Switch.", "[[1]] [[1]]", "[[1]] [[2]]"):
        assert flaw_of(type="gaps", text=text, gaps={"1": GAP}) == (Flaw.MARKERS, ("text",))


def test_what_a_gap_accepts_can_be_chosen() -> None:
    gaps = {"1": {"accept": ["off"], "options": ["on"]}}
    assert flaw_of(type="gaps", text="[[1]]", gaps=gaps) == (Flaw.UNKNOWN_NAME, ("gaps", "1", "accept"))


PART = {"key": "one", "type": "true_false", "answer": True}


def test_parts_are_questions_inside_a_question() -> None:
    found = read(type="parts", text="[[one]]", parts=[PART | {"points": "0.5"}])
    assert "points" not in found
    assert (found["parts"][0]["points"], found["parts"][0]["text"]) == ("0.5", "")


@pytest.mark.parametrize(
    ("fields", "flaw"),
    [
        ({"parts": [PART], "points": "2"}, Flaw.UNKNOWN_FIELD),
        ({"parts": [PART, PART]}, Flaw.TWICE),
        ({"parts": [PART | {"type": "parts"}]}, Flaw.NOT_ALLOWED),
        ({"parts": [PART | {"key": "two"}]}, Flaw.MARKERS),
        ({"parts": []}, Flaw.EMPTY),
    ],
)
def test_parts_are_checked_like_questions(fields: dict[str, Any], flaw: Flaw) -> None:
    assert flaw_of(type="parts", text="[[one]]", **fields)[0] is flaw
