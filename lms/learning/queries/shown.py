"""The enrolments of some of an organisation's people, as far as it may see them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from lms.core.db import is_one_of
from lms.learning.models import Enrolment, EnrolmentSponsor
from lms.organisations.models import Membership


def shown_enrolments(
    organisation_id: uuid.UUID, person_ids: Sequence[uuid.UUID], *columns: Any, arranged: bool = False
) -> sa.Select[Any]:
    """(the columns …, is_seen) of what `visible_to` lets through for a page of people; with `arranged` also what only
    stands in the organisation's name.

    Joined row by row: by conditions PostgreSQL would look through all of the organisation's people first.
    """
    member = sa.and_(
        Membership.person_id == Enrolment.person_id,
        Membership.organisation_id == organisation_id,
        Membership.accepted_at.is_not(None),
    )
    named = sa.and_(
        EnrolmentSponsor.enrolment_id == Enrolment.id,
        EnrolmentSponsor.organisation_id == organisation_id,
        EnrolmentSponsor.ended_at.is_(None),
    )
    is_named = EnrolmentSponsor.enrolment_id.is_not(None)
    is_seen = sa.and_(Membership.person_id.is_not(None), sa.or_(Enrolment.by_learner, is_named))
    rows = sa.select(*columns, is_seen.label("is_seen")).select_from(Enrolment)
    rows = rows.outerjoin(Membership, member).outerjoin(EnrolmentSponsor, named)
    return rows.where(is_one_of(Enrolment.person_id, person_ids), sa.or_(is_seen, is_named) if arranged else is_seen)
