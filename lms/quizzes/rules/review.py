"""What a learner sees of marks and key, question by question, as far as the review options allow."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from lms.quizzes.rules import parts
from lms.quizzes.rules.grading import json_number, round_half_even
from lms.quizzes.rules.marking import Mark, feedback, solution
from lms.quizzes.rules.types.base import Draw, Question, Render

Answer = Mapping[str, Any] | None


def review_slot(
    slot: Mapping[str, Any],
    question: Question,
    draw: Draw,
    one: Mark,
    answer: Answer,
    shows: Collection[str],
    render: Render,
) -> dict[str, Any]:
    """A presented slot with what `shows` (of grading.REVIEW_OPTIONS, the answer itself apart) lets out:

    correctness: `correct` (null: not marked yet) and `pieces` {shown id: right or not}; marks: `earned`;
    feedback: `feedback` [{id, html}] on what was chosen and `explanation`; right_answers: `right_answer`, in
    the shape of an answer. Parts carry the same for themselves.
    """
    seen = {**slot, **_seen(question, draw, one, answer, shows, render)}
    if question["type"] == "parts":
        seen["parts"] = _parts(slot, question, draw, one, answer, shows, render)
    return seen


def _seen(
    question: Question, draw: Draw, one: Mark, answer: Answer, shows: Collection[str], render: Render
) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    whole = question["type"] != "parts"
    if "correctness" in shows:
        seen |= {"correct": None if one.fraction is None else one.is_right}
        seen |= {"pieces": dict(one.pieces)} if whole else {}
    if "marks" in shows:
        seen["earned"] = None if one.earned is None else json_number(round_half_even(one.earned))
    if "feedback" in shows:
        words = feedback(question, draw, answer) if answer is not None and whole else []
        seen["feedback"] = [{"id": shown, "html": render(text)} for shown, text in words]
        seen["explanation"] = render(question["explanation"]) if question.get("explanation") else None
    if "right_answers" in shows and whole:
        seen["right_answer"] = solution(question, draw)
    return seen


def _parts(
    slot: Mapping[str, Any],
    question: Question,
    draw: Draw,
    one: Mark,
    answer: Answer,
    shows: Collection[str],
    render: Render,
) -> list[dict[str, Any]]:
    given = (answer or {}).get("parts", {})
    drawn = parts.drawn_parts(question, draw)
    return [
        {**presented, **_seen(part, part_draw, one.parts[shown], given.get(shown), shows, render)}
        for presented, (shown, part, part_draw) in zip(slot["parts"], drawn, strict=True)
    ]
