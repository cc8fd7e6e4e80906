"""What an administrator sees: counts, held certificates, the newest people and jobs. Reads over all features.

Keys are made in the order of time, so the newest have the greatest.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.accounts.models import Person, RoleGrant
from lms.accounts.wording import role_in_words
from lms.core.db import db
from lms.core.i18n import _
from lms.core.jobs.models import Job
from lms.core.reasons import explain
from lms.courses.models import Course
from lms.credentials.queries import AwardView, without_document
from lms.learning.models import Enrolment
from lms.organisations.services import list_organisations

MOST_ROWS = 50
Document = dict[str, Any]


def overview(at: datetime) -> Document:
    """Counts, held certificates, newest people, organisations and jobs, as templates/admin.html wants them."""
    return {
        "counts": _counts(),
        "held": [_held(view) for view in without_document(at) if view.status.name == "held"],
        "people": _people(),
        "organisations": [{"slug": o.slug, "name": o.name} for o in list_organisations()],
        "jobs": [_job(job) for job in _newest_jobs()],
    }


def _counts() -> list[Document]:
    wrong = _count(sa.select(Job).where(Job.state == "failed"))
    published = sa.select(Course).where(Course.revision_id.is_not(None))
    return [
        {
            "word": _("Failed jobs"),
            "number": wrong,
            "kind": "bad" if wrong else "good",
            "icon": "stop" if wrong else "done",
        },
        {"word": _("People"), "number": _count(sa.select(Person)), "icon": "people"},
        {"word": _("Published courses"), "number": _count(published), "icon": "course"},
        {"word": _("Enrolments"), "number": _count(sa.select(Enrolment)), "icon": "half"},
    ]


def _count(rows: sa.Select[Any]) -> int:
    return db.session.scalar(rows.with_only_columns(sa.func.count(), maintain_column_froms=True)) or 0


def _people() -> list[Document]:
    rows = db.session.scalars(sa.select(Person).order_by(Person.id.desc()).limit(MOST_ROWS)).all()
    grants = sa.select(RoleGrant.person_id, RoleGrant.role).where(RoleGrant.person_id.in_([p.id for p in rows]))
    roles: dict[uuid.UUID, set[str]] = {}
    for person_id, role in db.session.execute(grants):
        roles.setdefault(person_id, set()).add(role)
    return [_person(person, roles.get(person.id, set())) for person in rows]


def _person(person: Person, roles: set[str]) -> Document:
    facts = {"name": person.name, "email": person.email, "created_at": person.created_at}
    return {**facts, "roles": ", ".join(sorted(map(role_in_words, roles))), "disabled": person.disabled_at is not None}


def _newest_jobs() -> Sequence[Job]:
    return db.session.scalars(sa.select(Job).order_by(Job.id.desc()).limit(MOST_ROWS)).all()


def _job(job: Job) -> Document:
    reason = (
        {"code": job.reason["code"], "sentence": explain(job.reason["code"], job.reason["values"])}
        if job.reason
        else None
    )
    names = ("id", "kind", "state", "done", "total", "message", "created_at")
    return {name: getattr(job, name) for name in names} | {"reason": reason}


def _held(view: AwardView) -> Document:
    happening = view.status.happening
    return {
        "id": view.award.public_id,
        "title": view.award.facts["title"],
        "holder": view.holder.name if view.holder else "",
        "reason": {"sentence": view.why.sentence(), "next_step": view.why.next_step(), "code": view.why.reason.code}
        if view.why
        else {},
        "since": happening.at if happening else view.award.issued_at,
    }
