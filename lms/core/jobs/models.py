"""Work to do as rows: the database is the truth, the queue only wakes a worker sooner."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, KeyMixin


class Job(KeyMixin, Base):
    """One piece of background work, once for each `key`, whatever is retried or enqueued twice.

    `state` is queued, running, done, failed or cancelled. A running job belongs to `owner` until `lease`;
    after that any worker may take it up again. `person_id` asked for it (None: the system) and may see it.
    """

    __tablename__ = "job"
    __table_args__ = (
        sa.Index("ix_job_open", "state", "run_after"),
        sa.Index("ix_job_kind", "kind", "state"),
    )

    kind: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="queued")
    payload: Mapped[dict[str, Any]]
    person_id: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime]
    run_after: Mapped[datetime]
    owner: Mapped[str | None]
    lease: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    message: Mapped[str | None]
    result: Mapped[dict[str, Any] | None]
    reason: Mapped[dict[str, Any] | None]
    finished_at: Mapped[datetime | None] = mapped_column(index=True)
