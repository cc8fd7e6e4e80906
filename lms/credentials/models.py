"""Awards: what was awarded for ever, who holds it as long as they wish, and what happened to it."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, KeyMixin


class Award(KeyMixin, Base):
    """A person has achieved something, once a cycle. The row is never changed and holds no personal data.

    `public_id` stands on the document, `digest` is what its 64 bars draw. `achievement` says what was achieved across
    revisions of a course. `number` counts corrections and new awards after a withdrawal within the cycle. There is no
    status: it follows from the events and the instant (rules/statuses.py). `expires_at` is the last second of
    `expires_on` in the organisation's zone.
    """

    __tablename__ = "award"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "achievement", "cycle", "number"),
        sa.Index("ix_award_wallet", "person_id", "issued_at"),
        sa.Index("ix_award_course", "course_id", "issued_at"),
    )

    public_id: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    course_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("course.id"))
    revision_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("course_revision.id"))
    organisation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("organisation.id"))
    enrolment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("enrolment.id"), index=True)
    cycle: Mapped[int]
    number: Mapped[int]
    achievement: Mapped[str]
    facts: Mapped[dict[str, Any]]
    name_digest: Mapped[str]
    evidence_digest: Mapped[str]
    digest: Mapped[str]
    issued_at: Mapped[datetime]
    expires_on: Mapped[date | None]
    expires_at: Mapped[datetime | None]


class AwardHolder(Base):
    """The name as printed and the address of who holds an award; deleted when the person is erased."""

    __tablename__ = "award_holder"

    award_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("award.id"), primary_key=True)
    name: Mapped[str]
    language: Mapped[str]
    email: Mapped[str]
    salt: Mapped[str]


class AwardDocument(Base):
    """The PDF, made once: its digest in storage, and that of the picture of its front."""

    __tablename__ = "award_document"

    award_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("award.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(index=True)
    size: Mapped[int]
    picture_digest: Mapped[str]
    picture_size: Mapped[int]
    made_at: Mapped[datetime]


class AwardEvent(KeyMixin, Base):
    """One thing that happened to an award, append-only; `number` orders them without gaps.

    `person_id` is who did it; None for the system.
    """

    __tablename__ = "award_event"
    __table_args__ = (sa.UniqueConstraint("award_id", "number"),)

    award_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("award.id"))
    number: Mapped[int]
    kind: Mapped[str]
    at: Mapped[datetime]
    person_id: Mapped[uuid.UUID | None]
    data: Mapped[dict[str, Any]]
