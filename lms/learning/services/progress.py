"""What a learner does: open, view, done, practised, an outcome reported."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from lms.core.actor import Actor
from lms.core.db import begin_writing, db
from lms.core.reasons import CoreReason, Refused
from lms.courses.rules.outline import Activity
from lms.learning import queries
from lms.learning.models import Enrolment, LearningEvent
from lms.learning.reasons import LearningReason
from lms.learning.rules.progress import DONE, OUTCOME, POSITION, PRACTISED, VIEWED, Fact
from lms.learning.rules.states import LOCKED
from lms.learning.services.projecting import add_fact


@dataclass(frozen=True)
class OpenActivity:
    """An activity that the learner may work on now."""

    enrolment: Enrolment
    activity: Activity


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
        add_fact(enrolment, Fact(VIEWED, key, {}, at))
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
    return add_fact(enrolment, Fact(kind, key, facts, at), idempotency_key=idempotency_key)


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
    return add_fact(opened.enrolment, fact)


def record_outcome(
    enrolment_id: uuid.UUID,
    key: str,
    *,
    fraction: Fraction,
    passed: bool,
    used: int,
    allowed: int | None,
    attempt_id: uuid.UUID,
    at: datetime,
) -> Enrolment:
    """Reports a quiz's outcome over all attempts so far (by the quiz's grading method), after `attempt_id` ended.

    So many attempts were `used`, and so many has the quiz `allowed` by itself (None: any number): where none is left,
    with those that were given beyond that, the outcome is final. Quizzes checked who may; a lock that closed meanwhile
    takes nothing away.
    """
    enrolment = db.session.scalars(sa.select(Enrolment).where(Enrolment.id == enrolment_id).with_for_update()).one()
    is_final = allowed is not None and used >= allowed + queries.tries_given(enrolment, key)
    facts = {"fraction": str(fraction), "passed": passed, "is_final": is_final, "attempt": str(attempt_id)}
    return add_fact(enrolment, Fact(OUTCOME, key, facts, at))
