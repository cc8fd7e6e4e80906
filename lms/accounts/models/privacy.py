"""What is kept about requests for one's own data."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, KeyMixin


class DataExport(KeyMixin, Base):
    """A copy of all that is held about a person, made by a job: a zip in storage, deleted when it expires.

    `digest` and `size` are None until it is made.
    """

    __tablename__ = "data_export"

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    job_id: Mapped[uuid.UUID | None]
    asked_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    digest: Mapped[str | None]
    size: Mapped[int | None] = mapped_column(sa.BigInteger)
