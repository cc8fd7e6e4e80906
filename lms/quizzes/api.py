"""Attempts: start, answer, hand in, look."""

from __future__ import annotations

import uuid
from typing import Any

from flask_smorest import Blueprint

from lms.core.clock import now
from lms.core.web.actors import require_actor
from lms.core.web.api import PREFIX
from lms.quizzes import queries, services
from lms.quizzes.schemas import AttemptSchema, FlagSchema, NumberedAnswerSchema, ReceiptSchema, dump_attempt

blp = Blueprint("quizzes_api", __name__, url_prefix=PREFIX, description="Attempts at quizzes")


@blp.post("/enrolments/<uuid:enrolment_id>/activities/<key>/attempts")
@blp.response(201, AttemptSchema)
@blp.alt_response(200, schema=AttemptSchema, description="The attempt that runs already")
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def start_attempt(enrolment_id: uuid.UUID, key: str) -> tuple[dict[str, Any], int]:
    """Start an attempt, or go on with the one that runs"""
    at = now()
    attempt, is_new = services.start_attempt(enrolment_id, key, by=require_actor(), at=at)
    view = queries.running_view(attempt, at, held={}) if is_new else queries.view_attempt(attempt, at)
    return dump_attempt(view), 201 if is_new else 200


@blp.get("/attempts/<uuid:attempt_id>")
@blp.response(200, AttemptSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
def get_attempt(attempt_id: uuid.UUID) -> dict[str, Any]:
    """The paper with the answers held; after the end the result, as far as the review options allow"""
    return dump_attempt(services.look_at_attempt(attempt_id, by=require_actor(), at=now()))


@blp.put("/attempts/<uuid:attempt_id>/answers/<int:slot>")
@blp.arguments(NumberedAnswerSchema)
@blp.response(200, ReceiptSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def save_answer(answer: dict[str, Any], attempt_id: uuid.UUID, slot: int) -> services.Receipt:
    """Save a numbered answer; the receipt says that it is kept"""
    return services.save_answer(attempt_id, slot, **answer, by=require_actor(), at=now())


@blp.put("/attempts/<uuid:attempt_id>/flags/<int:slot>")
@blp.arguments(FlagSchema)
@blp.response(200, FlagSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def flag_slot(flag: dict[str, bool], attempt_id: uuid.UUID, slot: int) -> dict[str, bool]:
    """Mark a question to be looked at again"""
    services.flag_slot(attempt_id, slot, flagged=flag["flagged"], by=require_actor(), at=now())
    return flag


@blp.post("/attempts/<uuid:attempt_id>/submission")
@blp.response(200, AttemptSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def submit_attempt(attempt_id: uuid.UUID) -> dict[str, Any]:
    """Hand in; an attempt that is over already is answered with its result"""
    return dump_attempt(services.submit_attempt(attempt_id, by=require_actor(), at=now()))
