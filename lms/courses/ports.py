"""What courses must ask of features above."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from lms.core.ports import Port


@dataclass(frozen=True)
class Mistake:
    """What is wrong with a body: a code of the answering feature, its values, and where (a question's key)."""

    code: str
    where: str
    values: Mapping[str, Any]


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


class Learners(Protocol):
    """Answered by learning: who is on which revision."""

    def count_by_revision(self, course_id: uuid.UUID) -> dict[uuid.UUID, int]:
        """Active learners of a course, by the revision to which they are pinned."""
        ...


quiz_bodies: Port[QuizBodies] = Port("courses.quiz_bodies")
learners: Port[Learners] = Port("courses.learners")
