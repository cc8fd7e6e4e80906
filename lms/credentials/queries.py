"""Reads about awards. Two statements an award: the row with holder and document, and what happened to it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from certificates.names import printed
from lms.accounts.models import Person
from lms.core.actor import Actor
from lms.core.db import db
from lms.core.ids import CROCKFORD, PUBLIC_ID_LENGTH, read_public_id
from lms.core.reasons import CoreReason, Refused
from lms.core.web.cursors import PAGE, decode_cursor, page_of
from lms.courses.models import Course
from lms.credentials import permissions
from lms.credentials.models import Award, AwardDocument, AwardEvent, AwardHolder
from lms.credentials.reasons import CredentialReason
from lms.credentials.rules.statuses import HELD, REVOKED, SUPERSEDED, Happening, Status, status_at
from lms.learning.ports import Holding
from lms.learning.queries import is_in_sight, is_kept_as_proof

HELD_REASONS = {
    reason.code.removeprefix("credentials."): reason
    for reason in (
        CredentialReason.NAME_EMPTY,
        CredentialReason.GLYPH_MISSING,
        CredentialReason.ELEMENT_MISSING,
        CredentialReason.DRAWING_FAILED,
        CredentialReason.NO_ADDRESS,
    )
}


@dataclass(frozen=True)
class AwardView:
    """An award with all that is known of it. `holder` is None once erased, `document` until it is there."""

    award: Award
    holder: AwardHolder | None
    document: AwardDocument | None
    course_slug: str
    happenings: Sequence[Happening]
    at: datetime

    @cached_property
    def status(self) -> Status:
        return status_at(self.happenings, self.award.expires_at, self.at)

    @property
    def why(self) -> Refused | None:
        """The reason behind a status that is not simply valid, or None."""
        happening = self.status.happening
        match self.status.name:
            case "eligible":
                return Refused(CredentialReason.COMING)
            case "held" if happening:
                reason = HELD_REASONS.get(happening.data["obstacle"], CredentialReason.DRAWING_FAILED)
                return Refused(reason, **_in_words(happening.data))
            case "revoked" if happening:
                return Refused(CredentialReason.REVOKED, words=happening.data["reason"])
            case "superseded":
                return Refused(CredentialReason.SUPERSEDED)
            case "expired":
                return Refused(CredentialReason.EXPIRED)
        return None


def _in_words(data: dict[str, Any]) -> dict[str, str]:
    """Stored lists as texts for a sentence; what an obstacle did not tell stays empty."""
    return {"characters": "", "scripts": "", "elements": ""} | {
        name: " ".join(value) if name == "characters" else ", ".join(value) for name, value in _lists(data)
    }


def _lists(data: dict[str, Any]) -> Iterable[tuple[str, list[str]]]:
    return ((name, value) for name, value in data.items() if isinstance(value, list))


Rows = sa.Select[Award, AwardHolder, AwardDocument, str]


def _rows() -> Rows:
    return (
        sa.select(Award, AwardHolder, AwardDocument, Course.slug)
        .join(Course, Course.id == Award.course_id)
        .outerjoin(AwardHolder, AwardHolder.award_id == Award.id)
        .outerjoin(AwardDocument, AwardDocument.award_id == Award.id)
    )


def _views(rows: Rows, at: datetime) -> list[AwardView]:
    found = db.session.execute(rows).all()
    happened = _happenings([row[0].id for row in found])
    return [AwardView(award, holder, document, slug, happened[award.id], at) for award, holder, document, slug in found]


def _happenings(award_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Happening]]:
    found: dict[uuid.UUID, list[Happening]] = defaultdict(list)
    if award_ids:
        events = sa.select(AwardEvent).where(AwardEvent.award_id.in_(award_ids)).order_by(AwardEvent.number)
        for event in db.session.scalars(events):
            found[event.award_id].append(Happening(event.kind, event.at, event.data))
    return found


def find_award(public_id: str, at: datetime) -> AwardView:
    """By the number as somebody typed it; Refused(credentials.unknown). For whoever has the number, nobody else."""
    number = read_public_id(public_id)
    if len(number) != PUBLIC_ID_LENGTH or set(number) - set(CROCKFORD):
        raise Refused(CredentialReason.UNKNOWN)  # nothing that the database should be asked
    views = _views(_rows().where(Award.public_id == number), at)
    if not views:
        raise Refused(CredentialReason.UNKNOWN)
    return views[0]


def find_own_award(public_id: str, by: Actor, at: datetime) -> AwardView:
    """An award that `by` may see, as holder, as the issuer's author or for the organisation of the holder, now or then.

    Refused(credentials.unknown) for anybody else's.
    """
    view = find_award(public_id, at)
    award = view.award
    may_see = permissions.may_see(by, person_id=award.person_id, organisation_id=award.organisation_id)
    if may_see or is_in_sight(award.enrolment_id, by):
        return view
    if not is_kept_as_proof(award.enrolment_id, award.issued_at, by):
        raise Refused(CredentialReason.UNKNOWN)
    return view


def find_view(award_id: uuid.UUID, at: datetime) -> AwardView:
    """By the inner id, which stands by construction."""
    (view,) = _views(_rows().where(Award.id == award_id), at)
    return view


def is_held(digest: str) -> bool:
    """Whether a stored file is the document, or its picture, of an award whose holder was not erased."""
    same = sa.or_(AwardDocument.digest == digest, AwardDocument.picture_digest == digest)
    rows = sa.select(AwardDocument.award_id).join(AwardHolder, AwardHolder.award_id == AwardDocument.award_id)
    return db.session.scalar(rows.where(same).limit(1)) is not None


def find_by_document(digest: str, at: datetime) -> AwardView:
    """The award whose stored document has exactly these bytes; Refused(credentials.not_genuine)."""
    views = _views(_rows().where(AwardDocument.digest == digest), at)
    if not views:
        raise Refused(CredentialReason.NOT_GENUINE)
    return views[0]


def awards_of(
    person_id: uuid.UUID, at: datetime, *, cursor: str | None = None, limit: int = PAGE
) -> tuple[list[AwardView], str | None]:
    """A person's awards, the newest first: (page, next cursor)."""
    rows = _rows().where(Award.person_id == person_id).order_by(Award.issued_at.desc(), Award.id.desc())
    if after := decode_cursor(cursor, 2):
        rows = rows.where(sa.tuple_(Award.issued_at, Award.id) < sa.tuple_(*_keys(after)))
    views = _views(rows.limit(limit + 1), at)
    return page_of(views, limit, lambda view: (view.award.issued_at.isoformat(), view.award.id))


