"""The database: one session, SQLite and PostgreSQL alike, one commit at the edge.

SQLite runs in WAL mode with full sync and foreign keys; a transaction that may write takes the write lock at
its start (BEGIN IMMEDIATE), since an upgrade in mid-transaction fails at once under load. Reads say so first.
"""

from __future__ import annotations

import hashlib
import sqlite3
import uuid
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry
from sqlalchemy.types import JSON, TypeDecorator

from lms.core.ids import new_id

Value = TypeVar("Value")
PORTION = 5000
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database (SQLite has no zone, so it is put back on reading)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is UTC:  # as PostgreSQL gives them here; a table has hundreds of thousands
            return value
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


IN_ORDER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Sorted by the numbers of its characters, on both kinds of database alike: for text that is folded."""


class Base(DeclarativeBase):
    """Mother of all tables."""

    registry = registry(
        metadata=sa.MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: UtcDateTime(),
            uuid.UUID: sa.Uuid(),
            dict[str, Any]: JSON(),
            str: sa.Text(),
        },
    )


class KeyMixin:
    """A UUIDv7 primary key."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-1)


Row = TypeVar("Row", bound=Base)
db = SQLAlchemy(model_class=Base)


def engine_options(url: str) -> dict[str, Any]:
    """Values stay out of error messages, since those end in logs; a server that is away is given up in seconds."""
    return {"hide_parameters": True} | ({} if url.startswith("sqlite") else {"connect_args": {"connect_timeout": 5}})


@event.listens_for(Engine, "connect")
def _prepare_postgresql(connection: Any, _record: Any) -> None:
    """Instants come in UTC, whatever the zone of the server: to convert hundreds of thousands takes a second."""
    if isinstance(connection, sqlite3.Connection):
        return
    connection.autocommit = True
    connection.execute("SET TIME ZONE 'UTC'")
    connection.autocommit = False


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # the driver must not begin by itself: the listener below does
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    # Its own knows the letters of English only: "özdemir" would not find "Özdemir".
    connection.create_function("lower", 1, _lower, deterministic=True)


def _lower(value: str | float | None) -> str | None:
    return None if value is None else str(value).lower()


_reads: ContextVar[bool] = ContextVar("lms_reads", default=False)


@event.listens_for(Engine, "begin")
def _begin(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        reads = _reads.get()
        connection.exec_driver_sql(f"PRAGMA query_only={int(reads)}")  # who said to read and writes is told at once
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def begin_reading() -> None:
    """Transactions from here on only read: on SQLite they do not wait for the write lock."""
    _reads.set(True)


def end_reading() -> None:
    """Transactions from here on may write again."""
    _reads.set(False)


@contextmanager
def snapshot() -> Iterator[None]:
    """What is read inside is one instant of the database, whatever others write meanwhile; nothing can be written."""
    db.session.rollback()
    begin_reading()
    try:
        if db.engine.dialect.name == "postgresql":  # SQLite's transactions see one instant anyway
            db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield
        db.session.rollback()
    finally:
        end_reading()


@contextmanager
def without_foreign_keys(connection: sa.Connection) -> Iterator[None]:
    """SQLite checks no foreign key inside: dropping a table would delete the rows that point to it.

    Past SQLAlchemy, since SQLite ignores this inside a transaction: `connection` has begun none, and ends its own.
    """
    driver: Any = connection.connection.dbapi_connection if connection.dialect.name == "sqlite" else None
    if driver:
        driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        if driver:
            driver.execute("PRAGMA foreign_keys=ON")


def begin_writing() -> None:
    """Ends a transaction that only read; the next statement starts one that may write."""
    db.session.rollback()
    end_reading()


def hold(*names: str) -> None:
    """Until this transaction ends, no other one that asks for one of these names goes on.

    PostgreSQL's advisory locks, in one order for everybody; on SQLite writers stand in line anyway.
    """
    if db.engine.dialect.name != "postgresql":
        return
    digests = (hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest() for name in names)
    for number in sorted(int.from_bytes(digest[:8], signed=True) for digest in digests):
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))


def is_one_of(column: Any, values: Collection[uuid.UUID]) -> sa.ColumnElement[bool]:
    """That the column is one of up to some thousand ids: one value on PostgreSQL, where `in_` writes out each."""
    if db.engine.dialect.name == "postgresql":
        return cast("sa.ColumnElement[bool]", column == sa.any_(sa.literal(list(values), ARRAY(sa.Uuid()))))
    return cast("sa.ColumnElement[bool]", column.in_(values))


def in_portions(values: Iterable[Value]) -> list[list[Value]]:
    """The values a few thousand at a time: a statement takes only so many (SQLite 32,766)."""
    every = list(values)
    return [every[start : start + PORTION] for start in range(0, len(every), PORTION)]


def insert_ignore(table: type[Base], rows: list[dict[str, Any]]) -> None:
    """Inserts rows, leaving alone those whose key stands already (content-addressed rows are equal).

    In the order of their primary keys: of two transactions with the same new rows one waits for the other on
    PostgreSQL, and in different orders each would wait for the other.
    """
    if not rows:
        return
    keys = [column.name for column in sa.inspect(table).primary_key]
    rows = sorted(rows, key=lambda row: [row[key] for key in keys])
    db.session.execute(_insert(table).on_conflict_do_nothing(), rows)


def insert_first(table: type[Row], **values: Any) -> Row | None:
    """Inserts a row and gives it; None where another one stands that excludes it, which two at once find out here."""
    inserted = _insert(table).values(values).on_conflict_do_nothing().returning(table)
    row: Row | None = db.session.scalar(inserted)
    return row


def _insert(table: type[Base]) -> Any:
    """The INSERT of the database at hand: each has a dialect of its own for what stands already."""
    return pg_insert(table) if db.engine.dialect.name == "postgresql" else sqlite_insert(table)
