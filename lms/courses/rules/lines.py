"""Lists whose lines have keys (outcomes, groups): two authors' changes of one put together, line by line."""

from __future__ import annotations

from typing import Any

from lms.courses.rules.fields import Document

Lines = list[Document]


def merge_lines(base: Any, theirs: Lines, mine: Lines) -> Lines | None:
    """Both changes of `base`; None where both changed the same line in different ways, or `base` is no such list.

    The order is mine where I changed it, else theirs; what only one has stands behind what it stood behind there.
    """
    if not isinstance(base, list) or not all(isinstance(line, dict) and "key" in line for line in base):
        return None
    was, others, own = ({line["key"]: line for line in one} for one in (base, theirs, mine))
    lines: dict[str, Document | None] = {}
    for key in {**was, **others, **own}:
        old, other, new = was.get(key), others.get(key), own.get(key)
        if old not in (other, new) and other != new:
            return None
        lines[key] = other if new == old else new
    i_moved = [key for key in own if key in was] != [key for key in was if key in own]
    order = _woven(list(own), list(others)) if i_moved else _woven(list(others), list(own))
    return [line for key in order if (line := lines[key])]


def _woven(leading: list[str], other: list[str]) -> list[str]:
    """The leading order, with what only the other has behind what it stands behind there."""
    found = list(leading)
    for index, key in enumerate(other):
        if key not in found:
            found.insert(found.index(other[index - 1]) + 1 if index else 0, key)
    return found
