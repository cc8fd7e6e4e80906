"""What awards hold of a person: to be copied for them; what goes when they are erased, so that proof stays."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from lms.accounts.events import PersonErased
from lms.accounts.ports import DAY, MOMENT, Column, Section
from lms.core.db import db
from lms.core.jobs.models import Job
from lms.core.jobs.services import enqueue
from lms.core.texts import N_
from lms.credentials import queries
from lms.credentials.models import Award, AwardDocument, AwardEvent, AwardHolder
from lms.credentials.queries import AwardView
from lms.credentials.rules.statuses import ERASED, HELD
from lms.credentials.services import DOCUMENT_JOB

DROP_JOB = "credentials.drop_files"
ONCE_MORE = timedelta(hours=1)
"""A document that was being stored at the moment of an erasure is there by then, and goes too."""
COLUMNS = (
    Column("title", N_("Title")),
    Column("id", N_("Number")),
    Column("issued_at", N_("issued"), MOMENT),
    Column("expires_on", N_("valid until"), DAY),
)


def collect(person_id: uuid.UUID, at: datetime) -> Iterator[Section]:
    """Awards with everything that they say, what happened to them, and their documents."""
    views = [queries.find_view(award_id, at) for award_id in _awards_of(person_id)]
    rows = [_row(view) for view in views]
    files = tuple(
        (f"certificates/certificate-{view.award.public_id}.pdf", view.document.digest)
        for view in views
        if view.document
    )
    yield Section("certificates.json", N_("Your certificates"), rows, COLUMNS, files)


def _row(view: AwardView) -> dict[str, Any]:
    award, holder = view.award, view.holder
    names = ("cycle", "number", "achievement", "facts", "name_digest", "evidence_digest", "digest", "issued_at")
    facts = {"id": award.public_id, "title": award.facts["title"], "status": view.status.name}
    facts |= {name: getattr(award, name) for name in names} | {"expires_on": award.expires_on}
    known = (
        {"name": holder.name, "email": holder.email, "language": holder.language, "salt": holder.salt} if holder else {}
    )
    events = [{"kind": one.kind, "at": one.at, "data": one.data} for one in view.happenings]
    return facts | {"holder": known, "events": events}


def _awards_of(person_id: uuid.UUID) -> Sequence[uuid.UUID]:
    mine = sa.select(Award.id).where(Award.person_id == person_id).order_by(Award.issued_at, Award.id)
    return db.session.scalars(mine).all()


def forget(event: PersonErased) -> None:
    """rules.md §5: the holder's row goes with the salt, our copy of the document, and its picture.

    The award stays as it was issued, with the digests of the name and of the document: whoever has the document has
    the salt, and can have both checked. The files are deleted after the commit, by jobs.
    """
    award_ids = _awards_of(event.person_id)
    held = sa.select(AwardHolder).where(AwardHolder.award_id.in_(award_ids)).order_by(AwardHolder.award_id)
    holders = db.session.scalars(held.with_for_update()).all()  # who is storing a document has stored it, or must not
    for holder in holders:
        _append_erased(holder.award_id, event.at)
        db.session.delete(holder)
    _forget_characters(award_ids)
    _drop_later(event, [*_forget_documents(award_ids), *_being_stored(event.person_id)])


def _append_erased(award_id: uuid.UUID, at: datetime) -> None:
    last = sa.select(sa.func.max(AwardEvent.number)).where(AwardEvent.award_id == award_id)
    number = (db.session.scalar(last) or 0) + 1
    db.session.add(AwardEvent(award_id=award_id, number=number, kind=ERASED, at=at, person_id=None, data={}))


def _forget_characters(award_ids: Sequence[uuid.UUID]) -> None:
    """Why an award was held may tell letters of the name."""
    holds = sa.select(AwardEvent).where(AwardEvent.award_id.in_(award_ids), AwardEvent.kind == HELD)
    for event in db.session.scalars(holds):
        event.data = {"obstacle": event.data["obstacle"]}


def _forget_documents(award_ids: Sequence[uuid.UUID]) -> list[str]:
    """The digests of the files. That of the picture goes, since who guesses the name could draw it; that of the
    document stays: the document holds the salt, which nobody can guess.
    """
    files = []
    for document in db.session.scalars(sa.select(AwardDocument).where(AwardDocument.award_id.in_(award_ids))):
        files += [document.digest, document.picture_digest]
        document.picture_digest, document.picture_size = "", 0
    return [digest for digest in files if digest]


def _being_stored(person_id: uuid.UUID) -> list[str]:
    """Files that work has drawn, whether or not it came to store them."""
    jobs = sa.select(Job).where(Job.person_id == person_id, Job.kind == DOCUMENT_JOB)
    return [digest for job in db.session.scalars(jobs) for digest in job.payload.get("files", ())]


def _drop_later(event: PersonErased, digests: Sequence[str]) -> None:
    if not digests:
        return
    payload = {"digests": sorted(set(digests))}
    for run, due in enumerate((event.at, event.at + ONCE_MORE)):
        enqueue(DROP_JOB, f"{DROP_JOB}:{event.person_id}:{run}", payload, at=event.at, run_after=due)
