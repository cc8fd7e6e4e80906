"""What work in the background keeps of a person who is erased: nothing."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.core.db import db
from lms.core.jobs.models import Job
from lms.core.jobs.reasons import JobReason

OPEN = ("queued", "running")
TEXTS = ("payload", "result", "reason")


def forget_person(person_id: uuid.UUID, *, email: str, name: str, at: datetime) -> None:
    """Ends the person's own work, and takes name and address out of what any work has kept.

    Of others' work only what stands beside the address is taken out: many people may have one name. What others run
    at this moment is left alone: it ends, and its files go, as they would without.
    """
    cancelled = {"code": JobReason.CANCELLED.code, "values": {}}
    ended = {"state": "cancelled", "finished_at": at, "reason": cancelled, "lease": None}
    mine = (Job.person_id == person_id, Job.state.in_(OPEN))
    db.session.execute(sa.update(Job).where(*mine).values(**ended))
    holds = [sa.cast(getattr(Job, column), sa.Text).contains(_as_stored(email), autoescape=True) for column in TEXTS]
    others = sa.and_(~Job.state.in_(OPEN), sa.or_(*holds, Job.message.contains(email, autoescape=True)))
    for job in db.session.scalars(sa.select(Job).where(sa.or_(Job.person_id == person_id, others))):
        _forget(job, {email, name}, everywhere=job.person_id == person_id)


def _as_stored(text: str) -> str:
    """As it stands inside a JSON text."""
    return json.dumps(text)[1:-1]


def _forget(job: Job, words: set[str], *, everywhere: bool) -> None:
    job.payload = without(job.payload, words, everywhere=everywhere)
    job.result = without(job.result, words, everywhere=everywhere)
    job.reason = without(job.reason, words, everywhere=everywhere)
    if job.message and any(word in job.message for word in words if word):
        job.message = None


def without(value: Any, words: set[str], *, everywhere: bool) -> Any:
    """`value` (plain JSON) with each text emptied that holds one of `words`.

    Unless `everywhere`, only in the innermost objects and lists of which a text holds the address (a word with "@").
    """
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    named = everywhere or any(isinstance(part, str) and _holds(part, {w for w in words if "@" in w}) for part in parts)
    if isinstance(value, dict):
        return {key: _emptied(part, words, named) for key, part in value.items()}
    if isinstance(value, list):
        return [_emptied(part, words, named) for part in value]
    return value


def _emptied(part: Any, words: set[str], named: bool) -> Any:
    if isinstance(part, str):
        return "" if named and _holds(part, words) else part
    return without(part, words, everywhere=named)


def _holds(text: str, words: set[str]) -> bool:
    return any(word in text for word in words if word)
