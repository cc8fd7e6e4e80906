"""Reads about packs of certificates: who asked for which, and what goes into one."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.compliance.models import EvidencePack, EvidencePackPerson
from lms.compliance.queries.filters import Scope
from lms.compliance.queries.people import CourseOfPerson, PersonRow, some_people
from lms.compliance.reasons import ComplianceReason
from lms.core.actor import Actor
from lms.core.db import db
from lms.core.jobs.models import Job
from lms.core.reasons import Refused
from lms.core.web.cursors import PAGE, decode_cursor, key_of, page_of
from lms.courses.queries import load_revision
from lms.credentials.models import Award, AwardDocument, AwardEvent, AwardHolder
from lms.credentials.rules.statuses import HELD, Happening, status_at
from lms.learning.models import Enrolment
from lms.learning.queries import proof_until, visible_to
from lms.organisations.models import Organisation
from lms.organisations.permissions import managed_teams, manages_people, sees_all_people
from lms.organisations.queries import people_within


@dataclass(frozen=True)
class Proof:
    """A line of a pack: a certificate, or why there is none. `digest` is of the document that belongs into the zip."""

    person_id: uuid.UUID
    person: str
    number: str | None
    slug: str = ""
    title: str = ""
    public_id: str = ""
    status: str = ""
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    digest: str = ""
    missing: Refused | None = None


def find_pack(pack_id: uuid.UUID, by: Actor) -> EvidencePack:
    """A pack that the actor asked for, or an administrator looks at; Refused(compliance.pack_unknown).

    Not another hr's: what is in it is what the one who asked may see, and has to be allowed to see still.
    """
    pack = db.session.get(EvidencePack, pack_id)
    is_own = pack is not None and by.person_id is not None and pack.person_id == by.person_id
    if pack is None or not (by.is_administrator or (is_own and _sees_all_in(pack, by))):
        raise Refused(ComplianceReason.PACK_UNKNOWN)
    return pack


def _sees_all_in(pack: EvidencePack, by: Actor) -> bool:
    """Who left, or manages fewer people now, takes no proof along."""
    if sees_all_people(by, pack.organisation_id):
        return True
    people = sa.select(EvidencePackPerson.person_id).where(EvidencePackPerson.pack_id == pack.id)
    unseen = people.where(EvidencePackPerson.person_id.not_in(people_within(by, pack.organisation_id)))
    return bool(managed_teams(by)) and db.session.scalar(unseen.limit(1)) is None


def list_packs(scope: Scope, *, cursor: str | None = None, limit: int = PAGE) -> tuple[list[EvidencePack], str | None]:
    """Those that the actor asked for in the organisation, the newest first: (page, next cursor)."""
    rows = sa.select(EvidencePack).where(EvidencePack.organisation_id == scope.id)
    if not scope.by.is_administrator:
        rows = rows.where(EvidencePack.person_id == scope.by.person_id)
    if after := decode_cursor(cursor, 1):
        rows = rows.where(EvidencePack.id < key_of(after[0]))
    found = db.session.scalars(rows.order_by(EvidencePack.id.desc()).limit(limit + 1)).all()
    return page_of(found, limit, lambda pack: [pack.id])


def job_of(pack: EvidencePack) -> Job | None:
    """The work that makes it."""
    return db.session.get(Job, pack.job_id) if pack.job_id else None


def organisation_of(pack: EvidencePack) -> Organisation:
    return db.session.get_one(Organisation, pack.organisation_id)


def find_by_key(key: str) -> EvidencePack | None:
    return db.session.scalar(sa.select(EvidencePack).where(EvidencePack.key == key))


def newest_by_key(prefix: str) -> tuple[EvidencePack | None, int]:
    """(the newest pack of exactly this request, how many there were)."""
    rows = sa.select(EvidencePack).where(EvidencePack.key.startswith(prefix, autoescape=True))
    found = db.session.scalars(rows.order_by(EvidencePack.id)).all()
    return (found[-1] if found else None), len(found)


def count_people(pack_id: uuid.UUID) -> int:
    """For how many people it was asked."""
    return db.session.scalar(sa.select(sa.func.count()).where(EvidencePackPerson.pack_id == pack_id)) or 0


def packs_with(person_id: uuid.UUID) -> Sequence[EvidencePack]:
    """Packs that hold or will hold something of a person."""
    rows = sa.select(EvidencePack).join(EvidencePackPerson, EvidencePackPerson.pack_id == EvidencePack.id)
    return db.session.scalars(rows.where(EvidencePackPerson.person_id == person_id).order_by(EvidencePack.id)).all()


def proof_of(scope: Scope, pack: EvidencePack) -> Iterator[Proof]:
    """A line for each certificate of the pack's people whom the actor still sees, and for each course without one."""
    asked = sa.select(EvidencePackPerson.person_id).where(EvidencePackPerson.pack_id == pack.id)
    slug = pack.request["course"]
    for people in some_people(scope, list(db.session.scalars(asked))):
        awards = _awards(scope, [person.person_id for person in people])
        for person in people:
            held = [proof for proof in awards[person.person_id] if slug in ("", proof.slug)]
            yield from _named(person, held)
            yield from _without(person, {proof.slug for proof in held}, slug)
    if manages_people(scope.by, scope.id):
        yield from _of_leavers(scope, asked, slug)


