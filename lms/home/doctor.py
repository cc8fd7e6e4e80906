"""What is wrong with this installation, and how to mend it."""

from __future__ import annotations

from typing import Any

from flask import Flask
from obstore.exceptions import BaseError
from sqlalchemy.exc import DBAPIError

from lms.core import schema
from lms.core.storage import Storage

Finding = dict[str, Any]


def examine(app: Flask) -> list[Finding]:
    """Findings {what, ok, mend}, the most basic first."""
    return [_database(), _storage(app.extensions["storage"]), _queue(app), _base_url(app)]


def _finding(what: str, ok: bool, mend: str) -> Finding:
    return {"what": what, "ok": ok, "mend": "" if ok else mend}


def _database() -> Finding:
    try:
        ok = schema.current() == schema.newest()
    except DBAPIError:
        return _finding("database answers", False, "Is LMS_DATABASE_URL right and the server up?")
    return _finding("database is up to date", ok, "Run: lms db upgrade")


def _storage(storage: Storage) -> Finding:
    try:
        digest = storage.put(b"lms doctor")
        ok = storage.get(digest) == b"lms doctor"
    except (BaseError, OSError):
        ok = False
    return _finding("storage keeps files", ok, "Are LMS_STORAGE_URL and its credentials right, and is there room?")


def _queue(app: Flask) -> Finding:
    try:
        app.extensions["queue"].huey.pending_count()
    except Exception:  # noqa: BLE001 - whatever keeps the queue from answering is the finding
        return _finding(
            "queue answers", False, "Is LMS_REDIS_URL right? Work is done all the same, some seconds later."
        )
    return _finding("queue answers", True, "")


def _base_url(app: Flask) -> Finding:
    settings = app.extensions["settings"]
    return _finding(
        "public address is set", settings.base_url_is_set, "Set LMS_BASE_URL: certificates carry it for decades."
    )
