"""The migrations: one numbered line of them, equal to the models, up and down on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.app import create_app
from lms.core import schema
from lms.core.config import Settings
from lms.core.db import db
from tests.fixtures.database import environment
from tests.services.postgresql import Cluster


@pytest.fixture
def empty_app(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path, worker_id: str) -> Iterator[Flask]:
    """The application on a database without a table."""
    if database_kind == "sqlite":
        url = f"sqlite:///{tmp_path}/empty.db"
    else:
        cluster: Cluster = request.getfixturevalue("cluster")
        cluster.execute(f"DROP DATABASE IF EXISTS empty_{worker_id} WITH (FORCE)")
        cluster.execute(f"CREATE DATABASE empty_{worker_id}")
        url = cluster.url(f"empty_{worker_id}")
    app = create_app(Settings.from_env(environment(url, tmp_path)))
    with app.app_context():
        yield app
        db.engine.dispose()


def tables() -> set[str]:
    with db.engine.connect() as connection:
        return set(sa.inspect(connection).get_table_names()) - {"alembic_version"}


def test_the_history_is_one_numbered_line():
    revisions = [script.revision for script in schema.history().walk_revisions()][::-1]
    assert revisions == [f"{number:04}" for number in range(1, len(revisions) + 1)]
    assert revisions, "there is no migration"


def test_a_migration_is_named_by_its_number_and_what_it_does():
    for script in schema.history().walk_revisions():
        number, _, name = Path(script.path).stem.partition("_")
        assert (number, bool(name)) == (script.revision, True)


def test_the_migrations_make_what_the_models_say(empty_app):
    schema.upgrade()
    assert schema.differences() == []
    assert tables() == set(db.metadata.tables)


def test_the_migrations_go_up_down_and_up_again(empty_app):
    schema.upgrade()
    schema.downgrade("base")
    assert tables() == set()
    schema.upgrade()
    assert schema.current() == schema.newest()
    assert schema.differences() == []


def test_migrating_again_changes_nothing(empty_app, queries):
    schema.upgrade()
    with queries() as run:
        schema.upgrade()
    assert not [statement for statement in run if statement.startswith(("CREATE", "ALTER", "UPDATE", "INSERT"))]
