"""Background work: tables of people looked at, their people added, files dropped."""

from __future__ import annotations

import uuid
from typing import Any

from lms.accounts.queries import actor_of
from lms.core.actor import SYSTEM
from lms.core.jobs.regular import regular_job
from lms.core.jobs.services import JobContext, job_handler
from lms.organisations.services import importing
from lms.organisations.services.declining import prune_declined


def _import_of(job: JobContext) -> uuid.UUID:
    return uuid.UUID(job.payload["import"])


@job_handler(importing.CHECK)
def run_check(job: JobContext) -> dict[str, Any]:
    """payload {import}. Run twice, it finds the same."""
    return importing.check_import(_import_of(job), at=job.at)


@job_handler(importing.ADD)
def run_add(job: JobContext) -> dict[str, Any]:
    """payload {import}; the result is {added, members, wrong}. Run twice, it adds who is missing."""
    by = actor_of(job.person_id) if job.person_id else SYSTEM
    return importing.add_from_import(_import_of(job), by=by, at=job.at, report=job.progress)


@job_handler(importing.DROP)
def run_drop(job: JobContext) -> dict[str, Any]:
    """payload {import}: names and addresses of a table do not stay longer than needed."""
    return {"dropped": importing.drop_import(_import_of(job), at=job.at)}


@regular_job("organisations.tidy", each="day")
def tidy(job: JobContext) -> None:
    prune_declined(job.at)
