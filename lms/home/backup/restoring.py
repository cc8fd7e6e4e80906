"""Putting a backup back, into either kind of database: all or nothing.

Everything is checked before anything is written. Files come first (under their digests they harm nobody), then, in
one transaction, the tables of the backup's own release, its rows, the proof that they are equal, and the migrations
that came since.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app

from lms.core import schema
from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.db import begin_reading, db, end_reading, snapshot, without_foreign_keys
from lms.core.mail.services import end_old
from lms.core.reasons import Refused
from lms.core.storage import Storage, storage
from lms.home.administration import check_administrator
from lms.home.backup.manifest import (
    FILES,
    HALF,
    LISTED,
    Manifest,
    fingerprint,
    listed_files,
    missing_files,
    part_of,
    read_manifest,
)
from lms.home.backup.rows import file_digest, insert_rows, measure, read_lines, read_rows
from lms.home.reasons import BackupReason
from lms.learning.services import differences_of_projections

BEFORE_ANYBODY = {"alembic_version", "organisation", "audit_entry"}
"""Tables with rows in an installation that nobody has used: `lms db upgrade` makes the first organisation."""
STILL_SENT = timedelta(hours=1)
"""What waited longer was sent since the backup was made, or is of no use any more: nobody shall get it twice."""


@dataclass(frozen=True)
class Restored:
    """What came back, and what the proof found: `differences` of progress and `missing` files are none.

    `unsent`: messages that waited in the backup and are not sent again.
    """

    manifest: Manifest
    revision: str
    copied: int
    differences: list[dict[str, Any]]
    missing: list[str]
    other_secret: bool
    unsent: int

    def as_document(self) -> dict[str, Any]:
        backup = self.manifest
        return {
            "backup": backup.name,
            "version": backup.version,
            "revision": {"from": backup.revision, "to": self.revision},
            "tables": {part.shape.name: asdict(part.lines) for part in backup.tables},
            "files": {"count": backup.files.count, "bytes": backup.bytes, "copied": self.copied},
            "unsent": self.unsent,
            "checks": {"differences": self.differences, "missing": self.missing, "other_secret": self.other_secret},
        }


def restore_backup(
    source: Path, *, name: str | None = None, replace: bool = False, by: Actor, at: datetime
) -> Restored:
    """Puts the newest backup of the folder (or the one called `name`) in the place of what is here. Commits by itself.

    Refused, with nothing of the database changed: core.forbidden, backup.none, .damaged, .later, .unequal, .dangling;
    .not_empty unless `replace`.
    """
    check_administrator(by)
    folder = _find(source, name)
    manifest, store = read_manifest(folder), Storage.in_folder(source / FILES)
    if manifest.revision not in {script.revision for script in schema.history().walk_revisions()}:
        raise Refused(BackupReason.LATER, revision=manifest.revision)
    _check_parts(folder, manifest)
    _check_files(folder, store)
    if not replace and not _is_empty():
        raise Refused(BackupReason.NOT_EMPTY)
    copied = _copy_files(folder, store)
    _put_back(folder, manifest)
    unsent = end_old(at - STILL_SENT, at=at)
    record("backup.restored", by=by, subject=("backup", manifest.name), at=at, revision=manifest.revision)
    db.session.commit()
    return _proved(folder, manifest, copied, unsent)


def _find(source: Path, name: str | None) -> Path:
    whole = sorted(path for path in (source / "backups").glob("*") if not path.name.endswith(HALF))
    found = [path for path in whole if name in (None, path.name)]
    if not found:
        raise Refused(BackupReason.NONE, folder=str(source))
    return found[-1]


# --- before anything is written


def _check_parts(folder: Path, manifest: Manifest) -> None:
    parts = {part.shape.name: part.file for part in manifest.tables} | {LISTED: manifest.list}
    for name, digest in parts.items():
        path = part_of(folder, name)
        if not path.is_file() or file_digest(path) != digest:
            raise Refused(BackupReason.DAMAGED, part=name)


def _check_files(folder: Path, store: Storage) -> None:
    for digest, size in listed_files(folder):
        if store.size(digest) != size or store.digest_of(digest) != digest:
            raise Refused(BackupReason.DAMAGED, part=digest)


def _is_empty() -> bool:
    with db.engine.connect() as connection:
        tables = set(sa.inspect(connection).get_table_names())
        used = [name for name in sorted(tables - BEFORE_ANYBODY) if _has_rows(connection, name)]
        several = "organisation" in tables and _has_rows(connection, "organisation", beyond=1)
        return not used and not several


def _has_rows(connection: sa.Connection, table: str, *, beyond: int = 0) -> bool:
    some = sa.select(sa.literal(1)).select_from(sa.table(table)).limit(1).offset(beyond)
    return connection.execute(some).first() is not None


# --- writing


def _copy_files(folder: Path, store: Storage) -> int:
    copied = 0
    for digest, size in listed_files(folder):
        if storage().size(digest) != size:
            store.copy_to(storage(), digest)
            copied += 1
    return copied


def _put_back(folder: Path, manifest: Manifest) -> None:
    db.session.remove()
    with db.engine.connect() as connection, without_foreign_keys(connection), connection.begin():
        _drop_tables(connection)
        schema.upgrade(manifest.revision, within=connection)
        with _unbound(connection):
            for part in manifest.tables:
                connection.execute(sa.delete(part.shape.table()))  # what a migration fills in comes from the backup
                insert_rows(connection, part.shape, read_lines(part_of(folder, part.shape.name)))
        for part in manifest.tables:
            if measure(read_rows(connection, part.shape)) != part.lines:
                raise Refused(BackupReason.UNEQUAL, table=part.shape.name)
        schema.upgrade(within=connection)


def _drop_tables(connection: sa.Connection) -> None:
    quote = connection.dialect.identifier_preparer.quote
    cascade = " CASCADE" if connection.dialect.name == "postgresql" else ""
    for name in sa.inspect(connection).get_table_names():
        connection.execute(sa.text(f"DROP TABLE {quote(name)}{cascade}"))


@contextmanager
def _unbound(connection: sa.Connection) -> Iterator[None]:
    """Rows come in any order, and point to each other in circles: foreign keys are checked when all are there."""
    if connection.dialect.name == "sqlite":
        yield
        for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
            raise Refused(BackupReason.DANGLING, table=row[0])
        return
    keys = connection.execute(sa.text(FOREIGN_KEYS)).all()
    for table, key, _definition in keys:
        connection.execute(sa.text(f"ALTER TABLE {table} DROP CONSTRAINT {key}"))
    yield
    for table, key, definition in keys:
        try:
            connection.execute(sa.text(f"ALTER TABLE {table} ADD CONSTRAINT {key} {definition}"))
        except sa.exc.IntegrityError:
            raise Refused(BackupReason.DANGLING, table=table) from None


FOREIGN_KEYS = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY conname
"""


# --- after


def _proved(folder: Path, manifest: Manifest, copied: int, unsent: int) -> Restored:
    shapes = [part.shape for part in manifest.tables]
    with snapshot():
        differences = list(differences_of_projections())
    missing = [digest for digest in missing_files(folder, shapes, storage()) if digest not in manifest.missing]
    begin_reading()
    revision = schema.current() or ""
    end_reading()
    other_secret = manifest.secret != fingerprint(current_app.extensions["settings"])
    return Restored(manifest, revision, copied, differences, missing, other_secret, unsent)
