"""Two states of a text, word by word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lms.courses.rules.rewording import AROUND, MOST_TOKENS, word_difference

TEXTS = st.lists(st.sampled_from(["wait", "two", "five", "minutes", ".", " ", "\n", "größer", "Ω"]), max_size=30)


def state(parts, other):
    return "".join(text for kind, text in parts if kind != other)


def test_only_the_words_that_differ_are_marked():
    assert word_difference("Wait 2 minutes.", "Wait 5 minutes.") == (
        ("same", "Wait "),
        ("removed", "2"),
        ("added", "5"),
        ("same", " minutes."),
    )


def test_equal_texts_have_no_difference():
    assert word_difference("Wait.", "Wait.") == ()


def test_far_away_text_is_left_out():
    long = " ".join(f"w{n}" for n in range(200))
    parts = word_difference(f"{long} old {long}", f"{long} new {long}")
    assert [kind for kind, _text in parts] == ["same", "removed", "added", "same"]
    assert all(len(text.split()) <= AROUND for _kind, text in parts)
    assert (parts[0][1][:3], parts[-1][1][-3:]) == (" … ", " … ")


def test_a_text_too_long_to_compare_is_told_as_a_whole():
    long = "a " * MOST_TOKENS
    assert word_difference(long, "b") == (("removed", long), ("added", "b"))


@given(before=TEXTS.map("".join), after=TEXTS.map("".join))
def test_both_states_can_be_read_from_the_difference(before, after):
    parts = word_difference(before, after)
    if any(" … " in text for _kind, text in parts):
        return
    if before != after:
        assert (state(parts, "added"), state(parts, "removed")) == (before, after)
