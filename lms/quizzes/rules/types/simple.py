"""The types that stand alone or as a part of a question. A new type is a module and a line here."""

from __future__ import annotations

from lms.quizzes.rules.types import (
    gaps,
    matching,
    multiple_choice,
    numeric,
    ordering,
    short_text,
    single_choice,
    true_false,
)
from lms.quizzes.rules.types.base import QuestionType

SIMPLE: dict[str, QuestionType] = {
    "single_choice": single_choice,
    "multiple_choice": multiple_choice,
    "true_false": true_false,
    "numeric": numeric,
    "short_text": short_text,
    "matching": matching,
    "ordering": ordering,
    "gaps": gaps,
}
