"""What a new revision of a course changes, by the stable keys of its activities."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from lms.courses.rules.fields import Document
from lms.courses.rules.outline import Activity, Outline


@dataclass(frozen=True)
class Difference:
    """What the second of two outlines changes, by keys of activities, and the names of facts that changed."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    moved: tuple[str, ...]
    facts: tuple[str, ...]

    def __bool__(self) -> bool:
        return any((self.added, self.removed, self.changed, self.moved, self.facts))


def compare(before: Document | None, after: Document) -> Difference:
    """From `before` (None: nothing was published yet) to `after`. An activity is known by its key."""
    old = _places(Outline.of(before)) if before else {}
    new = _places(Outline.of(after))
    both = [key for key in new if key in old]
    stay = _longest_in_order([key for key in old if key in new], both)
    return Difference(
        added=tuple(key for key in new if key not in old),
        removed=tuple(key for key in old if key not in new),
        changed=tuple(key for key in both if old[key][1] != new[key][1]),
        moved=tuple(key for key in both if key not in stay or old[key][0] != new[key][0]),
        facts=tuple(name for name, value in after["facts"].items() if not before or before["facts"].get(name) != value),
    )


def _places(outline: Outline) -> dict[str, tuple[str, tuple[object, ...]]]:
    """{key of an activity: (key of its module, what it is)} in order."""
    return {
        activity.key: (module.key, _content(activity))
        for module in outline.all_modules
        for activity in module.activities
    }


def _content(activity: Activity) -> tuple[object, ...]:
    return activity.title, activity.kind, activity.minutes, activity.requirement, activity.release, activity.body


def _longest_in_order(old: list[str], new: list[str]) -> set[str]:
    """The most keys that stand in `new` in the same order as in `old`: the others are what moved."""
    position = {key: at for at, key in enumerate(old)}
    ends: list[int] = []
    lengths: dict[str, int] = {}
    for key in new:
        at = bisect_left(ends, position[key])
        ends[at : at + 1] = [position[key]]
        lengths[key] = at + 1
    stay: set[str] = set()
    wanted, before = len(ends), len(old)
    for key in reversed(new):
        if lengths[key] == wanted and position[key] < before:
            stay.add(key)
            wanted, before = wanted - 1, position[key]
    return stay
