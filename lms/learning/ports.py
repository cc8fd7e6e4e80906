"""What learning must ask of features above."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Protocol

from lms.core.ports import Port
from lms.core.reasons import Refused


class QuizFace(Protocol):
    """Answered by quizzes: what a learner sees of a quiz before starting it."""

    def describe(self, enrolment_id: uuid.UUID, key: str, body: dict[str, Any], at: datetime) -> dict[str, Any]:
        """Plain JSON: settings, the attempts so far, whether another may be started and, if not, why."""
        ...

    def page(self, enrolment_id: uuid.UUID, key: str, body: dict[str, Any], at: datetime) -> str:
        """The HTML in the player for the quiz: facts, attempts so far, the button that starts or goes on."""
        ...


@dataclass(frozen=True)
class Feedback:
    """What a practice question answers at once: `fraction` of 1, and HTML for feedback, explanation and the key."""

    fraction: Fraction
    feedback: str
    explanation: str
    right_answer: str
    details: dict[str, Any]

    def for_page(self) -> dict[str, Any]:
        """As templates/learning/player.html shows it; `correct` is None for partly right."""
        correct = True if self.fraction == 1 else None if self.fraction > 0 else False
        texts = {"feedback": [self.feedback] if self.feedback else [], "explanation_html": self.explanation}
        return {"correct": correct, **texts, "right_answer_html": self.right_answer, **self.details}


class PracticeMarker(Protocol):
    """Answered by quizzes: the same questions and marks in a page as in a quiz."""

    def present(self, question: dict[str, Any], *, url_for_file: Any) -> dict[str, Any]:
        """The question as a slot of contract.md, ids drawn the same way each time."""
        ...

    def answer_from_form(self, question: dict[str, Any], form: Any) -> dict[str, Any]:
        """The answer as the API shapes it, read from a form without script."""
        ...

    def mark(self, question: dict[str, Any], answer: dict[str, Any], *, url_for_file: Any) -> Feedback:
        """Refused (422) where the answer's shape does not fit the question."""
        ...


class PaperTrial(Protocol):
    """Answered by quizzes: a draft's quiz as its author tries it; nothing is recorded."""

    def page(self, body: dict[str, Any], *, seed: str, form: Any, language: str) -> str:
        """The HTML of the paper that the seed draws; with a form that carries answers, marked."""
        ...


class CredentialsHeld(Protocol):
    """Answered by credentials."""

    def holds(self, person_id: uuid.UUID, course_slug: str, at: datetime) -> bool:
        """Whether the person holds a credential of the course that is in force at the instant."""
        ...

    def url_for(self, enrolment_id: uuid.UUID) -> str | None:
        """The page of the certificate that the enrolment led to, or None."""
        ...

    def held_by(self, person_ids: Sequence[uuid.UUID], course_slugs: Sequence[str], at: datetime) -> set[Holding]:
        """`holds` for many people and courses at once."""
        ...

    def waiting(self, course_id: uuid.UUID) -> Any:
        """A select of the enrolments of the course whose certificate is held back. For `in_()`."""
        ...

    def why_held(self, enrolment_ids: Sequence[uuid.UUID], at: datetime) -> dict[uuid.UUID, Refused]:
        """Why the certificate of each of these enrolments is held back, where it is."""
        ...


Holding = tuple[uuid.UUID, str]
"""(person, slug of a course) of which the person holds a credential."""


@dataclass(frozen=True)
class Tries:
    """A learner's attempts at a quiz: begun, ended without a pass, passed, running now."""

    used: int
    failed: int
    passed: int
    running: bool


class TriesAtQuizzes(Protocol):
    """Answered by quizzes: how learners fare, for a course's staff."""

    def failing(self, course_id: uuid.UUID) -> Any:
        """A select of the enrolments of the course with at least two attempts at a quiz and no pass. For `in_()`."""
        ...

    def of(self, enrolment_ids: Sequence[uuid.UUID], at: datetime) -> dict[tuple[uuid.UUID, str], Tries]:
        """By enrolment and activity; one statement, whatever their number."""
        ...

    def lines(self, enrolment_id: uuid.UUID, at: datetime) -> dict[str, list[dict[str, Any]]]:
        """Every attempt of a learner by activity: {number, state, started_at, ended_at, percent, passed}."""
        ...


quiz_face: Port[QuizFace] = Port("learning.quiz_face")
practice_marker: Port[PracticeMarker] = Port("learning.practice_marker")
paper_trial: Port[PaperTrial] = Port("learning.paper_trial")
credentials_held: Port[CredentialsHeld] = Port("learning.credentials_held")
tries: Port[TriesAtQuizzes] = Port("learning.tries")
