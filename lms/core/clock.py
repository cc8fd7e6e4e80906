"""The one place that reads the clock; only the edges (request, command, job) call it and pass `at` on."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)
