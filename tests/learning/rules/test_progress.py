"""How facts become progress: each requirement, and what holds whatever happens in whatever order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.learning.rules.progress import Fact, Standing, apply, is_complete, percent_of
from tests.courses.documents import activity, link, outline, video

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def fact(kind, key="a", *, minutes=0, **data):
    return Fact(kind, key, data, AT + timedelta(minutes=minutes))


def outcome(fraction, *, passed=False, is_final=False, key="a"):
    return fact("outcome", key, fraction=fraction, passed=passed, is_final=is_final)


def after(*facts, requires="view", body=None):
    """The standing after facts about the one activity `a` with this requirement."""
    found = outline(activity("a", body, requires=requires))
    standing = Standing()
    for one in facts:
        standing = apply(standing, one, found)
    return standing


VIEWED, DONE, POSITION = fact("viewed"), fact("done"), fact("position", seconds=12)
PRACTISED = fact("practised", question="p1", fraction="1")
SCORE = {"kind": "score", "percent": "60"}
MET = [
    ("view", VIEWED),
    ("view", DONE),
    ("view", outcome("0")),
    ("done", DONE),
    ("submit", DONE),
    ("submit", outcome("0")),
    ("pass", outcome("1/2", passed=True)),
    (SCORE, outcome("3/5")),
    (SCORE, outcome("1")),
    ("none", VIEWED),
    ("none", DONE),
]
UNMET = [
    ("view", POSITION),
    ("view", PRACTISED),
    ("done", VIEWED),
    ("done", POSITION),
    ("submit", VIEWED),
    ("pass", VIEWED),
    ("pass", outcome("1", passed=False)),
    (SCORE, outcome("599999/1000000", passed=True)),
    (SCORE, DONE),
    ("none", POSITION),
]


@pytest.mark.parametrize(("requires", "one"), MET, ids=lambda value: str(getattr(value, "kind", value)))
def test_what_meets_a_requirement_completes_the_activity(requires, one):
    assert after(one, requires=requires).progress["a"]["completed_at"] == AT.isoformat()


@pytest.mark.parametrize(("requires", "one"), UNMET, ids=lambda value: str(getattr(value, "kind", value)))
def test_what_does_not_meet_it_does_not(requires, one):
    assert "completed_at" not in after(one, requires=requires).progress["a"]


def test_completing_the_last_required_activity_completes_the_course_at_that_instant():
    standing = after(VIEWED)
    assert (standing.percent, standing.completed_at) == (100, AT)


def test_an_optional_activity_counts_neither_for_nor_against():
    found = outline(activity("a"), activity("b", requires="none"))
    standing = apply(Standing(), fact("viewed", "b"), found)
    assert (standing.percent, standing.completed_at) == (0, None)
    assert apply(standing, VIEWED, found).percent == 100


def test_percent_is_rounded_down():
    found = outline(*(activity(key) for key in "abc"))
    standing = apply(Standing(), VIEWED, found)
    assert standing.percent == 33
    assert apply(standing, fact("viewed", "b"), found).percent == 66


def test_a_course_that_requires_nothing_is_never_complete():
    found = outline(activity("a", requires="none"))
    standing = apply(Standing(), VIEWED, found)
    assert (standing.percent, standing.completed_at) == (0, None)


def test_the_first_view_is_the_one_that_is_kept():
    assert after(VIEWED, fact("viewed", minutes=5)).progress["a"]["viewed_at"] == AT.isoformat()


def test_a_video_keeps_its_last_position():
    standing = after(POSITION, fact("position", seconds=7), requires="done", body=video())
    assert standing.progress["a"]["position"] == 7


def test_a_worse_attempt_later_takes_no_completion_away():
    standing = after(outcome("1", passed=True), outcome("0", passed=False), requires="pass")
    assert standing.progress["a"]["fraction"] == "0"
    assert standing.completed_at == AT


def test_practice_is_kept_and_counts_towards_nothing():
    standing = after(PRACTISED, fact("practised", question="p2", fraction="1/2"))
    assert standing.progress["a"] == {"practised": {"p1": "1", "p2": "1/2"}}
    assert standing.percent == 0


def test_a_fact_of_an_unknown_kind_is_a_fault():
    with pytest.raises(ValueError, match="dreamt"):
        after(fact("dreamt"))


def test_a_fact_about_an_activity_that_the_revision_does_not_have_completes_nothing():
    standing = apply(Standing(), fact("viewed", "gone"), outline(activity("a")))
    assert (standing.percent, standing.progress["gone"]) == (0, {"viewed_at": AT.isoformat()})


def test_applying_a_fact_changes_nothing_that_was_there_before():
    before = after(VIEWED)
    kept = {"a": dict(before.progress["a"])}
    apply(before, DONE, outline(activity("a")))
    assert before.progress == kept


# --- whatever happens

WIDE = outline(
    activity("a"),
    activity("b", video()),
    activity("c", requires="pass"),
    activity("d", requires=SCORE),
    activity("e", link(), requires="none"),
)
NARROW = outline(activity("a", requires="done"), activity("c", requires="pass"), activity("f"))
keys = st.sampled_from("abcdef")
fractions = st.fractions(0, 1, max_denominator=12).map(str)
facts_of_activities = st.one_of(
    st.builds(fact, st.sampled_from(["viewed", "done"]), keys),
    st.builds(lambda key, seconds: fact("position", key, seconds=seconds), keys, st.integers(0, 9000)),
    st.builds(lambda key, f: fact("practised", key, question="p1", fraction=f), keys, fractions),
    st.builds(
        lambda key, f, passed, final: outcome(f, passed=passed, is_final=final, key=key),
        keys, fractions, st.booleans(), st.booleans(),
    ),
)  # fmt: skip
moves = st.builds(lambda to: (fact("moved", None), to), st.sampled_from([WIDE, NARROW]))
histories = st.lists(st.one_of(facts_of_activities.map(lambda one: (one, None)), moves), max_size=25)


def standings(history):
    """The standing after each step of a history that begins on WIDE; a move changes the outline in force."""
    standing, found = Standing(), WIDE
    for number, (one, moved_to) in enumerate(history):
        found = moved_to or found
        at_its_time = Fact(one.kind, one.key, one.data, AT + timedelta(seconds=number))
        standing = apply(standing, at_its_time, found)
        yield standing, found


@given(histories)
def test_nothing_is_ever_uncompleted_and_percent_never_falls(history):
    for (before, _), (now, _) in pairwise([(Standing(), WIDE), *standings(history)]):
        kept = {key: entry["completed_at"] for key, entry in before.progress.items() if "completed_at" in entry}
        assert {key: now.progress[key].get("completed_at") for key in kept} == kept
        assert now.percent >= before.percent
        assert now.completed_at == before.completed_at or before.completed_at is None


@given(histories)
def test_the_course_is_complete_exactly_when_every_required_activity_was_at_some_instant(history):
    seen = [is_complete(standing.progress, found) for standing, found in standings(history)]
    last = list(standings(history))[-1][0] if history else Standing()
    assert (last.completed_at is not None) == any(seen)


@given(histories)
def test_percent_is_at_least_what_the_outline_in_force_says(history):
    for standing, found in standings(history):
        assert percent_of(standing.progress, found) <= standing.percent <= 100


@given(st.lists(facts_of_activities, max_size=12), st.randoms())
def test_what_was_completed_does_not_depend_on_the_order_of_facts_about_different_things(facts, chance):
    """Outcomes replace one another, so only those that can't fall are put in: the last one is the best one."""
    rising = [one for one in facts if one.kind != "outcome"] + [outcome("1", passed=True, key="c")]
    mixed = list(rising)
    chance.shuffle(mixed)
    assert completed(rising) == completed(mixed)


def completed(facts):
    standing = Standing()
    for one in facts:
        standing = apply(standing, one, WIDE)
    return {key for key, entry in standing.progress.items() if "completed_at" in entry}, standing.percent
