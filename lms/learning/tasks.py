"""Background work of learning: many are moved on, many are enrolled. Taken up again, it goes on with who is left."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from lms.accounts.queries import actor_of
from lms.core.actor import SYSTEM
from lms.core.jobs.services import JobContext, job_handler
from lms.courses.queries import load_revision
from lms.learning.queries.learners import Wanted
from lms.learning.services.moving import JOB, move_learners
from lms.learning.services.selecting import JOB as ENROL
from lms.learning.services.selecting import enrol_by_job


@job_handler(JOB)
def run_moves(job: JobContext) -> dict[str, Any]:
    """payload {course, to (id of a revision), wanted, asked_at}; the result is {course, moved, revision}."""
    asked = job.payload
    by = actor_of(job.person_id) if job.person_id else SYSTEM
    to = load_revision(uuid.UUID(asked["to"]))
    wanted, asked_at = Wanted.of(asked["wanted"]), datetime.fromisoformat(asked["asked_at"])
    moved = move_learners(asked["course"], wanted, to, by=by, at=job.at, asked_at=asked_at, report=job.progress)
    return {"course": asked["course"], "moved": moved, "revision": to.number}


@job_handler(ENROL)
def run_enrolling(job: JobContext) -> dict[str, Any]:
    """payload {organisation, course (slug), people, asked_at}; the result is {course, new}."""
    by = actor_of(job.person_id) if job.person_id else SYSTEM
    return enrol_by_job(job.payload, by=by, report=job.progress)
