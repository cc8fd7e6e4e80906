"""The rows of a table that are wrong: kept as lines of JSON, shown as a list, given back as a file to mend."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lms.core.reasons import explain
from lms.core.spreadsheets import Table
from lms.organisations.rules.people import Fault
from lms.organisations.services.uploads import keep, kept


@dataclass(frozen=True)
class WrongRow:
    """A row of the file with its number there, its cells as they were, and each reason's code and values."""

    line: int
    why: list[tuple[str, dict[str, Any]]]
    cells: list[str]

    def codes(self) -> list[str]:
        return [code for code, _values in self.why]

    def sentences(self) -> str:
        """Everything that is wrong, in the reader's language."""
        return " ".join(explain(code, values) for code, values in self.why)


def write_faults(table: Table, faults: Iterable[Fault]) -> str:
    """Stores headers and wrong rows; gives the file's address."""
    cells = {row.line: row.cells for row in table.rows}
    rows = ([one.line, [(why.reason.code, why.values) for why in one.why], cells[one.line]] for one in faults)
    lines = (json.dumps(line, ensure_ascii=False) for line in (table.headers, *rows))
    return keep("\n".join(lines).encode("utf-8", "replace"))


def read_faults(address: str) -> tuple[list[str], Iterator[WrongRow]]:
    """(headers, the wrong rows in the order of the file). Refused: storage.missing."""
    first, *rest = kept(address).split(b"\n")
    return json.loads(first), (WrongRow(*json.loads(line)) for line in rest)
