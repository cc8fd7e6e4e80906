"""Two authors wrote the same body at once."""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.courses.rules.merging import Clash, clashes_of, merge_bodies, merge_for_mine
from tests.courses.documents import callout, page, practice, text
from tests.quizzes.documents import quiz, single_choice

WORDS = st.sampled_from("abc")
PAGES = st.lists(WORDS, max_size=5).map(
    lambda words: page(*(text(word) for word in words)) | {"blocks": [text(w) for w in words]}
)


def of(*words: str):
    return page() | {"blocks": [text(word) for word in words]}


@given(base=PAGES, mine=PAGES)
def test_where_one_changed_nothing_the_other_s_change_counts(base, mine):
    assert merge_bodies(base, base, mine) == mine
    assert merge_bodies(base, mine, base) == mine
    assert merge_bodies(base, mine, deepcopy(mine)) == mine


@given(base=PAGES, theirs=PAGES, mine=PAGES)
def test_what_goes_together_is_the_same_from_either_side(base, theirs, mine):
    assert merge_bodies(base, theirs, mine) == merge_bodies(base, mine, theirs)


@given(base=PAGES, theirs=PAGES, mine=PAGES)
def test_what_does_not_go_together_is_told_and_can_always_be_settled(base, theirs, mine):
    assert bool(clashes_of(base, theirs, mine)) == (merge_bodies(base, theirs, mine) is None)
    assert merge_for_mine(base, theirs, mine)["kind"] == "page"


@pytest.mark.parametrize(
    ("theirs", "mine", "together"),
    [
        (of("a!", "b", "c"), of("a", "b", "c!"), of("a!", "b", "c!")),
        (of("a!", "b", "c"), of("a", "b!", "c"), of("a!", "b!", "c")),
        (of("a", "b", "c", "d"), of("z", "a", "b", "c"), of("z", "a", "b", "c", "d")),
        (of("b", "c"), of("a", "b", "c!"), of("b", "c!")),
        (of("a!", "b", "c"), of("a?", "b", "c"), None),
        (of("b", "c"), of("a!", "b", "c"), None),
    ],
)
def test_blocks_are_merged_one_by_one(theirs, mine, together):
    assert merge_bodies(of("a", "b", "c"), theirs, mine) == together


def test_a_question_is_merged_field_by_field():
    def asked(**facts):
        return page(practice(single_choice(**facts)), callout())

    together = merge_bodies(asked(), asked(explanation="Because."), asked(text="Which one?"))
    assert together == asked(explanation="Because.", text="Which one?")


def test_settings_of_a_quiz_are_merged_one_by_one():
    base = quiz()
    assert merge_bodies(base, base | {"attempts": 3}, base | {"pass_percent": "80"}) == base | {
        "attempts": 3,
        "pass_percent": "80",
    }
    assert clashes_of(base, base | {"attempts": 3}, base | {"attempts": 2}) == [Clash(None, 3, 2)]
    assert merge_for_mine(base, base | {"attempts": 3, "pass_percent": "80"}, base | {"attempts": 2}) == base | {
        "attempts": 2,
        "pass_percent": "80",
    }
