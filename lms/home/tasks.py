"""Background work of home: the people of the demonstration."""

from __future__ import annotations

import time

from lms.core.jobs.services import JobContext, job_handler
from lms.home.demo import COMPANIES_JOB, load_companies

PAUSE = 0.05
"""Seconds between two transactions: SQLite's lock goes to whoever asks just then, and others ask less often."""


@job_handler(COMPANIES_JOB)
def load_demo_companies(context: JobContext) -> None:
    def progress(done: int, total: int) -> None:
        context.progress(done, total)
        time.sleep(PAUSE)

    load_companies(progress, at=context.at)
