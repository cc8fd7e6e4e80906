"""What a new revision changes, told by the keys of activities."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lms.core.canonical import digest
from lms.courses.rules.differences import compare

Document = dict[str, Any]


def course(*modules: tuple[str, list[str]], bodies: dict[str, str] | None = None, **facts: Any) -> Document:
    """A course of pages: (key of a module, keys of its activities); `bodies` says which text a page has."""
    return {
        "facts": {"title": "A course", "language": "en", **facts},
        "modules": [
            {
                "key": key,
                "title": key.upper(),
                "modules": [],
                "activities": [_page(activity, (bodies or {}).get(activity, "")) for activity in activities],
            }
            for key, activities in modules
        ],
    }


def _page(key: str, text: str) -> Document:
    plain = {"key": key, "title": key.upper(), "kind": "page", "minutes": None, "release": None}
    return plain | {"requirement": {"kind": "view"}, "body": digest(text)}


BEFORE = course(("one", ["a", "b"]), ("two", ["c", "d"]))


def test_nothing_changed() -> None:
    assert not compare(BEFORE, BEFORE)


def test_everything_is_new_the_first_time() -> None:
    found = compare(None, BEFORE)
    assert (found.added, found.facts) == (("a", "b", "c", "d"), ("title", "language"))


def test_added_removed_and_changed() -> None:
    after = course(("one", ["a", "x"]), ("two", ["c", "d"]), bodies={"a": "new"}, title="Another title")
    found = compare(BEFORE, after)
    assert (found.added, found.removed, found.changed, found.moved) == (("x",), ("b",), ("a",), ())
    assert found.facts == ("title",)


def test_what_moved_is_what_moved_not_what_it_passed() -> None:
    assert compare(BEFORE, course(("one", ["d", "a", "b"]), ("two", ["c"]))).moved == ("d",)
    assert compare(BEFORE, course(("one", ["b", "a"]), ("two", ["c", "d"]))).moved in (("a",), ("b",))
    assert compare(BEFORE, course(("one", ["a"]), ("two", ["b", "c", "d"]))).moved == ("b",)


def test_what_is_inserted_moves_nothing() -> None:
    assert compare(BEFORE, course(("one", ["x", "a", "y", "b"]), ("two", ["c", "d"]))).moved == ()


@given(st.lists(st.sampled_from("abcdefgh"), unique=True), st.lists(st.sampled_from("abcdefgh"), unique=True))
def test_every_key_is_accounted_for(old: list[str], new: list[str]) -> None:
    found = compare(course(("one", old)), course(("one", new)))
    assert set(found.added) == set(new) - set(old)
    assert set(found.removed) == set(old) - set(new)
    stayed = [key for key in old if key in new and key not in found.moved]
    assert stayed == [key for key in new if key in old and key not in found.moved]
