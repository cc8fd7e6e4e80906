"""Background work of home: the people of the demonstration."""

from __future__ import annotations

from lms.core.jobs.services import JobContext, job_handler
from lms.home.demo import COMPANIES_JOB, load_companies


@job_handler(COMPANIES_JOB)
def load_demo_companies(context: JobContext) -> None:
    load_companies(context.progress, at=context.at)
