"""Background work of compliance: large audiences, packs of certificates."""

from __future__ import annotations

import uuid
from io import BufferedReader
from typing import IO, Any, cast
from zoneinfo import ZoneInfo

from lms.accounts.queries import actor_of, living_person
from lms.compliance.models import Assignment, EvidencePack
from lms.compliance.packing import Packing, Reader
from lms.compliance.queries import packs
from lms.compliance.queries.assignments import asked_by, slug_of
from lms.compliance.queries.filters import Scope
from lms.compliance.services.assigning import (
    DUE_JOB,
    FILL_JOB,
    FOLLOW_JOB,
    MOST_AT_ONCE,
    WITHDRAW_JOB,
    Act,
    ask,
    bring_up_to_date,
    leave,
    set_due_days,
)
from lms.compliance.services.packs import DROP_JOB, PACK_JOB, announce_file, delete_pack, drop_file, finish_pack
from lms.core.actor import SYSTEM
from lms.core.clock import now
from lms.core.db import begin_reading, begin_writing, db, end_reading
from lms.core.i18n import speaking
from lms.core.jobs.services import JobContext, job_handler
from lms.core.storage import CHUNK, storage

AT_ONCE = 200
"""People whom one transaction of `follow_people` brings up to date, with all assignments."""
TELL_EACH = 100
"""Certificates after which the work so far is shown, and whether it was cancelled is asked."""


@job_handler(FILL_JOB)
def fill_audience(job: JobContext) -> dict[str, Any]:
    """payload {assignment, people}: enrols those whom the request left to us; goes on where it broke off."""
    people = [uuid.UUID(one) for one in job.payload["people"]]
    by = actor_of(job.person_id) if job.person_id else SYSTEM
    for start in range(job.reached, len(people), MOST_AT_ONCE):
        assignment = _held(uuid.UUID(job.payload["assignment"]))
        if assignment.withdrawn_at:
            break
        some = people[start : start + MOST_AT_ONCE]
        ask(assignment, slug_of(assignment), some, by=by, at=job.at)
        job.progress(start + len(some), len(people))
    return {"people": len(people)}


@job_handler(DUE_JOB)
def change_due_days(job: JobContext) -> dict[str, Any]:
    """payload {assignment}: the last days of many people follow what the assignment says when this runs."""
    return _of_each(job, set_due_days)


@job_handler(WITHDRAW_JOB)
def take_places_back(job: JobContext) -> dict[str, Any]:
    """payload {assignment}: it is withdrawn; what many people did not begin is withdrawn too."""
    return _of_each(job, leave)


def _of_each(job: JobContext, act: Act) -> dict[str, Any]:
    """`act` on all whom the assignment asks, some thousand a transaction; to do it twice changes nothing."""
    assignment_id, by = uuid.UUID(job.payload["assignment"]), actor_of(job.person_id) if job.person_id else SYSTEM
    people = sorted(asked_by(assignment_id))
    for start in range(0, len(people), MOST_AT_ONCE):
        some = people[start : start + MOST_AT_ONCE]
        act(_held(assignment_id), some, by=by, at=job.at)
        job.progress(start + len(some), len(people))
    return {"people": len(people)}


def _held(assignment_id: uuid.UUID) -> Assignment:
    """Until the transaction ends nobody changes or withdraws it: not while people are put on its course."""
    return db.session.get_one(Assignment, assignment_id, with_for_update=True, populate_existing=True)


@job_handler(FOLLOW_JOB)
def follow_people(job: JobContext) -> dict[str, Any]:
    """payload {organisation, people, kind}: many came or went; where they are when this runs is what counts."""
    people, organisation_id = [uuid.UUID(one) for one in job.payload["people"]], uuid.UUID(job.payload["organisation"])
    for start in range(job.reached, len(people), AT_ONCE):
        some = people[start : start + AT_ONCE]
        bring_up_to_date(organisation_id, some, job.payload["kind"], at=job.at)
        job.progress(start + len(some), len(people))
    return {"people": len(people)}


@job_handler(PACK_JOB)
def make_pack(job: JobContext) -> dict[str, Any]:
    """payload {pack}. No transaction is open while the zip is written; a second run begins it anew, and is the one."""
    pack_id = uuid.UUID(job.payload["pack"])
    pack = db.session.get_one(EvidencePack, pack_id)
    if pack.made_at:
        return {"pack": str(pack_id)}
    if pack.deleted_at:  # while a run stored it that then died: nobody else would delete its file
        drop_file(pack)
        return {"pack": str(pack_id)}
    drop_file(pack)  # of a run that died after it had stored it
    db.session.commit()
    zone, proofs, people, locale = _read(pack_id, job)
    total = len(proofs)

    def tell(number: int) -> None:
        if number % TELL_EACH == 0 or number == total:
            job.progress(number, total)
            db.session.rollback()

    packing = Packing(str(pack_id), zone, tell)
    with speaking(locale, None):
        source = BufferedReader(Reader(packing.pieces(proofs)), CHUNK)
        _digest, size = storage().put_stream(
            cast(IO[bytes], source), announce=lambda digest: announce_file(pack_id, digest)
        )
    begin_writing()
    finish_pack(pack_id, size=size, counts=packing.counts(people), at=now())
    return {"pack": str(pack_id)} | packing.counts(people)


def _read(pack_id: uuid.UUID, job: JobContext) -> tuple[ZoneInfo, list[packs.Proof], int, str | None]:
    """(the organisation's zone, the lines, how many people, the reader's language); leaves no transaction open."""
    begin_reading()
    try:
        pack = db.session.get_one(EvidencePack, pack_id)
        by = actor_of(job.person_id) if job.person_id else SYSTEM
        scope = Scope(packs.organisation_of(pack), by, job.at)
        proofs = list(packs.proof_of(scope, pack))
        reader = living_person(job.person_id) if job.person_id else None
        return scope.zone, proofs, packs.count_people(pack_id), reader.locale if reader else None
    finally:
        db.session.rollback()
        end_reading()


@job_handler(DROP_JOB)
def drop_pack(job: JobContext) -> dict[str, Any]:
    """payload {pack}: a pack is kept for some days, and not at all once somebody in it is erased."""
    delete_pack(uuid.UUID(job.payload["pack"]), by=SYSTEM, at=job.at)
    return {"pack": job.payload["pack"]}
