"""Canonical JSON: equal content, equal bytes (RFC 8785)."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.canonical import canonical, digest, digest_bytes

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
)


@given(VALUES)
def test_what_is_written_is_read_back_the_same(value):
    assert json.loads(canonical(value)) == value


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), st.integers(0, 9), max_size=6))
def test_the_order_of_keys_does_not_count(value):
    turned = dict(reversed(list(value.items())))
    assert canonical(turned) == canonical(value)
    assert digest(turned) == digest(value)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({"b": 1, "a": [True, None]}, '{"a":[true,null],"b":1}'),
        ({"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "\xf6": 7}, None),
        ('\x07 " \\ \n é €', '"\\u0007 \\" \\\\ \\n é €"'),
        ("1e21", '"1e21"'),
        (-0, "0"),
    ],
)
def test_values_are_written_as_the_standard_says(value, written):
    # The keys of section 3.2.3 of RFC 8785 sort by their UTF-16 code units, the emoji before U+FB33.
    expected = written or '{"\\r":2,"1":4,"\x80":6,"ö":7,"€":1,"😀":5,"\ufb33":3}'
    assert canonical(value).decode() == expected


def test_a_digest_is_sha_256_over_the_canonical_bytes():
    assert digest({"a": 1}) == digest_bytes(b'{"a":1}') == hashlib.sha256(b'{"a":1}').hexdigest()


@pytest.mark.parametrize("value", [2**53, float("nan"), float("inf"), {1: "a number as key"}, b"bytes", {"s": {1, 2}}])
def test_what_json_cannot_say_exactly_is_refused(value):
    with pytest.raises((ValueError, TypeError)):
        canonical(value)
