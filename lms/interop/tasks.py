"""The background work of an import: it survives a restart, and nothing of it stays where it is refused or cancelled."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from lms.accounts.queries import actor_of
from lms.core.actor import SYSTEM
from lms.core.db import begin_writing
from lms.core.jobs.services import JobContext, job_handler
from lms.core.storage import storage
from lms.interop.queries import JOB
from lms.interop.services import DROP, drop_upload, import_course


@job_handler(JOB)
def run_import(job: JobContext) -> dict[str, Any]:
    """payload {upload, name, publish, slug, organisation, ask?, version?}; the result is that of `import_course`.

    Run twice, the second import replaces the draft with the same draft.
    """
    wanted = job.payload
    by = actor_of(job.person_id) if job.person_id else SYSTEM
    begin_writing()  # nobody shall wait for SQLite's one lock while an archive is fetched and read
    with tempfile.TemporaryDirectory(prefix="lms-import-") as folder:
        path = Path(folder, "upload")
        with path.open("wb") as file:
            file.writelines(storage().stream(wanted["upload"]))
        done = import_course(
            path,
            publish=wanted["publish"],
            slug=wanted["slug"],
            organisation=wanted["organisation"],
            by=by,
            at=job.at,
            name=wanted["name"],
            report=job.progress,
            ask=wanted.get("ask", False),
            version=wanted.get("version"),
        )
    return done.as_document()


@job_handler(DROP)
def run_drop(job: JobContext) -> dict[str, Any]:
    """payload {upload}: the uploaded archive goes when nothing needs it any more."""
    return {"dropped": drop_upload(job.payload["upload"], at=job.at)}
