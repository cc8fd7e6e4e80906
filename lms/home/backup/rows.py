"""Rows of any table as lines of JSON, the same from SQLite and from PostgreSQL.

Tables are read as they stand in the database, not as the models say: a backup is taken before an upgrade too.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from lms.core.db import UtcDateTime

AT_ONCE = 500
"""Rows held in memory."""
Values = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """How a column's value is written in the database, and as JSON and back."""

    type: sa.types.TypeEngine[Any]
    dump: Callable[[Any], Any]
    load: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


# What JSON holds comes as text and is wrapped in a list, since the JSON value null is not the absence of a value.
KINDS: dict[str, Kind] = {
    "uuid": Kind(sa.Uuid(), str, uuid.UUID),
    "instant": Kind(UtcDateTime(), datetime.isoformat, datetime.fromisoformat),
    "date": Kind(sa.Date(), date.isoformat, date.fromisoformat),
    "bool": Kind(sa.Boolean(), bool, bool),
    "int": Kind(sa.BigInteger(), _same, _same),
    "float": Kind(sa.Float(), _same, _same),
    "json": Kind(
        sa.JSON(none_as_null=True),
        lambda text: [json.loads(text)],
        lambda one: sa.JSON.NULL if one == [None] else one[0],
    ),
    "bytes": Kind(sa.LargeBinary(), lambda value: base64.b64encode(value).decode(), base64.b64decode),
    "text": Kind(sa.Text(), _same, _same),
}


def kind_of(found: sa.types.TypeEngine[Any]) -> str:
    """The kind of a column's type as the database tells it. TypeError for one that no table of ours has had."""
    if isinstance(found, sa.Uuid) or (isinstance(found, sa.CHAR) and found.length == 32):  # SQLite knows no UUID
        return "uuid"
    types = {
        sa.DateTime: "instant",
        sa.Date: "date",
        sa.Boolean: "bool",
        sa.Integer: "int",
        sa.Float: "float",
        sa.JSON: "json",
        sa.LargeBinary: "bytes",
        sa.String: "text",
    }
    for known, kind in types.items():
        if isinstance(found, known):
            return kind
    raise TypeError(f"no way to keep a column of type {found!r}")


@dataclass(frozen=True)
class Shape:
    """A table by its name, its columns (name → kind) and its primary key."""

    name: str
    columns: dict[str, str]
    key: tuple[str, ...]

    def table(self) -> sa.TableClause:
        return sa.table(self.name, *(sa.column(name, KINDS[kind].type) for name, kind in self.columns.items()))

    def dump(self, row: Iterable[Any]) -> bytes:
        """A row, its values in the order of the columns, as one line."""
        kinds = self.columns.values()
        values = [None if value is None else KINDS[kind].dump(value) for kind, value in zip(kinds, row, strict=True)]
        return json.dumps(values, separators=(",", ":")).encode() + b"\n"

    def load(self, line: bytes) -> Values:
        named = zip(self.columns.items(), json.loads(line), strict=True)
        return {name: None if value is None else KINDS[kind].load(value) for (name, kind), value in named}


def shapes_of(connection: sa.Connection) -> list[Shape]:
    """Every table but Alembic's own, by name."""
    inspector = sa.inspect(connection)
    names = sorted(set(inspector.get_table_names()) - {"alembic_version"})
    return [_shape(inspector, name) for name in names]


def _shape(inspector: sa.Inspector, name: str) -> Shape:
    columns = {column["name"]: kind_of(column["type"]) for column in inspector.get_columns(name)}
    return Shape(name, columns, tuple(inspector.get_pk_constraint(name)["constrained_columns"]))


def read_rows(connection: sa.Connection, shape: Shape) -> Iterator[bytes]:
    """Every row as a line, in the order of the primary key by bytes: the same on every database."""
    table, postgresql = shape.table(), connection.dialect.name == "postgresql"
    read = [
        sa.cast(table.c[name], sa.Text) if kind == "json" else table.c[name] for name, kind in shape.columns.items()
    ]
    order = [
        sa.collate(table.c[k], "C") if postgresql and shape.columns[k] == "text" else table.c[k] for k in shape.key
    ]
    rows = connection.execute(sa.select(*read).order_by(*order).execution_options(yield_per=AT_ONCE))
    for row in rows:
        yield shape.dump(row)


def insert_rows(connection: sa.Connection, shape: Shape, lines: Iterable[bytes]) -> None:
    insert = sa.insert(shape.table())
    rows = map(shape.load, lines)
    while some := list(islice(rows, AT_ONCE)):
        connection.execute(insert, some)


@dataclass(frozen=True)
class Lines:
    """How many lines, and the SHA-256 over them: what is compared between databases."""

    count: int
    sha256: str


def measure(lines: Iterable[bytes]) -> Lines:
    count, digest = 0, hashlib.sha256()
    for line in lines:
        count += 1
        digest.update(line)
    return Lines(count, digest.hexdigest())


def write_lines(path: Path, lines: Iterable[bytes]) -> Lines:
    """Compressed, on the disk when this returns; the digest is over what was compressed (`zcat PART | sha256sum`)."""

    def kept(file: gzip.GzipFile) -> Iterator[bytes]:
        for line in lines:
            file.write(line)
            yield line

    with path.open("wb") as part:
        with gzip.GzipFile("", "wb", compresslevel=3, fileobj=part, mtime=0) as file:
            lines_kept = measure(kept(file))
        part.flush()
        os.fsync(part.fileno())
    return lines_kept


def read_lines(path: Path) -> Iterator[bytes]:
    with gzip.open(path, "rb") as file:
        yield from file


def file_digest(path: Path) -> str:
    """SHA-256 of a part as it lies there (`sha256sum PART`)."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
