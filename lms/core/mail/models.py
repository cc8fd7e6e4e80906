"""Messages as rows: written with the work that causes them, sent by a job, wiped once they are on their way."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, KeyMixin


class Mail(KeyMixin, Base):
    """One message to one person, once for each `key`, whatever is retried.

    `state` is queued, sent or failed. `address` stands here only where it is not the account's own, and goes, as
    `values` do, when the message was sent or failed for good: both may hold names and the secrets of links.
    `batch` names the messages that one job sends; `reason` is why the last try did not succeed.
    """

    __tablename__ = "mail"
    __table_args__ = (
        sa.Index("ix_mail_batch", "batch", "state"),
        sa.Index("ix_mail_state", "state", "due_at"),
        sa.Index("ix_mail_person_id", "person_id"),
    )

    key: Mapped[str] = mapped_column(unique=True)
    batch: Mapped[str]
    template: Mapped[str]
    person_id: Mapped[uuid.UUID | None]
    address: Mapped[str | None]
    locale: Mapped[str | None]
    values: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="queued")
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    reason: Mapped[dict[str, Any] | None]
