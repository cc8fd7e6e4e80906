"""Reads about work in the background."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from lms.core.actor import Actor
from lms.core.db import db
from lms.core.jobs.models import Job
from lms.core.reasons import CoreReason, Refused


def find_job_of(job_id: uuid.UUID, *, by: Actor) -> Job:
    """Whoever asked for it may see it, and administrators; for all others it is not there: Refused(core.not_found)."""
    job = db.session.get(Job, job_id)
    if job is None or not (by.is_administrator or (by.person_id and job.person_id == by.person_id)):
        raise Refused(CoreReason.NOT_FOUND)
    return job


def find_by_key(key: str) -> Job | None:
    """The work that was asked for under this key, in whatever state."""
    return db.session.scalar(sa.select(Job).where(Job.key == key))


STATES = ("queued", "running", "done", "failed", "cancelled")


def list_jobs(
    *, state: str | None = None, kind: str | None = None, before: uuid.UUID | None = None, limit: int
) -> Sequence[Job]:
    """The newest first, keys being made in the order of time; `before` is the key of the last row shown."""
    wanted = sa.select(Job).order_by(Job.id.desc()).limit(limit)
    if state:
        wanted = wanted.where(Job.state == state)
    if kind:
        wanted = wanted.where(Job.kind == kind)
    if before:
        wanted = wanted.where(Job.id < before)
    return db.session.scalars(wanted).all()


def kinds_of_jobs() -> Sequence[str]:
    """Every kind of which a row is there, by name."""
    return db.session.scalars(sa.select(Job.kind).distinct().order_by(Job.kind)).all()


def counts_of_jobs() -> dict[str, int]:
    """How many rows stand in each state."""
    counted = sa.select(Job.state, sa.func.count().label("jobs")).group_by(Job.state)
    return {row.state: row.jobs for row in db.session.execute(counted)}


def waiting_since(at: datetime) -> datetime | None:
    """When the oldest work that is due became so; None where none waits."""
    due = sa.select(sa.func.min(Job.run_after)).where(Job.state == "queued", Job.run_after <= at)
    return db.session.scalar(due)
