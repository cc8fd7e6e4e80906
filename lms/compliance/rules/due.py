"""Due, late or done: pure functions of the days and of what was done (rules.md §6).

Days are those of the organisation's zone. The day named is the last that is in time: whoever completes on it is not
late. Nothing of it is stored: the state follows from the work, the due day and the instant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lms.compliance.reasons import ComplianceReason
from lms.core.reasons import Refused

LATE, DUE_SOON, DUE, DONE_LATE, DONE = "late", "due_soon", "due", "done_late", "done"
STATES = (LATE, DUE_SOON, DUE, DONE_LATE, DONE)
"""The worst first."""
OPEN = frozenset({LATE, DUE_SOON, DUE})

SOON = timedelta(days=14)
LEAST_DAYS, MOST_DAYS = 1, 3650


@dataclass(frozen=True)
class Due:
    """Until when: a day, or so many days after somebody was assigned. One of the two."""

    on: date | None = None
    days: int | None = None

    @property
    def is_sound(self) -> bool:
        if self.on is not None:
            return self.days is None
        return self.days is not None and LEAST_DAYS <= self.days <= MOST_DAYS

    def last_day(self, assigned_at: datetime, zone: ZoneInfo) -> date:
        """The last day in time for whom it was assigned to at that instant: "1 day" ends with the next day."""
        if self.on is not None:
            return self.on
        return day_of(assigned_at, zone) + timedelta(days=self.days or 0)


@dataclass(frozen=True)
class Work:
    """What somebody did of a course: required steps, the last thing they did, when all of it was done."""

    done: int = 0
    total: int = 0
    begun: bool = False
    touched_at: datetime | None = None
    completed_at: datetime | None = None


@dataclass(frozen=True)
class Standing:
    """`state` is one of STATES; the reason with its values says why, days as ISO dates."""

    state: str
    due_on: date
    reason: ComplianceReason
    values: dict[str, Any]

    @property
    def why(self) -> Refused:
        return Refused(self.reason, **self.values)


def day_of(at: datetime, zone: ZoneInfo) -> date:
    """The day that it is then in the zone."""
    return at.astimezone(zone).date()


def standing(due_on: date, assigned_at: datetime, work: Work, zone: ZoneInfo, at: datetime) -> Standing:
    """Where somebody stands with what was assigned to them at `assigned_at` until the end of `due_on`."""
    if work.completed_at and work.completed_at <= at:
        return _done(due_on, assigned_at, day_of(work.completed_at, zone), work.completed_at)
    today = day_of(at, zone)
    late = today > due_on
    values: dict[str, Any] = {"due_on": due_on.isoformat()}
    if not work.begun or work.touched_at is None:
        reason = ComplianceReason.LATE_NOT_BEGUN if late else ComplianceReason.DUE_NOT_BEGUN
    else:
        reason = ComplianceReason.LATE if late else ComplianceReason.DUE
        values |= {"done": work.done, "total": work.total, "last_on": day_of(work.touched_at, zone).isoformat()}
    return Standing(LATE if late else _open(due_on, today), due_on, reason, values)


def _open(due_on: date, today: date) -> str:
    return DUE_SOON if due_on - today <= SOON else DUE


def _done(due_on: date, assigned_at: datetime, done_on: date, completed_at: datetime) -> Standing:
    values = {"due_on": due_on.isoformat(), "done_on": done_on.isoformat()}
    if completed_at < assigned_at:
        return Standing(DONE, due_on, ComplianceReason.DONE_BEFORE, values)
    if done_on > due_on:
        return Standing(DONE_LATE, due_on, ComplianceReason.DONE_LATE, values)
    return Standing(DONE, due_on, ComplianceReason.DONE, values)


def worst(standings: list[Standing]) -> Standing | None:
    """Of several assignments of one course to one person: the worst, then the one due first."""
    return min(standings, key=lambda one: (STATES.index(one.state), one.due_on), default=None)
