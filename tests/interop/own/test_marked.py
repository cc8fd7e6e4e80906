"""YAML that means what it says, and says where it stands."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.interop.own.marked import NotReadable, dump, line_of, load
from lms.interop.own.reasons import OwnReason

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    [
        "true",
        "No",
        "null",
        "~",
        "",
        "1e3",
        "<<",
        "2026-05-01",
        "a: b",
        "- x",
        "|",
        "'",
        "*a",
        "&a",
        "!b",
        "%c",
        "\x85",
        "\u2028",
    ]
)
TREES = st.recursive(
    TEXT | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@given(TREES)
def test_what_is_written_is_read_back(tree: object) -> None:
    assert load(dump(tree)) == tree


def test_only_true_false_and_null_are_not_text() -> None:
    text = "a: [No, 012, 1.50, 2026-05-01, 'true', true, False, null, ~, , on]".replace(", ,", ",")
    assert load(text)["a"] == ["No", "012", "1.50", "2026-05-01", "true", True, False, None, None, "on"]


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("a: &x 1\nb: *x", OwnReason.ALIAS, 1),
        ("a: 1\nb: *x", OwnReason.ALIAS, 2),
        ("a: 1\nb: 2\na: 3", OwnReason.FIELD_TWICE, 3),
        ("a: !!python/object/apply:os.system [ls]", OwnReason.TAG, 1),
        ("a: !!str x", OwnReason.TAG, 1),
        ("[" * 100_000, OwnReason.TOO_DEEP, 1),
        ("{a: " * 50, OwnReason.TOO_DEEP, 1),
        ("a:\n  - [", OwnReason.YAML, 2),
        ("a: 1\n---\nb: 2", OwnReason.SECOND_DOCUMENT, 2),
        ("? [a]\n: b", OwnReason.NOT_TEXT, 1),
        ("a: b: c", OwnReason.YAML, 1),
        ("\tx: 1", OwnReason.YAML, 1),
        ("a: \x07", OwnReason.YAML, 1),
    ],
)
def test_what_can_not_be_read_is_named_with_its_line(text: str, reason: OwnReason, line: int) -> None:
    with pytest.raises(NotReadable) as error:
        load(text)
    assert error.value.reason is reason
    assert abs(error.value.values["line"] - line) <= 1


def test_a_bomb_of_aliases_never_goes_off() -> None:
    lines = ["a0: &a0 [x, x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, 40))]
    with pytest.raises(NotReadable):
        load("\n".join(lines))


def test_every_value_knows_its_line() -> None:
    tree = load("a:\n  - b: 1\n    c: 2\n  - d: [3,\n     4]\n", first_line=10)
    assert line_of(tree, ("a", 0, "c")) == 12
    assert line_of(tree, ("a", 1, "d", 1)) == 14
    assert line_of(tree, ("a", 1, "missing")) == 13
    assert line_of(tree, ("missing",)) == 10


@given(st.text(max_size=60))
def test_whatever_it_is_it_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(NotReadable):
        load(text.encode("utf-8", "replace").decode())
