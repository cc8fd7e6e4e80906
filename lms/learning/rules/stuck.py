"""Who does not get on, why, and what those who teach can do. The most telling reason alone is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from lms.learning.ports import Tries
from lms.learning.reasons import LearningReason
from lms.learning.rules.release import Why
from lms.learning.rules.states import COMPLETED, FAILED, LOCKED, ActivityState, next_step

FAILED_OFTEN = 2
"""Attempts at a quiz without a pass, after which somebody should look."""


def why_stuck(
    states: Sequence[ActivityState],
    tries: Mapping[str, Tries],
    *,
    touched_at: datetime,
    at: datetime,
    idle: timedelta,
) -> Why | None:
    """Of an active learner; None where all is well, or where a date will open the next step. `tries` by activity."""
    required = [state for state in states if state.activity.is_required and state.state != COMPLETED]
    return (
        _failed(required, tries)
        or _failing(required, tries)
        or _shut(states, required)
        or _idle(states, touched_at, at, idle)
    )


def _failed(required: Sequence[ActivityState], tries: Mapping[str, Tries]) -> Why | None:
    for state in required:
        if state.state == FAILED:
            used = tries[state.activity.key].used if state.activity.key in tries else 0
            return Why(LearningReason.STUCK_FAILED, {**_named(state), "used": used})
    return None


def _failing(required: Sequence[ActivityState], tries: Mapping[str, Tries]) -> Why | None:
    for state in required:
        of_it = tries.get(state.activity.key)
        if of_it and of_it.failed >= FAILED_OFTEN and not of_it.passed:
            return Why(LearningReason.STUCK_TWICE, {**_named(state), "used": of_it.failed})
    return None


def _shut(states: Sequence[ActivityState], required: Sequence[ActivityState]) -> Why | None:
    step = next_step(list(states))
    shut = [state for state in required if state.state == LOCKED]
    if not shut or (step and step.activity.is_required):
        return None
    if any(state.why and state.why.reason is LearningReason.OPENS_ON for state in shut):
        return None
    why = shut[0].why
    return Why(LearningReason.STUCK_LOCKED, {**_named(shut[0]), "why": why.sentence() if why else ""})


def _idle(states: Sequence[ActivityState], touched_at: datetime, at: datetime, idle: timedelta) -> Why | None:
    step = next_step(list(states))
    if step is None or at - touched_at < idle:
        return None
    return Why(LearningReason.STUCK_IDLE, {**_named(step), "days": (at - touched_at).days})


def _named(state: ActivityState) -> dict[str, str]:
    activity = state.activity
    return {"number": activity.number, "title": activity.title, "activity": activity.key}
