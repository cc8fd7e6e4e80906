"""What accounts asks of the features above: what they hold of a person, and what can be printed of a name."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from lms.core.ports import Port

TEXT, MOMENT, DAY, PERCENT = "text", "moment", "day", "percent"


@dataclass(frozen=True)
class Column:
    """One thing to read in a section: its key in the data, a label marked for translation, and how it is written."""

    key: str
    label: str
    kind: str = TEXT


@dataclass(frozen=True)
class Section:
    """One document of the copy: `path` in it, plain JSON `data` (a list of objects or one), and what of it people read.

    `files` are stored files that lie beside it: (path, digest).
    """

    path: str
    title: str
    data: list[dict[str, Any]] | dict[str, Any]
    columns: tuple[Column, ...]
    files: tuple[tuple[str, str], ...] = ()


Collect = Callable[[uuid.UUID, datetime], Iterator[Section]]
_collectors: dict[str, Collect] = {}


def collect_from(feature: str, collect: Collect) -> None:
    """Wired in lms/app.py: `collect(person_id, at)` gives what the feature holds of a person; reads only."""
    _collectors[feature] = collect


def sections_of(person_id: uuid.UUID, at: datetime) -> Iterator[Section]:
    """All that every feature holds, in the order of the wiring."""
    for collect in _collectors.values():
        yield from collect(person_id, at)


class NamesOnPaper(Protocol):
    """Answered by credentials: what of a name no font of the printer has."""

    def unprintable(self, name: str) -> tuple[str, ...]: ...


names_on_paper: Port[NamesOnPaper] = Port("accounts.names_on_paper")
