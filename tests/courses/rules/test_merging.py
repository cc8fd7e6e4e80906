"""Two changes of the same body put together, or told that they touch."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from lms.courses.rules.bodies import body
from lms.courses.rules.merging import merge_bodies
from tests.courses.documents import link, page, stored, text
from tests.courses.strategies import pages, with_files
from tests.quizzes.documents import quiz

A_PAGE = page(text("one"), text("two"), text("three"))


def words(found: Any) -> list[str]:
    return [block["markdown"] for block in found["blocks"]]


@pytest.mark.parametrize(
    ("theirs", "mine", "merged"),
    [
        (["ONE", "two", "three"], ["one", "two", "THREE"], ["ONE", "two", "THREE"]),
        (["new", "one", "two", "three"], ["one", "two", "three", "last"], ["new", "one", "two", "three", "last"]),
        (["two", "three"], ["one", "two", "THREE"], ["two", "THREE"]),
        (["one", "two", "three"], ["three"], ["three"]),
        (["ONE", "two", "three"], ["ONE", "two", "three"], ["ONE", "two", "three"]),
        (["ONE", "two", "three"], ["Uno", "two", "three"], None),
        (["two", "three"], ["Uno", "two", "three"], None),
    ],
)
def test_blocks_are_merged_where_the_changes_do_not_touch(theirs: list[str], mine: list[str], merged: list[str] | None):
    found = merge_bodies(A_PAGE, page(*map(text, theirs)), page(*map(text, mine)))
    assert (words(found) if found else None) == merged


def test_settings_of_a_quiz_and_its_questions_are_merged_one_by_one():
    base = body(quiz())
    found = merge_bodies(base, base | {"attempts": 3}, base | {"pass_percent": "70"})
    assert found
    assert (found["attempts"], found["pass_percent"]) == (3, "70")
    assert merge_bodies(base, base | {"attempts": 3}, base | {"attempts": 2}) is None


def test_files_come_with_the_blocks_that_name_them():
    mine = page(text("one"), text("![a](a.png)"), files={"a.png": stored(b"a")})
    theirs = page(text("![b](b.png)"), text("two"), files={"b.png": stored(b"b")})
    base = page(text("one"), text("two"))
    found = merge_bodies(base, theirs, mine)
    assert found is None or set(found["files"]) == {"a.png", "b.png"}
    wide = page(text("one"), text("between"), text("two"))
    mine = page(text("one"), text("between"), text("![a](a.png)"), files={"a.png": stored(b"a")})
    theirs = page(text("![b](b.png)"), text("between"), text("two"), files={"b.png": stored(b"b")})
    found = merge_bodies(wide, theirs, mine)
    assert found
    assert set(found["files"]) == {"a.png", "b.png"}


def test_two_addresses_of_a_link_touch():
    assert merge_bodies(link(), link("https://example.org/a"), link("https://example.org/b")) is None


@given(pages(), pages(), pages())
@settings(max_examples=60)
def test_a_merge_is_sound_and_nothing_of_either_is_lost(base: Any, theirs: Any, mine: Any):
    one, two, three = (body(with_files(each)) for each in (base, theirs, mine))
    found = merge_bodies(one, two, three)
    if found is None:
        return
    assert body(found) == found
    for changed in (two, three):
        new = [block for block in changed["blocks"] if block not in one["blocks"]]
        assert all(block in found["blocks"] for block in new)


@given(pages(), pages())
@settings(max_examples=40)
def test_where_only_one_changed_its_change_stands(base: Any, mine: Any):
    one, two = body(with_files(base)), body(with_files(mine))
    assert merge_bodies(one, one, two) == two
    assert merge_bodies(one, two, one) == two
    assert merge_bodies(one, two, two) == two
