"""What a learner sees of an outline: states and the next step."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from lms.learning.rules.release import Situation
from lms.learning.rules.states import next_step, states_of
from tests.courses.documents import activity, outline

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
ENTRY = {"viewed_at": AT.isoformat()}
COMPLETED = ENTRY | {"completed_at": AT.isoformat()}
LATER = {"from": "2027-01-01"}
LOST = ENTRY | {"fraction": "1/10", "passed": False, "is_final": True}


def states(*activities, **progress):
    situation = Situation(
        outline(*activities), progress, AT, lambda: ZoneInfo("UTC"), lambda _slug: False, lambda _key: False
    )
    return states_of(situation)


@pytest.mark.parametrize(
    ("entry", "facts", "state"),
    [
        ({}, {}, "open"),
        (ENTRY, {"requires": "done"}, "started"),
        (COMPLETED, {}, "completed"),
        ({}, {"release": LATER}, "locked"),
        (ENTRY, {"requires": "pass", "release": LATER}, "locked"),
        (COMPLETED, {"release": LATER}, "completed"),
        (LOST, {"requires": "pass"}, "failed"),
        (LOST | {"is_final": False}, {"requires": "pass"}, "started"),
        (LOST | {"passed": True}, {"requires": "pass"}, "started"),
    ],
)
def test_the_state_of_an_activity(entry, facts, state):
    (found,) = states(activity("a", **facts), a=entry)
    assert found.state == state
    assert (found.why is not None) == (state == "locked")


ORDER = (activity("a"), activity("b", requires="none"), activity("c"), activity("d", release=LATER))


@pytest.mark.parametrize(
    ("progress", "key"),
    [
        ({}, "a"),
        ({"a": COMPLETED}, "c"),
        ({"c": COMPLETED}, "a"),
        ({"a": COMPLETED, "c": COMPLETED}, "b"),
        ({"a": COMPLETED, "b": COMPLETED, "c": COMPLETED}, None),
    ],
)
def test_the_next_step_is_the_first_required_one_that_is_open_then_an_optional_one(progress, key):
    found = next_step(states(*ORDER, **progress))
    assert (found and found.activity.key) == key


def test_a_failed_activity_is_no_next_step():
    assert next_step(states(activity("a", requires="pass"), a=LOST)) is None