def _of_leavers(scope: Scope, asked: sa.Select[uuid.UUID], slug: str) -> Iterator[Proof]:
    """What those of them who left had earned in the organisation's name by then: hr's alone (decision 0017)."""
    until = proof_until(scope.id)
    proofs = proofs_where(scope, Award.person_id.in_(asked), Award.issued_at <= until, ~visible_to(scope.id))
    yield from (proof for proof in proofs.values() if slug in ("", proof.slug))


def _awards(scope: Scope, person_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Proof]]:
    """The certificates of people from enrolments that the organisation sees, the oldest first. Two statements."""
    found: dict[uuid.UUID, list[Proof]] = defaultdict(list)
    for proof in proofs_where(scope, Award.person_id.in_(person_ids), visible_to(scope.id)).values():
        found[proof.person_id].append(proof)
    return found


def proofs_where(scope: Scope, *which: sa.ColumnElement[bool]) -> dict[uuid.UUID, Proof]:
    """Certificates by the key of the award, the oldest first; `which` are conditions on Award and its Enrolment."""
    columns = (
        Award.id, Award.person_id, Award.public_id, Award.revision_id, Award.issued_at, Award.expires_at,
        AwardHolder.name, AwardDocument.digest,
    )  # fmt: skip
    rows = sa.select(*columns).join(Enrolment, Enrolment.id == Award.enrolment_id)
    rows = rows.outerjoin(AwardHolder, AwardHolder.award_id == Award.id)
    rows = rows.outerjoin(AwardDocument, AwardDocument.award_id == Award.id)
    awards = db.session.execute(rows.where(*which).order_by(Award.issued_at, Award.id)).all()
    happened: dict[uuid.UUID, list[Happening]] = defaultdict(list)
    events = sa.select(AwardEvent.award_id, AwardEvent.kind, AwardEvent.at, AwardEvent.data)
    mine = AwardEvent.award_id.in_([award.id for award in awards])
    for award_id, kind, at, data in db.session.execute(events.where(mine).order_by(AwardEvent.number)):
        happened[award_id].append(Happening(kind, at, data))
    return {award.id: _proof(award, happened[award.id], scope) for award in awards}


def _proof(award: Any, happened: list[Happening], scope: Scope) -> Proof:
    revision = load_revision(award.revision_id)
    status = status_at(happened, award.expires_at, scope.at).name
    missing = None
    if award.digest is None or award.name is None:
        reason = {True: ComplianceReason.MISSING_ERASED, False: ComplianceReason.MISSING_COMING}[award.name is None]
        missing = Refused(ComplianceReason.MISSING_HELD if status == HELD else reason)
    return Proof(
        person_id=award.person_id,
        person=award.name or "",
        number=None,
        slug=revision.slug,
        title=revision.outline.title,
        public_id=award.public_id,
        status=status,
        issued_at=award.issued_at,
        expires_at=award.expires_at,
        digest="" if missing else award.digest,
        missing=missing,
    )


def _named(person: PersonRow, held: list[Proof]) -> Iterator[Proof]:
    """The name is the one on the document; the organisation's own where there is none."""
    for proof in held:
        yield replace(proof, person=proof.person or person.name, number=person.number)


def _without(person: PersonRow, certified: set[str], slug: str) -> Iterator[Proof]:
    courses = [course for course in person.courses if slug in ("", course.slug)]
    for course in courses:
        if course.slug not in certified:
            yield Proof(*_who(person), course.slug, course.title, missing=_why_none(course))
    if not courses and not certified:
        yield Proof(*_who(person), slug, missing=Refused(ComplianceReason.MISSING_ENROLMENT))


def _who(person: PersonRow) -> tuple[uuid.UUID, str, str | None]:
    return person.person_id, person.name, person.number


def _why_none(course: CourseOfPerson) -> Refused:
    if course.status == "completed":
        return Refused(ComplianceReason.MISSING_NONE)
    return Refused(ComplianceReason.MISSING_COURSE, percent=course.percent)
