"""What becomes of learners who are led from one outline to another: counted from what differs alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from lms.courses.rules.outline import Activity, Outline
from lms.learning.rules.progress import Progress, is_met


@dataclass
class Tally:
    """How many would meet something required that they have not met now (`gain`), complete the course, or keep what
    is no longer asked. `more`: key of an activity to how many would have it to do that was not asked, or not like this.
    """

    gain: int = 0
    complete: int = 0
    keep: int = 0
    more: Counter[str] = field(default_factory=Counter)

    def __iadd__(self, other: Tally) -> Tally:
        self.gain += other.gain
        self.complete += other.complete
        self.keep += other.keep
        self.more.update(other.more)
        return self


@dataclass(frozen=True)
class Lead:
    """From one outline to another, as far as requirements go.

    `required`: what the other requires. `anew`: those of it that the one did not require, or not like this; `added`:
    keys of those that it did not require at all. `gone`: keys of what the one required and the other does not.
    `least`: the percent below which nobody has completed all that both require alike.
    """

    required: tuple[Activity, ...]
    anew: tuple[Activity, ...]
    added: frozenset[str]
    gone: tuple[str, ...]
    least: int

    @classmethod
    def between(cls, before: Outline, after: Outline) -> Lead:
        was = {activity.key: activity.requirement for activity in before.required}
        is_now = {activity.key for activity in after.required}
        anew = tuple(activity for activity in after.required if was.get(activity.key) != activity.requirement)
        gone = tuple(key for key in was if key not in is_now)
        least = 100 * (len(after.required) - len(anew)) // len(was) if was else 0
        return cls(after.required, anew, frozenset(is_now - set(was)), gone, least)

    @property
    def matters(self) -> bool:
        return bool(self.anew or self.gone)

    def count(self, learners: Iterable[tuple[Progress, int]]) -> Tally:
        """`learners`: progress and percent of each who has not completed the course."""
        into = Tally()
        for progress, percent in learners:
            open_ones = [activity for activity in self.anew if "completed_at" not in progress.get(activity.key, {})]
            left = [activity.key for activity in open_ones if not _counts(activity, progress)]
            into.more.update(left)
            into.gain += len(left) < len(open_ones)
            into.keep += any("completed_at" in progress.get(key, {}) for key in self.gone)
            if self.required and not left and percent >= self.least:
                into.complete += all(_counts(activity, progress) for activity in self.required)
        return into


def _counts(activity: Activity, progress: Progress) -> bool:
    entry = progress.get(activity.key, {})
    return "completed_at" in entry or bool(entry and is_met(activity, entry))
