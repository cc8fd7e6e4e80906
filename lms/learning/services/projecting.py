"""The projection of an enrolment's events: kept true with each, and proved by deriving it anew."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from lms.core.actor import Actor
from lms.core.db import db
from lms.core.events import publish
from lms.courses.queries import load_revision
from lms.learning import queries
from lms.learning.events import EnrolmentCompleted
from lms.learning.models import Enrolment, LearningEvent
from lms.learning.rules.progress import MOVED, WITHDRAWN, Fact, Standing, apply, replay

Difference = dict[str, Any]
"""{enrolment, field, stored, derived}: a projection that is not what the events say."""


def standing_of(enrolment: Enrolment) -> Standing:
    is_withdrawn = enrolment.status == WITHDRAWN
    return Standing(enrolment.progress, enrolment.percent, enrolment.completed_at, is_withdrawn)


def add_fact(
    enrolment: Enrolment, fact: Fact, *, idempotency_key: str | None = None, by: Actor | None = None
) -> Enrolment:
    """Appends the event and brings the projection up to date; completion is raised in the same transaction.

    `by` is named where somebody else than the learner acted.
    """
    was_complete = enrolment.completed_at is not None
    outline = load_revision(enrolment.revision_id).outline
    standing = apply(standing_of(enrolment), fact, outline)
    enrolment.events += 1
    event = {"enrolment_id": enrolment.id, "number": enrolment.events, "kind": fact.kind, "activity_key": fact.key}
    event |= {"data": fact.data, "at": fact.at, "person_id": by.person_id if by else None}
    db.session.add(LearningEvent(**event, idempotency_key=idempotency_key))
    enrolment.progress, enrolment.percent, enrolment.completed_at = (
        standing.progress,
        standing.percent,
        standing.completed_at,
    )
    enrolment.status = standing.status
    if by is None:  # what staff does is no step of the learner's
        enrolment.touched_at = fact.at
    if standing.completed_at and not was_complete:
        ids = (enrolment.id, enrolment.person_id, enrolment.course_id, enrolment.revision_id, enrolment.cycle)
        publish(EnrolmentCompleted(*ids, standing.completed_at))
    return enrolment


def differences_of_projections() -> Iterator[Difference]:
    """Derives every enrolment's projection from its events alone and yields what differs: none, as it should be."""
    for enrolment_id in queries.enrolment_ids():
        enrolment = db.session.get_one(Enrolment, enrolment_id)
        yield from _differences(enrolment)
        db.session.expunge(enrolment)  # there may be a million


def rebuild_projection(enrolment_id: uuid.UUID) -> list[Difference]:
    """Puts one enrolment's projection right, its row held so that a step taken meanwhile waits; gives what differed."""
    enrolment = db.session.get_one(Enrolment, enrolment_id, with_for_update=True)
    found = list(_differences(enrolment))
    for difference in found:
        setattr(enrolment, difference["field"], difference["derived"])
    return found


def _differences(enrolment: Enrolment) -> Iterator[Difference]:
    for name, value in _derive(enrolment).items():
        stored = getattr(enrolment, name)
        if stored != value:
            yield {"enrolment": str(enrolment.id), "field": name, "stored": stored, "derived": value}


def _derive(enrolment: Enrolment) -> dict[str, Any]:
    events = queries.events_of(enrolment.id)
    facts = [Fact(event.kind, event.activity_key, event.data, event.at) for event in events]
    began_on = next((fact.data["from"] for fact in facts if fact.kind == MOVED), str(enrolment.revision_id))
    standing, revision = replay(facts, began_on, lambda name: load_revision(uuid.UUID(name)).outline)
    for event in events:
        db.session.expunge(event)
    return {
        "revision_id": uuid.UUID(revision),
        "progress": standing.progress,
        "percent": standing.percent,
        "completed_at": standing.completed_at,
        "status": standing.status,
        "events": len(facts),
    }
