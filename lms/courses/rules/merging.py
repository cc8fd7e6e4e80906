"""Two authors wrote the same body at once: what of it goes together, block by block, and what does not."""

from __future__ import annotations

import json
from typing import Any

from merge3 import Merge3

from lms.core.canonical import canonical
from lms.courses.rules.bodies import body
from lms.courses.rules.fields import Document, Wrong
from lms.courses.rules.markdown import files_of


_ABSENT = object()


class Touching(Exception):  # noqa: N818 - says how two changes lie
    """Both changed the same place in different ways."""


def merge_bodies(base: Document, theirs: Document, mine: Document) -> Document | None:
    """Both changes of `base` in one body; None where they touch each other.

    Lists (blocks, slots, questions of a pool) are merged element by element, settings and files one by one.
    """
    if not base["kind"] == theirs["kind"] == mine["kind"]:
        return None
    try:
        merged = body({**_merge(base, theirs, mine), **_files(theirs, mine)})
    except (Touching, Wrong):
        return None
    return _with_named_files(merged)


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


def _merge(base: Any, theirs: Any, mine: Any) -> Any:
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    if isinstance(base, dict) and isinstance(theirs, dict) and isinstance(mine, dict):
        return _merge_fields(base, theirs, mine)
    if isinstance(base, list) and isinstance(theirs, list) and isinstance(mine, list):
        return _merge_elements(base, theirs, mine)
    raise Touching


def _merge_fields(base: Document, theirs: Document, mine: Document) -> Document:
    names = (name for name in dict.fromkeys((*theirs, *mine)) if name != "files")
    merged = {name: _merge(*(one.get(name, _ABSENT) for one in (base, theirs, mine))) for name in names}
    return {name: value for name, value in merged.items() if value is not _ABSENT}


def _merge_elements(base: list[Any], theirs: list[Any], mine: list[Any]) -> list[Any]:
    """As lines of a file are merged: each element is one line."""
    lines: list[bytes] = []
    for name, *found in Merge3(_lines(base), _lines(theirs), _lines(mine)).merge_groups():
        if name == "conflict":
            raise Touching
        lines.extend(found[0])
    return [json.loads(line) for line in lines]


def _lines(elements: list[Any]) -> list[bytes]:
    return [canonical(element) for element in elements]
