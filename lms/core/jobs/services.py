"""Enqueue, claim, run and finish work (stack.md's measured pattern: leases survive kill -9, wake-ups may be lost)."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from lms.core.clock import now
from lms.core.db import db
from lms.core.ids import new_id
from lms.core.jobs.models import Job
from lms.core.jobs.reasons import JobReason
from lms.core.reasons import CoreReason, Refused

LEASE = timedelta(seconds=20)
MOST_ATTEMPTS = 5
RETRY_AFTER = timedelta(seconds=5)
log = logging.getLogger(__name__)

_handlers: dict[str, Callable[[JobContext], dict[str, Any] | None]] = {}
_wakers: list[Callable[[uuid.UUID], None]] = []


@dataclass
class JobContext:
    """What a handler gets: the row's facts, and ways to tell how far it is."""

    id: uuid.UUID
    kind: str
    payload: dict[str, Any]
    person_id: uuid.UUID | None
    attempt: int
    at: datetime
    owner: str = field(repr=False, default="")

    def progress(self, done: int, total: int | None = None, message: str | None = None) -> None:
        """Commits the work so far, renews the lease and shows the progress; raises Refused where it was cancelled."""
        values: dict[str, Any] = {"done": done, "total": total, "message": message, "lease": now() + LEASE}
        renewed = db.session.execute(_mine(self).values(**values))
        if _count(renewed) == 0:
            db.session.rollback()
            raise Refused(JobReason.CANCELLED)
        db.session.commit()


def job_handler(kind: str) -> Callable[[Callable[[JobContext], Any]], Callable[[JobContext], Any]]:
    """Registers the function that does the work of a kind; it returns the job's result, plain JSON, or None."""

    def register(function: Callable[[JobContext], Any]) -> Callable[[JobContext], Any]:
        _handlers[kind] = function
        return function

    return register


def wake_through(waker: Callable[[uuid.UUID], None]) -> None:
    """`waker(job_id)` is called after the commit of each job enqueued here (lms/core/jobs/queue.py)."""
    _wakers[:] = [waker]


def enqueue(
    kind: str,
    key: str,
    payload: dict[str, Any],
    *,
    at: datetime,
    person_id: uuid.UUID | None = None,
    run_after: datetime | None = None,
) -> Job:
    """Writes the row of work in the caller's transaction. The same key again gives the row that stands."""
    standing = db.session.scalar(sa.select(Job).where(Job.key == key))
    if standing:
        return standing
    job = Job(
        id=new_id(), kind=kind, key=key, payload=payload, person_id=person_id, created_at=at, run_after=run_after or at
    )
    db.session.add(job)
    db.session.info.setdefault("wake", []).append(job.id)
    return job


def restart(job_id: uuid.UUID, *, at: datetime) -> Job:
    """A job that failed or was cancelled is queued once more, its attempts counted anew.

    Refused: core.not_found; job.not_over where it waits, runs or is done.
    """
    job = db.session.get(Job, job_id, with_for_update=True)
    if job is None:
        raise Refused(CoreReason.NOT_FOUND)
    if job.state not in ("failed", "cancelled"):
        raise Refused(JobReason.NOT_FAILED)
    job.state, job.attempts, job.run_after, job.reason, job.finished_at = "queued", 0, at, None, None
    db.session.info.setdefault("wake", []).append(job.id)
    return job


def cancel(job_id: uuid.UUID, *, at: datetime) -> Job:
    """Queued: it never runs. Running: it stops at its next progress. Over: Refused."""
    job = db.session.get_one(Job, job_id)
    if job.is_over():
        raise Refused(JobReason.OVER)
    job.state, job.finished_at, job.reason = "cancelled", at, {"code": JobReason.CANCELLED.code, "values": {}}
    return job


@event.listens_for(Session, "after_commit")
def _wake_after_commit(session: Any) -> None:
    for job_id in session.info.pop("wake", ()):
        for waker in _wakers:
            waker(job_id)


@event.listens_for(Session, "after_rollback")
def _forget_wakes(session: Any) -> None:
    session.info.pop("wake", None)


def _count(result: Any) -> int:
    return int(result.rowcount)


def _mine(context: JobContext) -> sa.Update:
    return sa.update(Job).where(Job.id == context.id, Job.owner == context.owner, Job.state == "running")


def _claimable(at: datetime) -> sa.ColumnElement[bool]:
    lost = sa.and_(Job.state == "running", Job.lease < at)
    return sa.or_(sa.and_(Job.state == "queued", Job.run_after <= at), lost)


def claimable_jobs(at: datetime, limit: int = 50) -> list[uuid.UUID]:
    """Work that waits: never begun, or left by a worker that died. Oldest first."""
    rows = sa.select(Job.id).where(_claimable(at)).order_by(Job.run_after).limit(limit)
    return list(db.session.scalars(rows))


def run_job(job_id: uuid.UUID) -> bool:
    """Claims the job and does its work; False where there was nothing to claim. Commits by itself: it is an edge."""
    context = _claim(job_id)
    if context is None:
        return False
    try:
        result = _handlers[context.kind](context)
        _end(context, state="done", result=result)
    except Refused as refused:
        db.session.rollback()
        _end(context, state="failed", reason=refused.as_dict())
    except Exception:
        db.session.rollback()
        log.exception("job %s of kind %s broke off in attempt %s", context.id, context.kind, context.attempt)
        _try_later(context)
    return True


def _claim(job_id: uuid.UUID) -> JobContext | None:
    at, owner = now(), new_id().hex
    claim = sa.update(Job).where(Job.id == job_id, _claimable(at))
    claimed = db.session.execute(
        claim.values(state="running", owner=owner, lease=at + LEASE, attempts=Job.attempts + 1)
    )
    if _count(claimed) == 0:
        db.session.rollback()
        return None
    db.session.commit()
    job = db.session.get_one(Job, job_id)
    context = JobContext(job.id, job.kind, job.payload, job.person_id, job.attempts, at, owner)
    db.session.rollback()
    if context.attempt > MOST_ATTEMPTS:
        _end(context, state="failed", reason={"code": JobReason.GAVE_UP.code, "values": {"attempts": MOST_ATTEMPTS}})
        return None
    return context


def _end(context: JobContext, *, state: str, result: Any = None, reason: dict[str, Any] | None = None) -> None:
    """The end of the job is written in the transaction of its last work; a worker that lost the lease changes nothing."""
    values = {"state": state, "result": result, "reason": reason, "finished_at": now(), "lease": None}
    if _count(db.session.execute(_mine(context).values(**values))) == 0:
        db.session.rollback()
        return
    db.session.commit()


def _try_later(context: JobContext) -> None:
    if context.attempt >= MOST_ATTEMPTS:
        _end(context, state="failed", reason={"code": JobReason.GAVE_UP.code, "values": {"attempts": context.attempt}})
        return
    wait = RETRY_AFTER * 2 ** (context.attempt - 1)
    db.session.execute(_mine(context).values(state="queued", owner=None, lease=None, run_after=now() + wait))
    db.session.commit()
