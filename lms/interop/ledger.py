"""One ledger for every import: what the source held, what became of each element of it, and why.

A row a source element; the counts are derived from the rows, so `source` is always the sum of the three outcomes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any

KINDS = (
    "modules",
    "sections",
    "activities",
    "texts",
    "videos",
    "files",
    "links",
    "quizzes",
    "questions",
    "parts",
)
"""The kinds that are counted. A row of another kind (a setting, an unknown component) is listed, not counted."""


class Outcome(StrEnum):
    """What became of a source element. Left out is only what leaves no trace in the course."""

    imported = "imported"
    approximated = "approximated"
    left_out = "left_out"


class Note(Enum):
    """Base of a format's notes: each member is (code, sentence with %(name)s, marked for translation)."""

    def __init__(self, code: str, template: str) -> None:
        self.code = code
        self.template = template

    @staticmethod
    def of(code: str) -> "Note | None":
        """The member with this code among all formats' notes that are loaded."""
        return next((note for notes in Note.__subclasses__() for note in notes if note.code == code), None)


@dataclass(frozen=True)
class Item:
    """One row: where it stands in the source (a path, an id), its kind, what became of it, and why."""

    source: str
    kind: str
    outcome: Outcome
    note: Note | None = None
    values: Mapping[str, Any] = field(default_factory=dict)

    def reason(self) -> str | None:
        """The sentence in the source language; None where nothing needs a reason."""
        return self.note.template % self.values if self.note else None

    def as_document(self) -> dict[str, Any]:
        """As JSON: {source, kind, outcome, reason} and, to translate it again, {code, values}."""
        return {
            "source": self.source,
            "kind": self.kind,
            "outcome": str(self.outcome),
            "reason": self.reason(),
            "code": self.note.code if self.note else None,
            "values": dict(self.values),
        }


class Ledger:
    """Filled while a source is read; a row is never taken back or altered."""

    def __init__(self) -> None:
        self._items: list[Item] = []

    def imported(self, kind: str, source: str) -> None:
        """It came in as it was."""
        self._items.append(Item(source, kind, Outcome.imported))

    def approximated(self, kind: str, source: str, note: Note, /, **values: Any) -> None:
        """It came in, but not quite as it was: the note says what differs."""
        self._items.append(Item(source, kind, Outcome.approximated, note, values))

    def left_out(self, kind: str, source: str, note: Note, /, **values: Any) -> None:
        """Nothing of it came in: the note says why."""
        self._items.append(Item(source, kind, Outcome.left_out, note, values))

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items)

    def counts(self) -> dict[str, dict[str, int]]:
        """{kind: {source, imported, approximated, left_out}} for every counted kind, zeros included."""
        rows = {kind: dict.fromkeys(("source", *Outcome), 0) for kind in KINDS}
        for item in self._items:
            if item.kind in rows:
                rows[item.kind]["source"] += 1
                rows[item.kind][item.outcome] += 1
        return {kind: {str(name): number for name, number in row.items()} for kind, row in rows.items()}

    def as_document(self) -> dict[str, Any]:
        """As JSON: {counts, items}."""
        return {"counts": self.counts(), "items": [item.as_document() for item in self._items]}
