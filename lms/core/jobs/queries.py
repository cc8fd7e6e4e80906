"""Reads about work in the background."""

from __future__ import annotations

import uuid

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
