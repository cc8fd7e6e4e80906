"""Taking a course as a learner does, through the use cases, at given instants."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from lms.core.actor import Actor
from lms.courses.queries import load_revision
from lms.courses.rules.outline import Activity
from lms.learning.services import enrol_learner, record_event
from lms.quizzes.queries import versions_of
from lms.quizzes.rules.marking import solution
from lms.quizzes.rules.papers import question_slots
from lms.quizzes.services import save_answer, start_attempt, submit_attempt

ALL_WRONG = 1000


def take(
    learner: Actor,
    slug: str,
    *,
    at: datetime,
    steps: int | None = None,
    share: float = 1.0,
    wrong: int = 0,
    again: int | None = None,
    over: timedelta = timedelta(),
) -> None:
    """Walks the outline from its start: `steps` activities, or that `share` of them, in sittings spread `over` a time.

    The last `wrong` questions of each quiz stay without an answer; a quiz is tried once more where `again` says how
    many stay so then.
    """
    if learner.person_id is None:
        raise ValueError("the system takes no courses")
    enrolment, _new = enrol_learner(learner.person_id, slug, by=learner, at=at)
    activities = load_revision(enrolment.revision_id).outline.activities
    walked = activities[: steps if steps is not None else max(1, round(len(activities) * share))]
    for activity, instant in zip(walked, _instants(walked, at, over), strict=True):
        if activity.kind != "quiz":
            _look_at(enrolment.id, activity, by=learner, at=instant)
            continue
        _answer(enrolment.id, activity.key, wrong, by=learner, at=instant)
        if again is not None:
            _answer(enrolment.id, activity.key, again, by=learner, at=instant + timedelta(minutes=3))


def _instants(activities: tuple[Activity, ...], at: datetime, over: timedelta) -> Iterator[datetime]:
    """When each is done: minutes apart, and days between the sittings where there is time for it."""
    begun, worked = at, timedelta()
    for number, activity in enumerate(activities):
        worked += timedelta(minutes=activity.minutes or 5)
        yield begun + worked + timedelta(days=over.days * number // max(1, len(activities) - 1))


def _look_at(enrolment_id: uuid.UUID, activity: Activity, *, by: Actor, at: datetime) -> None:
    record_event(enrolment_id, activity.key, "viewed", by=by, at=at)
    if activity.requirement["kind"] != "view":
        record_event(enrolment_id, activity.key, "done", by=by, at=at)


def _answer(enrolment_id: uuid.UUID, key: str, wrong: int, *, by: Actor, at: datetime) -> None:
    """One attempt: the last `wrong` questions stay without an answer, all others are right; one is answered always."""
    attempt, _new = start_attempt(enrolment_id, key, by=by, at=at, chance=Random(key))  # noqa: S311 - the same demo each time
    versions = versions_of(attempt)
    slots = question_slots(attempt.paper)
    for slot in slots[: max(1, len(slots) - wrong)]:
        answer = solution(versions[slot["question"]]["question"], slot["draw"])
        save_answer(attempt.id, slot["slot"], step=1, answer=answer, by=by, at=at + timedelta(minutes=1))
    submit_attempt(attempt.id, by=by, at=at + timedelta(minutes=2))
