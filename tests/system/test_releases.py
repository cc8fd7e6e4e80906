"""Whoever runs an earlier release upgrades to this one: its demo, as it was dumped, is migrated and holds."""

from __future__ import annotations

import gzip
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.models import Person
from lms.app import create_app
from lms.core import schema
from lms.core.actor import SYSTEM
from lms.core.clock import now
from lms.core.config import Settings
from lms.core.db import db
from lms.courses.models import CourseDraft
from lms.credentials.models import Award
from lms.home.backup import restore_backup, take_backup
from lms.home.backup.rows import measure, read_rows, shapes_of
from lms.learning.models import Enrolment
from lms.learning.services import differences_of_projections
from lms.organisations.models import Membership
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


each_dump = pytest.mark.parametrize("dump", DUMPS, ids=lambda path: path.name.removesuffix(".sql.gz"))


@pytest.fixture
def installed(restored, tmp_path) -> Iterator[Callable[[Path], Flask]]:
    """`installed(dump)`: this release on the database of an earlier one, not migrated yet."""
    made: list[Flask] = []

    def of(dump: Path) -> Flask:
        made.append(create_app(Settings.from_env(environment(restored(dump), tmp_path / "data"))))
        return made[-1]

    yield of
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@each_dump
def test_the_demo_of_a_release_is_migrated_and_holds(dump, installed):
    with installed(dump).app_context():
        schema.upgrade()
        assert schema.differences() == []
        assert list(differences_of_projections()) == []
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Award)) > 0


@each_dump
def test_every_row_stays_as_it_was(dump, installed):
    """All tables of the release, read by the columns that they had."""
    with installed(dump).app_context():
        with db.engine.connect() as connection:
            shapes = shapes_of(connection)
            before = {shape.name: measure(read_rows(connection, shape)) for shape in shapes}
        schema.upgrade()
        with db.engine.connect() as connection:
            after = {shape.name: measure(read_rows(connection, shape)) for shape in shapes}
    assert sum(lines.count for lines in before.values()) > 100
    assert after == before


@pytest.mark.parametrize("dump", [dump for dump in DUMPS if dump.name.startswith("0.1.0.")], ids=lambda path: path.name)
def test_what_is_new_about_rows_of_the_first_release_makes_sense(dump, installed):
    with installed(dump).app_context():
        schema.upgrade()
        assert none(Membership.accepted_at.is_(None)), "who belonged to an organisation has accepted it"
        assert none(CourseDraft.title == "", CourseDraft.digest == ""), "drafts know what lists show of them"
        assert none(Person.erased_at.is_not(None)), "nobody was erased"
        assert none(Enrolment.by_learner.is_(False)), "everybody began their courses themselves"


def none(*conditions: sa.ColumnElement[bool]) -> bool:
    """Whether no row meets any of these; the table has rows."""
    table = conditions[0].left.table
    count = sa.select(sa.func.count()).select_from(table)
    assert db.session.scalar(count), f"{table} is empty"
    return db.session.scalar(count.where(sa.or_(*conditions))) == 0


@each_dump
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_of_a_release_comes_back_in_this_one_and_in_either_kind_of_database(
    dump, kind, installed, tmp_path, request, worker_id
):
    """As an operator does who keeps a backup before the upgrade."""
    with installed(dump).app_context():
        take_backup(tmp_path / "kept", by=SYSTEM, at=now())
        db.session.rollback()
    url = f"sqlite:///{tmp_path / 'target.db'}"
    if kind == "postgresql":
        cluster = request.getfixturevalue("cluster")
        cluster.execute(f"DROP DATABASE IF EXISTS target_{worker_id} WITH (FORCE)")
        cluster.execute(f"CREATE DATABASE target_{worker_id}")
        url = cluster.url(f"target_{worker_id}")
    target = create_app(Settings.from_env(environment(url, tmp_path / "target")))
    with target.app_context():
        done = restore_backup(tmp_path / "kept", by=SYSTEM, at=now())
        assert (done.differences, done.missing, done.revision) == ([], [], schema.newest())
        assert schema.differences() == []
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Award)) > 0
        db.session.remove()
        db.engine.dispose()


def test_each_release_was_dumped_from_both_databases():
    names = {dump.name.removesuffix(".sql.gz").rpartition(".")[::2] for dump in DUMPS}
    versions = {version for version, _kind in names}
    assert versions
    assert names == {(version, kind) for version in versions for kind in ("sqlite", "postgresql")}
