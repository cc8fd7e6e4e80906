"""Does an answer fit its slot? Shapes and ids only: wrong and incomplete answers fit, and are saved."""

from __future__ import annotations

from typing import Any

from lms.quizzes.rules import parts
from lms.quizzes.rules.types.base import Draw, Misfit, Question
from lms.quizzes.rules.types.simple import SIMPLE

LAST_STEP = 2**31 - 1


def check_answer(question: Question, draw: Draw, answer: Any) -> None:
    """Raises Misfit (pointer, code) where contract.md, "Slots and answers", is not met."""
    if not isinstance(answer, dict):
        raise Misfit("", "wrong_type")
    if question["type"] == "parts":
        parts.check(question, draw, answer)
    else:
        SIMPLE[question["type"]].check(question, draw, answer)


def is_step(step: Any) -> bool:
    """A step counts from 1; a boolean is no number."""
    return isinstance(step, int) and not isinstance(step, bool) and 1 <= step <= LAST_STEP
