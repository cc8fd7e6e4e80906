"""Is a question sound, and is a quiz? What publishing asks before it lets one out.

Shape (fields, types of values) was settled when the document was read; here is what only marking knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from lms.quizzes.rules import parts
from lms.quizzes.rules.numbers import exact
from lms.quizzes.rules.types.base import Flaw, Question
from lms.quizzes.rules.types.simple import SIMPLE

GRADING = ("highest", "average", "first", "last")


def question_flaws(question: Question) -> list[Flaw]:
    """Why this question can't be marked, each flaw under the key of the question or "question/part"; [] if sound."""
    if question["type"] not in SIMPLE and question["type"] != "parts":
        return [Flaw("unknown_type", question["key"], {"type": question["type"]})]
    found = [*_text_flaws(question), *_points_flaws(question)]
    found += parts.flaws(question) if question["type"] == "parts" else SIMPLE[question["type"]].flaws(question)
    return [Flaw(flaw.code, _path(question["key"], flaw.path), flaw.values) for flaw in found]


def quiz_flaws(body: Mapping[str, Any]) -> list[Flaw]:
    """Why this quiz can't be published: its questions' flaws, draws that can't be made, nothing to mark."""
    found = [flaw for question in quiz_questions(body) for flaw in question_flaws(question)]
    if found:
        return found
    return [*_draw_flaws(body), *_key_flaws(body), *_setting_flaws(body)]


def quiz_questions(body: Mapping[str, Any]) -> Iterator[Question]:
    """Every question that a paper of this quiz may hold: of its slots, then of its pools."""
    for slot in body["slots"]:
        if "question" in slot:
            yield slot["question"]
    for pool in body["pools"].values():
        yield from pool


def count_asked(body: Mapping[str, Any]) -> int:
    """How many questions a paper of this quiz holds."""
    return sum(slot["draw"]["count"] if "draw" in slot else "question" in slot for slot in body["slots"])


def has_markable(body: Mapping[str, Any]) -> bool:
    """Is there a question that can be marked and counts?"""
    sound = (question for question in quiz_questions(body) if not question_flaws(question))
    return any(parts.points_of(question) > 0 for question in sound)


def _path(key: str, inside: str) -> str:
    return f"{key}/{inside}" if inside else key


def _text_flaws(question: Question) -> Iterator[Flaw]:
    if not question["text"].strip():
        yield Flaw("no_text", "")


def _points_flaws(question: Question) -> Iterator[Flaw]:
    try:
        points = parts.points_of(question)
    except ValueError:
        yield Flaw("not_a_number", "", {"text": question.get("points", "")})
        return
    if points < 0:
        yield Flaw("points_below_zero", "")


def _draw_flaws(body: Mapping[str, Any]) -> Iterator[Flaw]:
    """Draws from a pool that is not there, or of more than the pool still holds after the draws before."""
    wanted: dict[str, int] = {}
    for draw in (slot["draw"] for slot in body["slots"] if "draw" in slot):
        wanted[draw["from"]] = wanted.get(draw["from"], 0) + draw["count"]
    for pool, count in wanted.items():
        held = len(body["pools"].get(pool, []))
        if pool not in body["pools"]:
            yield Flaw("pool_missing", "", {"pool": pool})
        elif count > held:
            yield Flaw("pool_too_small", "", {"pool": pool, "count": count, "held": held})


def _key_flaws(body: Mapping[str, Any]) -> Iterator[Flaw]:
    keys = [question["key"] for question in quiz_questions(body)]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield Flaw("question_key_twice", key)


def _setting_flaws(body: Mapping[str, Any]) -> Iterator[Flaw]:
    if body["grading"] not in GRADING:
        yield Flaw("unknown_grading", "", {"grading": body["grading"]})
    if not 0 <= exact(body["pass_percent"]) <= 100:
        yield Flaw("pass_percent_out_of_range", "", {"percent": body["pass_percent"]})
    if _least_points(body) <= 0:
        yield Flaw("nothing_to_mark", "")


def _least_points(body: Mapping[str, Any]) -> Fraction:
    """The points of the poorest paper that can be drawn."""
    total = Fraction(0)
    for slot in body["slots"]:
        if "question" in slot:
            total += parts.points_of(slot["question"])
        elif "draw" in slot:
            pool = sorted(parts.points_of(q) for q in body["pools"].get(slot["draw"]["from"], []))
            total += sum(pool[: slot["draw"]["count"]], Fraction(0))
    return total
