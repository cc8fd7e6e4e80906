"""Use cases about awards: issue, give the document, hold, withdraw, try again."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from lms.core.actor import SYSTEM, Actor
from lms.core.audit import record
from lms.core.db import begin_writing, db
from lms.core.events import publish
from lms.core.ids import new_id, new_public_id
from lms.core.jobs.models import Job
from lms.core.jobs.services import enqueue, restart
from lms.core.reasons import CoreReason, Refused
from lms.core.storage import storage
from lms.core.zones import zone_named
from lms.courses.queries import load_body, load_revision
from lms.credentials import permissions, queries
from lms.credentials.events import AwardIssued, AwardRevoked
from lms.credentials.models import Award, AwardDocument, AwardEvent, AwardHolder
from lms.credentials.queries import AwardView, Holder
from lms.credentials.reasons import CredentialReason
from lms.credentials.rules import snapshots
from lms.credentials.rules.statuses import DOCUMENT_MADE, HELD, ISSUED, REVOKED
from lms.credentials.rules.validity import last_day, last_instant
from lms.learning.events import EnrolmentCompleted
from lms.learning.queries import events_of
from lms.organisations.services import organisation_of

__all__ = [
    "DOCUMENT_JOB",
    "attach_document",
    "document_job",
    "drop_files",
    "hold_award",
    "issue_award",
    "retry_document",
    "retry_held",
    "revoke_award",
]

DOCUMENT_JOB = "credentials.document"
LEAST_REASON, MOST_REASON = 3, 500


def issue_award(completed: EnrolmentCompleted) -> Award | None:
    """Awards the certificate of the course in the transaction that completes it; the document is work for later.

    One live award a person, achievement and cycle: a second completion gives the first. None where the course
    awards nothing.
    """
    outline = load_revision(completed.revision_id).outline
    if not outline.facts["certificate"]:
        return None
    achievement = f"course:{completed.course_id}"
    standing = queries.live_award(completed.person_id, achievement, completed.cycle)
    if standing:
        return standing
    holder = queries.holder_of(completed.person_id)
    salt = secrets.token_hex(16)
    award = _new_award(completed, achievement, snapshots.name_digest(salt, holder.name))
    try:
        with db.session.begin_nested():
            db.session.add(award)
    except IntegrityError:  # completed at the same moment elsewhere
        return queries.live_award(completed.person_id, achievement, completed.cycle)
    _complete(award, holder, salt)
    return award


def _complete(award: Award, holder: Holder, salt: str) -> None:
    """The rows that stand beside a new award, the work to do, and the news."""
    db.session.add(
        AwardHolder(award_id=award.id, name=holder.name, language=holder.language, email=holder.email, salt=salt)
    )
    db.session.add(_event(award.id, 1, ISSUED, award.issued_at))
    _order_document(award, 0, at=award.issued_at)
    record(
        "award.issued", by=SYSTEM, subject=("award", award.id), at=award.issued_at, enrolment=str(award.enrolment_id)
    )
    publish(AwardIssued(award.id, award.person_id, award.course_id, award.cycle, award.issued_at))


def _new_award(completed: EnrolmentCompleted, achievement: str, name_digest: str) -> Award:
    revision = load_revision(completed.revision_id)
    organisation = organisation_of(revision.organisation_id)
    zone = zone_named(organisation.timezone)
    issued_on = completed.at.astimezone(zone).date()
    months = revision.outline.facts["certificate"]["valid_months"]
    expires_on = last_day(issued_on, months) if months else None
    facts = snapshots.snapshot(
        revision.outline,
        number=revision.number,
        issuer=organisation.name,
        country=organisation.country or "",
        load_body=load_body,
    ) | {"issued_on": issued_on.isoformat()}
    evidence = snapshots.evidence_digest([_evidence(event) for event in events_of(completed.enrolment_id)])
    public_id = new_public_id()
    return Award(
        id=new_id(),
        public_id=public_id,
        person_id=completed.person_id,
        course_id=completed.course_id,
        revision_id=completed.revision_id,
        organisation_id=organisation.id,
        enrolment_id=completed.enrolment_id,
        cycle=completed.cycle,
        number=queries.count_awards(completed.person_id, achievement, completed.cycle) + 1,
        achievement=achievement,
        facts=facts,
        name_digest=name_digest,
        evidence_digest=evidence,
        digest=snapshots.award_digest(
            public_id=public_id,
            achievement=achievement,
            cycle=completed.cycle,
            facts=facts,
            name=name_digest,
            evidence=evidence,
            issued_at=completed.at,
            expires_on=expires_on,
        ),
        issued_at=completed.at,
        expires_on=expires_on,
        expires_at=last_instant(expires_on, zone) if expires_on else None,
    )


def _evidence(event: Any) -> dict[str, Any]:
    facts = {"number": event.number, "kind": event.kind, "activity": event.activity_key, "data": event.data}
    return facts | {"at": event.at.isoformat()}


def _event(award_id: uuid.UUID, number: int, kind: str, at: datetime, by: Actor = SYSTEM, **data: Any) -> AwardEvent:
    return AwardEvent(award_id=award_id, number=number, kind=kind, at=at, person_id=by.person_id, data=data)


def _append(view: AwardView, kind: str, at: datetime, by: Actor = SYSTEM, **data: Any) -> None:
    """Two writers of one award collide on the number: the second is told that it changed (409), and tries again."""
    db.session.add(_event(view.award.id, len(view.happenings) + 1, kind, at, by, **data))


def _order_document(award: Award, held: int, *, at: datetime) -> Job:
    """The row of work for the document; one each time the award was held, so that trying again is work anew."""
    key = f"{DOCUMENT_JOB}:{award.id}:{held}"
    return enqueue(DOCUMENT_JOB, key, {"award": str(award.id)}, at=at, person_id=award.person_id)


def document_job(view: AwardView) -> Job | None:
    """The work that makes the award's document, newest try; None where it was never ordered."""
    key = f"{DOCUMENT_JOB}:{view.award.id}:{_times_held(view)}"
    return db.session.scalar(sa.select(Job).where(Job.key == key))


