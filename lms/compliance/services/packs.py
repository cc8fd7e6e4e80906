"""Packs of certificates: asked for, made by a job, deleted after some days or when somebody in one is erased."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from lms.accounts.events import PersonErased
from lms.compliance.models import EvidencePack, EvidencePackPerson
from lms.compliance.queries import packs as queries
from lms.compliance.queries.filters import Scope
from lms.compliance.reasons import ComplianceReason
from lms.core.actor import SYSTEM, Actor
from lms.core.audit import record
from lms.core.canonical import digest
from lms.core.db import db, insert_ignore
from lms.core.ids import new_id
from lms.core.jobs.services import enqueue
from lms.core.reasons import CoreReason, Refused
from lms.core.storage import storage

PACK_JOB, DROP_JOB = "compliance.pack", "compliance.drop_pack"
MOST_PEOPLE = 20_000
KEPT = timedelta(days=7)
RUNS = ("queued", "running")


def request_pack(
    scope: Scope, person_ids: Sequence[uuid.UUID], *, course: str = "", key: str | None = None
) -> tuple[EvidencePack, bool]:
    """Asks for the certificates of these people, of one course or of all: (pack, whether it is new).

    `key` is the caller's Idempotency-Key: the same again gives the same pack. Without one, the same request gives the
    same pack while that is being made. Refused: compliance.pack_too_large; core.idempotency_key_reused.
    """
    if len(person_ids) > MOST_PEOPLE:
        raise Refused(ComplianceReason.PACK_TOO_LARGE, most=MOST_PEOPLE, count=len(person_ids))
    people = sorted(set(person_ids))
    content = digest({"people": [str(one) for one in people], "course": course})
    standing, whole_key = _standing(scope, content, key)
    if standing:
        return standing, False
    made: dict[str, Any] = {
        "id": new_id(),
        "organisation_id": scope.id,
        "person_id": scope.by.person_id,
        "key": whole_key,
    }
    made |= {"request": {"course": course, "content": content}, "created_at": scope.at, "counts": {}}
    insert_ignore(EvidencePack, [made])  # asked for at the same moment elsewhere: that one stands
    pack = queries.find_by_key(whole_key)
    if pack is None:
        raise Refused(CoreReason.CONFLICT)
    if pack.id == made["id"]:
        _order(pack, people, by=scope.by, at=scope.at)
    return pack, pack.id == made["id"]


def _standing(scope: Scope, content: str, key: str | None) -> tuple[EvidencePack | None, str]:
    """(the pack that was asked for already, the key of this request)."""
    mine = f"{scope.id}:{scope.by.person_id}"
    if key is not None:
        whole_key = f"{mine}:key:{key}"
        standing = queries.find_by_key(whole_key)
        if standing and standing.request["content"] != content:
            raise Refused(CoreReason.IDEMPOTENCY)
        return standing, whole_key
    prefix = f"{mine}:{content}:"
    newest, count = queries.newest_by_key(prefix)
    job = newest and queries.job_of(newest)
    return newest if job and job.state in RUNS else None, f"{prefix}{count}"


def _order(pack: EvidencePack, people: list[uuid.UUID], *, by: Actor, at: datetime) -> None:
    insert_ignore(EvidencePackPerson, [{"pack_id": pack.id, "person_id": one} for one in people])
    job = enqueue(PACK_JOB, f"{PACK_JOB}:{pack.id}", {"pack": str(pack.id)}, at=at, person_id=by.person_id)
    pack.job_id = job.id
    record("pack.requested", by=by, subject=("evidence_pack", pack.id), at=at, people=len(people))
    db.session.flush()


def announce_file(pack_id: uuid.UUID, file_digest: str) -> None:
    """Writes down which file is about to be stored, so that it is found again wherever the work ends."""
    db.session.execute(sa.update(EvidencePack).where(EvidencePack.id == pack_id).values(digest=file_digest))
    db.session.commit()


def finish_pack(pack_id: uuid.UUID, *, size: int, counts: dict[str, Any], at: datetime) -> None:
    """The zip is there. Where the pack was deleted meanwhile, since somebody in it was erased, the zip goes too."""
    pack = db.session.get_one(EvidencePack, pack_id, populate_existing=True, with_for_update=True)
    if pack.deleted_at:
        drop_file(pack)
        return
    pack.size, pack.counts, pack.made_at = size, counts, at
    record("pack.made", by=SYSTEM, subject=("evidence_pack", pack.id), at=at, **counts)
    enqueue(DROP_JOB, f"{DROP_JOB}:{pack.id}:old", {"pack": str(pack.id)}, at=at, run_after=at + KEPT)


def drop_file(pack: EvidencePack) -> None:
    """Deletes the stored zip, if there is one: no other pack has the same, since its comment is the pack's id."""
    if pack.digest and storage().has(pack.digest):
        storage().delete(pack.digest)
    pack.digest = None


def delete_pack(pack_id: uuid.UUID, *, by: Actor, at: datetime) -> EvidencePack:
    """The pack and its file go; that it was there stays known. A second time changes nothing."""
    pack = db.session.get_one(EvidencePack, pack_id, populate_existing=True, with_for_update=True)
    if pack.deleted_at is None:
        pack.deleted_at = at
        record("pack.deleted", by=by, subject=("evidence_pack", pack.id), at=at)
    drop_file(pack)
    db.session.execute(sa.delete(EvidencePackPerson).where(EvidencePackPerson.pack_id == pack.id))
    return pack


def forget_in_packs(event: PersonErased) -> None:
    """No pack with the person can be had from now on; the files are deleted by jobs, after the commit."""
    for pack in queries.packs_with(event.person_id):
        pack.deleted_at = pack.deleted_at or event.at
        enqueue(DROP_JOB, f"{DROP_JOB}:{pack.id}:erased", {"pack": str(pack.id)}, at=event.at)
        record("pack.deleted", by=SYSTEM, subject=("evidence_pack", pack.id), at=event.at)
