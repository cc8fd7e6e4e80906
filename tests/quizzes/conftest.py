"""A learner on a course with one quiz, on each kind of database."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from tests.courses.documents import activity, course, page
from tests.quizzes import documents as make

OUTCOMES = [{"key": "o1", "text": "Names the dangers"}, {"key": "o2", "text": "Measures"}]


@dataclass
class Learner:
    """Somebody who is enrolled on the course "safety", whose second activity, "final", is the quiz."""

    person_id: uuid.UUID
    enrolment_id: uuid.UUID
    headers: dict[str, str]
    by: Any

    @property
    def attempts(self) -> str:
        return f"/api/v1/enrolments/{self.enrolment_id}/activities/final/attempts"


@pytest.fixture
def publish(session, clock) -> Callable[..., None]:
    """`publish(quiz_body)`: the course "safety" with a page "read" and the quiz "final", published."""
    from lms.core.actor import SYSTEM
    from lms.courses.services import publish_course, save_draft
    from lms.organisations.services import add_organisation

    organisation = add_organisation("alliance", name="Alliance", by=SYSTEM, at=clock)
    session.flush()

    def publish(body: make.Document | None = None, **facts: Any) -> None:
        quiz = make.quiz() if body is None else body
        outline, bodies = course(activity("read", page()), activity("final", quiz), outcomes=OUTCOMES, **facts)
        ids = {"organisation_id": organisation.id, "by": SYSTEM, "at": clock}
        save_draft("safety", outline=outline, bodies=bodies, **ids)
        publish_course("safety", by=SYSTEM, at=clock)
        session.flush()

    return publish


@pytest.fixture
def enrol(session, clock) -> Callable[..., Learner]:
    """`enrol()`: a new learner on the course, signed in at the API by token."""
    from lms.accounts.services import add_person, create_token
    from lms.core.actor import Actor
    from lms.learning.services import enrol_learner

    def enrol() -> Learner:
        email = f"{uuid.uuid4().hex}@example.org"
        person = add_person(
            email, name="Zoë", password="correct horse battery", by=Actor(None, is_system=True), at=clock
        )
        session.flush()
        token, _ = create_token(email, "correct horse battery", address="127.0.0.1", at=datetime.now(clock.tzinfo))
        by = Actor(person.id)
        enrolment, _ = enrol_learner(person.id, "safety", by=by, at=clock)
        session.flush()
        return Learner(person.id, enrolment.id, {"Authorization": f"Bearer {token}"}, by)

    return enrol


@pytest.fixture
def learner(publish, enrol) -> Learner:
    """A learner on a course whose quiz has one question of each type."""
    publish()
    return enrol()


@pytest.fixture
def start(clock) -> Callable[..., Any]:
    """`start(learner)`: an attempt begun at `clock`, or `minutes` later, on a paper that is the same each time."""
    from lms.quizzes.services import start_attempt

    def start(learner: Learner, *, minutes: float = 0, seed: int = 1) -> Any:
        at = clock + timedelta(minutes=minutes)
        attempt, _ = start_attempt(learner.enrolment_id, "final", by=learner.by, at=at, chance=Random(seed))
        return attempt

    return start


@pytest.fixture
def right_answers() -> Callable[[Any], dict[int, make.Document]]:
    """`right_answers(attempt)`: slot → a fully right answer."""
    from lms.quizzes.queries import versions_of
    from lms.quizzes.rules.marking import solution
    from lms.quizzes.rules.papers import question_slots

    def of(attempt: Any) -> dict[int, make.Document]:
        versions = versions_of(attempt)
        slots = question_slots(attempt.paper)
        return {slot["slot"]: solution(versions[slot["question"]]["question"], slot["draw"]) for slot in slots}

    return of
