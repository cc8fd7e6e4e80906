"""A start that finds all as the last one left it loads nothing; whatever differs makes it look again."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from lms.cli import prepared
from lms.core import schema
from lms.core.config import Settings
from lms.core.db import db
from tests.fixtures.database import environment

ACCOUNTS = ["a@example.org", "b@example.org"]


@pytest.fixture
def settings(app, database_url, tmp_path: Path) -> Settings:
    """Of a database at the newest migration."""
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(sa.text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": schema.newest()})
    return Settings.from_env(environment(database_url, tmp_path))


def test_what_was_prepared_is_remembered(settings):
    assert prepared.recall(settings) is None
    prepared.remember(settings, ACCOUNTS)
    assert prepared.recall(settings) == ACCOUNTS


def test_a_database_behind_the_migrations_is_looked_at_again(app, settings):
    prepared.remember(settings, ACCOUNTS)
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))
    assert prepared.recall(settings) is None


def test_an_empty_database_is_looked_at_again(app, settings):
    prepared.remember(settings, ACCOUNTS)
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE alembic_version"))
    assert prepared.recall(settings) is None


def test_another_database_is_looked_at(settings, tmp_path: Path):
    prepared.remember(settings, ACCOUNTS)
    other = Settings.from_env(environment(f"sqlite:///{tmp_path}/other.db", tmp_path))
    assert prepared.recall(other) is None


def test_another_demo_is_looked_for(settings, database_url, tmp_path: Path):
    prepared.remember(settings, ACCOUNTS)
    other = "none" if settings.demo != "none" else "small"
    assert prepared.recall(Settings.from_env({**environment(database_url, tmp_path), "LMS_DEMO": other})) is None


@pytest.mark.parametrize("left", ["", "[]", "{}", "{broken"])
def test_a_damaged_memory_is_no_memory(settings, left):
    (settings.data_dir / "prepared.json").write_text(left)
    assert prepared.recall(settings) is None
