"""What courses must ask of features above."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from lms.core.ports import Port


@dataclass(frozen=True)
class Mistake:
    """What is wrong: a code of the answering feature, its values, and where (an activity's key, or a question's).

    `activity` is the key of the activity in which a question stands, where `where` is a question's.
    """

    code: str
    where: str
    values: Mapping[str, Any]
    activity: str = ""


class QuizBodies(Protocol):
    """Answered by quizzes: a quiz body is opaque to courses."""

    def mistakes(self, body: dict[str, Any]) -> list[Mistake]:
        """What makes the body unfit to be published; [] where it is sound."""
        ...

    def has_markable(self, body: dict[str, Any]) -> bool:
        """Whether at least one question of the quiz can be marked."""
        ...

    def register(self, course_id: uuid.UUID, body: dict[str, Any]) -> None:
        """Keeps each question of a body being published as an immutable question version."""
        ...


@dataclass(frozen=True)
class OnRevision:
    """How many learners are pinned to a revision: still learning, and finished."""

    revision_id: uuid.UUID
    active: int
    completed: int


@dataclass(frozen=True)
class Effects:
    """What would become of a course's active learners if all were moved on to an outline. Nobody ever loses anything.

    `learners`: how many there are. `gain`: who would have met a requirement that they have not met now. `complete`: who
    would have completed the course at once. `keep`: who has completed something required that would not be asked of
    them any more, and keeps it. `more`: by key of an activity that would be required anew, who would have it to do.
    """

    learners: int = 0
    gain: int = 0
    complete: int = 0
    keep: int = 0
    more: Mapping[str, int] = field(default_factory=dict)


class Learners(Protocol):
    """Answered by learning: who is on which revision, and how far."""

    def count_by_revision(self, course_id: uuid.UUID) -> list[OnRevision]:
        """Learners of a course who have not left it, by the revision to which they are pinned; in no order."""
        ...

    def effects(self, course_id: uuid.UUID, outline: dict[str, Any]) -> Effects:
        """What moving every active learner to an outline document would do; changes nothing."""
        ...


class OpenAttempts(Protocol):
    """Answered by quizzes: who is in a quiz."""

    def count(self, course_id: uuid.UUID, at: datetime) -> dict[str, int]:
        """Attempts that take answers at the instant, by key of their activity."""
        ...


class QuestionTrial(Protocol):
    """Answered by quizzes: a question as a learner meets it, tried by its author, kept nowhere.

    `files`: {path: {"digest", "media_type", "size"}} of those that its texts may show.
    """

    def mistakes(self, question: dict[str, Any]) -> list[Mistake]:
        """What keeps the question from being marked; [] where it is sound."""
        ...

    def show(self, question: dict[str, Any], *, files: Mapping[str, Any], form: Any) -> str:
        """HTML of its fields, named "try.…"; with a form that carries them, marked."""
        ...

    def present(self, question: dict[str, Any], *, files: Mapping[str, Any]) -> dict[str, Any]:
        """The question as a slot of contract.md."""
        ...

    def mark(self, question: dict[str, Any], answer: dict[str, Any], *, files: Mapping[str, Any]) -> dict[str, Any]:
        """{fraction, correct, feedback …}; Refused (422) where the answer's shape does not fit the question."""
        ...


quiz_bodies: Port[QuizBodies] = Port("courses.quiz_bodies")
learners: Port[Learners] = Port("courses.learners")
open_attempts: Port[OpenAttempts] = Port("courses.open_attempts")
question_trial: Port[QuestionTrial] = Port("courses.question_trial")
