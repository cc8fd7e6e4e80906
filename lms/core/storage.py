"""Files by their SHA-256: written once, the same bytes for ever; a directory or S3, through obstore."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import obstore
from flask import current_app
from obstore.exceptions import NotFoundError
from obstore.store import LocalStore, S3Store

from lms.core.config import Settings
from lms.core.i18n import N_
from lms.core.reasons import Reason, Refused

CHUNK = 1024 * 1024


class StorageReason(Reason):
    MISSING = (
        "storage.missing",
        404,
        N_("This file is not there any more."),
        N_("Tell an administrator: a stored file is missing."),
    )


class Storage:
    """A store of files under `aa/bb/<digest>`."""

    def __init__(self, store: Any) -> None:
        self._store = store

    @classmethod
    def open(cls, settings: Settings) -> Storage:
        """file:///path, or s3://bucket/prefix?endpoint=http://host:port with LMS_STORAGE_KEY and _SECRET."""
        parts = urlsplit(settings.storage_url)
        if parts.scheme == "file":
            Path(parts.path).mkdir(parents=True, exist_ok=True)
            return cls(LocalStore(parts.path))
        return cls(_s3(settings))

    def put(self, data: bytes) -> str:
        """Stores bytes and returns their digest; what stands already is not written again."""
        digest = hashlib.sha256(data).hexdigest()
        if not self.has(digest):
            obstore.put(self._store, _path(digest), data)
        return digest

    def put_stream(self, source: IO[bytes]) -> tuple[str, int]:
        """Stores a stream without holding it in memory; returns (digest, size in bytes)."""
        hasher, size = hashlib.sha256(), 0
        with tempfile.TemporaryFile() as spool:
            while chunk := source.read(CHUNK):
                hasher.update(chunk)
                size += len(chunk)
                spool.write(chunk)
            spool.seek(0)
            digest = hasher.hexdigest()
            if not self.has(digest):
                obstore.put(self._store, _path(digest), spool)
        return digest, size

    def has(self, digest: str) -> bool:
        try:
            obstore.head(self._store, _path(digest))
        except (NotFoundError, FileNotFoundError):
            return False
        return True

    def get(self, digest: str) -> bytes:
        """The bytes; Refused(storage.missing) where nobody has them."""
        try:
            return bytes(obstore.get(self._store, _path(digest)).bytes())
        except (NotFoundError, FileNotFoundError):
            raise Refused(StorageReason.MISSING) from None

    def stream(self, digest: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` up to, not including, `end` in pieces of a megabyte."""
        try:
            size = int(obstore.head(self._store, _path(digest))["size"])
        except (NotFoundError, FileNotFoundError):
            raise Refused(StorageReason.MISSING) from None
        stop = size if end is None else min(end, size)
        return self._pieces(digest, start, stop)

    def _pieces(self, digest: str, start: int, stop: int) -> Iterator[bytes]:
        for at in range(start, stop, CHUNK):
            yield bytes(obstore.get_range(self._store, _path(digest), start=at, end=min(at + CHUNK, stop)))

    def delete(self, digest: str) -> None:
        """Only for what the law wants gone (erasure), never for content that others stand on."""
        obstore.delete(self._store, _path(digest))


def _s3(settings: Settings) -> Any:
    parts = urlsplit(settings.storage_url)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    endpoint = query.get("endpoint")
    options: dict[str, Any] = {"region": query.get("region", "eu-central-1")}
    if endpoint:
        options |= {"endpoint": endpoint, "client_options": {"allow_http": endpoint.startswith("http://")}}
    if settings.storage_key:
        options |= {"access_key_id": settings.storage_key, "secret_access_key": settings.storage_secret}
    return S3Store(parts.netloc, prefix=parts.path.strip("/") or None, **options)


def _path(digest: str) -> str:
    return f"{digest[:2]}/{digest[2:4]}/{digest}"


def storage() -> Storage:
    """The installation's storage (opened in lms/app.py)."""
    store: Storage = current_app.extensions["storage"]
    return store