def _keys(after: list[str]) -> tuple[sa.ColumnElement[Any], sa.ColumnElement[Any]]:
    try:
        issued_at, award_id = datetime.fromisoformat(after[0]), uuid.UUID(after[1])
    except ValueError:
        raise Refused(CoreReason.CURSOR) from None
    return sa.literal(issued_at, Award.issued_at.type), sa.literal(award_id, Award.id.type)


def wallet_of(person_id: uuid.UUID, at: datetime) -> list[dict[str, Any]]:
    """What the start page shows: {title, status, href, expires_at (the last day), reason}, the newest first."""
    views, _more = awards_of(person_id, at)
    return [
        {
            "title": view.award.facts["title"],
            "status": view.status.name,
            "href": f"/certificates/{view.award.public_id}",
            "expires_at": view.award.expires_on,
            "reason": view.why.sentence() if view.why and view.status.name == HELD else "",
        }
        for view in views
    ]


def live_award(person_id: uuid.UUID, achievement: str, cycle: int) -> Award | None:
    """The award of the cycle that neither was withdrawn nor has a successor, or None."""
    over = sa.select(AwardEvent.id).where(AwardEvent.award_id == Award.id, AwardEvent.kind.in_((REVOKED, SUPERSEDED)))
    same = (Award.person_id == person_id, Award.achievement == achievement, Award.cycle == cycle)
    rows = sa.select(Award).where(*same, ~over.exists()).order_by(Award.number.desc()).limit(1)
    return db.session.scalar(rows)


def count_awards(person_id: uuid.UUID, achievement: str, cycle: int) -> int:
    """All awards of the cycle, live or not."""
    same = (Award.person_id == person_id, Award.achievement == achievement, Award.cycle == cycle)
    return db.session.scalar(sa.select(sa.func.count()).select_from(Award).where(*same)) or 0


def without_document(at: datetime) -> list[AwardView]:
    """Awards that count and have no document yet, the oldest first."""
    over = sa.select(AwardEvent.id).where(AwardEvent.award_id == Award.id, AwardEvent.kind.in_((REVOKED, SUPERSEDED)))
    missing = (AwardDocument.award_id.is_(None), AwardHolder.award_id.is_not(None), ~over.exists())
    return _views(_rows().where(*missing).order_by(Award.id), at)


@dataclass(frozen=True)
class Holder:
    """Who will hold an award: the name as it is printed, as accounts know it now. `language` is a BCP 47 tag or ""."""

    name: str
    email: str
    language: str


def holder_of(person_id: uuid.UUID) -> Holder:
    name, email, locale = db.session.execute(
        sa.select(Person.name, Person.email, Person.locale).where(Person.id == person_id)
    ).one()
    return Holder(printed(name), email, (locale or "").replace("_", "-"))


class HeldCredentials:
    """Answers learning's questions about what somebody holds."""

    def holds(self, person_id: uuid.UUID, course_slug: str, at: datetime) -> bool:
        """Whether the person holds a credential of the course that is in force at the instant."""
        rows = _rows().where(Award.person_id == person_id, Course.slug == course_slug)
        return any(view.status.is_in_force for view in _views(rows, at))

    def held_by(self, person_ids: Sequence[uuid.UUID], course_slugs: Sequence[str], at: datetime) -> set[Holding]:
        """Who of these people holds a credential in force of which of these courses."""
        if not person_ids or not course_slugs:
            return set()
        rows = _rows().where(Award.person_id.in_(person_ids), Course.slug.in_(course_slugs))
        return {(view.award.person_id, view.course_slug) for view in _views(rows, at) if view.status.is_in_force}

    def waiting(self, course_id: uuid.UUID) -> sa.Select[uuid.UUID]:
        """A select of the course's enrolments with an award that was held back and has no document yet."""
        held = sa.select(AwardEvent.id).where(AwardEvent.award_id == Award.id, AwardEvent.kind == HELD)
        rows = sa.select(Award.enrolment_id).outerjoin(AwardDocument, AwardDocument.award_id == Award.id)
        return rows.where(Award.course_id == course_id, AwardDocument.award_id.is_(None), held.exists())

    def why_held(self, enrolment_ids: Sequence[uuid.UUID], at: datetime) -> dict[uuid.UUID, Refused]:
        """Why the certificate of each of these enrolments is held back, where it is."""
        if not enrolment_ids:
            return {}
        views = _views(_rows().where(Award.enrolment_id.in_(enrolment_ids)), at)
        return {view.award.enrolment_id: view.why for view in views if view.status.name == HELD and view.why}

    def url_for(self, enrolment_id: uuid.UUID) -> str | None:
        """The page of the certificate that the enrolment led to, or None."""
        rows = sa.select(Award.public_id).where(Award.enrolment_id == enrolment_id).order_by(Award.number.desc())
        public_id = db.session.scalar(rows.limit(1))
        return f"/certificates/{public_id}" if public_id else None
