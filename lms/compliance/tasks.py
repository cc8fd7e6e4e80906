"""Background work of compliance: large audiences, packs of certificates."""

from __future__ import annotations

import uuid
from typing import Any

from lms.accounts.queries import actor_of
from lms.compliance.models import Assignment
from lms.compliance.queries.assignments import slug_of
from lms.compliance.services.assigning import FILL_JOB, MOST_AT_ONCE, ask
from lms.core.actor import SYSTEM
from lms.core.db import db
from lms.core.jobs.services import JobContext, job_handler


@job_handler(FILL_JOB)
def fill_audience(job: JobContext) -> dict[str, Any]:
    """payload {assignment, people}: enrols those whom the request left to us, some at a time; twice changes nothing."""
    people = [uuid.UUID(one) for one in job.payload["people"]]
    by = actor_of(job.person_id) if job.person_id else SYSTEM
    for start in range(0, len(people), MOST_AT_ONCE):
        assignment = db.session.get_one(Assignment, uuid.UUID(job.payload["assignment"]))
        if assignment.withdrawn_at:
            break
        some = people[start : start + MOST_AT_ONCE]
        ask(assignment, slug_of(assignment), some, by=by, at=job.at)
        job.progress(start + len(some), len(people))
    return {"people": len(people)}
