"""When an activity opens, as parts of a form that works without script: a tree of lines, each with its kind.

A line's fields begin with its path: "c" is the whole condition, "c.0" the first line inside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lms.core.i18n import N_, _
from lms.courses.rules.documents import DEEPEST_RELEASE
from lms.courses.rules.fields import Document
from lms.courses.studio.forms import Form

GROUPS = ("all", "any", "not")
MOST_LINES = 60


@dataclass
class Line:
    """One condition as it stands in the form, finished or not; `kind` "" is "open from the start"."""

    path: str
    kind: str = ""
    activity: str = ""
    percent: str = ""
    day: str = ""
    time: str = ""
    zone: str = ""
    course: str = ""
    group: str = ""
    lines: list[Line] = field(default_factory=list)

    @property
    def is_group(self) -> bool:
        return self.kind in GROUPS


def lines_of(tree: Document | None, path: str = "c") -> Line:
    """A stored condition as lines of a form."""
    if tree is None:
        return Line(path)
    ((kind, value),) = tree.items()
    if kind in ("all", "any"):
        return Line(path, kind, lines=[lines_of(part, f"{path}.{n}") for n, part in enumerate(value)])
    if kind == "not":
        return Line(path, kind, lines=[lines_of(value, f"{path}.0")])
    return _LEAVES[kind](Line(path, kind), value)


def _completed(line: Line, value: str) -> Line:
    line.activity = value
    return line


def _score(line: Line, value: Document) -> Line:
    line.activity, line.percent = value["activity"], value["at_least"]
    return line


def _moment(line: Line, value: str) -> Line:
    """What stands behind the minutes (a zone) is kept as it is."""
    line.day, line.time, line.zone = value[:10], value[11:16], value[16:]
    return line


def _credential(line: Line, value: str) -> Line:
    line.course = value
    return line


def _group(line: Line, value: str) -> Line:
    line.group = value
    return line


_LEAVES: dict[str, Callable[[Line, Any], Line]] = {
    "completed": _completed,
    "score": _score,
    "from": _moment,
    "until": _moment,
    "credential": _credential,
    "group": _group,
}


def read_lines(form: Form, path: str = "c", depth: int = 1) -> Line:
    """What a form sent, finished or not."""
    line = Line(path)
    for name in ("kind", "activity", "percent", "day", "time", "zone", "course", "group"):
        setattr(line, name, form.get(f"{path}.{name}", "").strip())
    if depth < DEEPEST_RELEASE:
        inner = (f"{path}.{number}" for number in range(MOST_LINES))
        line.lines = [read_lines(form, below, depth + 1) for below in inner if f"{below}.kind" in form]
    return line


def changed_lines(line: Line, action: str) -> Line:
    """After a button: "add PATH" puts a line into a group (what is none becomes the first of "all"), "remove PATH"."""
    name, _space, path = action.partition(" ")
    if name == "add":
        line = _with_added(line, path)
    elif name == "remove":
        line = Line("c") if path == "c" else _without(line, path)
    return numbered(line, "c")


def _with_added(line: Line, path: str) -> Line:
    if line.path != path:
        line.lines = [_with_added(inner, path) for inner in line.lines]
        return line
    if not line.kind:
        return Line(path, "completed")
    if not line.is_group:
        return Line(path, "all", lines=[line, Line("", "completed")])
    if line.kind == "not" and line.lines:
        line.lines = [Line("", "any", lines=[*line.lines, Line("", "completed")])]
        return line
    line.lines.append(Line("", "completed"))
    return line


def _without(line: Line, path: str) -> Line:
    line.lines = [_without(inner, path) for inner in line.lines if inner.path != path]
    return line


def numbered(line: Line, path: str) -> Line:
    """Paths by where the lines now stand; a group that has just been chosen holds one line to begin with."""
    line.path = path
    if line.is_group and not line.lines:
        line.lines = [Line("", "completed")]
    if not line.is_group:
        line.lines = []
    line.lines = [numbered(inner, f"{path}.{n}") for n, inner in enumerate(line.lines)]
    return line


def tree_of(line: Line) -> Document | None:
    """The condition that the lines say; what is not finished is left in, so that it is named when it is saved."""
    if not line.kind:
        return None
    if line.kind in ("all", "any"):
        return {line.kind: [tree_of(inner) for inner in line.lines if inner.kind]}
    if line.kind == "not":
        return {"not": next((tree_of(inner) for inner in line.lines if inner.kind), {})}
    return {line.kind: _value(line)}


def _value(line: Line) -> object:
    if line.kind == "completed":
        return line.activity
    if line.kind == "score":
        return {"activity": line.activity, "at_least": line.percent}
    if line.kind == "credential":
        return line.course
    if line.kind == "group":
        return line.group
    return f"{line.day}T{line.time}{line.zone}" if line.time else line.day


def missing_in(line: Line) -> dict[str, str]:
    """{field: sentence} of what is not filled in yet."""
    found = (
        {}
        if line.kind not in _NEEDED
        else {f"{line.path}.{name}": _(sentence) for name, sentence in _NEEDED[line.kind] if not getattr(line, name)}
    )
    for inner in line.lines:
        found |= missing_in(inner)
    return found


_NEEDED = {
    "completed": [("activity", N_("Choose an activity."))],
    "score": [("activity", N_("Choose an activity.")), ("percent", N_("Write a number from 0 to 100."))],
    "from": [("day", N_("Choose a day."))],
    "until": [("day", N_("Choose a day."))],
    "credential": [("course", N_("Write the address of the course, such as high-voltage-safety."))],
    "group": [("group", N_("Choose a group."))],
}
