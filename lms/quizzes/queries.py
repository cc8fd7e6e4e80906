"""Reads about attempts and questions. Question versions never change, so they are kept in this process."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.core.actor import Actor
from lms.core.db import db
from lms.core.reasons import Refused
from lms.courses.queries import load_body
from lms.learning.models import Enrolment
from lms.learning.ports import Tries
from lms.learning.queries import more_tries
from lms.quizzes.models import AnswerStep, Attempt, QuestionVersion, Response
from lms.quizzes.permissions import may_see
from lms.quizzes.reasons import QuizReason
from lms.quizzes.rules.deadlines import NETWORK_ALLOWANCE, State, Times, state_of
from lms.quizzes.rules.grading import Phase, phase_of, visible
from lms.quizzes.rules.marking import Mark, from_document
from lms.quizzes.rules.papers import Versions, question_slots
from lms.quizzes.rules.versions import Version

MOST_KEPT = 4096
_kept: dict[str, Version] = {}
_keeping = threading.Lock()


def find_attempt(attempt_id: uuid.UUID, by: Actor, *, lock: bool = False) -> Attempt:
    """Somebody's own attempt; Refused(quiz.attempt_unknown) for anybody else's. `lock` holds the row for a write.

    The lock is what keeps a save from landing after the attempt was handed in.
    """
    attempt = db.session.get(Attempt, attempt_id, with_for_update=lock or None, populate_existing=lock)
    if attempt is None or not may_see(by, attempt.person_id):
        raise Refused(QuizReason.ATTEMPT_UNKNOWN)
    return attempt


def attempts_of(enrolment_id: uuid.UUID, activity_key: str) -> Sequence[Attempt]:
    """All attempts of a learner at a quiz, in order."""
    mine = (Attempt.enrolment_id == enrolment_id, Attempt.activity_key == activity_key)
    return db.session.scalars(sa.select(Attempt).where(*mine).order_by(Attempt.number)).all()


def allowed_attempts(body: Mapping[str, Any], enrolment_id: uuid.UUID, activity_key: str) -> int | None:
    """How often this learner may try the quiz, with the tries that somebody gave them; None: as often as they like."""
    allowed: int | None = body["attempts"]
    return None if allowed is None else allowed + more_tries(enrolment_id, activity_key)


def count_running(course_id: uuid.UUID, at: datetime) -> dict[str, int]:
    """Attempts of a course that take answers at the instant, by key of their activity."""
    ended = (Attempt.submitted_at, Attempt.finished_at, Attempt.abandoned_at)
    in_time = sa.or_(Attempt.deadline.is_(None), Attempt.deadline >= at - NETWORK_ALLOWANCE)
    counts = sa.select(Attempt.activity_key, sa.func.count().label("people")).group_by(Attempt.activity_key)
    counts = counts.join(Enrolment, Enrolment.id == Attempt.enrolment_id).where(Enrolment.course_id == course_id)
    rows = db.session.execute(counts.where(*(end.is_(None) for end in ended), in_time))
    return {row.activity_key: row.people for row in rows}


def failing(course_id: uuid.UUID) -> sa.Select[uuid.UUID]:
    """A select of the course's enrolments with at least two ended attempts at one quiz, and none of them passed."""
    passed = Attempt.result["passed"].as_boolean()
    rows = sa.select(Attempt.enrolment_id).join(Enrolment, Enrolment.id == Attempt.enrolment_id)
    rows = rows.where(Enrolment.course_id == course_id, Attempt.finished_at.is_not(None))
    passes = sa.func.sum(sa.case((passed, 1), else_=0))
    grouped = rows.group_by(Attempt.enrolment_id, Attempt.activity_key)
    return grouped.having(sa.func.count() >= 2, passes == 0)


def count_tries(enrolment_ids: Sequence[uuid.UUID], at: datetime) -> dict[tuple[uuid.UUID, str], Tries]:
    """How each of these learners fares at each quiz that they began."""
    columns = (Attempt.enrolment_id, Attempt.activity_key, Attempt.result["passed"].as_boolean().label("passed"))
    times = (Attempt.submitted_at, Attempt.finished_at, Attempt.abandoned_at, Attempt.deadline, Attempt.started_at)
    rows = sa.select(*columns, *times).where(Attempt.enrolment_id.in_(enrolment_ids))
    found: dict[tuple[uuid.UUID, str], list[Any]] = {}
    for row in db.session.execute(rows):
        found.setdefault((row.enrolment_id, row.activity_key), []).append(row)
    return {key: _tries(of_it, at) for key, of_it in found.items()}


def _tries(rows: Sequence[Any], at: datetime) -> Tries:
    states = [
        state_of(Times(row.started_at, row.deadline, row.submitted_at, row.finished_at, row.abandoned_at), at)
        for row in rows
    ]
    passed = sum(row.passed is True for row in rows)
    return Tries(len(rows), sum(row.passed is False for row in rows), passed, any(one.takes_answers for one in states))


def all_attempts_of(enrolment_id: uuid.UUID) -> Sequence[Attempt]:
    """All attempts of a learner in a course, by quiz, in order."""
    rows = sa.select(Attempt).where(Attempt.enrolment_id == enrolment_id)
    return db.session.scalars(rows.order_by(Attempt.activity_key, Attempt.number)).all()


