"""What learning holds of a person: to be copied for them; what runs ends when they are erased."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.accounts.events import PersonErased
from lms.accounts.ports import MOMENT, PERCENT, Column, Section
from lms.core.actor import SYSTEM
from lms.core.db import db
from lms.core.texts import N_
from lms.courses.queries import load_revision
from lms.learning.models import Enrolment, GroupMember, LearningEvent
from lms.learning.queries import groups_of
from lms.learning.rules.progress import ACTIVE, GRANTED, REOPENED, TRIES_GIVEN
from lms.learning.services import withdraw_enrolment

COLUMNS = (
    Column("course", N_("Course")),
    Column("percent", N_("Progress"), PERCENT),
    Column("enrolled_at", N_("begun"), MOMENT),
    Column("completed_at", N_("completed"), MOMENT),
)
EVENT = ("number", "kind", "activity_key", "data", "at")


def collect(person_id: uuid.UUID, _at: datetime) -> Iterator[Section]:
    """Enrolments with everything that happened in them."""
    mine = sa.select(Enrolment).where(Enrolment.person_id == person_id).order_by(Enrolment.enrolled_at)
    rows = [_row(enrolment) for enrolment in db.session.scalars(mine)]
    yield Section("enrolments.json", N_("Your courses"), rows, COLUMNS)


def _row(enrolment: Enrolment) -> dict[str, Any]:
    events = sa.select(LearningEvent).where(LearningEvent.enrolment_id == enrolment.id).order_by(LearningEvent.number)
    revision = load_revision(enrolment.revision_id)
    names = ("id", "cycle", "status", "percent", "enrolled_at", "touched_at", "completed_at")
    facts = {"course": revision.outline.facts["title"], "revision": revision.number}
    facts |= {name: getattr(enrolment, name) for name in names}
    keys = groups_of([enrolment.id]).get(enrolment.id, [])
    facts["groups"] = [revision.outline.groups.get(key, key) for key in keys]
    return facts | {"events": [{name: getattr(e, name) for name in EVENT} for e in db.session.scalars(events)]}


def forget(event: PersonErased) -> None:
    """What runs is withdrawn; what happened stays as facts without a name, for statistics and as evidence of awards.

    In which groups they were goes, and what staff wrote to say why it marked a step, opened one again or gave tries: it
    is about the person.
    """
    running = sa.select(Enrolment.id).where(Enrolment.person_id == event.person_id, Enrolment.status == ACTIVE)
    for enrolment_id in db.session.scalars(running).all():
        withdraw_enrolment(enrolment_id, reason="person_erased", by=SYSTEM, at=event.at)
    mine = sa.select(Enrolment.id).where(Enrolment.person_id == event.person_id)
    db.session.execute(sa.delete(GroupMember).where(GroupMember.enrolment_id.in_(mine)))
    theirs = sa.select(LearningEvent).join(Enrolment, Enrolment.id == LearningEvent.enrolment_id)
    theirs = theirs.where(
        Enrolment.person_id == event.person_id, LearningEvent.kind.in_((GRANTED, REOPENED, TRIES_GIVEN))
    )
    for explained in db.session.scalars(theirs):
        explained.data = {name: value for name, value in explained.data.items() if name != "words"}
