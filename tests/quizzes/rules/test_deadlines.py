"""The state of an attempt is a question to stored facts and an instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.rules.deadlines import NETWORK_ALLOWANCE, State, Times, deadline_of, end_of, is_settled, state_of

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
END = START + timedelta(minutes=30)
SECOND = timedelta(seconds=1)
LIMITED = Times(START, END)


@pytest.mark.parametrize(
    ("limit", "factor", "closes", "minutes"),
    [
        (30, "1", None, 30),
        (30, "1.25", None, 37.5),
        (30, "1", START + timedelta(minutes=10), 10),
        (30, "1", START + timedelta(minutes=90), 30),
        (None, "1", START + timedelta(minutes=90), 90),
    ],
)
def test_the_deadline_is_the_earlier_of_limit_and_window(limit, factor: str, closes, minutes: float):
    found = deadline_of(START, limit, time_factor=Fraction(factor), closes_at=closes)
    assert found == START + timedelta(minutes=minutes)


def test_without_limit_and_window_there_is_no_deadline():
    assert deadline_of(START, None) is None
    assert state_of(Times(START), START + timedelta(days=9999)) is State.IN_PROGRESS


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (START, State.IN_PROGRESS),
        (END, State.IN_PROGRESS),
        (END + SECOND, State.OVERDUE),
        (END + NETWORK_ALLOWANCE, State.OVERDUE),
        (END + NETWORK_ALLOWANCE + SECOND, State.FINISHED),
    ],
)
def test_answers_are_taken_until_the_allowance_is_over(at: datetime, state: State):
    assert state_of(LIMITED, at) is state
    assert state.takes_answers is (at <= END + NETWORK_ALLOWANCE)


@pytest.mark.parametrize(
    ("written", "state"),
    [
        ({"submitted_at": START}, State.SUBMITTED),
        ({"submitted_at": START, "finished_at": START}, State.FINISHED),
        ({"abandoned_at": START}, State.ABANDONED),
    ],
)
def test_what_is_written_down_holds_at_any_time(written, state: State):
    times = Times(START, END, **written)
    assert {state_of(times, at) for at in (START, END, END + timedelta(days=9))} == {state}
    assert is_settled(times)
    assert not is_settled(LIMITED)


@given(late=st.timedeltas(min_value=NETWORK_ALLOWANCE + SECOND, max_value=timedelta(days=400)))
def test_a_sweep_however_late_changes_nothing_that_can_be_seen(late: timedelta):
    at = END + late
    swept = Times(START, END, submitted_at=end_of(LIMITED, at), finished_at=end_of(LIMITED, at))
    assert swept.finished_at == END
    assert state_of(swept, at) is state_of(LIMITED, at) is State.FINISHED


def test_handing_in_counts_at_once_and_never_after_the_deadline():
    assert end_of(LIMITED, START + SECOND) == START + SECOND
    assert end_of(LIMITED, END + SECOND) == END
    assert end_of(Times(START), END + SECOND) == END + SECOND
