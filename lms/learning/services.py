"""Use cases of learning: enrol, be somewhere, do something, report an outcome; the projection kept true."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.db import begin_writing, db
from lms.core.events import publish
from lms.core.ids import new_id
from lms.core.reasons import CoreReason, Refused
from lms.courses.queries import PinnedRevision, find_published, load_revision
from lms.courses.rules.outline import Activity
from lms.learning import queries
from lms.learning.events import EnrolmentCompleted
from lms.learning.models import Enrolment, LearningEvent
from lms.learning.permissions import may_enrol_invited
from lms.learning.reasons import LearningReason
from lms.learning.rules.progress import DONE, MOVED, OUTCOME, POSITION, PRACTISED, VIEWED, Fact, Standing, apply, replay
from lms.learning.rules.states import COMPLETED, LOCKED

__all__ = [
    "OpenActivity",
    "differences_of_projections",
    "effect_of_move",
    "enrol_learner",
    "move_learner",
    "open_activity",
    "rebuild_projection",
    "record_event",
    "record_outcome",
    "record_practice",
    "view_activity",
]


Difference = dict[str, Any]
"""{enrolment, field, stored, derived}: a projection that is not what the events say."""


@dataclass(frozen=True)
class OpenActivity:
    """An activity that the learner may work on now."""

    enrolment: Enrolment
    activity: Activity


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


def open_activity(enrolment_id: uuid.UUID, key: str, *, by: Actor, at: datetime, lock: bool = False) -> OpenActivity:
    """The learner's activity, open for work. `lock` holds the enrolment's row for a write.

    Refused: learning.not_enrolled, .withdrawn, .activity_unknown, or why it is locked.
    """
    enrolment = queries.find_enrolment(enrolment_id, by, lock=lock)
    return _open(enrolment, key, at)


def _open(enrolment: Enrolment, key: str, at: datetime) -> OpenActivity:
    if enrolment.status == "withdrawn":
        raise Refused(LearningReason.WITHDRAWN)
    state = queries.state_of_activity(enrolment, key, at)
    if state.state == LOCKED and state.why:
        raise Refused(state.why.reason, **state.why.values)
    return OpenActivity(enrolment, state.activity)


def view_activity(enrolment: Enrolment, key: str, *, at: datetime) -> None:
    """Records, once, that an open activity's page was shown; `enrolment` was read by the same request.

    The request has only read so far, so the write is optimistic: where something else of the enrolment changed
    meanwhile, nothing is recorded and the next look at the page does it.
    """
    if "viewed_at" in enrolment.progress.get(key, {}):
        return
    db.session.expunge(enrolment)
    begin_writing()
    db.session.add(enrolment)
    try:
        _add_fact(enrolment, Fact(VIEWED, key, {}, at))
        db.session.flush()  # the version is compared here
    except (StaleDataError, IntegrityError):
        db.session.rollback()


def record_event(
    enrolment_id: uuid.UUID,
    key: str,
    kind: str,
    *,
    by: Actor,
    at: datetime,
    data: dict[str, Any] | None = None,
    idempotency_key: str | None = None,
) -> Enrolment:
    """Records that the learner viewed or did an activity, or how far a video is (data {seconds}).

    The same idempotency key again changes nothing. A view or done that stands already is recorded again only to
    keep its idempotency key; the first instant stays.
    Refused: as `open_activity`; learning.not_by_hand, learning.no_position; core.idempotency_key_reused.
    """
    enrolment = queries.find_enrolment(enrolment_id, by, lock=True)
    facts = data or {}
    if idempotency_key and _was_recorded(enrolment, key, kind, facts, idempotency_key):
        return enrolment
    activity = _open(enrolment, key, at).activity
    if kind == DONE and activity.kind == "quiz":
        raise Refused(LearningReason.NOT_BY_HAND)
    if kind == POSITION and activity.kind not in ("video", "page"):
        raise Refused(LearningReason.NO_POSITION)
    stands = kind in (VIEWED, DONE) and f"{kind}_at" in enrolment.progress.get(key, {})
    if stands and not idempotency_key:
        return enrolment
    return _add_fact(enrolment, Fact(kind, key, facts, at), idempotency_key=idempotency_key)


def _was_recorded(enrolment: Enrolment, key: str, kind: str, data: dict[str, Any], idempotency_key: str) -> bool:
    same_key = (LearningEvent.enrolment_id == enrolment.id, LearningEvent.idempotency_key == idempotency_key)
    standing = db.session.scalar(sa.select(LearningEvent).where(*same_key))
    if standing is None:
        return False
    if (standing.activity_key, standing.kind, standing.data) != (key, kind, data):
        raise Refused(CoreReason.IDEMPOTENCY)
    return True


def record_practice(
    enrolment_id: uuid.UUID, key: str, question: str, fraction: Fraction, *, by: Actor, at: datetime
) -> Enrolment:
    """Keeps how a practice question went; it counts towards nothing. Refused: as `open_activity`."""
    opened = open_activity(enrolment_id, key, by=by, at=at, lock=True)
    fact = Fact(PRACTISED, key, {"question": question, "fraction": str(fraction)}, at)
    return _add_fact(opened.enrolment, fact)


def record_outcome(
    enrolment_id: uuid.UUID,
    key: str,
    *,
    fraction: Fraction,
    passed: bool,
    is_final: bool,
    attempt_id: uuid.UUID,
    at: datetime,
) -> Enrolment:
    """Reports a quiz's outcome over all attempts so far (by the quiz's grading method), after `attempt_id` ended.

    `is_final`: no further attempt can change it. Quizzes checked who may; a lock that closed meanwhile takes
    nothing away.
    """
    enrolment = db.session.scalars(sa.select(Enrolment).where(Enrolment.id == enrolment_id).with_for_update()).one()
    facts = {"fraction": str(fraction), "passed": passed, "is_final": is_final, "attempt": str(attempt_id)}
    return _add_fact(enrolment, Fact(OUTCOME, key, facts, at))


@dataclass(frozen=True)
class Move:
    """What moving a learner on would change, to be shown before it is done: `standing` as it would be then."""

    enrolment: Enrolment
    to: PinnedRevision
    standing: Standing

    @property
    def completes(self) -> bool:
        return self.standing.completed_at is not None and self.enrolment.completed_at is None


def effect_of_move(enrolment_id: uuid.UUID, *, by: Actor, at: datetime, lock: bool = False) -> Move:
    """How the learner would stand on the course's newest revision, changing nothing.

    Refused: learning.not_enrolled for who is not the course's staff; learning.on_newest_revision.
    """
    enrolment = queries.find_learners_enrolment(enrolment_id, by, lock=lock)
    to = load_revision(find_published(load_revision(enrolment.revision_id).slug).revision_id)
    if to.id == enrolment.revision_id:
        raise Refused(LearningReason.NEWEST_ALREADY, revision=to.number)
    return Move(enrolment, to, apply(_standing(enrolment), Fact(MOVED, None, {}, at), to.outline))


def move_learner(enrolment_id: uuid.UUID, *, by: Actor, at: datetime) -> Enrolment:
    """Pins the learner to the course's newest revision: what was completed stays so, percent never falls.

    Refused: as `effect_of_move`.
    """
    move = effect_of_move(enrolment_id, by=by, at=at, lock=True)
    enrolment, data = move.enrolment, {"from": str(move.enrolment.revision_id), "to": str(move.to.id)}
    enrolment.revision_id = move.to.id
    return _add_fact(enrolment, Fact(MOVED, None, data, at), by=by)


def _standing(enrolment: Enrolment) -> Standing:
    return Standing(enrolment.progress, enrolment.percent, enrolment.completed_at)


def _add_fact(
    enrolment: Enrolment, fact: Fact, *, idempotency_key: str | None = None, by: Actor | None = None
) -> Enrolment:
    """Appends the event and brings the projection up to date; completion is raised in the same transaction.

    `by` is named where somebody else than the learner acted.
    """
    was_complete = enrolment.completed_at is not None
    outline = load_revision(enrolment.revision_id).outline
    standing = apply(_standing(enrolment), fact, outline)
    enrolment.events += 1
    event = {"enrolment_id": enrolment.id, "number": enrolment.events, "kind": fact.kind, "activity_key": fact.key}
    event |= {"data": fact.data, "at": fact.at, "person_id": by.person_id if by else None}
    db.session.add(LearningEvent(**event, idempotency_key=idempotency_key))
    enrolment.progress, enrolment.percent, enrolment.completed_at = (
        standing.progress,
        standing.percent,
        standing.completed_at,
    )
    enrolment.touched_at = fact.at
    if standing.completed_at and not was_complete:
        enrolment.status = COMPLETED
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
    status = enrolment.status if enrolment.status == "withdrawn" else COMPLETED if standing.completed_at else "active"
    return {
        "revision_id": uuid.UUID(revision),
        "progress": standing.progress,
        "percent": standing.percent,
        "completed_at": standing.completed_at,
        "status": status,
        "events": len(facts),
    }
