"""When an activity opens, and what it says while it is locked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.learning.rules.release import Situation, read_instant, why_locked
from tests.courses.documents import activity, outline

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
COMPLETED = {"viewed_at": AT.isoformat(), "completed_at": AT.isoformat()}
DONE, UNDONE = {"completed": "done"}, {"completed": "undone"}
IN, OUT = {"group": "in"}, {"group": "out"}


@dataclass
class Asked:
    """What a condition asked for beyond the learner's own progress."""

    zone: str = "UTC"
    held: tuple[str, ...] = ()
    groups: tuple[str, ...] = ("in",)
    questions: list[str] = field(default_factory=list)

    def time_zone(self) -> ZoneInfo:
        self.questions.append("zone")
        return ZoneInfo(self.zone)

    def holds(self, slug: str) -> bool:
        self.questions.append(slug)
        return slug in self.held

    def is_in(self, key: str) -> bool:
        self.questions.append(key)
        return key in self.groups


def why(release: Any, *, at: datetime = AT, asked: Asked | None = None) -> Any:
    """Why the activity with this condition is locked; `done` is completed, `quiz` reached 1/2, `undone` was not.

    The learner is in the group `in`, and not in `out`.
    """
    asked = asked or Asked()
    groups = [{"key": "in", "title": "Day shift"}, {"key": "out", "title": "Night shift"}]
    parts = (activity("done"), activity("undone"), activity("quiz"), activity("it", release=release))
    found = outline(*parts, groups=groups)
    progress = {"done": COMPLETED, "quiz": {"fraction": "1/2"}}
    return why_locked(found.by_key["it"], Situation(found, progress, at, asked.time_zone, asked.holds, asked.is_in))


def score(at_least, key="quiz"):
    return {"score": {"activity": key, "at_least": at_least}}


OPEN = [
    None,
    DONE,
    score("50"),
    score("0", "undone"),
    {"from": "2026-11-24T09:30:00+00:00"},
    {"from": "2026-11-24"},
    {"until": "2026-11-24T09:30:01Z"},
    {"not": UNDONE},
    {"all": []},
    {"all": [DONE, score("50")]},
    {"any": []},
    {"any": [UNDONE, DONE]},
    {"not": {"all": [DONE, UNDONE]}},
    {"not": {"not": DONE}},
    {"credential": "held"},
    {"group": "in"},
    {"any": [{"group": "out"}, {"group": "in"}]},
    {"not": {"group": "out"}},
]


@pytest.mark.parametrize("release", OPEN, ids=str)
def test_open(release):
    assert why(release, asked=Asked(held=("held",))) is None


LOCKED = [
    (UNDONE, "learning.opens_after", {"number": "1.2", "title": "About undone", "activity": "undone"}),
    (score("50.01"), "learning.opens_with_score", {"percent": "50.01", "activity": "quiz"}),
    (score("1", "undone"), "learning.opens_with_score", {"number": "1.2"}),
    ({"from": "2026-11-24T09:30:01Z"}, "learning.opens_on", {"date": "2026-11-24T09:30:01+00:00"}),
    ({"until": "2026-11-24T09:30:00Z"}, "learning.closed_on", {"date": "2026-11-24T09:30:00+00:00"}),
    ({"credential": "other"}, "learning.needs_credential", {"course": "other"}),
    ({"not": DONE}, "learning.not_released", {}),
    ({"group": "out"}, "learning.opens_for_group", {"group": "Night shift"}),
    ({"not": {"group": "in"}}, "learning.not_released", {}),
    ({"any": [{"group": "out"}, UNDONE]}, "learning.opens_for_group", {}),
    ({"all": [DONE, {"from": "2027-01-01"}, UNDONE]}, "learning.opens_on", {}),
    ({"any": [UNDONE, {"from": "2027-01-01"}]}, "learning.opens_after", {}),
]


@pytest.mark.parametrize(("release", "code", "values"), LOCKED, ids=str)
def test_locked_with_the_reason(release, code, values):
    found = why(release)
    assert found.reason.code == code
    assert found.values.items() >= values.items()


@pytest.mark.parametrize(
    "release", [{"completed": "gone"}, score("0", "gone"), {"credential": "gone"}, {"group": "gone"}], ids=str
)
def test_a_condition_on_something_that_is_gone_is_false(release):
    assert why(release) is not None
    assert why({"any": [release, DONE]}) is None


def test_a_group_that_the_course_no_longer_has_opens_nothing_even_for_who_was_in_it():
    assert why({"group": "gone"}, asked=Asked(groups=("gone",))).reason.code == "learning.not_released"


def test_a_date_without_a_zone_is_the_organisations():
    on_the_day, in_helsinki = {"from": "2026-11-25"}, Asked(zone="Europe/Helsinki")
    just_there = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
    assert why(on_the_day, at=just_there, asked=in_helsinki) is None
    assert why(on_the_day, at=just_there, asked=Asked()) is not None


def test_a_date_with_a_zone_needs_no_other():
    assert read_instant("2026-11-24T10:30:00+01:00", ZoneInfo("Asia/Tokyo")) == AT


@pytest.mark.parametrize("release", [DONE, score("50"), {"not": UNDONE}], ids=str)
def test_only_conditions_that_need_them_ask_for_zone_credentials_and_groups(release):
    asked = Asked()
    why(release, asked=asked)
    assert asked.questions == []


# --- any tree: it agrees with plain logic

leaves = st.sampled_from(
    [DONE, UNDONE, {"completed": "gone"}, score("50"), score("51"), {"from": "2027-01-01"}, IN, OUT]
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=8,
)


def is_true(tree: Any) -> bool:
    ((kind, value),) = tree.items()
    if kind == "all":
        return all(map(is_true, value))
    if kind == "any":
        return any(map(is_true, value))
    if kind == "not":
        return not is_true(value)
    return tree in (DONE, score("50"), IN)


@given(trees)
def test_a_tree_is_open_exactly_where_its_logic_says_so(tree):
    assert (why(tree) is None) == is_true(tree)
