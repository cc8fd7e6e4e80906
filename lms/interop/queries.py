"""Reads about imports."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from lms.core.db import db
from lms.core.jobs.models import Job

JOB = "interop.import"
"""The kind of an import's row of work."""


def needs_upload(address: str, *, since: datetime) -> bool:
    """Whether an import asked for after `since`, or one that is not over, reads this upload."""
    recent = sa.or_(Job.created_at > since, Job.state.in_(("queued", "running")))
    payloads = db.session.scalars(sa.select(Job.payload).where(Job.kind == JOB, recent))
    return any(payload["upload"] == address for payload in payloads)
