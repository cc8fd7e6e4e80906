"""Learners are put into groups of their course, and out of them: what opens for a group alone opens and locks at once.

That a step is open follows from who is in the group when it is asked, so nothing has to be done for those it concerns.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.db import db, in_portions, insert_ignore
from lms.core.reasons import Refused
from lms.learning.models import Enrolment, GroupMember
from lms.learning.queries.learners import (
    FollowedCourse,
    Wanted,
    find_followed,
    list_groups,
    people_in_group,
    select_learners,
)
from lms.learning.reasons import LearningReason


def put_into_group(slug: str, key: str, wanted: Wanted, *, by: Actor, at: datetime) -> int:
    """How many of these learners are new in the group. Nobody puts in themselves: they would open their own steps.

    Refused: course.unknown for who does not teach the course; learning.group_unknown.
    """
    course, mine = _ids(slug, key, wanted, by, at, inside=False)
    insert_ignore(
        GroupMember, [{"enrolment_id": one, "group_key": key, "person_id": by.person_id, "at": at} for one in mine]
    )
    return _noted("learners.put_into_group", course, key, mine, by, at)


def take_out_of_group(slug: str, key: str, wanted: Wanted, *, by: Actor, at: datetime) -> int:
    """How many of these learners were in the group and are not any more; what they completed stays completed.

    Refused: as `put_into_group`.
    """
    course, mine = _ids(slug, key, wanted, by, at, inside=True)
    for some in in_portions(mine):
        theirs = (GroupMember.group_key == key, GroupMember.enrolment_id.in_(some))
        db.session.execute(sa.delete(GroupMember).where(*theirs))
    return _noted("learners.taken_out_of_group", course, key, mine, by, at)


def _ids(
    slug: str, key: str, wanted: Wanted, by: Actor, at: datetime, *, inside: bool
) -> tuple[FollowedCourse, Sequence[uuid.UUID]]:
    """(the course, the enrolments among the wanted ones that are in the group, or are not)."""
    course = find_followed(slug, by)
    if key not in [group.key for group in list_groups(course)]:
        raise Refused(LearningReason.GROUP_UNKNOWN, key=key)
    is_inside = Enrolment.id.in_(people_in_group(key))
    rows = select_learners(course.id, wanted, at).where(is_inside if inside else ~is_inside)
    if by.person_id:
        rows = rows.where(Enrolment.person_id != by.person_id)
    return course, db.session.scalars(rows).all()


def _noted(
    action: str, course: FollowedCourse, key: str, enrolments: Sequence[uuid.UUID], by: Actor, at: datetime
) -> int:
    if enrolments:
        named = [str(one) for one in enrolments]
        record(action, by=by, subject=("course", course.id), at=at, group=key, enrolments=named)
    return len(enrolments)
