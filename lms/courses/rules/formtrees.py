"""The fields of a form as a tree, and what buttons do to the lists in it.

A name is a path ("blocks.2.question.text"). A list keeps the order in which the form shows its rows, whatever numbers
they carry, so that a row may be moved on the page. A box that is ticked says "on"; one that is not is absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any

from lms.courses.rules.formulas import words

Tree = dict[str, Any]
"""Names to text, to a list of trees, or to a tree."""

ROWS = words("blocks slots pools questions options parts gaps pairs extra order accept captions")
TREES = words("question draw video shuffle review during after closed")
WORDS_TOO = words("questions options accept")
"""What is rows in one place and a text in another."""
NAME = re.compile(r"[a-z_]{1,40}(\.([a-z_]{1,40}|[0-9]{1,6})){0,11}")
MOST_ROWS = 5000
ON = "on"


def tree_of_fields(fields: Iterable[tuple[str, str]]) -> Tree:
    """Names that are no paths, and what has another shape than its name says, are left out."""
    root: Tree = {}
    for name, value in fields:
        if NAME.fullmatch(name):
            _plant(root, name.split("."), value)
    grown = _with_lists(root)
    return grown if isinstance(grown, dict) else {}


def _plant(tree: Tree, path: list[str], value: str) -> None:
    here: Any = tree
    for step in path[:-1]:
        here = here.setdefault(step, {})
        if not isinstance(here, dict):
            return
    here.setdefault(path[-1], value)


def _with_lists(grown: Any) -> Any:
    if not isinstance(grown, dict):
        return grown
    inner = {name: _with_lists(value) for name, value in grown.items()}
    inner = {name: value for name, value in inner.items() if _fits(name, value)}
    if inner and all(name.isdecimal() for name in inner):
        return list(inner.values())[:MOST_ROWS]
    return inner


def _fits(name: str, value: Any) -> bool:
    if name.isdecimal() or name in TREES:
        return isinstance(value, dict)
    return isinstance(value, list) if name in ROWS and name not in WORDS_TOO else not isinstance(value, dict)


def fields_of_tree(tree: Tree, prefix: str = "") -> Iterator[tuple[str, str]]:
    """What the form of a tree sends as long as nobody touches it."""
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from fields_of_tree(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            for position, row in enumerate(value):
                yield from fields_of_tree(row, f"{prefix}{name}.{position}.")
        else:
            yield f"{prefix}{name}", value


def find(tree: Tree, path: str) -> Any:
    """What stands at a path, None where nothing does."""
    found: Any = tree
    for step in path.split("."):
        if isinstance(found, list) and step.isdecimal() and int(step) < len(found):
            found = found[int(step)]
        elif isinstance(found, dict):
            found = found.get(step)
        else:
            return None
    return found


def rows_at(tree: Tree, path: str) -> list[Tree]:
    """The list at a path, made where there is none yet; a list of its own for a path that leads nowhere."""
    above, _, name = path.rpartition(".")
    owner = find(tree, above) if above else tree
    if not isinstance(owner, dict):
        return []
    rows = owner.setdefault(name, [])
    return rows if isinstance(rows, list) else []


def place_of(tree: Tree, path: str) -> tuple[list[Tree], int] | None:
    """(the list, the position in it) of a row ("blocks.2"); None where there is no such row."""
    above, _, last = path.rpartition(".")
    rows = find(tree, above) if above else None
    if not isinstance(rows, list) or not last.isdecimal() or int(last) >= len(rows):
        return None
    return rows, int(last)


def move(tree: Tree, path: str, to: int) -> str:
    """Puts a row at the position `to` of its list, or as near as there is; the path at which it is now."""
    found = place_of(tree, path)
    if found is None:
        return path
    rows, position = found
    target = max(0, min(to, len(rows) - 1))
    rows.insert(target, rows.pop(position))
    return f"{path.rpartition('.')[0]}.{target}"


def remove(tree: Tree, path: str) -> Tree | None:
    """Takes a row out and gives it back; None where there is none."""
    found = place_of(tree, path)
    return found[0].pop(found[1]) if found else None


def duplicate(tree: Tree, path: str) -> str:
    """Puts a copy of a row behind it; the path of the copy. Who calls gives it keys of its own."""
    found = place_of(tree, path)
    if found is None:
        return path
    rows, position = found
    rows.insert(position + 1, deepcopy(rows[position]))
    return f"{path.rpartition('.')[0]}.{position + 1}"
