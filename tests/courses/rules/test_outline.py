"""The outline as an object: order, numbers, neighbours, what is required."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.courses.documents import activity, course, module, outline

INNER = module("inner", activity("d"))
NESTED = (module("first", activity("a"), activity("b"), modules=(INNER,)), module("second", activity("c")))


def test_a_module_is_walked_its_activities_first_then_its_inner_modules():
    assert [a.key for a in outline(*NESTED).activities] == ["a", "b", "d", "c"]


def test_numbers_say_where_an_activity_stands():
    numbers = {a.key: a.number for a in outline(*NESTED).activities}
    assert numbers == {"a": "1.1", "b": "1.2", "d": "1.3.1", "c": "2.1"}


def test_modules_know_how_deep_they_lie():
    assert [(m.key, m.depth) for m in outline(*NESTED).all_modules] == [("first", 1), ("inner", 2), ("second", 1)]


@pytest.mark.parametrize(
    ("key", "around"), [("a", (None, "b")), ("d", ("b", "c")), ("c", ("d", None))], ids=["first", "between", "last"]
)
def test_neighbours_lead_through_all_modules(key, around):
    before, after = outline(*NESTED).neighbours(key)
    assert (before and before.key, after and after.key) == around


def test_an_optional_activity_is_not_required():
    found = outline(activity("a"), activity("b", requires="none"))
    assert [a.key for a in found.required] == ["a"]


def test_a_required_score_is_an_exact_share():
    found = outline(activity("a", requires={"kind": "score", "percent": "66.6"}))
    assert found.by_key["a"].least_score == Fraction(333, 500)


def test_the_outline_is_a_plain_picture_of_its_document():
    document, bodies = course(*NESTED)
    assert {a.body for a in outline(*NESTED).activities} == set(bodies)
    assert outline(*NESTED).title == document["facts"]["title"]
