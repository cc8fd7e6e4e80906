"""A worker process with work for tests: `worker_program.py LEASE_SECONDS`, its settings from the environment.

The kinds: test.add adds the payload's numbers; test.crawl makes the file `begun` in the data directory, then
works until there is a file `go`.
"""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import current_app

from lms.app import create_app
from lms.core.db import db
from lms.core.jobs import services
from lms.core.jobs.services import JobContext, job_handler


@job_handler("test.add")
def add(context: JobContext) -> dict[str, Any]:
    return {"sum": sum(context.payload["numbers"]), "attempt": context.attempt}


@job_handler("test.crawl")
def crawl(context: JobContext) -> dict[str, Any]:
    folder: Path = current_app.extensions["settings"].data_dir
    db.session.rollback()
    (folder / "begun").write_text(str(context.attempt))
    while not (folder / "go").exists():
        time.sleep(0.02)
    return {"attempt": context.attempt}


if __name__ == "__main__":
    services.LEASE = timedelta(seconds=float(sys.argv[1]))
    services.HEARTBEAT = services.LEASE / 4
    create_app().extensions["queue"].work(threads=2)
