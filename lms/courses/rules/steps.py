"""What one author can undo and do again, read from the edits as they were kept: nothing of it is stored.

An undo is an edit too, which names the edit that it undoes; doing again names the undo. So the log only grows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lms.courses.rules.edits import Operation
from lms.courses.rules.operations import operations_in

TOGETHER = timedelta(minutes=5)
"""Savings of the same text by the same author, each within this of the one before, are one step."""
TYPED = ("title", "summary", "audience", "body")
"""Fields that are saved while somebody types."""


@dataclass(frozen=True)
class Edit:
    """An edit of one author. `of`: the number of the edit that an undo undoes, or of the undo that is taken back."""

    number: int
    kind: str
    at: datetime
    operation: Operation
    inverse: Operation
    of: int | None = None


@dataclass(frozen=True)
class Step:
    """What is undone at once: the edit `number`, together with those just before it that saved the same text."""

    number: int
    at: datetime
    operation: Operation
    inverse: Operation


@dataclass(frozen=True)
class Steps:
    """`done`, the newest last; `undone`: (number of the undo, the step it would do again), the newest last."""

    done: list[Step] = field(default_factory=list)
    undone: list[tuple[int, Step]] = field(default_factory=list)


def steps_of(edits: Iterable[Edit]) -> Steps:
    """From the edits of one author in their order."""
    steps = Steps()
    for edit in edits:
        _BY_KIND[edit.kind](steps, edit)
    return steps


def _edit(steps: Steps, edit: Edit) -> None:
    steps.undone.clear()
    step = Step(edit.number, edit.at, edit.operation, edit.inverse)
    if steps.done and (longer := _together(steps.done[-1], step)):
        steps.done[-1] = longer
    else:
        steps.done.append(step)


def _together(before: Step, after: Step) -> Step | None:
    """Both as one step, where the second goes on where the first ended."""
    first, second = before.operation, after.operation
    if first["op"] != "set" or second["op"] != "set" or first["field"] not in TYPED:
        return None
    same = all(first[name] == second[name] for name in ("on", "key", "field")) and first["value"] == second["was"]
    if not same or after.at - before.at > TOGETHER:
        return None
    whole = {**second, "was": first["was"]}
    return Step(after.number, after.at, whole, {**whole, "value": first["was"], "was": second["value"]})


def _undo(steps: Steps, edit: Edit) -> None:
    found = next((step for step in steps.done if step.number == edit.of), None)
    if found:
        steps.done.remove(found)
        steps.undone.append((edit.number, Step(found.number, found.at, edit.inverse, edit.operation)))


def _redo(steps: Steps, edit: Edit) -> None:
    found = next((undone for undone in steps.undone if undone[0] == edit.of), None)
    if found:
        steps.undone.remove(found)
        steps.done.append(Step(edit.number, edit.at, edit.operation, edit.inverse))


def _other(_steps: Steps, _edit: Edit) -> None:
    """How a draft began, and an import that replaces it as a whole: neither can be undone."""


_BY_KIND = {"edit": _edit, "undo": _undo, "redo": _redo, "begin": _other, "import": _other}


def touched(operation: Operation) -> set[tuple[str, str, str]]:
    """(on, key, what of it) that an operation changes; everything about where an item stands is its "place"."""
    return {
        (one["on"], one["item"]["key"] if one["op"] == "add" else one["key"], one.get("field", "place"))
        for one in operations_in(operation)
    }
