"""Taking a backup while the installation works: rows of one instant, then the files that they may name.

A file is stored before a row names it, so whatever a row of the snapshot names is found by a look at the storage
that comes after the snapshot.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from flask import current_app

from lms.core import schema
from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.db import begin_writing, db, snapshot
from lms.core.reasons import Refused
from lms.core.storage import Storage, StorageReason, storage, sync_folder
from lms.home.administration import check_administrator
from lms.home.backup.manifest import (
    FILES,
    HALF,
    LISTED,
    PAGE,
    Manifest,
    Part,
    fingerprint,
    listed_files,
    missing_files,
    part_of,
)
from lms.home.backup.rows import Lines, Shape, file_digest, measure, read_lines, read_rows, shapes_of, write_lines
from lms.home.reasons import BackupReason


def take_backup(target: Path, *, keep: int | None = None, by: Actor, at: datetime) -> Manifest:
    """Writes a backup into the folder `target`; files that lie there already are not written again.

    It is whole or not there: it gets its name when every part was written and read again. `keep`: so many backups
    stay, the oldest go, and with them files that no backup needs.
    Refused: core.forbidden, backup.no_tables, .unwritable, .busy; .damaged where the disk gave back something else.
    """
    check_administrator(by)
    try:
        with _alone_in(target):
            manifest = _take(target, at)
            if keep:
                _drop_old(target, keep)
    except OSError as error:
        raise Refused(BackupReason.UNWRITABLE, folder=str(target), why=error.strerror or str(error)) from error
    begin_writing()
    record("backup.taken", by=by, subject=("backup", manifest.name), at=at, revision=manifest.revision)
    return manifest


@contextmanager
def _alone_in(target: Path) -> Iterator[None]:
    """One at a time in a folder that only its owner may read: names and answers will lie there."""
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (target / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(BackupReason.BUSY, folder=str(target)) from None
        yield


def _take(target: Path, at: datetime) -> Manifest:
    backups, name = target / "backups", at.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    for left in backups.glob(f"*{HALF}"):  # of one that was killed
        shutil.rmtree(left)
    half = backups / (name + HALF)
    half.mkdir(parents=True)
    revision, tables = _keep_rows(half)
    store = Storage.in_folder(target / FILES)
    files, size = _keep_files(half, store)
    manifest = Manifest(
        name=name,
        version=version("lms"),
        revision=revision,
        taken_at=at.isoformat(),
        secret=fingerprint(current_app.extensions["settings"]),
        tables=tuple(tables),
        files=files,
        list=file_digest(part_of(half, LISTED)),
        bytes=size,
        missing=tuple(missing_files(half, [part.shape for part in tables], store)),
    )
    _name_it(half, manifest)
    return manifest


def _keep_rows(half: Path) -> tuple[str, list[Part]]:
    """All tables as they stood at one instant; (revision of the migrations, the parts)."""
    with snapshot():
        revision = schema.current_of(db.session.connection())
        if revision is None:
            raise Refused(BackupReason.NO_TABLES)
        return revision, [_keep_table(half, shape) for shape in shapes_of(db.session.connection())]


def _keep_table(half: Path, shape: Shape) -> Part:
    path = part_of(half, shape.name)
    lines = write_lines(path, read_rows(db.session.connection(), shape))
    _check(path, lines)
    return Part(shape, lines, file_digest(path))


def _check(path: Path, lines: Lines) -> None:
    """What was written reads as it was written."""
    if measure(read_lines(path)) != lines:
        raise Refused(BackupReason.DAMAGED, part=path.name)


def _keep_files(half: Path, store: Storage) -> tuple[Lines, int]:
    """Copies what is not there yet; (the list of all files, their bytes together)."""
    path, total = part_of(half, LISTED), 0

    def lines() -> Iterator[bytes]:
        nonlocal total
        for digest, size in storage().files():
            if _keep_file(store, digest, size):
                total += size
                yield json.dumps([digest, size]).encode() + b"\n"

    kept = write_lines(path, lines())
    _check(path, kept)
    return kept, total


def _keep_file(store: Storage, digest: str, size: int) -> bool:
    """False where it was taken away meanwhile, such as by the erasure of a person."""
    if store.size(digest) == size:
        return True
    try:
        storage().copy_to(store, digest)
    except Refused as refused:
        if refused.reason is StorageReason.MISSING:
            return False
        raise
    if store.digest_of(digest) != digest:
        raise Refused(BackupReason.DAMAGED, part=digest)
    return True


def _name_it(half: Path, manifest: Manifest) -> None:
    """Last of all, and at one stroke: rename(2)."""
    page = half / PAGE
    with page.open("w") as file:
        json.dump(manifest.as_document(), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(half)
    half.rename(half.with_name(manifest.name))
    sync_folder(half.parent)


def _drop_old(target: Path, keep: int) -> None:
    """The newest `keep` stay, and the files that they list."""
    names = sorted(path for path in (target / "backups").iterdir() if not path.name.endswith(HALF))
    for old in names[:-keep]:
        shutil.rmtree(old)
    store = Storage.in_folder(target / FILES)
    needed = {digest for folder in names[-keep:] for digest, _size in listed_files(folder)}
    for digest in [digest for digest, _size in store.files() if digest not in needed]:
        store.delete(digest)
