"""What release conditions ask about, whatever tree they stand in (docs/course-format.md)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lms.courses.rules.fields import Document


def leaves_of(tree: Document | None) -> Iterator[tuple[str, Any]]:
    """(kind, value) of each condition that is no tree itself, in order; none for what is open from the start."""
    for kind, value in (tree or {}).items():
        if kind in ("all", "any"):
            for part in value:
                yield from leaves_of(part)
        elif kind == "not":
            yield from leaves_of(value)
        else:
            yield kind, value


def groups_needed(tree: Document | None) -> list[str]:
    """Keys of groups of which a learner must be in at least one for the condition ever to come true; [] for none."""
    if tree is None:
        return []
    ((kind, value),) = tree.items()
    if kind == "all":
        return next(filter(None, map(groups_needed, value)), [])
    if kind == "any":
        found = [groups_needed(part) for part in value]
        return [key for keys in found for key in keys] if all(found) else []
    return [value] if kind == "group" else []
