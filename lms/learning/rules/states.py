"""What an outline looks like to one learner: the state of each activity, and the next step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lms.courses.rules.outline import Activity
from lms.learning.rules.progress import is_met
from lms.learning.rules.release import Situation, Why, why_locked

LOCKED, OPEN, STARTED, COMPLETED, FAILED = "locked", "open", "started", "completed", "failed"


@dataclass(frozen=True)
class ActivityState:
    """`state` is locked, open, started, completed or failed; `why` explains locked."""

    activity: Activity
    state: str
    why: Why | None
    entry: dict[str, Any]


def states_of(situation: Situation) -> list[ActivityState]:
    """One a activity, in the outline's order."""
    return [state_of(activity, situation) for activity in situation.outline.activities]


def state_of(activity: Activity, situation: Situation) -> ActivityState:
    """A completed activity stays open for reading, whatever its release says by now."""
    entry = situation.progress.get(activity.key, {})
    if "completed_at" in entry:
        return ActivityState(activity, COMPLETED, None, entry)
    why = why_locked(activity, situation)
    if why:
        return ActivityState(activity, LOCKED, why, entry)
    if entry.get("is_final") and not is_met(activity, entry):
        return ActivityState(activity, FAILED, None, entry)
    return ActivityState(activity, STARTED if entry.keys() - {"more_tries"} else OPEN, None, entry)


def next_step(states: list[ActivityState]) -> ActivityState | None:
    """The first required activity that can be worked on, else the first optional one; None: nothing is left."""
    workable = [s for s in states if s.state in (OPEN, STARTED)]
    required = [s for s in workable if s.activity.is_required]
    return next(iter(required or workable), None)
