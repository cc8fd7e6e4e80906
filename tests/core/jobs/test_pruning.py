"""Rows of work that is over go after a time; what waits, runs or failed not long ago stays."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from lms.core.clock import now
from lms.core.db import db
from lms.core.ids import new_id
from lms.core.jobs.models import Job
from lms.core.jobs.pruning import PRUNE, prune_jobs
from lms.core.jobs.regular import enqueue_regular
from lms.core.jobs.services import enqueue, run_job


def row(state: str, *, days: int, asked: bool, at: datetime) -> str:
    ended = at - timedelta(days=days)
    name = f"{state} {days} {asked}"
    job = enqueue("tests.nothing", name, {}, at=ended, person_id=new_id() if asked else None)
    job.state, job.finished_at = state, None if state in ("queued", "running") else ended
    return name


@pytest.mark.parametrize(
    ("state", "days", "asked", "stays"),
    [
        ("done", 6, False, True),
        ("done", 8, False, False),
        ("done", 89, True, True),
        ("done", 91, True, False),
        ("cancelled", 8, False, False),
        ("failed", 364, False, True),
        ("failed", 366, True, False),
        ("queued", 400, False, True),
        ("running", 400, True, True),
    ],
)
def test_what_is_over_goes_when_nobody_looks_at_it(session, clock, state, days, asked, stays):
    row(state, days=days, asked=asked, at=clock)
    session.flush()
    assert prune_jobs(clock) == (0 if stays else 1)
    assert len(session.scalars(sa.select(Job.key)).all()) == int(stays)


def test_it_is_done_once_a_day_whatever_there_is(session, monkeypatch):
    monkeypatch.setattr("lms.core.jobs.pruning.AT_ONCE", 2)
    for number in range(5):
        row("done", days=8 + number, asked=False, at=now())
    enqueue_regular(now())
    enqueue_regular(now())
    session.commit()
    (job_id,) = session.scalars(sa.select(Job.id).where(Job.kind == PRUNE)).all()
    session.rollback()
    assert run_job(job_id)
    job = db.session.get_one(Job, job_id)
    assert (job.state, job.result) == ("done", {"deleted": 5})
    assert session.scalars(sa.select(Job.kind).where(Job.kind == "tests.nothing")).all() == []
