"""Work that is due each day or each hour without anybody asking for it, such as deleting what is old.

A row a period, so that of several workers one does it; the sweep of a worker writes it (queue.py).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from lms.core.jobs.services import JobContext, enqueue, job_handler

PERIODS = {"day": "%Y-%m-%d", "hour": "%Y-%m-%dT%H"}
"""How the key of a period is written: a second row of the same one is the first."""

_regular: dict[str, str] = {}


def regular_job(kind: str, *, each: str) -> Callable[[Callable[[JobContext], Any]], Callable[[JobContext], Any]]:
    """Registers the function that does the work of a kind once a `day` or an `hour`, in UTC."""
    _regular[kind] = PERIODS[each]
    return job_handler(kind)


def enqueue_regular(at: datetime) -> None:
    """Writes the rows of the periods in which `at` lies; those that stand already are left alone."""
    for kind, period in sorted(_regular.items()):
        enqueue(kind, f"{kind} {at.strftime(period)}", {}, at=at)
