"""Putting people on courses: themselves, by a course's staff, and many at once in an organisation's name."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from lms.core.actor import Actor
from lms.core.audit import record, record_many
from lms.core.db import db, insert_ignore
from lms.core.ids import new_id
from lms.core.reasons import CoreReason, Refused
from lms.courses.queries import PublishedCourse, find_published
from lms.learning import queries
from lms.learning.models import Enrolment, EnrolmentSponsor, LearningEvent
from lms.learning.permissions import may_enrol_invited
from lms.learning.queries import InWhoseName
from lms.learning.reasons import LearningReason
from lms.learning.rules.progress import ACTIVE, RESUMED, WITHDRAWN, Fact
from lms.learning.services.projecting import add_fact

SUBJECT = "enrolment"


def enrol_learner(person_id: uuid.UUID, slug: str, *, by: Actor, at: datetime) -> tuple[Enrolment, bool]:
    """Puts a person on the course's published revision: (enrolment, whether it is new).

    Who is on it already gets the enrolment that runs; one that was withdrawn runs again.
    Refused: course.unknown, learning.invited_only.
    """
    course = find_published(slug)
    standing = queries.enrolment_in(person_id, course.id)
    if standing and standing.status != WITHDRAWN:
        return standing, False
    _check_may_enrol(course, by)
    if standing:
        return _resume(standing, by=by, at=at), False
    enrolment = Enrolment(**_new_row(course, person_id, by_learner=by.person_id == person_id, at=at))
    try:
        with db.session.begin_nested():
            db.session.add(enrolment)
    except IntegrityError:  # the same person enrolled at the same moment elsewhere
        standing = queries.enrolment_in(person_id, course.id)
        if standing is None:
            raise Refused(CoreReason.CONFLICT) from None
        return standing, False
    record("learner.enrolled", by=by, subject=(SUBJECT, enrolment.id), at=at, course=str(course.id))
    return enrolment, True


def _check_may_enrol(course: PublishedCourse, by: Actor) -> None:
    may = course.is_open or may_enrol_invited(by, course_id=course.id, organisation_id=course.organisation_id)
    if not may:
        raise Refused(LearningReason.INVITED_ONLY)


def _new_row(course: PublishedCourse, person_id: uuid.UUID, *, by_learner: bool, at: datetime) -> dict[str, Any]:
    ids = {"id": new_id(), "person_id": person_id, "course_id": course.id, "revision_id": course.revision_id}
    begun = {"enrolled_at": at, "touched_at": at, "by_learner": by_learner}
    return ids | begun | {"cycle": 1, "progress": {}, "status": ACTIVE, "percent": 0, "events": 0}


def _resume(enrolment: Enrolment, *, by: Actor, at: datetime) -> Enrolment:
    is_self = by.person_id == enrolment.person_id
    enrolment.by_learner = enrolment.by_learner or is_self
    return add_fact(enrolment, Fact(RESUMED, None, {}, at), by=None if is_self else by)


@dataclass(frozen=True)
class Enrolled:
    """What enrolling many does, as their organisation may know it: who comes new on the course, who is on it already
    in its sight, and who is passed over, since not (any more) among the people whom the actor sees there."""

    course: PublishedCourse
    new: list[uuid.UUID]
    standing: list[uuid.UUID]
    outside: list[uuid.UUID]


def effect_of_enrolling(
    person_ids: Sequence[uuid.UUID], slug: str, *, organisation_id: uuid.UUID, by: Actor
) -> Enrolled:
    """What `enrol_people` would do, changing nothing. Refused: course.unknown, learning.invited_only."""
    return _look(person_ids, slug, organisation_id=organisation_id, by=by)[0]


def enrol_people(
    person_ids: Sequence[uuid.UUID], slug: str, *, organisation_id: uuid.UUID, by: Actor, at: datetime
) -> Enrolled:
    """Puts people of an organisation on a course in its name, in a number of statements that does not grow with them.

    A second time changes nothing. Whoever was on the course before, by whatever way, keeps the one enrolment; that the
    organisation arranged it too is written down. One that was withdrawn runs again.
    Refused: course.unknown, learning.invited_only.
    """
    effect, standing = _look(person_ids, slug, organisation_id=organisation_id, by=by)
    course = effect.course
    rows = [
        _new_row(course, person_id, by_learner=False, at=at) for person_id in effect.new if person_id not in standing
    ]
    insert_ignore(Enrolment, rows)
    inside = [*effect.new, *effect.standing]
    there = queries.in_whose_name(inside, course.id, organisation_id)  # again: others may have been quicker
    _resume_many([one for one in there if one.status == WITHDRAWN], by=by, at=at)
    _put_in_name(organisation_id, [one for one in there if not one.is_sponsored], by=by, at=at)
    return effect


def _look(
    person_ids: Sequence[uuid.UUID], slug: str, *, organisation_id: uuid.UUID, by: Actor
) -> tuple[Enrolled, dict[uuid.UUID, InWhoseName]]:
    course = find_published(slug)
    _check_may_enrol(course, by)
    wanted = list(dict.fromkeys(person_ids))
    people = queries.people_of(wanted, organisation_id, by)
    standing = {one.person_id: one for one in queries.in_whose_name(list(people), course.id, organisation_id)}
    on_it = {key for key, one in standing.items() if one.is_seen and one.status != WITHDRAWN}
    effect = Enrolled(
        course,
        new=[key for key in wanted if key in people and key not in on_it],
        standing=[key for key in wanted if key in on_it],
        outside=[key for key in wanted if key not in people],
    )
    return effect, standing


def _resume_many(withdrawn: list[InWhoseName], *, by: Actor, at: datetime) -> None:
    if not withdrawn:
        return
    events = [
        {"id": new_id(), "enrolment_id": one.id, "number": one.events + 1, "kind": RESUMED, "activity_key": None}
        | {"data": {}, "at": at, "person_id": by.person_id, "idempotency_key": None}
        for one in withdrawn
    ]
    db.session.execute(sa.insert(LearningEvent), events)
    ids = [one.id for one in withdrawn]
    resumed = sa.update(Enrolment).where(Enrolment.id.in_(ids), Enrolment.status == WITHDRAWN)
    db.session.execute(resumed.values(status=ACTIVE, events=Enrolment.events + 1, touched_at=at))


def _put_in_name(organisation_id: uuid.UUID, enrolments: list[InWhoseName], *, by: Actor, at: datetime) -> None:
    """Writes that the organisation arranged these too, again where its name had ended."""
    if not enrolments:
        return
    ids = [one.id for one in enrolments]
    mine = (EnrolmentSponsor.organisation_id == organisation_id, EnrolmentSponsor.enrolment_id.in_(ids))
    anew = {"at": at, "person_id": by.person_id, "ended_at": None}
    db.session.execute(sa.update(EnrolmentSponsor).where(*mine).values(**anew))
    insert_ignore(EnrolmentSponsor, [{"enrolment_id": one, "organisation_id": organisation_id, **anew} for one in ids])
    data = {"organisation": str(organisation_id)}
    record_many("learner.enrolled", by=by, subjects=[(SUBJECT, one) for one in ids], at=at, **data)
