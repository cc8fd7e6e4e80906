"""Whoever runs an earlier release upgrades to this one: its demo, as it was dumped, is migrated and holds."""

from __future__ import annotations

import gzip
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from lms.app import create_app
from lms.core import schema
from lms.core.config import Settings
from lms.core.db import db
from lms.credentials.models import Award
from lms.learning.services import differences_of_projections
from tests.fixtures.database import environment
from tests.services.debian import need
from tests.services.postgresql import Cluster

DUMPS = sorted((Path(__file__).resolve().parents[1] / "data" / "releases").glob("*.sql.gz"))


@pytest.fixture
def restored(tmp_path: Path, request: pytest.FixtureRequest, worker_id: str) -> Callable[[Path], str]:
    """`restored(dump)` is the address of a database with the content of the dump."""

    def restore(dump: Path) -> str:
        script = tmp_path / "dump.sql"
        script.write_bytes(gzip.decompress(dump.read_bytes()))
        if ".sqlite." in dump.name:
            return restore_sqlite(script, tmp_path / "restored.db")
        return restore_postgresql(script, request.getfixturevalue("cluster"), f"restored_{worker_id}")

    return restore


def restore_sqlite(script: Path, path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script.read_text())
    return f"sqlite:///{path}"


def restore_postgresql(script: Path, cluster: Cluster, name: str) -> str:
    cluster.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    cluster.execute(f"CREATE DATABASE {name}")
    psql = need("psql", "postgresql-client")
    command: list[str | Path] = [psql, "-q", "-v", "ON_ERROR_STOP=1", "-d", cluster.url(name), "-f", script]
    subprocess.run(command, check=True, capture_output=True)
    return cluster.url(name)


@pytest.mark.parametrize("dump", DUMPS, ids=lambda path: path.name.removesuffix(".sql.gz"))
def test_the_demo_of_a_release_is_migrated_and_holds(dump, restored, tmp_path):
    app = create_app(Settings.from_env(environment(restored(dump), tmp_path)))
    with app.app_context():
        schema.upgrade()
        assert schema.differences() == []
        assert list(differences_of_projections()) == []
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Award)) > 0
        db.session.remove()
        db.engine.dispose()


def test_each_release_was_dumped_from_both_databases():
    names = {dump.name.removesuffix(".sql.gz").rpartition(".")[::2] for dump in DUMPS}
    versions = {version for version, _kind in names}
    assert versions
    assert names == {(version, kind) for version in versions for kind in ("sqlite", "postgresql")}
