"""Question versions, attempts, the steps of their answers, and what each answer earned."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, KeyMixin
from lms.quizzes.rules.deadlines import State, Times, is_settled, state_of


class QuestionVersion(Base):
    """A question as it was published, with the files that its texts use, by the SHA-256 of both. Never changed.

    It names no course: equal questions are one version wherever they stand.
    """

    __tablename__ = "question_version"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    document: Mapped[dict[str, Any]]


class Attempt(KeyMixin, Base):
    """One try of a learner at a quiz, on a paper that was fixed at its start.

    `body` is the digest of the quiz body with its settings, `paper` what was drawn from it (rules/papers.py).
    There is no column for the state: it follows from the times and the instant (rules/deadlines.py).
    `person_id` repeats the enrolment's, so that saving an answer asks one row whose it is. `flags` are the
    slots that the learner wants to look at again. `result` is {"points", "max_points", "fraction", "passed"},
    fractions as text, null what is not marked yet; the marks of each answer are in `response`.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        sa.UniqueConstraint("enrolment_id", "activity_key", "number"),
        sa.Index(
            "uq_attempt_open",
            "enrolment_id",
            "activity_key",
            unique=True,
            sqlite_where=sa.text("finished_at IS NULL AND submitted_at IS NULL AND abandoned_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL AND submitted_at IS NULL AND abandoned_at IS NULL"),
        ),
    )

    enrolment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("enrolment.id"))
    activity_key: Mapped[str]
    number: Mapped[int]
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    body: Mapped[str] = mapped_column(sa.ForeignKey("course_body.digest"))
    paper: Mapped[dict[str, Any]]
    flags: Mapped[list[int]] = mapped_column(sa.JSON, default=list)
    started_at: Mapped[datetime]
    deadline: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    abandoned_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None]

    @property
    def times(self) -> Times:
        return Times(self.started_at, self.deadline, self.submitted_at, self.finished_at, self.abandoned_at)

    def state(self, at: datetime) -> State:
        return state_of(self.times, at)

    def awaits_settling(self, at: datetime) -> bool:
        """Its time is over, and nothing has written that down yet."""
        return self.state(at) is State.FINISHED and not is_settled(self.times)


class AnswerStep(Base):
    """One acknowledged save of an answer. Append-only: the greatest step of a slot is the answer held.

    `answer` is JSON text, ASCII with escapes, so that any text comes back exactly as it was sent: no JSON type
    of a database keeps a NUL character. `digest` is the receipt's (rules/receipts.py).
    """

    __tablename__ = "answer_step"

    attempt_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("attempt.id"), primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    step: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    answer: Mapped[str]
    digest: Mapped[str] = mapped_column(sa.String(64))
    saved_at: Mapped[datetime]

    @property
    def document(self) -> dict[str, Any]:
        """The answer as it was sent."""
        document: dict[str, Any] = json.loads(self.answer)
        return document


class Response(Base):
    """What one question of a finished attempt earned, by which step of its answer (None: not answered).

    `mark` is the exact mark (rules/marking.py, `as_document`); `share` repeats its fraction as a number, for
    statistics over many responses; both are null in their fraction while a person has not marked it.
    """

    __tablename__ = "response"
    __table_args__ = (sa.Index("ix_response_question", "question"),)

    attempt_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("attempt.id"), primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    question: Mapped[str] = mapped_column(sa.ForeignKey("question_version.digest"))
    step: Mapped[int | None]
    mark: Mapped[dict[str, Any]]
    share: Mapped[float | None]
