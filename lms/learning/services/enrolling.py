"""Putting people on courses."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.db import db
from lms.core.ids import new_id
from lms.core.reasons import CoreReason, Refused
from lms.courses.queries import find_published
from lms.learning import queries
from lms.learning.models import Enrolment
from lms.learning.permissions import may_enrol_invited
from lms.learning.reasons import LearningReason


def enrol_learner(person_id: uuid.UUID, slug: str, *, by: Actor, at: datetime) -> tuple[Enrolment, bool]:
    """Puts a person on the course's published revision: (enrolment, whether it is new).

    Who is on it already gets the enrolment that runs. Refused: course.unknown, learning.invited_only.
    """
    course = find_published(slug)
    standing = queries.enrolment_in(person_id, course.id)
    if standing:
        return standing, False
    may = course.is_open or may_enrol_invited(by, course_id=course.id, organisation_id=course.organisation_id)
    if not may:
        raise Refused(LearningReason.INVITED_ONLY)
    ids = {"id": new_id(), "person_id": person_id, "course_id": course.id, "revision_id": course.revision_id}
    enrolment = Enrolment(
        **ids, cycle=1, progress={}, enrolled_at=at, touched_at=at, status="active", percent=0, events=0
    )
    try:
        with db.session.begin_nested():
            db.session.add(enrolment)
    except IntegrityError:  # the same person enrolled at the same moment elsewhere
        standing = queries.enrolment_in(person_id, course.id)
        if standing is None:
            raise Refused(CoreReason.CONFLICT) from None
        return standing, False
    record("learner.enrolled", by=by, subject=("enrolment", enrolment.id), at=at, course=str(course.id))
    return enrolment, True
