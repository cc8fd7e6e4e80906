"""Cursors: what we made leads on, anything else is refused with a reason, never a fault."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.reasons import Refused
from lms.core.web.cursors import decode_cursor, encode_cursor, page_of

KEYS = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30), min_size=1, max_size=4)


@given(KEYS)
def test_a_cursor_of_ours_says_where_to_go_on(values):
    assert decode_cursor(encode_cursor(values), len(values)) == values


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_cursor_is_the_first_page(nothing):
    assert decode_cursor(nothing, 2) is None


def written(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode().rstrip("=")


FORGED = [
    "x", "%%%", "é", "=", "\0", "a b", written("{}"), written("null"), written('["one"]'), written("[1, 2]"),
    written('["a", null]'), written('["a", "b", "c"]'), written('["a", "\\u0000"]'), written('["a", "\\ud800"]'),
    written("[" * 2000), written("[" * 2000 + "]" * 2000), written("9" * 5000), "A" * 5001,
]  # fmt: skip


@pytest.mark.parametrize("cursor", FORGED)
def test_a_cursor_that_is_not_ours_is_refused(cursor):
    with pytest.raises(Refused) as refused:
        decode_cursor(cursor, 2)
    assert (refused.value.reason.code, refused.value.status) == ("core.cursor", 422)


def read(cursor: str) -> list[str] | int | None:
    try:
        return decode_cursor(cursor, 1)
    except Refused as refused:
        return refused.status


@given(st.text(max_size=200))
def test_whatever_is_sent_as_a_cursor_gives_a_key_or_a_refusal(text):
    found = read(text)
    assert found in (None, 422) or (isinstance(found, list) and len(found) == 1)


def test_a_page_is_cut_and_its_cursor_leads_to_the_next():
    rows = list(range(7))
    shown, cursor = page_of(rows[:4], 3, lambda row: [str(row)])
    assert shown == [0, 1, 2]
    assert decode_cursor(cursor, 1) == ["2"]
    assert page_of(rows[:3], 3, lambda row: [str(row)]) == ([0, 1, 2], None)
    assert page_of([], 3, lambda row: [str(row)]) == ([], None)
