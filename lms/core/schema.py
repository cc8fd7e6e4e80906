"""The tables of the database, brought from one state to another by the migrations (migrations/, Alembic)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from lms.core.config import CHECKOUT
from lms.core.db import db


def upgrade(revision: str = "head", *, within: sa.Connection | None = None) -> None:
    """Brings the tables of the app in context up to `revision`; nothing to do is done in some milliseconds.

    `within`: a connection in a transaction of the caller's, who commits; on SQLite one without foreign keys.
    """
    if within is None and revision == "head" and current() == newest():
        return
    config = _config()
    config.attributes["connection"] = within
    command.upgrade(config, revision)


def downgrade(revision: str) -> None:
    """Takes the tables of the app in context back to `revision` ("base": none are left)."""
    command.downgrade(_config(), revision)


def current() -> str | None:
    """The revision that the database stands at; None for an empty one."""
    with db.engine.connect() as connection:
        return current_of(connection)


def current_of(connection: sa.Connection) -> str | None:
    """The same, as a transaction sees it."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The last revision of the migrations."""
    return history().get_current_head()


def history() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def differences() -> list[object]:
    """What the models have and the database has not, and the other way round; empty when they agree."""
    with db.engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), db.metadata))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(CHECKOUT / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["configure_logger"] = False
    return config
