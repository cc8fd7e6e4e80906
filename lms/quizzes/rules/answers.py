"""Does an answer fit its slot? Shapes and ids only: wrong and incomplete answers fit, and are saved."""

from __future__ import annotations

import re
from typing import Any

from lms.quizzes.rules import parts
from lms.quizzes.rules.types.base import Draw, Misfit, Question
from lms.quizzes.rules.types.simple import SIMPLE

LAST_STEP = 2**31 - 1
NUMBER = re.compile(r"[-+0-9.,eE ]*")


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


def without_words(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer without what a person wrote or sent (texts, words in gaps, files); choices and numbers stay."""
    return {key: _without_words(key, value) for key, value in answer.items() if key != "file"}


def _without_words(key: str, value: Any) -> Any:
    if key in ("text", "unit"):
        return ""
    if key == "gaps" and isinstance(value, dict):
        return dict.fromkeys(value, "")
    if key == "number" and isinstance(value, str):
        return value if NUMBER.fullmatch(value) else ""
    if key == "parts" and isinstance(value, dict):
        return {part: without_words(one) if isinstance(one, dict) else one for part, one in value.items()}
    return value
