"""Who teaches a course: an author names colleagues, who then may write it."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa

from lms.accounts.services import grant_role, revoke_role, revoke_roles
from lms.core.actor import SYSTEM, Actor
from lms.core.db import db
from lms.core.reasons import CoreReason, Refused
from lms.courses import permissions, queries
from lms.courses.models import Course
from lms.courses.reasons import CourseReason
from lms.organisations.events import MembersLeft


def add_teacher(slug: str, email: str, *, by: Actor, at: datetime) -> uuid.UUID:
    """Lets a member of the course's organisation write the course; a second time changes nothing.

    Refused: course.unknown, core.forbidden, course.no_colleague (the same whether or not the address has an account).
    """
    course = _shared(slug, by)
    person_id = queries.find_colleague(course.organisation_id, email)
    if person_id is None:
        raise Refused(CourseReason.NO_COLLEAGUE)
    grant_role(person_id, "teacher", scope_kind="course", scope_id=course.id, by=by, at=at)
    return person_id


def remove_teacher(slug: str, person_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """What the person changed stays. Refused: course.unknown, core.forbidden, core.not_found."""
    course = _shared(slug, by)
    if not revoke_role(person_id, "teacher", scope_kind="course", scope_id=course.id, by=by, at=at):
        raise Refused(CoreReason.NOT_FOUND)


def end_teaching(event: MembersLeft) -> None:
    """Who left an organisation teaches none of its courses any more: they were named as its colleagues."""
    own = db.session.scalars(sa.select(Course.id).where(Course.organisation_id == event.organisation_id)).all()
    revoke_roles(event.person_ids, {"course": own}, by=SYSTEM, at=event.at)


def _shared(slug: str, by: Actor) -> Course:
    course = queries.find_written(slug, by)
    permissions.check(by, "share", organisation_id=course.organisation_id, course_id=course.id)
    return course
