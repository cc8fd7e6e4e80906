"""A course's staff marks a step as completed, opens it again, gives more tries: with who, when and why, as events."""

from __future__ import annotations

import uuid
from datetime import datetime

from lms.core.actor import Actor
from lms.core.reasons import Refused
from lms.courses.queries import load_body, load_revision
from lms.courses.rules.outline import Activity
from lms.learning import queries
from lms.learning.models import Enrolment
from lms.learning.reasons import LearningReason
from lms.learning.rules.progress import GRANTED, REOPENED, TRIES_GIVEN, WITHDRAWN, Fact, is_met
from lms.learning.services.leaving import withdraw_enrolment
from lms.learning.services.projecting import add_fact

MOST_WORDS = 500
MOST_TRIES = 20
WITHDRAWALS = ("asked", "mistake", "gone")
"""Why staff takes a learner off: the learner asked for it, it was a mistake, the learner is not coming back."""


def grant_activity(enrolment_id: uuid.UUID, key: str, *, words: str, by: Actor, at: datetime) -> Enrolment:
    """Marks an activity as completed, whatever its requirement asks; the last required one completes the course.

    Refused: learning.not_enrolled for who does not teach the course; learning.own_steps, .withdrawn,
    .activity_unknown, .override_needs_reason, .activity_completed_already.
    """
    enrolment, activity = _overridden(enrolment_id, key, words, by)
    if "completed_at" in enrolment.progress.get(key, {}):
        raise Refused(LearningReason.COMPLETED_ALREADY, title=activity.title)
    return add_fact(enrolment, Fact(GRANTED, key, {"words": words.strip()}, at), by=by)


def reopen_activity(enrolment_id: uuid.UUID, key: str, *, words: str, by: Actor, at: datetime) -> Enrolment:
    """Forgets that an activity was completed or failed, so that the learner does it again. Percent does not fall.

    Attempts at a quiz stay, and stay counted. Refused: as `grant_activity`; learning.course_completed,
    .nothing_to_reopen.
    """
    enrolment, activity = _overridden(enrolment_id, key, words, by)
    if enrolment.completed_at:
        raise Refused(LearningReason.COURSE_COMPLETED)
    entry = enrolment.progress.get(key, {})
    has_failed = bool(entry.get("is_final")) and not is_met(activity, entry)
    if "completed_at" not in entry and not has_failed:
        raise Refused(LearningReason.NOTHING_TO_REOPEN, title=activity.title)
    return add_fact(enrolment, Fact(REOPENED, key, {"words": words.strip()}, at), by=by)


def give_tries(enrolment_id: uuid.UUID, key: str, *, more: int, words: str, by: Actor, at: datetime) -> Enrolment:
    """Lets one learner try a quiz so many times more than it allows (1 to MOST_TRIES); given again, they add up.

    Where all were used and none passed, it is open again. What was shown after the last try was seen.
    Refused: as `grant_activity`, but also what is completed may be tried again; learning.tries_not_limited.
    """
    enrolment, activity = _overridden(enrolment_id, key, words, by)
    if activity.kind != "quiz" or load_body(activity.body)["attempts"] is None:
        raise Refused(LearningReason.TRIES_NOT_LIMITED, title=activity.title)
    data = {"more": min(max(more, 1), MOST_TRIES), "words": words.strip()}
    return add_fact(enrolment, Fact(TRIES_GIVEN, key, data, at), by=by)


def withdraw_learner(enrolment_id: uuid.UUID, *, reason: str, by: Actor, at: datetime) -> Enrolment:
    """Takes a learner off the course, for one of WITHDRAWALS; whoever enrols again goes on where they were.

    Refused: learning.not_enrolled for who does not teach the course; learning.withdrawal_unexplained, .completed.
    """
    queries.find_learners_enrolment(enrolment_id, by)
    if reason not in WITHDRAWALS:
        raise Refused(LearningReason.WITHDRAWAL_UNEXPLAINED)
    return withdraw_enrolment(enrolment_id, reason=reason, by=by, at=at)


def _overridden(enrolment_id: uuid.UUID, key: str, words: str, by: Actor) -> tuple[Enrolment, Activity]:
    enrolment = queries.find_learners_enrolment(enrolment_id, by, lock=True)
    if enrolment.person_id == by.person_id:  # a certificate says that somebody else saw it
        raise Refused(LearningReason.OWN_STEPS)
    activity = load_revision(enrolment.revision_id).outline.by_key.get(key)
    if activity is None:
        raise Refused(LearningReason.ACTIVITY_UNKNOWN, key=key)
    if enrolment.status == WITHDRAWN:
        raise Refused(LearningReason.WITHDRAWN)
    if not words.strip() or len(words) > MOST_WORDS:
        raise Refused(LearningReason.NEEDS_WORDS)
    return enrolment, activity
