"""Work in the background and mail, as lists show them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.accounts.models import Person
from lms.core.db import db
from lms.core.jobs.models import Job
from lms.core.jobs.queries import list_jobs
from lms.core.mail.models import Mail
from lms.core.reasons import Refused, find_reason
from lms.core.web.cursors import decode_cursor, key_of, page_of

Document = dict[str, Any]
MAIL_STATES = ("queued", "sent", "failed")


def find_jobs(
    *, state: str | None, kind: str | None, cursor: str | None, limit: int
) -> tuple[list[Document], str | None]:
    """A page of work, the newest first, and the cursor of the next. Refused: core.cursor."""
    rows = list_jobs(state=state, kind=kind, before=_before(cursor), limit=limit + 1)
    shown, following = page_of(rows, limit, lambda job: [job.id])
    return job_rows(shown), following


def _before(cursor: str | None) -> uuid.UUID | None:
    key = decode_cursor(cursor, 1)
    return key_of(key[0]) if key else None


def job_rows(jobs: Sequence[Job]) -> list[Document]:
    """{id, kind, state, done, total, message, created_at, finished_at, attempts, name, outcome, reason}"""
    return [_job(job) for job in jobs]


def _job(job: Job) -> Document:
    names = ("id", "kind", "state", "done", "total", "message", "created_at", "finished_at", "attempts")
    facts = {name: getattr(job, name) for name in names}
    return facts | {"name": job.payload.get("name"), "outcome": _outcome(job), "reason": _in_words(job.reason)}


def _outcome(job: Job) -> Document | None:
    """Of an import: the course, its revision, how many pieces came in, approximated, were left out."""
    if not job.result or "counts" not in job.result:
        return None
    counts = job.result["counts"].values()
    sums = {name: sum(one[name] for one in counts) for name in ("imported", "approximated", "left_out")}
    return {"course": job.result["course"], "revision": job.result["revision"], **sums}


def _in_words(reason: Document | None) -> Document | None:
    """{code, sentence, next_step} of a stored reason, in the reader's language."""
    known = find_reason(reason["code"]) if reason else None
    if reason is None or known is None:
        return reason and {"code": reason["code"], "sentence": reason["code"], "next_step": ""}
    refused = Refused(known, **reason["values"])
    return {"code": known.code, "sentence": refused.sentence(), "next_step": refused.next_step()}


def find_mail(*, state: str | None, cursor: str | None, limit: int) -> tuple[list[Document], str | None]:
    """A page of messages, the newest first: to whom, which, how far, why not; never what is in them.

    Refused: core.cursor.
    """
    wanted = sa.select(Mail, Person.name).outerjoin(Person, Person.id == Mail.person_id).order_by(Mail.id.desc())
    if state:
        wanted = wanted.where(Mail.state == state)
    if before := _before(cursor):
        wanted = wanted.where(Mail.id < before)
    rows = db.session.execute(wanted.limit(limit + 1)).all()
    shown, following = page_of(rows, limit, lambda row: [row[0].id])
    return [_mail(mail, name) for mail, name in shown], following


def _mail(mail: Mail, name: str | None) -> Document:
    names = ("id", "template", "state", "tries", "created_at", "due_at", "ended_at", "person_id")
    ended: datetime | None = mail.ended_at
    facts = {one: getattr(mail, one) for one in names}
    return facts | {"name": name, "reason": _in_words(mail.reason), "since": ended or mail.created_at}
