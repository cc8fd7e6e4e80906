"""Certificates of people who left: what they earned in the organisation's name up to that day stays its proof (decision
0017). Hr's alone, since who left is in no team. Nothing else of the person is seen, and the name is the printed one.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.compliance.queries.filters import Scope
from lms.compliance.queries.packs import Proof, proofs_where
from lms.core.db import db
from lms.core.web.cursors import PAGE, decode_cursor, key_of, page_of
from lms.courses.models import Course
from lms.credentials.models import Award, AwardHolder
from lms.learning.models import Enrolment, EnrolmentSponsor
from lms.learning.queries import visible_to
from lms.organisations.permissions import check_manages_people

MOST_LETTERS = 200


@dataclass(frozen=True)
class LeftBy:
    """Which of them: words in the printed name, a course's slug; empty for all."""

    q: str = ""
    course: str = ""


def page_of_leavers(
    scope: Scope, wanted: LeftBy, *, cursor: str | None = None, limit: int = PAGE
) -> tuple[list[Proof], str | None]:
    """Their certificates by name: (page, next cursor). Refused: core.forbidden."""
    columns = (AwardHolder.name, Award.id)
    rows = _left(scope, wanted).with_only_columns(*columns).order_by(*columns).limit(limit + 1)
    if after := decode_cursor(cursor, 2):
        place = sa.tuple_(sa.literal(after[0]), sa.literal(key_of(after[1]), sa.Uuid()))
        rows = rows.where(sa.tuple_(*columns) > place)
    found, following = page_of(db.session.execute(rows).all(), limit, lambda row: [row.name, row.id])
    proofs = proofs_where(scope, Award.id.in_([row.id for row in found]))
    return [proofs[row.id] for row in found], following


def ids_of_leavers(scope: Scope, wanted: LeftBy) -> list[uuid.UUID]:
    """Whose certificates these are, for a pack. Refused: core.forbidden."""
    return list(db.session.scalars(_left(scope, wanted).with_only_columns(Award.person_id).distinct()))


def courses_of_leavers(scope: Scope) -> list[tuple[str, uuid.UUID]]:
    """(slug, one of its revisions) of each course of which there is a certificate."""
    rows = _left(scope, LeftBy()).with_only_columns(Course.slug, Award.revision_id).distinct()
    return sorted({row.slug: row.revision_id for row in db.session.execute(rows)}.items())


def _left(scope: Scope, wanted: LeftBy) -> sa.Select[Any]:
    check_manages_people(scope.by, scope.id)
    rows = sa.select(Award.id).join(Enrolment, Enrolment.id == Award.enrolment_id)
    stood = aliased(EnrolmentSponsor)  # `visible_to` asks for the names in which it stands now
    rows = rows.join(stood, stood.enrolment_id == Enrolment.id)
    rows = rows.join(AwardHolder, AwardHolder.award_id == Award.id).join(Course, Course.id == Award.course_id)
    rows = rows.where(stood.organisation_id == scope.id, Award.issued_at <= stood.ended_at)
    words = wanted.q[:MOST_LETTERS].lower().split()
    named = [sa.func.lower(AwardHolder.name).contains(word, autoescape=True) for word in words]
    rows = rows.where(~visible_to(scope.id), *named)
    return rows.where(Course.slug == wanted.course) if wanted.course else rows
