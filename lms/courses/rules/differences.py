"""What changed between two outlines, in the words of authors: added, removed, changed, moved (rules.md §2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lms.courses.rules.outline import Activity, Outline

ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"


@dataclass(frozen=True)
class Difference:
    """One activity that is not as it was; an activity may be both changed and moved."""

    kind: str
    key: str
    title: str


def differences(before: dict[str, Any] | None, after: dict[str, Any]) -> list[Difference]:
    """From the outline document `before` (None: there was none) to `after`, in the order of `after`, removed last."""
    old = Outline.of(before).by_key if before else {}
    new = Outline.of(after).by_key
    found = [Difference(kind, key, now.title) for key, now in new.items() for kind in _kinds(old.get(key), now)]
    order = [key for key in new if key in old]
    moved = set(order) - _in_order(order, list(old))
    found += [Difference(MOVED, key, new[key].title) for key in order if key in moved]
    return found + [Difference(REMOVED, key, was.title) for key, was in old.items() if key not in new]


def _kinds(was: Activity | None, now: Activity) -> list[str]:
    if was is None:
        return [ADDED]
    facts = ("title", "kind", "minutes", "requirement", "release", "body")
    return [CHANGED] if any(getattr(was, name) != getattr(now, name) for name in facts) else []


def _in_order(order: list[str], reference: list[str]) -> set[str]:
    """The longest run of keys that keep their order: the rest was moved (longest increasing subsequence, O(n²))."""
    place = {key: at for at, key in enumerate(reference)}
    best: list[list[str]] = []
    for key in order:
        before = max((run for run in best if place[run[-1]] < place[key]), key=len, default=[])
        best.append([*before, key])
    return set(max(best, key=len, default=[]))
