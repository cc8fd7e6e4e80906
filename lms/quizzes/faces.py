"""What quizzes answer to features below: are these bodies sound, what does a quiz look like, how is practice marked."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from random import Random
from typing import Any

from flask import render_template

from lms.core.canonical import digest
from lms.core.db import begin_writing
from lms.core.reasons import Refused
from lms.courses.ports import Mistake
from lms.courses.rules.markdown import UrlForFile
from lms.learning.ports import Feedback, Tries
from lms.quizzes import queries, services
from lms.quizzes.content import PageContent
from lms.quizzes.models import Attempt
from lms.quizzes.reasons import QuizReason
from lms.quizzes.rules import forms, grading, marking, papers, questions
from lms.quizzes.rules.answers import check_answer
from lms.quizzes.rules.types.base import Draw, Misfit
from lms.quizzes.schemas import dump_result

Document = dict[str, Any]


class SoundBodies:
    """Answers courses' questions about quiz bodies."""

    def mistakes(self, body: Document) -> list[Mistake]:
        found = questions.quiz_flaws(body)
        return [Mistake(f"quiz.{flaw.code}", flaw.path, {"question": flaw.path, **flaw.values}) for flaw in found]

    def has_markable(self, body: Document) -> bool:
        return questions.has_markable(body)

    def register(self, course_id: uuid.UUID, body: Document) -> None:  # noqa: ARG002 - equal questions are one version
        services.register_questions(body)


class RunningAttempts:
    """Answers courses' question who is in a quiz."""

    def count(self, course_id: uuid.UUID, at: datetime) -> dict[str, int]:
        return queries.count_running(course_id, at)


class LearnersTries:
    """Answers learning's questions how learners fare at quizzes."""

    def failing(self, course_id: uuid.UUID) -> Any:
        return queries.failing(course_id)

    def of(self, enrolment_ids: Sequence[uuid.UUID], at: datetime) -> dict[tuple[uuid.UUID, str], Tries]:
        return queries.count_tries(enrolment_ids, at)

    def lines(self, enrolment_id: uuid.UUID, at: datetime) -> dict[str, list[Document]]:
        found: dict[str, list[Document]] = {}
        for one in queries.all_attempts_of(enrolment_id):
            result = one.result or {}
            fraction = result.get("fraction")
            percent = None if fraction is None else grading.round_half_even(Fraction(fraction) * 100)
            line: Document = {"number": one.number, "state": one.state(at).value, "started_at": one.started_at}
            line |= {"ended_at": one.submitted_at, "percent": percent, "passed": result.get("passed")}
            found.setdefault(one.activity_key, []).append(line)
        return found


class QuizStart:
    """Answers learning's question what a learner sees of a quiz before starting it."""

    def describe(self, enrolment_id: uuid.UUID, key: str, body: Document, at: datetime) -> Document:
        allowed = queries.allowed_attempts(body, enrolment_id, key)
        return _described(_attempts(enrolment_id, key, at), body, allowed, at)

    def page(self, enrolment_id: uuid.UUID, key: str, body: Document, at: datetime) -> str:
        attempts = _attempts(enrolment_id, key, at)
        allowed = queries.allowed_attempts(body, enrolment_id, key)
        facts = _described(attempts, body, allowed, at)
        refused = why_not(allowed, attempts, at)
        address = f"/learn/{enrolment_id}/{key}/attempts"
        return render_template("quizzes/start.html", quiz=facts, attempts=attempts, refused=refused, start=address)


def _described(attempts: list[Attempt], body: Document, allowed: int | None, at: datetime) -> Document:
    """`attempts_given`: how many of those allowed somebody gave this learner beyond the quiz's own."""
    refused = why_not(allowed, attempts, at)
    running = next((str(one.id) for one in attempts if one.state(at).takes_answers), None)
    return {
        "questions": questions.count_asked(body),
        "time_limit_minutes": body["time_limit_minutes"],
        "attempts_allowed": allowed,
        "attempts_given": 0 if allowed is None else allowed - body["attempts"],
        "pass_percent": grading.json_number(grading.round_half_even(Fraction(body["pass_percent"]))),
        "grading": body["grading"],
        "attempts": [_line(one, body, at) for one in attempts],
        "running": running,
        "may_start": refused is None,
        "reason": refused and {**refused.as_dict(), "sentence": refused.sentence()},
        **_grade(attempts, body),
    }


