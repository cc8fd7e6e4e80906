"""When an activity opens: a tree of conditions, and why it is not met (rules.md §2).

Leaves: completed, score, from, until, credential, group; nodes: all, any, not. A condition on something that no longer
exists is false.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from lms.core.reasons import Refused
from lms.courses.rules.outline import Activity, Outline
from lms.learning.reasons import LearningReason
from lms.learning.rules.progress import Progress


@dataclass(frozen=True)
class Situation:
    """All that a condition may ask about; the functions are asked only by the conditions that need them.

    `zone()`: the organisation's time zone. `holds(slug)`: does the person hold that course's credential now?
    `is_in(key)`: is the learner in that group of the course now?
    """

    outline: Outline
    progress: Progress
    at: datetime
    zone: Callable[[], ZoneInfo]
    holds: Callable[[str], bool]
    is_in: Callable[[str], bool]


@dataclass(frozen=True)
class Why:
    """The reason of a "no", with its values."""

    reason: LearningReason
    values: dict[str, Any]

    def sentence(self) -> str:
        """In the reader's language; dates in words."""
        return Refused(self.reason, **self.values).sentence()


def why_locked(activity: Activity, situation: Situation) -> Why | None:
    """None where the activity is open."""
    return _unmet(activity.release, situation) if activity.release else None


def _unmet(tree: dict[str, Any], situation: Situation) -> Why | None:
    ((kind, value),) = tree.items()
    if kind == "all":
        return next(filter(None, (_unmet(part, situation) for part in value)), None)
    if kind == "any":
        whys = [_unmet(part, situation) for part in value]
        return whys[0] if whys and all(whys) else None
    if kind == "not":
        return None if _unmet(value, situation) else Why(LearningReason.NOT_RELEASED, {})
    return _LEAVES[kind](value, situation)


def _completed(key: str, situation: Situation) -> Why | None:
    other = situation.outline.by_key.get(key)
    if other is None:
        return Why(LearningReason.NOT_RELEASED, {})
    if "completed_at" in situation.progress.get(key, {}):
        return None
    return Why(LearningReason.OPENS_AFTER, {"number": other.number, "title": other.title, "activity": key})


def _score(asked: dict[str, Any], situation: Situation) -> Why | None:
    other = situation.outline.by_key.get(asked["activity"])
    if other is None:
        return Why(LearningReason.NOT_RELEASED, {})
    reached = Fraction(situation.progress.get(other.key, {}).get("fraction", 0))
    if reached * 100 >= Fraction(asked["at_least"]):
        return None
    values = {"number": other.number, "title": other.title, "percent": asked["at_least"], "activity": other.key}
    return Why(LearningReason.OPENS_WITH_SCORE, values)


def _from(text: str, situation: Situation) -> Why | None:
    opens = read_instant(text, situation.zone())
    return None if situation.at >= opens else Why(LearningReason.OPENS_ON, {"date": opens.isoformat()})


def _until(text: str, situation: Situation) -> Why | None:
    closes = read_instant(text, situation.zone())
    return None if situation.at < closes else Why(LearningReason.CLOSED_ON, {"date": closes.isoformat()})


def _credential(slug: str, situation: Situation) -> Why | None:
    return None if situation.holds(slug) else Why(LearningReason.NEEDS_CREDENTIAL, {"course": slug})


def _group(key: str, situation: Situation) -> Why | None:
    """Says which group, and of nobody who is in it."""
    title = situation.outline.groups.get(key)
    if title is None:
        return Why(LearningReason.NOT_RELEASED, {})
    return None if situation.is_in(key) else Why(LearningReason.OPENS_FOR_GROUP, {"group": title})


_LEAVES: dict[str, Callable[[Any, Situation], Why | None]] = {
    "completed": _completed,
    "score": _score,
    "from": _from,
    "until": _until,
    "credential": _credential,
    "group": _group,
}


def read_instant(text: str, zone: ZoneInfo) -> datetime:
    """An ISO date or date-time; without a zone it is the organisation's (a date means its first moment)."""
    instant = datetime.fromisoformat(text)
    return instant.replace(tzinfo=zone) if instant.tzinfo is None else instant
