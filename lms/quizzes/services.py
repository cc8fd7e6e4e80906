"""Use cases of attempts: start, save an answer, flag, hand in, end what is overdue."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from random import Random, SystemRandom
from typing import Any

import sqlalchemy as sa

from lms.core.actor import Actor
from lms.core.db import begin_writing, db, insert_first, insert_ignore
from lms.core.events import publish
from lms.core.jobs.services import enqueue
from lms.core.reasons import CoreReason, Refused
from lms.courses.queries import load_body
from lms.learning.services import OpenActivity, open_activity, record_outcome
from lms.quizzes import queries
from lms.quizzes.events import AttemptFinished
from lms.quizzes.models import AnswerStep, Attempt, QuestionVersion, Response
from lms.quizzes.queries import AttemptView
from lms.quizzes.reasons import QuizReason
from lms.quizzes.rules import deadlines, grading
from lms.quizzes.rules.answers import check_answer
from lms.quizzes.rules.deadlines import NETWORK_ALLOWANCE, State
from lms.quizzes.rules.marking import Mark, add_up, as_document, mark
from lms.quizzes.rules.papers import Slot, Versions, find_slot, make_paper, question_slots
from lms.quizzes.rules.receipts import Verdict, answer_digest, weigh
from lms.quizzes.rules.types.base import Misfit
from lms.quizzes.rules.versions import quiz_versions

__all__ = [
    "Receipt",
    "end_overdue_attempt",
    "flag_slot",
    "look_at_attempt",
    "register_questions",
    "save_answer",
    "start_attempt",
    "submit_attempt",
    "why_no_more",
]

END_ATTEMPT = "quizzes.end_attempt"
CHANCE = SystemRandom()


@dataclass(frozen=True)
class Receipt:
    """The promise that an answer is kept: what was acknowledged, and when."""

    slot: int
    step: int
    digest: str
    saved_at: datetime


def register_questions(body: dict[str, Any]) -> None:
    """Keeps every question of a quiz that is being published as an immutable version; a known one stays as it is."""
    versions = quiz_versions(body)
    insert_ignore(QuestionVersion, [{"digest": digest, "document": one} for digest, one in versions.items()])


def start_attempt(
    enrolment_id: uuid.UUID, key: str, *, by: Actor, at: datetime, chance: Random = CHANCE
) -> tuple[Attempt, bool]:
    """A new attempt on a paper drawn now, or the one that runs: (attempt, whether it is new).

    Two starts at once give one attempt. One whose time is over is ended first. Refused: as `open_activity`;
    quiz.not_a_quiz, quiz.attempts_exhausted.
    """
    opened = open_activity(enrolment_id, key, by=by, at=at)
    if opened.activity.kind != "quiz":
        raise Refused(QuizReason.NOT_A_QUIZ, title=opened.activity.title)
    attempts = _ended_where_due(queries.attempts_of(enrolment_id, key), at)
    if attempts and attempts[-1].state(at).takes_answers:
        return attempts[-1], False
    body = load_body(opened.activity.body)
    if refused := why_no_more(queries.allowed_attempts(body, enrolment_id, key), attempts):
        raise refused
    attempt = _new_attempt(opened, body, len(attempts) + 1, at=at, chance=chance)
    if attempt is None:  # the same learner started at the same moment elsewhere
        return _running(queries.attempts_of(enrolment_id, key), at), False
    _end_in_time(attempt, at)
    return attempt, True


def why_no_more(allowed: int | None, attempts: Sequence[Attempt]) -> Refused | None:
    """Why no attempt may follow these where so many are allowed (None: any number); None where one may."""
    if allowed is None or len(attempts) < allowed:
        return None
    return Refused(QuizReason.ATTEMPTS_EXHAUSTED, used=len(attempts), allowed=allowed)


def _ended_where_due(attempts: Sequence[Attempt], at: datetime) -> Sequence[Attempt]:
    for attempt in attempts:
        if attempt.awaits_settling(at):
            end_overdue_attempt(attempt.id, at=at)
    return attempts


def _running(attempts: Sequence[Attempt], at: datetime) -> Attempt:
    for attempt in attempts:
        if attempt.state(at).takes_answers:
            return attempt
    raise Refused(CoreReason.CONFLICT)


def _new_attempt(
    opened: OpenActivity, body: dict[str, Any], number: int, *, at: datetime, chance: Random
) -> Attempt | None:
    """None where another one runs, or has this number."""
    ids = {"enrolment_id": opened.enrolment.id, "person_id": opened.enrolment.person_id}
    times = {"started_at": at, "deadline": deadlines.deadline_of(at, body["time_limit_minutes"])}
    paper = make_paper(body, chance)
    place = {"activity_key": opened.activity.key, "number": number, "body": opened.activity.body}
    return insert_first(Attempt, **ids, **place, **times, paper=paper, flags=[])


def _end_in_time(attempt: Attempt, at: datetime) -> None:
    """The row of work that ends it where nobody hands it in. It may run late or twice: that changes nothing."""
    if attempt.deadline is None:
        return
    due = attempt.deadline + NETWORK_ALLOWANCE + timedelta(seconds=1)
    key, payload = f"{END_ATTEMPT}:{attempt.id}:{due.isoformat()}", {"attempt": str(attempt.id)}
    enqueue(END_ATTEMPT, key, payload, at=at, run_after=due)


def save_answer(attempt_id: uuid.UUID, slot_number: int, *, step: int, answer: Any, by: Actor, at: datetime) -> Receipt:
    """Keeps one numbered answer and acknowledges it.

    Any step greater than the one held is new. The same step with the same answer gives the same receipt, even
    after the end: its first answer may have been lost on the way. Refused: quiz.attempt_unknown,
    quiz.slot_unknown; quiz.answer_misfit; quiz.attempt_over; quiz.step_taken and quiz.step_old with what is held.
    """
    attempt = queries.find_attempt(attempt_id, by, lock=True)
    slot = _slot(attempt, slot_number)
    _refuse_misfit(slot, answer)
    digest = answer_digest(str(attempt.id), slot_number, step, answer)
    if not attempt.state(at).takes_answers:
        return _repeated(attempt, slot_number, step, digest, over=True)
    receipt = Receipt(slot_number, step, digest, at)
    if _add_step(attempt.id, receipt, answer):
        return receipt
    return _repeated(attempt, slot_number, step, digest, over=False)


def _slot(attempt: Attempt, number: int) -> Slot:
    slot = find_slot(attempt.paper, number)
    if slot is None:
        raise Refused(QuizReason.SLOT_UNKNOWN, slot=number)
    return slot


def _refuse_misfit(slot: Slot, answer: Any) -> None:
    version = queries.look_up_versions([slot["question"]])[slot["question"]]
    try:
        check_answer(version["question"], slot["draw"], answer)
    except Misfit as misfit:
        raise Refused(QuizReason.ANSWER_MISFIT, pointer=misfit.pointer, problem=misfit.code) from None


def _add_step(attempt_id: uuid.UUID, receipt: Receipt, answer: Any) -> bool:
    """Inserts the step unless this or a later one is held; one statement, so that nothing comes between."""
    held = sa.select(AnswerStep.step).where(
        AnswerStep.attempt_id == attempt_id, AnswerStep.slot == receipt.slot, AnswerStep.step >= receipt.step
    )
    row = {
        AnswerStep.attempt_id: attempt_id,
        AnswerStep.slot: receipt.slot,
        AnswerStep.step: receipt.step,
        AnswerStep.answer: json.dumps(answer),
        AnswerStep.digest: receipt.digest,
        AnswerStep.saved_at: receipt.saved_at,
    }
    values = sa.select(*(sa.literal(value, column.type) for column, value in row.items())).where(~held.exists())
    inserted = sa.insert(AnswerStep).from_select(list(row), values).returning(AnswerStep.step)
    return db.session.scalar(inserted) is not None


def _repeated(attempt: Attempt, slot: int, step: int, digest: str, *, over: bool) -> Receipt:
    """The receipt of a step that is held already; anything else is refused with what is held."""
    held = queries.held_answer(attempt.id, slot)
    verdict = weigh(held.step, held.digest, step, digest) if held else Verdict.NEW
    if held and verdict is Verdict.AGAIN:
        return Receipt(slot, held.step, held.digest, held.saved_at)
    what = {"slot": slot, "step": step, "held_step": held.step if held else 0, "held": _as_held(held)}
    if over:
        raise Refused(QuizReason.ATTEMPT_OVER, **what)
    raise Refused(QuizReason.STEP_OLD if verdict is Verdict.OLD_STEP else QuizReason.STEP_TAKEN, **what)


def _as_held(held: AnswerStep | None) -> dict[str, Any] | None:
    if held is None:
        return None
    receipt = {"step": held.step, "digest": held.digest, "saved_at": held.saved_at.isoformat()}
    return {**receipt, "answer": held.document}


def flag_slot(attempt_id: uuid.UUID, slot_number: int, *, flagged: bool, by: Actor, at: datetime) -> Attempt:
    """Marks a question to be looked at again, or takes the mark off; it counts for nothing.

    Refused: quiz.attempt_unknown, quiz.slot_unknown, quiz.attempt_not_running.
    """
    attempt = queries.find_attempt(attempt_id, by, lock=True)
    _slot(attempt, slot_number)
    if not attempt.state(at).takes_answers:
        raise Refused(QuizReason.NOT_RUNNING)
    rest = {*attempt.flags} - {slot_number}
    attempt.flags = sorted(rest | {slot_number} if flagged else rest)
    return attempt


def submit_attempt(attempt_id: uuid.UUID, *, by: Actor, at: datetime) -> AttemptView:
    """Hands an attempt in, marks it and gives its result; what is over already stays as it is.

    The time of handing in is never after the deadline. Refused: quiz.attempt_unknown, quiz.attempt_not_running
    where it was abandoned.
    """
    beside = queries.lock_attempts_beside(attempt_id)
    attempt = queries.find_attempt(attempt_id, by)  # read with the others just now
    if attempt.state(at) is State.ABANDONED:
        raise Refused(QuizReason.NOT_RUNNING)
    if deadlines.is_settled(attempt.times):
        return queries.view_attempt(attempt, at)
    return _settle(attempt, beside, at=at)


def look_at_attempt(attempt_id: uuid.UUID, *, by: Actor, at: datetime) -> AttemptView:
    """An attempt as its learner may see it; one whose time is over is ended first, so that a late sweep shows nowhere.

    Refused: quiz.attempt_unknown.
    """
    attempt = queries.find_attempt(attempt_id, by)
    if attempt.awaits_settling(at):
        begin_writing()
        end_overdue_attempt(attempt_id, at=at)
        attempt = queries.find_attempt(attempt_id, by)
    return queries.view_attempt(attempt, at)


def end_overdue_attempt(attempt_id: uuid.UUID, *, at: datetime) -> AttemptView | None:
    """Hands in for the learner what nobody handed in, with the deadline as the time; None where it is not due."""
    beside = queries.lock_attempts_beside(attempt_id)
    attempt = next((one for one in beside if one.id == attempt_id), None)
    if attempt is None or not attempt.awaits_settling(at):
        return None
    return _settle(attempt, beside, at=at)


def _settle(attempt: Attempt, beside: Sequence[Attempt], *, at: datetime) -> AttemptView:
    """Writes down the end and the marks, and tells learning what the attempts are worth together."""
    body, versions = load_body(attempt.body), queries.versions_of(attempt)
    held = queries.held_answers(attempt.id)
    marks = _mark_answers(attempt, versions, held)
    total = add_up(marks.values())
    fraction = total.fraction
    attempt.submitted_at = deadlines.end_of(attempt.times, at)
    attempt.result = {
        "points": None if total.points is None else str(total.points),
        "max_points": str(total.max_points),
        "fraction": None if fraction is None else str(fraction),
        "passed": None if fraction is None else grading.is_passed(fraction, Fraction(body["pass_percent"])),
    }
    if fraction is not None:
        attempt.finished_at = attempt.submitted_at
        _report(attempt, beside, body)
    return AttemptView(attempt, body, versions, held, marks, beside, at)


def _mark_answers(attempt: Attempt, versions: Versions, held: Mapping[int, AnswerStep]) -> dict[int, Mark]:
    """Marks every question of the paper and keeps what each answer earned."""
    marks = {}
    for slot in question_slots(attempt.paper):
        number, step = slot["slot"], held.get(slot["slot"])
        question = versions[slot["question"]]["question"]
        one = marks[number] = mark(question, slot["draw"], step.document if step else None)
        row = {"attempt_id": attempt.id, "slot": number, "question": slot["question"], "step": step and step.step}
        share = None if one.fraction is None else float(one.fraction)
        db.session.add(Response(**row, mark=as_document(one), share=share))
    return marks


def _report(attempt: Attempt, beside: Sequence[Attempt], body: dict[str, Any]) -> None:
    """The grade over all marked attempts goes to learning; listeners hear that this one ended."""
    results = [one.result for one in beside if one.finished_at is not None and one.result is not None]
    grade = grading.grade(body["grading"], [Fraction(result["fraction"]) for result in results])
    ended_at = attempt.finished_at
    if grade is None or ended_at is None:
        raise ValueError(f"attempt {attempt.id} is reported before it was marked")
    record_outcome(
        attempt.enrolment_id,
        attempt.activity_key,
        fraction=grade,
        passed=grading.is_passed(grade, Fraction(body["pass_percent"])),
        used=len(beside),
        allowed=body["attempts"],
        attempt_id=attempt.id,
        at=ended_at,
    )
    publish(AttemptFinished(attempt.id, attempt.enrolment_id, attempt.activity_key, ended_at))
