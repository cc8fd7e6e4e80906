"""Two authors wrote the same body at once: what of it goes together, block by block, and what does not."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from merge3 import Merge3

from lms.core.canonical import canonical
from lms.courses.rules.bodies import body
from lms.courses.rules.fields import Document, Wrong
from lms.courses.rules.markdown import files_of

_ABSENT: Any = object()


@dataclass(frozen=True)
class Clash:
    """A place that both changed in different ways: what stood there, and what each made of it (None: taken out)."""

    base: Any
    theirs: Any
    mine: Any


def merge_bodies(base: Document, theirs: Document, mine: Document) -> Document | None:
    """Both changes of `base` in one body; None where they touch each other.

    Lists (blocks, slots, questions of a pool) are merged element by element, settings and files one by one.
    """
    merged, clashes = _merged(base, theirs, mine)
    return None if clashes else merged


def merge_for_mine(base: Document, theirs: Document, mine: Document) -> Document:
    """Both changes in one body, mine where they touch each other; mine alone where that makes no body."""
    return _merged(base, theirs, mine)[0] or mine


def clashes_of(base: Document, theirs: Document, mine: Document) -> list[Clash]:
    """The places at which the two changes touch each other; the whole where they do not make one body."""
    merged, clashes = _merged(base, theirs, mine)
    return clashes if clashes or merged else [Clash(base, theirs, mine)]


def _merged(base: Document, theirs: Document, mine: Document) -> tuple[Document | None, list[Clash]]:
    if not base["kind"] == theirs["kind"] == mine["kind"]:
        return None, [Clash(base, theirs, mine)]
    clashes: list[Clash] = []
    try:
        merged = body({**_merge(base, theirs, mine, clashes), **_files(theirs, mine)})
    except Wrong:
        return None, clashes
    return _with_named_files(merged), clashes


def _files(theirs: Document, mine: Document) -> Document:
    return {"files": {**theirs["files"], **mine["files"]}} if "files" in theirs else {}


def _with_named_files(merged: Document) -> Document | None:
    """Only the files that are named, which must all be there."""
    if "files" not in merged:
        return merged
    named = files_of(merged)
    if any(path not in merged["files"] for path in named):
        return None
    return merged | {"files": {path: merged["files"][path] for path in sorted(named)}}


def _merge(base: Any, theirs: Any, mine: Any, clashes: list[Clash]) -> Any:
    """Mine where both changed the same; `clashes` hears of it."""
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    if isinstance(base, dict) and isinstance(theirs, dict) and isinstance(mine, dict):
        return _merge_fields(base, theirs, mine, clashes)
    if isinstance(base, list) and isinstance(theirs, list) and isinstance(mine, list):
        return _merge_elements(base, theirs, mine, clashes)
    clashes.append(Clash(*(None if one is _ABSENT else one for one in (base, theirs, mine))))
    return mine


def _merge_fields(base: Document, theirs: Document, mine: Document, clashes: list[Clash]) -> Document:
    names = (name for name in dict.fromkeys((*theirs, *mine)) if name != "files")
    merged = {
        name: _merge(base.get(name, _ABSENT), theirs.get(name, _ABSENT), mine.get(name, _ABSENT), clashes)
        for name in names
    }
    return {name: value for name, value in merged.items() if value is not _ABSENT}


def _merge_elements(base: list[Any], theirs: list[Any], mine: list[Any], clashes: list[Clash]) -> list[Any]:
    """As lines of a file are merged: each element is one line.

    Where both changed elements side by side and took none out, each is merged by itself.
    """
    elements: list[Any] = []
    for name, *found in Merge3(_lines(base), _lines(theirs), _lines(mine)).merge_groups():
        groups = [[json.loads(line) for line in group] for group in found]
        if name == "conflict" and len({len(group) for group in groups}) == 1:
            elements.extend(_merge(was, other, own, clashes) for was, other, own in zip(*groups, strict=True))
            continue
        if name == "conflict":
            clashes.append(Clash(*groups))
        elements.extend(groups[-1])
    return elements


def _lines(elements: list[Any]) -> list[bytes]:
    return [canonical(element) for element in elements]
