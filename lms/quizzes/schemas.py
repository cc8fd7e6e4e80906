"""Shapes of attempts in the API (contract.md, "Slots and answers")."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import marshmallow as ma

from lms.core.web.api import Schema
from lms.quizzes.content import CONTENT
from lms.quizzes.models import AnswerStep, Attempt
from lms.quizzes.queries import AttemptView
from lms.quizzes.rules.answers import LAST_STEP, is_step
from lms.quizzes.rules.grading import json_number, round_half_even, shown_percent
from lms.quizzes.rules.marking import mark
from lms.quizzes.rules.numbers import plain_number
from lms.quizzes.rules.papers import Slot, max_points, present_slots, question_slots, render_with
from lms.quizzes.rules.review import review_slot

STATES = ["in_progress", "overdue", "submitted", "finished", "abandoned"]
SLOTS = {"description": "Questions with slot, type, html, points and what the type needs; texts and media without slot"}


class StepField(ma.fields.Integer):
    """A whole number from 1; text and booleans are none."""

    def _deserialize(self, value: Any, *_place: Any, **_kwargs: Any) -> int:
        if not is_step(value):
            raise ma.ValidationError(f"a step is a whole number from 1 to {LAST_STEP}")
        return int(value)


class NumberedAnswerSchema(Schema):
    step = StepField(required=True, metadata={"minimum": 1, "maximum": LAST_STEP})
    answer = ma.fields.Dict(required=True, metadata={"description": "In the shape of the question's type"})


class ReceiptSchema(Schema):
    slot = ma.fields.Integer(required=True)
    step = ma.fields.Integer(required=True)
    digest = ma.fields.String(
        required=True, metadata={"description": "SHA-256 of {attempt, slot, step, answer}, RFC 8785"}
    )
    saved_at = ma.fields.AwareDateTime(required=True)


class FlagSchema(Schema):
    flagged = ma.fields.Boolean(required=True, truthy={True}, falsy={False})


class ReviewSchema(Schema):
    phase = ma.fields.String(required=True, validate=ma.validate.OneOf(["during", "after", "closed"]))
    shows = ma.fields.List(ma.fields.String(), required=True)


class AttemptSchema(Schema):
    id = ma.fields.UUID(required=True)
    enrolment = ma.fields.UUID(required=True)
    activity = ma.fields.String(required=True)
    number = ma.fields.Integer(required=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(STATES))
    started_at = ma.fields.AwareDateTime(required=True)
    deadline = ma.fields.AwareDateTime(required=True, allow_none=True)
    submitted_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    slots = ma.fields.List(ma.fields.Dict(), required=True, metadata=SLOTS)
    flags = ma.fields.List(ma.fields.Integer(), required=True)
    points = ma.fields.Float(required=True, allow_none=True)
    max_points = ma.fields.Float(required=True)
    percent = ma.fields.Float(required=True, allow_none=True)
    passed = ma.fields.Boolean(required=True, allow_none=True)
    review = ma.fields.Nested(ReviewSchema, required=True)


def dump_attempt(view: AttemptView) -> dict[str, Any]:
    """An attempt as its learner may see it now; nothing of the key before its time."""
    attempt = view.attempt
    return {
        "id": attempt.id,
        "enrolment": attempt.enrolment_id,
        "activity": attempt.activity_key,
        "number": attempt.number,
        "state": view.state.value,
        "started_at": attempt.started_at,
        "deadline": attempt.deadline,
        "submitted_at": attempt.submitted_at,
        "slots": dump_slots(view),
        "flags": attempt.flags,
        "max_points": plain_number(max_points(attempt.paper, view.versions)),
        "review": {"phase": view.phase.value, "shows": sorted(view.shows)},
        **dump_result(attempt, view.body),
    }


def dump_result(attempt: Attempt, body: Mapping[str, Any]) -> dict[str, Any]:
    """{points, percent, passed}, rounded for showing; all null until it is marked."""
    result = attempt.result
    if result is None or result["fraction"] is None:
        return {"points": None, "percent": None, "passed": None}
    percent = shown_percent(Fraction(result["fraction"]), Fraction(body["pass_percent"]))
    points = round_half_even(Fraction(result["points"]))
    return {"points": json_number(points), "percent": json_number(percent), "passed": result["passed"]}


def dump_slots(view: AttemptView) -> list[dict[str, Any]]:
    presented = present_slots(view.attempt.paper, view.versions, CONTENT)
    drawn = {slot["slot"]: slot for slot in question_slots(view.attempt.paper)}
    return [_dump_slot(slot, drawn[slot["slot"]], view) if "slot" in slot else slot for slot in presented]


def _dump_slot(presented: dict[str, Any], slot: Slot, view: AttemptView) -> dict[str, Any]:
    held = view.held.get(slot["slot"])
    version = view.versions[slot["question"]]
    answer = held.document if held else None
    seen = {**presented, **_dump_held(held, view)}
    if not view.shows - {"answers"}:
        return seen
    question, draw = version["question"], slot["draw"]
    one = view.marks.get(slot["slot"]) or mark(question, draw, answer)
    return review_slot(seen, question, draw, one, answer, view.shows, render_with(CONTENT, version["files"]))


def _dump_held(held: AnswerStep | None, view: AttemptView) -> dict[str, Any]:
    """The step and the answer held, exactly as it was sent; while the attempt runs, they are always shown."""
    if held is None or not (view.state.takes_answers or "answers" in view.shows):
        return {}
    return {"step": held.step, "answer": held.document, "digest": held.digest, "saved_at": held.saved_at.isoformat()}
