"""Questions and quizzes as their authors try them: shown and marked as learners meet them, kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from random import Random
from typing import Any

from flask import render_template

from lms.core.reasons import Refused, explain
from lms.courses.ports import Mistake
from lms.learning.presenting import url_for_files
from lms.quizzes.content import CONTENT
from lms.quizzes.faces import Practice, piece_marks
from lms.quizzes.rules import forms, grading, marking, papers, questions
from lms.quizzes.rules.answers import check_answer
from lms.quizzes.rules.types.base import Misfit
from lms.quizzes.rules.versions import quiz_versions

Document = dict[str, Any]
PREFIX = "try."


class Inside:
    """The fields of a form whose names begin with a prefix, by the rest of their names."""

    def __init__(self, form: Any, prefix: str) -> None:
        self._form, self._prefix = form, prefix

    def get(self, key: str, default: str, /) -> str:
        return str(self._form.get(self._prefix + key, default))

    def getlist(self, key: str, /) -> list[str]:
        return list(self._form.getlist(self._prefix + key))


class Trial:
    """Answers courses' questions about a question that is being written."""

    def __init__(self) -> None:
        self._practice = Practice()

    def mistakes(self, question: Document) -> list[Mistake]:
        found = questions.question_flaws(question)
        return [Mistake(f"quiz.{flaw.code}", flaw.path, {"question": flaw.path, **flaw.values}) for flaw in found]

    def present(self, question: Document, *, files: Mapping[str, Any]) -> Document:
        return self._practice.present(question, url_for_file=url_for_files(dict(files)))

    def show(self, question: Document, *, files: Mapping[str, Any], form: Any) -> str:
        if self.mistakes(question):
            return ""
        slot = self.present(question, files=files)
        shown: Document = {"slot": slot, "answer": None, "result": None, "refused": None}
        if form is not None:
            shown |= self._marked(question, Inside(form, PREFIX), files)
        return render_template("quizzes/try-question.html", prefix=PREFIX, **shown)

    def _marked(self, question: Document, form: Inside, files: Mapping[str, Any]) -> Document:
        answer = self._practice.answer_from_form(question, form)
        try:
            feedback = self._practice.mark(question, answer, url_for_file=url_for_files(dict(files)))
        except Refused as refused:
            return {"answer": answer, "refused": refused}
        return {"answer": answer, "result": feedback.for_page()}

    def mark(self, question: Document, answer: Document, *, files: Mapping[str, Any]) -> Document:
        feedback = self._practice.mark(question, answer, url_for_file=url_for_files(dict(files)))
        return {
            "fraction": str(feedback.fraction),
            "right": feedback.fraction == 1,
            "feedback": feedback.feedback,
            "explanation": feedback.explanation,
            "right_answer": feedback.right_answer,
            "details": feedback.details,
        }


class PaperTrial:
    """Answers learning's question how a draft's quiz looks to who takes it."""

    def page(self, body: Document, *, seed: str, form: Any, language: str) -> str:
        """The whole paper that the seed draws, in one form; with a form that carries answers, marked."""
        percent = grading.json_number(grading.round_half_even(Fraction(body["pass_percent"])))
        facts: Document = {"body": body, "seed": seed, "pass_percent": percent, "count": questions.count_asked(body)}
        facts["language"] = language
        if flaws := [
            flaw for question in questions.quiz_questions(body) for flaw in questions.question_flaws(question)
        ]:
            mistakes = [explain(f"quiz.{flaw.code}", {"question": flaw.path, **flaw.values}) for flaw in flaws]
            return render_template("quizzes/try-quiz.html", mistakes=mistakes, **facts)
        paper = papers.make_paper(body, Random(seed))  # noqa: S311 - the same paper again is what is wanted
        versions = quiz_versions(body)
        slots = papers.present_slots(paper, versions, CONTENT)
        results = {} if form is None else _results(paper, versions, slots, form)
        total = None if form is None else _total(body, results)
        return render_template("quizzes/try-quiz.html", slots=slots, results=results, total=total, **facts)


def _results(paper: Document, versions: papers.Versions, slots: list[Document], form: Any) -> dict[int, Document]:
    """By number of the slot: {answer, mark, right}; an answer that does not fit counts as none."""
    found = {}
    by_number = {slot["slot"]: slot for slot in slots if "slot" in slot}
    for slot in papers.question_slots(paper):
        number, question = slot["slot"], versions[slot["question"]]["question"]
        answer = forms.answer_from_fields(by_number[number], Inside(form, f"q{number}."))
        found[number] = _result(question, slot["draw"], answer)
    return found


def _result(question: Document, draw: Document, answer: Document) -> Document:
    given: Document | None = None if forms.is_blank(answer) else answer
    try:
        if given:
            check_answer(question, draw, given)
    except Misfit:
        given = None
    mark = marking.mark(question, draw, given)
    right = marking.solution(question, draw)
    pieces = piece_marks(mark, given or {})
    return {"answer": given, "mark": mark, "right": right, "marks": pieces}


def _total(body: Document, results: dict[int, Document]) -> Document:
    total = marking.add_up(result["mark"] for result in results.values())
    share = total.fraction or Fraction(0)
    pass_percent = Fraction(body["pass_percent"])
    return {
        "points": grading.json_number(grading.round_half_even(total.points or Fraction(0))),
        "most": grading.json_number(grading.round_half_even(total.max_points)),
        "percent": grading.json_number(grading.shown_percent(share, pass_percent)),
        "passed": grading.is_passed(share, pass_percent),
    }
