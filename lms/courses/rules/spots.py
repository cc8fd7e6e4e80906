"""Reading a form's tree into a raw document, and knowing for each place of the document which field it came from."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from lms.courses.rules.fields import Flaw, Where, Wrong
from lms.courses.rules.formtrees import Tree, find

T = TypeVar("T")


@dataclass(frozen=True)
class Spot:
    """A tree inside the form: where it goes in the document (`where`), what its fields begin with (`name`).

    Shared by all spots of a form: `sources`, places of the document whose field is not found by the same path, and
    `flaws`, what is wrong with the form itself.
    """

    tree: Tree
    where: Where = ()
    name: str = ""
    sources: dict[Where, str] = field(default_factory=dict)
    flaws: list[Wrong] = field(default_factory=list)

    def below(self, tree: Tree, where: Where, name: str) -> Spot:
        return Spot(tree, where, name, self.sources, self.flaws)

    def refuse(self, flaw: Flaw, *where: str | int, **values: Any) -> None:
        """Notes what is wrong at a place below this one, and goes on."""
        self.flaws.append(Wrong(flaw, (*self.where, *where), **values))

    def at(self, name: str) -> str:
        return f"{self.name}.{name}" if self.name else name

    def text(self, name: str) -> str | None:
        """What was written; None where nothing but blanks was."""
        value = self.tree.get(name)
        return value if isinstance(value, str) and value.strip() else None

    def number(self, name: str) -> str | None:
        """A number as written, with a point also where somebody wrote a comma."""
        value = self.text(name)
        return re.sub(r"(?<=[0-9]),(?=[0-9])", ".", value) if value and value.count(",") == 1 else value

    def flag(self, name: str) -> bool:
        return bool(self.text(name))

    def lines(self, name: str) -> list[str]:
        """One value a line."""
        written = (self.text(name) or "").replace("\r\n", "\n").replace("\r", "\n")
        return [line for line in written.split("\n") if line.strip()]

    def inner(self, name: str, as_name: str | None = None) -> Spot:
        """The tree under a name; `as_name` is what the document calls it."""
        tree = self.tree.get(name)
        where = (*self.where, as_name or name)
        if as_name:
            self.sources[where] = self.at(name)
        return self.below(tree if isinstance(tree, dict) else {}, where, self.at(name))

    def rows(self, name: str) -> list[Spot]:
        """The rows of a list, each as if it became the element of the document at its own position."""
        rows = self.tree.get(name)
        found = rows if isinstance(rows, list) else []
        return [
            self.below(row, (*self.where, name, position), f"{self.at(name)}.{position}")
            for position, row in enumerate(found)
        ]

    def each(self, name: str, read: Callable[[Spot], T | None]) -> list[T]:
        """The rows of a list as elements of the document; those of which `read` makes None are left out."""
        made: list[T] = []
        for row in self.rows(name):
            where = (*self.where, name, len(made))
            self.sources[where] = row.name
            value = read(self.below(row.tree, where, row.name))
            if value is not None:
                made.append(value)
        return made

    def came_from(self, where: Where, name: str) -> None:
        """The place `where` below this one in the document came from the field `name`."""
        self.sources[(*self.where, *where)] = self.at(name)


def field_at(where: Where, tree: Tree, sources: dict[Where, str]) -> str:
    """The field that made a place of the document, or the nearest around it that the form has."""
    known = next((where[:length] for length in range(len(where), 0, -1) if where[:length] in sources), ())
    steps = [step for step in sources.get(known, "").split(".") if step]
    for step in where[len(known) :]:
        here = ".".join(steps)
        around: Any = find(tree, here) if here else tree
        if not isinstance(around, dict | list):
            break
        steps.append(str(step))
    return ".".join(steps)
