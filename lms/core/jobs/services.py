"""Enqueue, claim, run and finish work: leases survive kill -9, wake-ups may be lost.

Whoever runs a job renews its lease while it lives, however long one step takes; when it dies, the lease ends and
another worker takes the job up. Only the owner of the lease can end the job, in the transaction of its last work.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.clock import now
from lms.core.db import begin_reading, db, end_reading, insert_first
from lms.core.ids import new_id
from lms.core.jobs.models import Job
from lms.core.jobs.reasons import JobReason
from lms.core.logs import describe_fault
from lms.core.reasons import CoreReason, Refused

LEASE = timedelta(seconds=10)
HEARTBEAT = timedelta(seconds=2)
MOST_ATTEMPTS = 5
RETRY_AFTER = timedelta(seconds=5)
log = logging.getLogger(__name__)

_handlers: dict[str, Callable[[JobContext], dict[str, Any] | None]] = {}
_wakers: list[Callable[[uuid.UUID], None]] = []


@dataclass
class JobContext:
    """What a handler gets: the row's facts, and ways to tell how far it is. `reached` is how far any attempt came."""

    id: uuid.UUID
    kind: str
    payload: dict[str, Any]
    person_id: uuid.UUID | None
    attempt: int
    at: datetime
    owner: str = field(repr=False, default="")
    reached: int = 0

    def progress(self, done: int, total: int | None = None, message: str | None = None) -> None:
        """Commits the work so far, renews the lease and shows the progress; raises Refused where it was cancelled.

        Who comes further than any attempt before has its attempts counted anew: long work may lose its worker often.
        What breaks at the same place each time comes no further, and is given up.
        """
        values: dict[str, Any] = {"total": total, "message": message, "lease": now() + LEASE}
        if done > self.reached:
            self.reached, self.attempt = done, 1
            values |= {"done": done, "attempts": 1}
        renewed = db.session.execute(_mine(self).values(**values))
        if _count(renewed) == 0:
            db.session.rollback()
            raise Refused(JobReason.CANCELLED)
        db.session.commit()

    def remember(self, **facts: Any) -> None:
        """Adds to the payload, committed: what a second attempt, or whoever cleans up, must know of this one.

        Raises Refused where the job was cancelled.
        """
        self.payload = self.payload | facts
        if _count(db.session.execute(_mine(self).values(payload=self.payload, lease=now() + LEASE))) == 0:
            db.session.rollback()
            raise Refused(JobReason.CANCELLED)
        db.session.commit()


def job_handler(kind: str) -> Callable[[Callable[[JobContext], Any]], Callable[[JobContext], Any]]:
    """Registers the function that does the work of a kind; it returns the job's result, plain JSON, or None."""

    def register(function: Callable[[JobContext], Any]) -> Callable[[JobContext], Any]:
        _handlers[kind] = function
        return function

    return register


def job_kinds() -> list[str]:
    return sorted(_handlers)


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
    due = run_after or at
    what = {"kind": kind, "key": key, "payload": payload, "person_id": person_id}
    job = insert_first(Job, **what, created_at=at, run_after=due)  # two at once: the second waits, and finds it
    if job is None:
        return db.session.scalars(sa.select(Job).where(Job.key == key)).one()
    if due <= at:
        _wake_later(job.id)
    return job


def find_job(job_id: uuid.UUID) -> Job:
    """Refused: core.not_found."""
    job = db.session.get(Job, job_id, populate_existing=True)
    if job is None:
        raise Refused(CoreReason.NOT_FOUND)
    return job


def restart(job_id: uuid.UUID, *, at: datetime) -> Job:
    """A job that failed or was cancelled is queued once more, its attempts counted anew.

    Refused: core.not_found, job.not_failed.
    """
    anew = {"state": "queued", "attempts": 0, "run_after": at, "reason": None, "finished_at": None, "done": 0}
    _change(job_id, ("failed", "cancelled"), anew, JobReason.NOT_FAILED)
    _wake_later(job_id)
    return find_job(job_id)


def cancel(job_id: uuid.UUID, *, by: Actor, at: datetime) -> Job:
    """Queued: it never runs. Running: it stops at its next progress. Refused: core.not_found, job.over."""
    reason = {"code": JobReason.CANCELLED.code, "values": {}}
    ended = {"state": "cancelled", "finished_at": at, "reason": reason, "lease": None}
    _change(job_id, ("queued", "running"), ended, JobReason.OVER)
    record("job.cancelled", by=by, subject=("job", job_id), at=at)
    return find_job(job_id)


