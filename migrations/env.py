"""How a migration runs: on the application's own database, in one transaction, one process at a time."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from flask import has_app_context

from lms.core.db import UtcDateTime, db, without_foreign_keys

# Two machines that start at once migrate one after the other. Any number does that nothing else locks.
LOCK = 4_710_217


def run() -> None:
    standing = context.config.attributes.get("connection")
    if standing is not None:  # a transaction of the caller's, who commits (lms/core/schema.py)
        _migrate(standing)
        return
    with db.engine.connect() as connection, without_foreign_keys(connection):
        _migrate(connection)


def _migrate(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,  # SQLite changes a table by copying it
        render_item=_render,
        transactional_ddl=True,  # on SQLite too: lms.core.db begins its transactions itself
    )
    with context.begin_transaction():
        if connection.dialect.name != "sqlite":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        context.run_migrations()


def _render(kind: str, value: Any, _context: Any) -> str | Literal[False]:
    """Column types of ours are written as what they are in the database."""
    if kind == "type" and isinstance(value, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _application() -> Any:
    """Alembic's own command has no application yet; ours has."""
    if has_app_context():
        return nullcontext()
    from lms.app import create_app

    return create_app().app_context()


with _application():
    run()
