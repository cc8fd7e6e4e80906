"""Marks, exactly. A mark is a fraction of the question's points; nothing is rounded here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from lms.quizzes.rules import parts
from lms.quizzes.rules.types.base import Draw, Question
from lms.quizzes.rules.types.simple import SIMPLE


@dataclass(frozen=True)
class Mark:
    """What one question, or part, earned.

    `fraction` is 0 to 1 of `points`, None where a person has not marked it yet. `pieces` says of each shown id
    (option, stem, gap, place) whether it is right; `parts` holds the marks of the parts by shown id.
    """

    points: Fraction
    fraction: Fraction | None
    answered: bool
    pieces: Mapping[str, bool] = field(default_factory=dict)
    parts: Mapping[str, Mark] = field(default_factory=dict)

    @property
    def earned(self) -> Fraction | None:
        return None if self.fraction is None else self.fraction * self.points

    @property
    def is_right(self) -> bool:
        return self.fraction == 1


@dataclass(frozen=True)
class Total:
    """The sum over a paper. `points` is None while an answer is not marked: unknown, not zero."""

    points: Fraction | None
    max_points: Fraction

    @property
    def fraction(self) -> Fraction | None:
        """0 to 1 of the points there were; None while a mark is missing."""
        if self.points is None:
            return None
        return self.points / self.max_points if self.max_points else Fraction(0)


def mark(question: Question, draw: Draw, answer: Mapping[str, Any] | None) -> Mark:
    """Marks an answer that fits its slot; no answer earns nothing."""
    if question["type"] == "parts":
        return _mark_parts(question, draw, answer)
    points = parts.points_of(question)
    if answer is None:
        return Mark(points, Fraction(0), answered=False)
    outcome = SIMPLE[question["type"]].mark(question, draw, answer)
    return Mark(points, outcome.fraction, answered=True, pieces=outcome.pieces)


def _mark_parts(question: Question, draw: Draw, answer: Mapping[str, Any] | None) -> Mark:
    given = (answer or {}).get("parts", {})
    marks = {
        shown: mark(part, part_draw, given.get(shown)) for shown, part, part_draw in parts.drawn_parts(question, draw)
    }
    total = add_up(marks.values())
    return Mark(total.max_points, total.fraction, answered=bool(given), parts=marks)


def add_up(marks: Iterable[Mark]) -> Total:
    all_of_them = list(marks)
    most = sum((one.points for one in all_of_them), Fraction(0))
    earned = [one.earned for one in all_of_them]
    known = [points for points in earned if points is not None]
    return Total(sum(known, Fraction(0)) if len(known) == len(earned) else None, most)


def solution(question: Question, draw: Draw) -> dict[str, Any]:
    """A fully right answer in the shape of an answer; only for those who may see the key."""
    if question["type"] == "parts":
        return parts.solution(question, draw)
    return SIMPLE[question["type"]].solution(question, draw)


def feedback(question: Question, draw: Draw, answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The author's words on what was chosen: [(shown id, Markdown)], of parts too."""
    if question["type"] != "parts":
        return SIMPLE[question["type"]].feedback(question, draw, answer)
    given = answer.get("parts", {})
    return [
        words
        for shown, part, part_draw in parts.drawn_parts(question, draw)
        if shown in given
        for words in feedback(part, part_draw, given[shown])
    ]


def as_document(one: Mark) -> dict[str, Any]:
    """For storage: fractions as text ("7/12"), the rest as it is."""
    document: dict[str, Any] = {
        "points": str(one.points),
        "fraction": None if one.fraction is None else str(one.fraction),
        "answered": one.answered,
        "pieces": dict(one.pieces),
    }
    if one.parts:
        document["parts"] = {shown: as_document(part) for shown, part in one.parts.items()}
    return document


def from_document(document: Mapping[str, Any]) -> Mark:
    """The mark that `as_document` stored."""
    fraction = document["fraction"]
    return Mark(
        Fraction(document["points"]),
        None if fraction is None else Fraction(fraction),
        answered=document["answered"],
        pieces=document["pieces"],
        parts={shown: from_document(part) for shown, part in document.get("parts", {}).items()},
    )
