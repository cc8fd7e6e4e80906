"""When an attempt ends, and in which state it is at an instant.

The state is derived from stored facts and the instant alone, so that a sweep may run late or twice and nothing
that a learner sees depends on it:

    in_progress → (overdue) → submitted → finished;  in_progress | overdue → abandoned

`overdue` is the short allowance after the deadline in which answers that were given in time may still arrive.
After it the attempt counts as handed in at its deadline, whether or not anything has written that down.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from fractions import Fraction

NETWORK_ALLOWANCE = timedelta(seconds=30)


class State(Enum):
    IN_PROGRESS = "in_progress"
    OVERDUE = "overdue"
    SUBMITTED = "submitted"  # handed in, a mark is missing
    FINISHED = "finished"
    ABANDONED = "abandoned"

    @property
    def takes_answers(self) -> bool:
        return self in (State.IN_PROGRESS, State.OVERDUE)


@dataclass(frozen=True)
class Times:
    """What is stored of an attempt's times; all aware. `deadline` is None where there is no limit."""

    started_at: datetime
    deadline: datetime | None = None
    submitted_at: datetime | None = None
    finished_at: datetime | None = None
    abandoned_at: datetime | None = None


def deadline_of(
    started_at: datetime,
    limit_minutes: int | None,
    *,
    time_factor: Fraction = Fraction(1),
    closes_at: datetime | None = None,
) -> datetime | None:
    """min(start + time limit × the person's factor, close of the person's window); None where neither is."""
    ends = [closes_at] if closes_at is not None else []
    if limit_minutes is not None:
        seconds = limit_minutes * 60 * time_factor
        ends.append(started_at + timedelta(microseconds=int(seconds * 1_000_000)))
    return min(ends, default=None)


def state_of(times: Times, at: datetime) -> State:
    if times.abandoned_at is not None:
        return State.ABANDONED
    if times.finished_at is not None:
        return State.FINISHED
    if times.submitted_at is not None:
        return State.SUBMITTED
    if times.deadline is None or at <= times.deadline:
        return State.IN_PROGRESS
    return State.OVERDUE if at <= times.deadline + NETWORK_ALLOWANCE else State.FINISHED


def end_of(times: Times, at: datetime) -> datetime:
    """The time of handing in, where it happens or is found out at `at`: never after the deadline."""
    return at if times.deadline is None else min(at, times.deadline)


def is_settled(times: Times) -> bool:
    """Is the end written down? Where not, and `state_of` says finished, the sweep has yet to come."""
    return any(end is not None for end in (times.submitted_at, times.finished_at, times.abandoned_at))