def _change(job_id: uuid.UUID, states: tuple[str, ...], values: dict[str, Any], otherwise: JobReason) -> None:
    """In one statement, since the worker that runs it may end it at the same moment."""
    changed = db.session.execute(sa.update(Job).where(Job.id == job_id, Job.state.in_(states)).values(**values))
    if _count(changed) == 0:
        find_job(job_id)
        raise Refused(otherwise)


def _wake_later(job_id: uuid.UUID) -> None:
    db.session.info.setdefault("wake", []).append(job_id)


@event.listens_for(Session, "after_commit")
def _wake_after_commit(session: Any) -> None:
    if session.in_nested_transaction():
        return  # the end of a savepoint is no commit yet
    for job_id in session.info.pop("wake", ()):
        for waker in _wakers:
            waker(job_id)


@event.listens_for(Session, "after_rollback")
def _forget_wakes(session: Any) -> None:
    if not session.in_nested_transaction():
        session.info.pop("wake", None)


def _count(result: Any) -> int:
    return int(result.rowcount)


def _mine(context: JobContext) -> sa.Update:
    return sa.update(Job).where(Job.id == context.id, Job.owner == context.owner, Job.state == "running")


def _claimable(at: datetime) -> sa.ColumnElement[bool]:
    """Due, or left by a worker that died. A clock that was set back makes nothing wait for the old time again."""
    due = sa.or_(Job.run_after <= at, sa.and_(Job.created_at > at, Job.run_after <= Job.created_at))
    # Twice: who waited for the row while another claimed it read the clock a moment before the other did.
    lost = sa.or_(Job.lease < at, Job.lease > at + 2 * LEASE)
    return sa.or_(sa.and_(Job.state == "queued", due), sa.and_(Job.state == "running", lost))


def claimable_jobs(at: datetime, limit: int = 50) -> list[uuid.UUID]:
    """Work that waits: never begun, or left by a worker that died. Oldest first. Leaves no transaction open."""
    begin_reading()
    try:
        return list(db.session.scalars(sa.select(Job.id).where(_claimable(at)).order_by(Job.run_after).limit(limit)))
    finally:
        db.session.rollback()
        end_reading()


def run_job(job_id: uuid.UUID) -> bool:
    """Claims the job and does its work; False where there was nothing to claim. Commits by itself: it is an edge."""
    context = _claim(job_id)
    if context is None:
        return False
    with _kept_alive(context, db.engine):
        _run(context)
    return True


def _run(context: JobContext) -> None:
    try:
        result = _handlers[context.kind](context)
        _end(context, state="done", result=result)
    except Refused as refused:
        db.session.rollback()
        _end(context, state="failed", reason=refused.as_dict())
    except Exception as error:  # noqa: BLE001 - the edge of background work: logged, and tried again later
        db.session.rollback()
        fault = describe_fault(error)
        log.error("job %s of kind %s broke off in attempt %s\n%s", context.id, context.kind, context.attempt, fault)
        _try_later(context)


@contextmanager
def _kept_alive(context: JobContext, engine: Engine) -> Iterator[None]:
    """Renews the lease from a thread of its own, since one step of the work may take longer than a lease."""
    over = threading.Event()
    heart = threading.Thread(target=_beat, args=(context, engine, over), daemon=True)
    heart.start()
    try:
        yield
    finally:
        over.set()
        heart.join()


def _beat(context: JobContext, engine: Engine, over: threading.Event) -> None:
    while not over.wait(HEARTBEAT.total_seconds()):
        try:
            with engine.begin() as connection:
                connection.execute(_mine(context).values(lease=now() + LEASE))
        except DBAPIError as error:  # such as SQLite's one lock, held by the work itself: nobody can claim it either
            log.info("lease of job %s not renewed: %s", context.id, type(error.orig).__name__)


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
    context = JobContext(job.id, job.kind, job.payload, job.person_id, job.attempts, at, owner, job.done)
    db.session.rollback()
    if context.attempt > MOST_ATTEMPTS:
        _end(context, state="failed", reason={"code": JobReason.GAVE_UP.code, "values": {"attempts": MOST_ATTEMPTS}})
        return None
    return context


def _end(context: JobContext, *, state: str, result: Any = None, reason: dict[str, Any] | None = None) -> None:
    """Written in the transaction of the last work; a worker that lost the lease changes nothing."""
    values = {"state": state, "result": result, "reason": reason, "finished_at": now(), "lease": None}
    if state == "done":
        values["done"] = sa.func.coalesce(Job.total, Job.done)  # most work tells before a step how far it is
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