def why_not(allowed: int | None, attempts: list[Attempt], at: datetime) -> Refused | None:
    """Why no attempt may be started or gone on with; None where one may."""
    if any(one.state(at).takes_answers for one in attempts):
        return None
    return services.why_no_more(allowed, attempts)


def _attempts(enrolment_id: uuid.UUID, key: str, at: datetime) -> list[Attempt]:
    """All attempts, those ended whose time is over."""
    attempts = list(queries.attempts_of(enrolment_id, key))
    due = [one.id for one in attempts if one.awaits_settling(at)]
    if not due:
        return attempts
    begin_writing()
    for attempt_id in due:
        services.end_overdue_attempt(attempt_id, at=at)
    return list(queries.attempts_of(enrolment_id, key))


def _line(attempt: Attempt, body: Document, at: datetime) -> Document:
    times = {"started_at": attempt.started_at.isoformat(), "submitted_at": None}
    if attempt.submitted_at is not None:
        times["submitted_at"] = attempt.submitted_at.isoformat()
    facts = {"id": str(attempt.id), "number": attempt.number, "state": attempt.state(at).value}
    return facts | times | dump_result(attempt, body)


def _grade(attempts: list[Attempt], body: Document) -> Document:
    """{percent, passed} over all attempts by the quiz's grading method; null while there is none."""
    results = [one.result for one in attempts if one.finished_at is not None and one.result is not None]
    grade = grading.grade(body["grading"], [Fraction(result["fraction"]) for result in results])
    if grade is None:
        return {"percent": None, "passed": None}
    pass_percent = Fraction(body["pass_percent"])
    percent = grading.json_number(grading.shown_percent(grade, pass_percent))
    return {"percent": percent, "passed": grading.is_passed(grade, pass_percent)}


class Practice:
    """Answers learning's questions about practice: the same types and marks as in a quiz, answered at once."""

    def present(self, question: Document, *, url_for_file: UrlForFile) -> Document:
        return papers.present_question(question, _draw(question), PageContent(url_for_file))

    def answer_from_form(self, question: Document, form: Any) -> Document:
        slot = papers.present_question(question, _draw(question), _without_html)
        return forms.answer_from_fields(slot, form)

    def mark(self, question: Document, answer: Document, *, url_for_file: UrlForFile) -> Feedback:
        draw, render = _draw(question), PageContent(url_for_file)
        try:
            check_answer(question, draw, answer)
        except Misfit as misfit:
            raise Refused(QuizReason.ANSWER_MISFIT, pointer=misfit.pointer, problem=misfit.code) from None
        one = marking.mark(question, draw, answer)
        right = marking.solution(question, draw)
        slot = papers.present_question(question, draw, render)
        words = "".join(render(text) for _, text in marking.feedback(question, draw, answer))
        explanation = render(question["explanation"]) if question.get("explanation") else ""
        shown = render_template("quizzes/right-answer.html", slot=slot, answer=right)
        details = {"marks": piece_marks(one, answer), "right": right}
        return Feedback(one.fraction or Fraction(0), words, explanation, shown, details)


def piece_marks(one: marking.Mark, answer: Mapping[str, Any]) -> Document:
    """Shown id → "right" or "wrong" of what was chosen; of parts by the id of the part."""
    if one.parts:
        given = answer.get("parts", {})
        return {shown: piece_marks(part, given.get(shown, {})) for shown, part in one.parts.items()}
    chosen = {answer.get("choice"), *answer.get("choices", [])}
    return {shown: "right" if right else "wrong" for shown, right in one.pieces.items() if shown in chosen}


def _draw(question: Document) -> Draw:
    """The same for everybody and each time, as a page is: it follows from the question alone."""
    return papers.draw_question(question, Random(digest(question)), shuffle=False)  # noqa: S311 - nothing hangs on it


def _without_html(markdown: str, *, inline: bool = False) -> str:  # noqa: ARG001 - only the structure is wanted
    return ""
