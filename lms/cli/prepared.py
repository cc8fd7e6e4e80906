"""What the last start prepared, remembered in the data directory.

A start that finds all as it was need not load the whole application to see it.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from lms.core.config import CHECKOUT, Settings


def recall(settings: Settings) -> list[str] | None:
    """The lines about demo accounts, where this database was prepared and stands at the newest migration; else None."""
    try:
        known = json.loads(_page(settings).read_text())
    except (OSError, ValueError):
        return None
    if (
        not isinstance(known, dict)
        or known.get("of") != _mark(settings)
        or _revision(settings.database_url) != _newest()
    ):
        return None
    lines: list[str] = known["accounts"]
    return lines


def remember(settings: Settings, accounts: list[str]) -> None:
    _page(settings).write_text(json.dumps({"of": _mark(settings), "accounts": accounts}))


def _page(settings: Settings) -> Path:
    return settings.data_dir / "prepared.json"


def _mark(settings: Settings) -> str:
    """Which database, in which kind of installation, with which demo and the code of which migration."""
    text = f"{settings.database_url} {settings.env} {settings.demo} {_newest()}"
    return hashlib.sha256(text.encode()).hexdigest()


def _newest() -> str:
    """Migrations are numbered: tests/system/test_migrations.py."""
    return max(path.name for path in (CHECKOUT / "migrations" / "versions").glob("[0-9]*.py")).partition("_")[0]


def _revision(url: str) -> str | None:
    """Where the database stands; None for one that does not answer or has no tables."""
    return _of_sqlite(url) if url.startswith("sqlite:") else _of_postgresql(url)


def _of_sqlite(url: str) -> str | None:
    path = url.removeprefix("sqlite:///")
    try:
        with closing(sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True)) as connection:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error:
        return None
    return row[0] if row else None


def _of_postgresql(url: str) -> str | None:
    import psycopg

    try:
        with psycopg.connect(url.replace("+psycopg", "", 1), connect_timeout=5) as connection:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except psycopg.Error:
        return None
    return row[0] if row else None
