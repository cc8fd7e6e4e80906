"""Files by their SHA-256: written once, the same bytes for ever; a directory or S3, through obstore.

A row that names a file is committed after the file was stored, so the file has to survive a power failure from
then on. S3 promises that; obstore's directory does not (it never syncs), so what is written there is synced by us.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import IO, Any, cast
from urllib.parse import parse_qsl, unquote, urlsplit

import obstore
from flask import current_app
from obstore.exceptions import NotFoundError
from obstore.store import LocalStore, S3Store

from lms.core.config import Settings
from lms.core.reasons import Reason, Refused
from lms.core.texts import N_

CHUNK = 1024 * 1024
INCOMING = "incoming"
STORED = re.compile(r"[0-9a-f]{2}/[0-9a-f]{2}/([0-9a-f]{64})")
LISTED = 500
LEFT_BEHIND = 24 * 3600
"""Seconds after which a file that never arrived belongs to a process that died."""
PATIENCE = {"max_retries": 3, "retry_timeout": timedelta(seconds=10)}
"""A request waits for a store that does not answer, but not the three minutes that obstore would."""


class StorageReason(Reason):
    MISSING = (
        "storage.missing",
        404,
        N_("This file is not there any more."),
        N_("Tell an administrator: a stored file is missing."),
    )


class Storage:
    """A store of files under `aa/bb/<digest>`; `folder` is where they lie if they lie on this machine."""

    def __init__(self, store: Any, folder: Path | None = None) -> None:
        self._store = store
        self._folder = folder

    @classmethod
    def open(cls, settings: Settings) -> Storage:
        """file:///path, or s3://bucket/prefix?endpoint=http://host:port with LMS_STORAGE_KEY and _SECRET."""
        parts = urlsplit(settings.storage_url)
        if parts.scheme != "file":
            return cls(_s3(settings))
        return cls.in_folder(Path(unquote(parts.path)))

    @classmethod
    def in_folder(cls, folder: Path) -> Storage:
        """Files in a folder of this machine, made where it is missing."""
        folder.mkdir(parents=True, exist_ok=True)
        _drop_left_behind(folder / INCOMING)
        return cls(LocalStore(folder), folder)

    def put(self, data: bytes) -> str:
        """Stores bytes and returns their digest; what stands already is not written again."""
        digest = hashlib.sha256(data).hexdigest()
        if not self.has(digest):
            self.put_stream(BytesIO(data))
        return digest

    def put_stream(self, source: IO[bytes], *, announce: Callable[[str], object] | None = None) -> tuple[str, int]:
        """Stores a stream without holding it in memory; returns (digest, size in bytes).

        `announce` is told the digest just before the file stands under it: whoever writes it down first finds the file
        again, and can delete it, also where the process dies a moment later.
        """
        hasher, size = hashlib.sha256(), 0
        with self._spool() as spool:
            while chunk := source.read(CHUNK):
                hasher.update(chunk)
                size += len(chunk)
                spool.write(chunk)
            digest = hasher.hexdigest()
            if announce:
                announce(digest)
            if not self.has(digest):
                self._keep(spool, digest)
        return digest, size

    @contextmanager
    def _spool(self) -> Iterator[Any]:
        """A file for what arrives, on the disk where it will stay."""
        folder = self._folder and self._folder / INCOMING
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as spool:
            try:
                yield spool
            finally:
                Path(spool.name).unlink(missing_ok=True)

    def _keep(self, spool: Any, digest: str) -> None:
        """Under its name only when it is whole and on the disk: a name without its bytes would be believed for ever."""
        if self._folder is None:
            spool.seek(0)
            obstore.put(self._store, _path(digest), spool)
            return
        target = self._folder / _path(digest)
        target.parent.mkdir(parents=True, exist_ok=True)
        spool.flush()
        os.fsync(spool.fileno())
        Path(spool.name).replace(target)
        for folder in (target.parent, target.parent.parent, self._folder):
            sync_folder(folder)

    def has(self, digest: str) -> bool:
        return self.size(digest) is not None

    def get(self, digest: str) -> bytes:
        """The bytes; Refused(storage.missing) where nobody has them."""
        try:
            return bytes(obstore.get(self._store, _path(digest)).bytes())
        except (NotFoundError, FileNotFoundError):
            raise Refused(StorageReason.MISSING) from None

    def stream(self, digest: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` up to, not including, `end` in pieces of a megabyte."""
        size = self.size(digest)
        if size is None:
            raise Refused(StorageReason.MISSING)
        stop = size if end is None else min(end, size)
        return self._pieces(digest, start, stop)

    def _pieces(self, digest: str, start: int, stop: int) -> Iterator[bytes]:
        for at in range(start, stop, CHUNK):
            yield bytes(obstore.get_range(self._store, _path(digest), start=at, end=min(at + CHUNK, stop)))

    def files(self) -> Iterator[tuple[str, int]]:
        """(digest, size) of every file, in no order; nothing is held in memory."""
        for some in obstore.list(self._store, chunk_size=LISTED):
            yield from ((match[1], file["size"]) for file in some if (match := STORED.fullmatch(file["path"])))

    def size(self, digest: str) -> int | None:
        """Bytes of the file; None where nobody has it."""
        try:
            return int(obstore.head(self._store, _path(digest))["size"])
        except (NotFoundError, FileNotFoundError):
            return None

    def digest_of(self, digest: str) -> str:
        """What the bytes under this digest have as theirs: the same, unless the disk lost something."""
        hasher = hashlib.sha256()
        for piece in self.stream(digest):
            hasher.update(piece)
        return hasher.hexdigest()

    def copy_to(self, other: Storage, digest: str) -> str:
        """Writes a file into another store without holding it in memory; returns the digest of what was read.

        Refused(storage.missing) where it is not here.
        """
        return other.put_stream(cast(IO[bytes], _Reader(self.stream(digest))))[0]

    def delete(self, digest: str) -> None:
        """Only for what the law wants gone (erasure), never for content that others stand on."""
        obstore.delete(self._store, _path(digest))


class _Reader:
    """Pieces as a file that is read from the start to the end."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def read(self, _size: int = -1) -> bytes:
        return next(self._pieces, b"")


def sync_folder(folder: Path) -> None:
    """A new name in a folder is only safe from a power failure when the folder is synced too (fsync(2))."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _drop_left_behind(incoming: Path) -> None:
    for path in incoming.glob("*"):
        if path.stat().st_mtime < time.time() - LEFT_BEHIND:
            path.unlink(missing_ok=True)


def _s3(settings: Settings) -> Any:
    parts = urlsplit(settings.storage_url)
    query = dict(parse_qsl(parts.query))
    endpoint = query.get("endpoint")
    options: dict[str, Any] = {"region": query.get("region", "eu-central-1"), "retry_config": PATIENCE}
    options["client_options"] = {"connect_timeout": timedelta(seconds=5), "timeout": timedelta(minutes=5)}
    if endpoint:
        options["endpoint"] = endpoint
        options["client_options"]["allow_http"] = endpoint.startswith("http://")
    if settings.storage_key:
        options |= {"access_key_id": settings.storage_key, "secret_access_key": settings.storage_secret}
    return S3Store(parts.netloc, prefix=parts.path.strip("/") or None, **options)


def _path(digest: str) -> str:
    return f"{digest[:2]}/{digest[2:4]}/{digest}"


def storage() -> Storage:
    """The installation's storage (opened in lms/app.py)."""
    store: Storage = current_app.extensions["storage"]
    return store
