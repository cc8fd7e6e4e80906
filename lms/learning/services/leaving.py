"""Enrolments withdrawn, and what becomes of them when an organisation's name is taken off."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa

from lms.core.actor import SYSTEM, Actor
from lms.core.audit import record
from lms.core.db import db, in_portions
from lms.core.ids import new_id
from lms.core.reasons import Refused
from lms.learning import queries
from lms.learning.models import Enrolment, EnrolmentSponsor, LearningEvent
from lms.learning.reasons import LearningReason
from lms.learning.rules.progress import ACTIVE, WITHDRAWN, Fact
from lms.learning.services.projecting import add_fact
from lms.organisations.events import MembersLeft

"""In one statement: SQLite takes 32,766."""


def withdraw_enrolment(enrolment_id: uuid.UUID, *, reason: str, by: Actor, at: datetime) -> Enrolment:
    """Ends an enrolment that is not completed; who withdraws is in its event. A second time changes nothing.

    `reason` is a code (such as "left_audience"), never a person's words. The caller has checked that `by` may.
    Refused: learning.not_enrolled, learning.completed.
    """
    rows = sa.select(Enrolment).where(Enrolment.id == enrolment_id).with_for_update()
    enrolment = db.session.scalar(rows)
    if enrolment is None:
        raise Refused(LearningReason.NOT_ENROLLED)
    if enrolment.completed_at:
        raise Refused(LearningReason.COMPLETED)
    if enrolment.status == WITHDRAWN:
        return enrolment
    return add_fact(enrolment, Fact(WITHDRAWN, None, {"reason": reason}, at), by=by)


def take_name_off(
    organisation_id: uuid.UUID,
    person_ids: Collection[uuid.UUID],
    *,
    reason: str,
    by: Actor,
    at: datetime,
    course_ids: Collection[uuid.UUID] | None = None,
) -> list[uuid.UUID]:
    """The organisation no longer wants these people on its courses (default: any that it put them on).

    What was not begun, and nobody else put them on, neither they themselves nor another organisation, is withdrawn;
    the rest goes on, and what is achieved up to now stays the organisation's proof. Gives the withdrawn enrolments.
    """
    named = (EnrolmentSponsor.organisation_id == organisation_id, EnrolmentSponsor.ended_at.is_(None))
    rows = sa.select(Enrolment).join(EnrolmentSponsor, EnrolmentSponsor.enrolment_id == Enrolment.id)
    rows = rows.where(*named).order_by(Enrolment.id)
    if course_ids is not None:
        rows = rows.where(Enrolment.course_id.in_(course_ids))
    enrolments = [
        one for some in in_portions(person_ids) for one in db.session.scalars(rows.where(Enrolment.person_id.in_(some)))
    ]
    ids = [enrolment.id for enrolment in enrolments]
    for some in in_portions(ids):
        theirs = (*named, EnrolmentSponsor.enrolment_id.in_(some))
        db.session.execute(sa.update(EnrolmentSponsor).where(*theirs).values(ended_at=at))
    wanted = queries.arranged_by_anybody(ids)
    gone = [
        one
        for one in enrolments
        if one.status == ACTIVE and not one.progress and not one.by_learner and one.id not in wanted
    ]
    _withdraw_many(gone, reason=reason, by=by, at=at)
    if ids:
        enrolments_ended = [str(one) for one in ids]
        subject = ("organisation", organisation_id)
        record("enrolments.name_taken_off", by=by, subject=subject, at=at, enrolments=enrolments_ended)
    return [one.id for one in gone]


def _withdraw_many(enrolments: Sequence[Enrolment], *, reason: str, by: Actor, at: datetime) -> None:
    """As `withdraw_enrolment`, in a number of statements that does not grow with them: SQLite's one lock is held.

    Who begins at this moment made the event of the same number: then this one is refused as a conflict.
    """
    event = {"kind": WITHDRAWN, "activity_key": None, "data": {"reason": reason}, "at": at, "idempotency_key": None}
    rows = [
        {"id": new_id(), "enrolment_id": one.id, "number": one.events + 1, "person_id": by.person_id, **event}
        for one in enrolments
    ]
    if not rows:
        return
    db.session.execute(sa.insert(LearningEvent), rows)
    for ids in in_portions(one.id for one in enrolments):
        values = {"status": WITHDRAWN, "events": Enrolment.events + 1}
        db.session.execute(sa.update(Enrolment).where(Enrolment.id.in_(ids)).values(**values))


def end_on_leaving(event: MembersLeft) -> None:
    """Who left: as `take_name_off`. Nothing is kept in the name of an organisation that a person never accepted."""
    take_name_off(event.organisation_id, event.person_ids, reason="left_organisation", by=SYSTEM, at=event.at)
    for some in in_portions(event.never_accepted):
        theirs = sa.select(Enrolment.id).where(Enrolment.person_id.in_(some))
        named = (EnrolmentSponsor.organisation_id == event.organisation_id, EnrolmentSponsor.enrolment_id.in_(theirs))
        db.session.execute(sa.delete(EnrolmentSponsor).where(*named))
