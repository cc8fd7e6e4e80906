"""What an administrator may set going again."""

from __future__ import annotations

import uuid
from datetime import datetime

from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.jobs.models import Job
from lms.core.jobs.services import restart
from lms.core.reasons import CoreReason, Refused


def check_administrator(actor: Actor) -> None:
    """Refused: core.not_signed_in for guests, core.forbidden for everybody else."""
    if not actor.is_administrator:
        raise Refused(CoreReason.NOT_SIGNED_IN if actor.is_guest else CoreReason.FORBIDDEN)


def retry_job(job_id: uuid.UUID, *, by: Actor, at: datetime) -> Job:
    """Queues a failed or cancelled job once more. Refused: core.forbidden, core.not_found, job.not_failed."""
    check_administrator(by)
    job = restart(job_id, at=at)
    record("job.restarted", by=by, subject=("job", job_id), at=at)
    return job
