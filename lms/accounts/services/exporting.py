"""A copy of all that is held about a person: asked for, made by a job, kept for a week for that person alone."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import IO

import sqlalchemy as sa

from lms.accounts.models import DataExport
from lms.accounts.services.proofs import require_fresh
from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.db import begin_writing, db
from lms.core.ids import new_id
from lms.core.jobs.models import Job
from lms.core.jobs.services import JobContext, enqueue
from lms.core.reasons import CoreReason, Refused
from lms.core.storage import storage

EXPORT_JOB, DROP_JOB = "accounts.export", "accounts.drop_export"
KEPT = timedelta(days=7)
ONCE_MORE = timedelta(hours=1)
"""A file that was being stored at the moment of an erasure is there by then, and goes too."""


def ask_for_data(*, proof_id: uuid.UUID, by: Actor, at: datetime) -> DataExport:
    """Orders a copy of the person's data, or gives the one that is being made; an older one goes.

    Refused: core.not_signed_in, account.proof_needed.
    """
    if by.person_id is None:
        raise Refused(CoreReason.NOT_SIGNED_IN)
    require_fresh(proof_id, by=by, at=at)
    standing = db.session.scalars(sa.select(DataExport).where(DataExport.person_id == by.person_id)).all()
    if coming := next((one for one in standing if _is_coming(one, at)), None):
        return coming
    drop_later(by.person_id, at=at)
    for old in standing:
        db.session.delete(old)
    export = DataExport(id=new_id(), person_id=by.person_id, asked_at=at, expires_at=at + KEPT)
    payload = {"export": str(export.id)}
    export.job_id = enqueue(EXPORT_JOB, f"{EXPORT_JOB}:{export.id}", payload, at=at, person_id=by.person_id).id
    db.session.add(export)
    enqueue(DROP_JOB, f"{DROP_JOB}:{export.id}", payload, at=at, run_after=export.expires_at)
    record("data_export.asked", by=by, subject=("data_export", export.id), at=at)
    return export


def _is_coming(export: DataExport, at: datetime) -> bool:
    if export.made_at or export.expires_at <= at:
        return False
    return db.session.scalar(sa.select(Job.state).where(Job.id == export.job_id)) in ("queued", "running")


def find_export(export_id: uuid.UUID, *, by: Actor, at: datetime) -> DataExport:
    """A copy of one's own that is there. Refused: core.not_found for everybody else, administrators too."""
    export = db.session.get(DataExport, export_id)
    if export is None or export.person_id != by.person_id or export.expires_at <= at:
        raise Refused(CoreReason.NOT_FOUND)
    return export


def find_made(export_id: uuid.UUID, *, by: Actor, at: datetime) -> tuple[str, int]:
    """(digest, size) of one's own copy. Refused: core.not_found also while it is being made."""
    export = find_export(export_id, by=by, at=at)
    if export.made_at is None or export.digest is None or export.size is None:
        raise Refused(CoreReason.NOT_FOUND)
    return export.digest, export.size


def keep_export(context: JobContext, file: IO[bytes], digest: str, size: int, *, at: datetime) -> bool:
    """Stores the finished zip. Its digest is committed before its bytes are stored, so that whoever erases the person
    meanwhile knows what will lie there. False where the copy is not wanted any more.
    """
    export_id = uuid.UUID(context.payload["export"])
    begin_writing()
    export = db.session.get(DataExport, export_id, with_for_update=True)
    if export is None:
        return False
    _drop(export.digest)  # of an attempt that was killed
    export.digest, export.size = digest, size
    context.progress(1, 2)
    storage().put_stream(file)
    export = db.session.get(DataExport, export_id, with_for_update=True, populate_existing=True)
    if export is None:
        _drop(digest)
        return False
    export.made_at = at
    return True


def drop_export(export_id: uuid.UUID | None, digest: str | None) -> None:
    """Deletes a copy: one that has expired, or the file of one whose person was erased. A second time does nothing."""
    export = db.session.get(DataExport, export_id) if export_id else None
    _drop(export.digest if export else digest)
    if export:
        db.session.delete(export)


def drop_later(person_id: uuid.UUID, *, at: datetime) -> None:
    """The files of the person's copies are deleted after the commit, by jobs that survive a crash."""
    mine = sa.select(DataExport.digest).where(DataExport.person_id == person_id, DataExport.digest.is_not(None))
    for digest in db.session.scalars(mine).all():
        for run, due in enumerate((at, at + ONCE_MORE)):
            enqueue(DROP_JOB, f"{DROP_JOB}:{digest}:{run}", {"digest": digest}, at=at, run_after=due)


def _drop(digest: str | None) -> None:
    if digest and storage().has(digest):
        storage().delete(digest)
