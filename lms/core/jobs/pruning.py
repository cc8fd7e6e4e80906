"""Rows of work that is over go when nobody looks at them any more; what failed stays for a year."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from lms.core.db import db
from lms.core.jobs.models import Job
from lms.core.jobs.regular import regular_job
from lms.core.jobs.services import JobContext

PRUNE = "jobs.prune"
KEPT_OWN, KEPT_ASKED, KEPT_FAILED = timedelta(days=7), timedelta(days=90), timedelta(days=365)
"""Work that nobody asked for; work that somebody asked for and may look at; work that failed."""
AT_ONCE = 1000


def prune_jobs(at: datetime) -> int:
    """Deletes a thousand rows at most and says how many, so that nobody waits long for SQLite's one lock."""
    asked = Job.person_id.is_not(None)
    over = Job.state.in_(("done", "cancelled"))
    old = sa.or_(
        sa.and_(over, ~asked, Job.finished_at < at - KEPT_OWN),
        sa.and_(over, asked, Job.finished_at < at - KEPT_ASKED),
        sa.and_(Job.state == "failed", Job.finished_at < at - KEPT_FAILED),
    )
    # The shortest time first: it is what the index on finished_at is asked for.
    some = sa.select(Job.id).where(Job.finished_at < at - KEPT_OWN, old).order_by(Job.finished_at).limit(AT_ONCE)
    ids = db.session.scalars(some).all()
    if ids:
        db.session.execute(sa.delete(Job).where(Job.id.in_(ids)))
    return len(ids)


@regular_job(PRUNE, each="day")
def run_prune(job: JobContext) -> dict[str, int]:
    """Until nothing is old; each thousand is committed for itself."""
    deleted = 0
    while some := prune_jobs(job.at):
        deleted += some
        job.progress(deleted)
    return {"deleted": deleted}
