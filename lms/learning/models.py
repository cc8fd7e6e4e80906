"""Enrolments and what happened in them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, KeyMixin


class Enrolment(KeyMixin, Base):
    """A person on a course, once a cycle, pinned to the revision on which they enrolled.

    `progress`, `percent`, `status` and `completed_at` are the projection of the events (`lms progress rebuild`
    proves it); it stands as one document so that a step costs one row. `events` counts them and orders them.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "course_id", "cycle"),
        sa.Index("ix_enrolment_course_status", "course_id", "status"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    course_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("course.id"))
    revision_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("course_revision.id"), index=True)
    cycle: Mapped[int] = mapped_column(default=1)
    status: Mapped[str] = mapped_column(default="active")
    percent: Mapped[int] = mapped_column(default=0)
    progress: Mapped[dict[str, Any]]
    events: Mapped[int] = mapped_column(default=0)
    # Two requests that read the same state can't both write theirs: the second one's update finds no row.
    __mapper_args__ = {"version_id_col": events, "version_id_generator": False}
    enrolled_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    by_learner: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    """Begun by the learner, not by an organisation or the course's staff."""


class EnrolmentSponsor(Base):
    """The enrolment stands in an organisation's name, by the act of `person_id` there.

    `ended_at` is when the learner left the organisation: what was achieved up to then stays its proof.
    """

    __tablename__ = "enrolment_sponsor"

    enrolment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("enrolment.id"), primary_key=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True, index=True)
    person_id: Mapped[uuid.UUID | None]
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class GroupMember(Base):
    """A learner is in a group of the course, put there by `person_id`; the outline's facts say what it is called.

    A group outlives the revisions: who is in it stays so whatever the draft says of it.
    """

    __tablename__ = "group_member"

    enrolment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("enrolment.id"), primary_key=True)
    group_key: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID | None]
    at: Mapped[datetime]


class LearningEvent(KeyMixin, Base):
    """One fact in an enrolment, append-only; `number` orders them without gaps.

    `activity_key` is None for what concerns the whole enrolment. `person_id` is who did it, if not the learner.
    """

    __tablename__ = "learning_event"
    __table_args__ = (
        sa.UniqueConstraint("enrolment_id", "number"),
        sa.UniqueConstraint("enrolment_id", "idempotency_key"),
    )

    enrolment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("enrolment.id"))
    number: Mapped[int]
    kind: Mapped[str]
    activity_key: Mapped[str | None]
    data: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    person_id: Mapped[uuid.UUID | None]
    idempotency_key: Mapped[str | None]
