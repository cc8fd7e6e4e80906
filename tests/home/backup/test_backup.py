"""A backup holds all rows and files of one instant, and comes back equal into either kind of database."""

from __future__ import annotations

import json
import os
import shutil
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.app import create_app
from lms.core import schema
from lms.core.actor import SYSTEM, Actor
from lms.core.audit import AuditEntry
from lms.core.canonical import digest
from lms.core.clock import now
from lms.core.config import Settings
from lms.core.db import db
from lms.core.ids import new_id
from lms.core.mail.models import Mail
from lms.core.mail.services import send
from lms.core.reasons import Refused
from lms.core.storage import storage
from lms.credentials.models import Award, AwardDocument
from lms.credentials.services import attach_document
from lms.home.backup import restore_backup, take_backup
from lms.home.backup.manifest import NAMED, read_manifest
from lms.home.backup.rows import file_digest, write_lines
from lms.learning.models import Enrolment
from tests.fixtures.database import KINDS, environment
from tests.learning.building import a_person
from tests.system.world import a_side

TAKEN = ("audit_entry",)
"""Tables in which taking and putting back leave rows of their own."""


@pytest.fixture
def make(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Flask]]:
    """`make(kind, name)`: an installation with nothing in it, not even tables."""
    made = []

    def make(kind: str, name: str, **settings: str) -> Flask:
        url = f"sqlite:///{tmp_path / name}.db"
        if kind == "postgresql":
            called, cluster = (
                f"{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}",
                request.getfixturevalue("cluster"),
            )
            cluster.execute(f"DROP DATABASE IF EXISTS {called} WITH (FORCE)")
            cluster.execute(f"CREATE DATABASE {called}")
            url = cluster.url(called)
        made.append(create_app(Settings.from_env(environment(url, tmp_path / f"{name}-data", **settings))))
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def empty(make: Callable[..., Flask]) -> Callable[[str], Flask]:
    return lambda kind: make(kind, "empty")


@pytest.fixture
def source(database_kind: str, make: Callable[..., Flask]) -> Iterator[Flask]:
    """An installation in which two courses are taught, learned and certified."""
    app = make(database_kind, "source")
    with app.app_context():
        schema.upgrade()
        for slug in ("safety", "other"):
            a_side(slug, f"house-of-{slug}")
        db.session.commit()
        for award_id in db.session.scalars(sa.select(Award.id)).all():
            attach_document(award_id, b"%PDF " + award_id.bytes, b"PNG " + award_id.bytes, at=now())
        db.session.commit()
        yield app
        db.session.rollback()


def backup(folder, **more):
    made = take_backup(folder, by=SYSTEM, at=now(), **more)
    db.session.commit()
    return made


def restore(folder, **more):
    return restore_backup(folder, by=SYSTEM, at=now(), **more)


def lines_of(manifest):
    return {part.shape.name: part.lines for part in manifest.tables if part.shape.name not in TAKEN}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_what_comes_back_is_equal_in_either_kind_of_database(source, empty, tmp_path, kind):
    taken = backup(tmp_path / "kept")
    assert {name for name, lines in lines_of(taken).items() if lines.count} >= {"person", "award", "attempt", "job"}
    with empty(kind).app_context():
        done = restore(tmp_path / "kept")
        assert (done.differences, done.missing, done.other_secret) == ([], [], True)
        assert schema.current() == schema.newest()
        again = backup(tmp_path / "again")
        assert lines_of(again) == lines_of(taken)
        assert [part.shape for part in again.tables] == [part.shape for part in taken.tables]
        assert again.files.count == taken.files.count > 0
        document = db.session.scalars(sa.select(AwardDocument)).first()
        assert storage().get(document.digest).startswith(b"%PDF")


def test_a_second_backup_writes_only_files_that_are_new(source, tmp_path):
    first = backup(tmp_path)
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "files").glob("*/*/*")}
    new = storage().put(b"a new file")
    second = backup(tmp_path)
    assert second.files.count == first.files.count + 1
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert (tmp_path / "files" / new[:2] / new[2:4] / new).read_bytes() == b"a new file"
    assert len(list((tmp_path / "backups").iterdir())) == 2