def _times_held(view: AwardView) -> int:
    return sum(happening.kind == HELD for happening in view.happenings)


def attach_document(award_id: uuid.UUID, pdf: bytes, picture: bytes, *, at: datetime) -> AwardDocument:
    """Stores the document once, for ever; a second one is not taken, and gives the first.

    Refused: credentials.erased where the holder is gone meanwhile; then nothing stays stored.
    """
    view = queries.find_view(award_id, at)
    if view.document:
        return view.document
    if view.holder is None:
        raise Refused(CredentialReason.ERASED)
    begin_writing()  # nobody shall wait for SQLite's one lock while two files are stored
    document = AwardDocument(
        award_id=award_id,
        digest=storage().put(pdf),
        size=len(pdf),
        picture_digest=storage().put(picture),
        picture_size=len(picture),
        made_at=at,
    )
    if db.session.get(AwardHolder, award_id, with_for_update=True) is None:  # erased while the files were stored
        drop_files([document.digest, document.picture_digest])
        raise Refused(CredentialReason.ERASED)
    db.session.add(document)
    _append(view, DOCUMENT_MADE, at, document=document.digest)
    return document


def drop_files(digests: Iterable[str]) -> None:
    """Deletes stored documents and pictures that no award of a living holder has. A second time does nothing."""
    for digest in digests:
        if not queries.is_held(digest) and storage().has(digest):
            storage().delete(digest)


def hold_award(award_id: uuid.UUID, obstacle: str, values: Mapping[str, Any], *, at: datetime) -> None:
    """Notes why the document can't be made until a person has looked; nothing is noted once it is there."""
    view = queries.find_view(award_id, at)
    if view.document is None:
        _append(view, HELD, at, obstacle=obstacle, **values)


def retry_held(*, by: Actor, at: datetime) -> int:
    """Orders every document that is missing once more: at each start of a worker, and by an administrator. How many."""
    views = queries.without_document(at)
    for view in views:
        _retry(view, at=at)
    if views:
        record("awards.documents_ordered", by=by, subject=("installation", "awards"), at=at, count=len(views))
    return len(views)


def retry_document(public_id: str, *, by: Actor, at: datetime) -> AwardView:
    """Orders one missing document once more. Refused: credentials.unknown, core.forbidden."""
    view = queries.find_own_award(public_id, by, at)
    if not permissions.may_retry(by):
        raise Refused(CoreReason.FORBIDDEN)
    if view.document is None and view.holder is not None:
        _retry(view, at=at)
        record("award.document_ordered", by=by, subject=("award", view.award.id), at=at)
    return view


def _retry(view: AwardView, *, at: datetime) -> None:
    job = _order_document(view.award, _times_held(view), at=at)
    if job.state in ("failed", "cancelled"):
        restart(job.id, at=at)


def revoke_award(public_id: str, reason: str, *, by: Actor, at: datetime) -> AwardView:
    """Withdraws an award for good, with a reason that everybody reads who checks it. The document stays as it is.

    Refused: credentials.unknown, core.forbidden, credentials.reason_missing, credentials.already_revoked.
    """
    view = queries.find_own_award(public_id, by, at)
    if not permissions.may_revoke(by, organisation_id=view.award.organisation_id):
        raise Refused(CoreReason.FORBIDDEN)
    public_reason = " ".join(reason.split())
    if not LEAST_REASON <= len(public_reason) <= MOST_REASON:
        raise Refused(CredentialReason.REASON_MISSING)
    if view.status.name == REVOKED:
        raise Refused(CredentialReason.ALREADY_REVOKED)
    _append(view, REVOKED, at, by, reason=public_reason)
    record("award.revoked", by=by, subject=("award", view.award.id), at=at)
    publish(AwardRevoked(view.award.id, view.award.person_id, at))
    return queries.find_view(view.award.id, at)
