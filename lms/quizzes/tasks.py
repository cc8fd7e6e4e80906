"""Background work of quizzes."""

from __future__ import annotations

import uuid

from lms.core.jobs.services import JobContext, job_handler
from lms.quizzes import services


@job_handler(services.END_ATTEMPT)
def end_attempt(context: JobContext) -> None:
    """Ends an attempt whose time is over and that nobody handed in."""
    services.end_overdue_attempt(uuid.UUID(context.payload["attempt"]), at=context.at)