def test_of_many_backups_so_many_stay_and_so_do_their_files(source, tmp_path):
    gone = storage().put(b"soon gone")
    backup(tmp_path)
    storage().delete(gone)
    second = backup(tmp_path)
    third = backup(tmp_path, keep=2)
    assert sorted(path.name for path in (tmp_path / "backups").iterdir()) == [second.name, third.name]
    assert len(list((tmp_path / "files").glob("*/*/*"))) == third.files.count
    assert not list((tmp_path / "files").rglob(gone))


def test_what_was_left_half_is_no_backup_and_goes_with_the_next(source, tmp_path):
    whole = backup(tmp_path)
    half = tmp_path / "backups" / "29990101T000000.000000Z.half"
    shutil.copytree(tmp_path / "backups" / whole.name, half)
    with pytest.raises(Refused, match=r"backup\.none"):
        restore(tmp_path, name=half.name, replace=True)
    backup(tmp_path)
    assert not half.exists()


def test_what_is_used_is_replaced_only_when_told(source, tmp_path):
    taken = backup(tmp_path)
    late = a_person(name="Came Later").id
    db.session.commit()
    with pytest.raises(Refused, match=r"backup\.not_empty"):
        restore(tmp_path)
    restore(tmp_path, replace=True)
    assert db.session.execute(sa.text("SELECT count(*) FROM person WHERE name = 'Came Later'")).scalar() == 0
    assert lines_of(backup(tmp_path)) == lines_of(taken), late


def parts(folder: Path, name: str) -> list[Path]:
    here = folder / "backups" / name
    return [*here.glob("*.gz"), here / "manifest.json", *(folder / "files").glob("*/*/*")]


@pytest.mark.slow
def test_a_part_that_was_changed_is_found_before_anything_is_written(source, empty, tmp_path):
    """Each part, one byte of it turned over, or its end cut off."""
    kept = tmp_path / "kept"
    name = backup(kept).name
    with empty("sqlite").app_context():
        for path in parts(kept, name):
            content = path.read_bytes()
            for broken in (flipped(content), content[:-3]):
                path.write_bytes(broken)
                with pytest.raises(Refused, match=r"backup\.damaged"):
                    restore(kept)
            path.write_bytes(content)
        assert sa.inspect(db.engine).get_table_names() == []
        assert list(storage().files()) == []
        restore(kept)


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def test_rows_that_are_gone_from_the_backup_are_found(source, empty, database_kind, tmp_path):
    """Not by the digest (somebody made it right), but by what points to them."""
    name = backup(tmp_path / "kept").name
    folder = tmp_path / "kept" / "backups" / name
    manifest = json.loads((folder / "manifest.json").read_text())
    lines = write_lines(folder / "person.jsonl.gz", [])
    told = {"count": 0, "sha256": lines.sha256, "file": file_digest(folder / "person.jsonl.gz")}
    manifest["tables"]["person"] |= told
    del manifest["sha256"]
    (folder / "manifest.json").write_text(json.dumps({**manifest, "sha256": digest(manifest)}))
    with empty(database_kind).app_context():
        with pytest.raises(Refused, match=r"backup\.dangling"):
            restore(tmp_path / "kept")
        assert "person" not in sa.inspect(db.engine).get_table_names()


def test_the_backup_of_a_later_release_is_refused(source, tmp_path):
    db.session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    db.session.commit()
    backup(tmp_path)
    with pytest.raises(Refused, match=r"backup\.later"):
        restore(tmp_path, replace=True)


def test_a_file_that_was_missing_before_is_told_and_no_fault_of_the_restore(source, empty, tmp_path):
    document = db.session.scalars(sa.select(AwardDocument)).first()
    storage().delete(document.digest)
    taken = backup(tmp_path)
    assert taken.missing == (document.digest,)
    with empty("sqlite").app_context():
        assert restore(tmp_path).missing == []


def test_progress_that_is_not_what_the_events_say_is_told(source, empty, tmp_path):
    db.session.execute(sa.update(Enrolment).values(percent=7))
    db.session.commit()
    backup(tmp_path)
    with empty("sqlite").app_context():
        assert {difference["field"] for difference in restore(tmp_path).differences} == {"percent"}


def test_both_stand_in_the_audit(source, tmp_path):
    taken = backup(tmp_path)
    restore(tmp_path, replace=True)
    actions = db.session.scalars(sa.select(AuditEntry.action).where(AuditEntry.subject_id == taken.name)).all()
    assert actions == ["backup.restored"]  # that it was taken came after the instant that it holds
    backup(tmp_path)
    assert "backup.taken" in db.session.scalars(sa.select(AuditEntry.action)).all()