def lock_attempts_beside(attempt_id: uuid.UUID) -> Sequence[Attempt]:
    """An attempt and all others at the same quiz in the same enrolment, in order, held for a write."""
    this = aliased(Attempt)
    same = (this.enrolment_id == Attempt.enrolment_id, this.activity_key == Attempt.activity_key)
    beside = sa.select(this.id).where(this.id == attempt_id, *same).exists()
    rows = sa.select(Attempt).where(beside).order_by(Attempt.number)
    held = rows.with_for_update(of=Attempt).execution_options(populate_existing=True)
    return db.session.scalars(held).all()


def held_answers(attempt_id: uuid.UUID) -> dict[int, AnswerStep]:
    """Slot → the step held: the greatest that was acknowledged."""
    latest = (
        sa.select(AnswerStep.slot, sa.func.max(AnswerStep.step).label("step"))
        .where(AnswerStep.attempt_id == attempt_id)
        .group_by(AnswerStep.slot)
        .subquery()
    )
    same = (AnswerStep.slot == latest.c.slot, AnswerStep.step == latest.c.step)
    rows = sa.select(AnswerStep).join(latest, sa.and_(*same)).where(AnswerStep.attempt_id == attempt_id)
    return {row.slot: row for row in db.session.scalars(rows)}


def held_answer(attempt_id: uuid.UUID, slot: int) -> AnswerStep | None:
    mine = (AnswerStep.attempt_id == attempt_id, AnswerStep.slot == slot)
    return db.session.scalar(sa.select(AnswerStep).where(*mine).order_by(AnswerStep.step.desc()).limit(1))


def responses_of(attempt_id: uuid.UUID) -> dict[int, Response]:
    """Slot → what it earned; empty until the attempt is marked."""
    rows = db.session.scalars(sa.select(Response).where(Response.attempt_id == attempt_id))
    return {row.slot: row for row in rows}


def versions_of(attempt: Attempt) -> Versions:
    """The versions of the questions on an attempt's paper, by address."""
    return look_up_versions(slot["question"] for slot in question_slots(attempt.paper))


def look_up_versions(digests: Iterable[str]) -> Versions:
    """Question versions by address, from this process or else with one statement. KeyError for an unknown one."""
    wanted = list(digests)
    found = {digest: version for digest in wanted if (version := _kept.get(digest))}
    missing = [digest for digest in wanted if digest not in found]
    if missing:
        columns = sa.select(QuestionVersion.digest, QuestionVersion.document)
        rows = db.session.execute(columns.where(QuestionVersion.digest.in_(missing))).all()
        found |= {row.digest: row.document for row in rows}
        keep_versions(found)
    return {digest: found[digest] for digest in wanted}


def keep_versions(versions: Versions) -> None:
    """Keeps versions in this process; the oldest make room."""
    with _keeping:
        _kept.update(versions)
        for digest in list(_kept)[: max(0, len(_kept) - MOST_KEPT)]:
            del _kept[digest]


@dataclass(frozen=True)
class AttemptView:
    """An attempt at an instant with all that its learner may see: for the API and for pages.

    `beside` holds all attempts at the quiz, this one too; it is empty while this one runs.
    """

    attempt: Attempt
    body: Mapping[str, Any]
    versions: Versions
    held: Mapping[int, AnswerStep]
    marks: Mapping[int, Mark]
    beside: Sequence[Attempt]
    at: datetime

    @property
    def state(self) -> State:
        return self.attempt.state(self.at)

    @property
    def is_running(self) -> bool:
        return self.state.takes_answers

    @property
    def attempts_left(self) -> int | None:
        """After the end of this one; None: as many as one likes."""
        allowed = self.attempts_allowed
        return None if allowed is None else max(0, allowed - len(self.beside))

    @cached_property
    def attempts_allowed(self) -> int | None:
        """Asked only where it matters: a running attempt's answers are saved without."""
        return allowed_attempts(self.body, self.attempt.enrolment_id, self.attempt.activity_key)

    @property
    def phase(self) -> Phase:
        if self.is_running:
            return Phase.DURING
        another_runs = any(one.state(self.at).takes_answers for one in self.beside)
        return phase_of(finished=True, attempts_left=self.attempts_left, open_attempt=another_runs)

    @property
    def shows(self) -> frozenset[str]:
        return visible(self.body["review"], self.phase)

    @property
    def seconds_left(self) -> int | None:
        """Until the deadline, by the server's clock; None where there is none."""
        if self.attempt.deadline is None:
            return None
        return max(0, int((self.attempt.deadline - self.at).total_seconds()))


def view_attempt(attempt: Attempt, at: datetime) -> AttemptView:
    """Everything about an attempt that its learner may see at an instant."""
    held = held_answers(attempt.id)
    if attempt.state(at).takes_answers:
        return running_view(attempt, at, held=held)
    marks = {slot: from_document(row.mark) for slot, row in responses_of(attempt.id).items()}
    beside = attempts_of(attempt.enrolment_id, attempt.activity_key)
    return AttemptView(attempt, load_body(attempt.body), versions_of(attempt), held, marks, beside, at)


def running_view(attempt: Attempt, at: datetime, *, held: Mapping[int, AnswerStep]) -> AttemptView:
    """The view of an attempt that runs, where the answers held are known ({} for a new one)."""
    return AttemptView(attempt, load_body(attempt.body), versions_of(attempt), held, {}, (), at)
