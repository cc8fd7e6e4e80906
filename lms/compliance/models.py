"""Who must learn what by when, and the packs of proof that were asked for."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, KeyMixin

_STANDS = sa.text("withdrawn_at IS NULL")


class Assignment(KeyMixin, Base):
    """An organisation asks an audience to complete a course by a day. Withdrawn, never deleted.

    `audience_kind` is organisation, team or people; `audience_id` is the team's id, else None. Who of them is asked,
    and since when, stands in `Assignee`. Either `due_on` is a day, or `due_days` counts from the day of being assigned.
    `fingerprint` is what was asked for: the same asked twice is one assignment while it stands.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        sa.Index(
            "uq_assignment_standing",
            "organisation_id",
            "fingerprint",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
        sa.Index("ix_assignment_audience", "audience_kind", "audience_id"),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    course_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("course.id"), index=True)
    audience_kind: Mapped[str]
    audience_id: Mapped[uuid.UUID | None]
    due_on: Mapped[date | None]
    due_days: Mapped[int | None]
    fingerprint: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[uuid.UUID | None]
    withdrawn_at: Mapped[datetime | None]


class Assignee(Base):
    """A person whom an assignment asks, since `assigned_at`; `due_on` is the last day that is in time.

    `left_at`: they left the audience before they began. Whether the work is late or done is derived, never stored.
    """

    __tablename__ = "assignee"

    assignment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("assignment.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True, index=True)
    assigned_at: Mapped[datetime]
    due_on: Mapped[date]
    left_at: Mapped[datetime | None]


class EvidencePack(KeyMixin, Base):
    """A zip of certificates that somebody asked for, made by a job and deleted after some days.

    `request` tells which courses (slugs; none: all) and in which words people were chosen. `key` says which request it
    was: the same again gives the same pack. `digest` and `size` are of the zip, None until it is there and once it is
    deleted. `counts` is {certificates, missing, people}.
    """

    __tablename__ = "evidence_pack"

    organisation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    person_id: Mapped[uuid.UUID | None]
    key: Mapped[str] = mapped_column(unique=True)
    request: Mapped[dict[str, Any]]
    job_id: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    digest: Mapped[str | None]
    size: Mapped[int | None] = mapped_column(sa.BigInteger)
    counts: Mapped[dict[str, Any]]


class EvidencePackPerson(Base):
    """Somebody whose certificates a pack was asked to hold."""

    __tablename__ = "evidence_pack_person"

    pack_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("evidence_pack.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True, index=True)