def a_message(key, at):
    send("erased", person_id=None, address="mia@example.org", locale="en", values={"note": key}, key=key, at=at)


def test_mail_that_waited_long_is_not_sent_a_second_time(source, tmp_path):
    a_message("old", now() - timedelta(hours=2))
    a_message("new", now() - timedelta(minutes=5))
    db.session.execute(sa.update(Mail).where(Mail.key.not_in(["old", "new"])).values(state="sent"))
    db.session.commit()
    backup(tmp_path)
    done = restore(tmp_path, replace=True)
    assert (done.unsent, done.as_document()["unsent"]) == (1, 1)
    old, new = (db.session.scalars(sa.select(Mail).where(Mail.key == key)).one() for key in ("old", "new"))
    assert (old.state, old.reason, old.values, old.address) == (
        "failed",
        {"code": "mail.restored", "values": {}},
        {},
        None,
    )
    assert (new.state, new.values) == ("queued", {"note": "new"})


@pytest.mark.parametrize("use_case", [take_backup, restore_backup])
def test_only_administrators_may(source, tmp_path, use_case):
    with pytest.raises(Refused, match=r"core\.forbidden"):
        use_case(tmp_path, by=Actor(a_person().id), at=now())


def test_a_database_without_tables_is_not_kept(empty, tmp_path):
    with empty("sqlite").app_context(), pytest.raises(Refused, match=r"backup\.no_tables"):
        take_backup(tmp_path / "kept", by=SYSTEM, at=now())


def test_a_folder_that_is_a_file_is_refused_in_words(source, tmp_path):
    (tmp_path / "kept").write_text("")
    with pytest.raises(Refused, match=r"backup\.unwritable"):
        take_backup(tmp_path / "kept", by=SYSTEM, at=now())


def test_the_page_of_a_backup_can_be_read_without_us(source, tmp_path):
    taken = backup(tmp_path)
    assert read_manifest(tmp_path / "backups" / taken.name) == taken
    assert (tmp_path.stat().st_mode & 0o077) == 0


@pytest.mark.slow
def test_memory_stays_flat_however_much_there_is(source, empty, database_kind, tmp_path):
    """10 MB of rows and a file of 20 MB pass through less memory than either takes."""
    rows = [
        {"id": new_id(), "at": now(), "action": "tests.done", "subject_kind": "test", "subject_id": str(number)}
        | {"data": {"text": f"{number:01000}"}}
        for number in range(10_000)
    ]
    db.session.execute(sa.insert(AuditEntry), rows)
    db.session.commit()
    storage().put(os.urandom(20_000_000))
    del rows
    assert peak(lambda: backup(tmp_path / "kept")) < 8_000_000
    with empty(database_kind).app_context():
        assert peak(lambda: restore(tmp_path / "kept")) < 8_000_000


def peak(work: Callable[[], object]) -> int:
    """The most memory that Python held at once for it."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_no_table_counts_its_keys(source):
    """A restore puts no counter of a database right: there is none (UUIDs, and numbers that we count ourselves)."""
    inspector = sa.inspect(db.engine)
    for name in inspector.get_table_names():
        counted = [c["name"] for c in inspector.get_columns(name) if c.get("autoincrement") is True]
        assert counted == [], name


def test_columns_that_name_files_are_known(source, tmp_path):
    """A column of digests of which the storage has one is looked after, or its files may go."""
    may_go = {("evidence_pack", "digest"), ("data_export", "digest"), ("people_import", "upload")}
    by_reference = {("course_upload", "digest")}  # a foreign key to course_file
    backup(tmp_path)
    named = {(table, column) for table, columns in NAMED.items() for column in columns}
    stored = {digest for digest, _size in storage().files()}
    db.session.rollback()
    inspector = sa.inspect(db.engine)
    texts = [
        (table, column["name"])
        for table in inspector.get_table_names()
        for column in inspector.get_columns(table)
        if isinstance(column["type"], sa.String) and not isinstance(column["type"], sa.CHAR)
    ]
    for table, column in sorted(set(texts) - named - may_go - by_reference):
        values = set(db.session.scalars(sa.select(sa.column(column)).select_from(sa.table(table))))
        assert not stored & values, f"{table}.{column} names stored files"
