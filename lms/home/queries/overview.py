"""Counts, held certificates, the newest work that failed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.accounts.models import Person
from lms.core.db import db
from lms.core.i18n import _
from lms.core.jobs.models import Job
from lms.core.jobs.queries import list_jobs
from lms.courses.models import Course
from lms.credentials.queries import AwardView, without_document
from lms.home.queries.work import job_rows
from lms.learning.models import Enrolment

Document = dict[str, Any]
FEW = 5


def figures() -> list[Document]:
    """{word, number, icon, kind?, href?, link?}, the worst first."""
    wrong = _count(sa.select(Job).where(Job.state == "failed"))
    published = sa.select(Course).where(Course.revision_id.is_not(None))
    failed = {
        "word": _("Failed jobs"),
        "number": wrong,
        "kind": "bad" if wrong else "good",
        "icon": "stop" if wrong else "done",
    }
    people = _count(sa.select(Person).where(Person.erased_at.is_(None)))
    return [
        failed,
        {"word": _("People"), "number": people, "icon": "people"},
        {"word": _("Published courses"), "number": _count(published), "icon": "course"},
        {"word": _("Enrolments"), "number": _count(sa.select(Enrolment)), "icon": "half"},
    ]


def _count(rows: sa.Select[Any]) -> int:
    return db.session.scalar(rows.with_only_columns(sa.func.count(), maintain_column_froms=True)) or 0


def failed_jobs() -> list[Document]:
    return job_rows(list_jobs(state="failed", limit=FEW))


def held_certificates(at: datetime) -> list[Document]:
    """{id, title, holder, reason {sentence, next_step, code}, since}: what waits for a person."""
    return [_held(view) for view in without_document(at) if view.status.name == "held"]


def _held(view: AwardView) -> Document:
    happening, why = view.status.happening, view.why
    return {
        "id": view.award.public_id,
        "title": view.award.facts["title"],
        "holder": view.holder.name if view.holder else "",
        "reason": {"sentence": why.sentence(), "next_step": why.next_step(), "code": why.reason.code} if why else {},
        "since": happening.at if happening else view.award.issued_at,
    }
