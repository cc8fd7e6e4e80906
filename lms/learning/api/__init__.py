"""Enrolments, activities, events, practice."""

from __future__ import annotations

import uuid
from typing import Any

from flask_smorest import Blueprint

from lms.core.clock import now
from lms.core.web.actors import require_actor, require_identity
from lms.core.web.api import PREFIX, PageQuerySchema
from lms.learning import queries, schemas, services
from lms.learning.models import Enrolment
from lms.learning.practising import mark_practice
from lms.learning.presenting import present_activity

blp = Blueprint("learning_api", __name__, url_prefix=PREFIX, description="Enrolments and what happens in them")
ACTIVITY = "/enrolments/<uuid:enrolment_id>/activities/<key>"


def _dump(enrolment: Enrolment) -> dict[str, Any]:
    return schemas.dump_enrolment(queries.view_enrolment(enrolment, now()))


@blp.post("/courses/<slug>/enrolments")
@blp.response(201, schemas.EnrolmentSchema)
@blp.alt_response(200, schema=schemas.EnrolmentSchema, description="The enrolment that runs already")
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
def enrol(slug: str) -> tuple[dict[str, Any], int]:
    """Enrols the person who asks"""
    identity = require_identity()
    enrolment, is_new = services.enrol_learner(identity.person_id, slug, by=identity.actor, at=now())
    return _dump(enrolment), 201 if is_new else 200


@blp.get("/me/enrolments")
@blp.arguments(PageQuerySchema, location="query")
@blp.response(200, schemas.EnrolmentsSchema)
@blp.alt_response(401, "UNAUTHORIZED")
def my_enrolments(query: dict[str, Any]) -> dict[str, Any]:
    """Where the person who asks is enrolled, the newest first"""
    mine, following = queries.page_of_enrolments(require_identity().person_id, **query)
    return {"items": [_dump(enrolment) for enrolment in mine], "next": following}


@blp.get("/enrolments/<uuid:enrolment_id>")
@blp.response(200, schemas.EnrolmentSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
def get_enrolment(enrolment_id: uuid.UUID) -> dict[str, Any]:
    """Where the learner stands, activity by activity"""
    return _dump(queries.find_enrolment(enrolment_id, require_actor()))


@blp.get(ACTIVITY)
@blp.response(200, schemas.ActivityContentSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def get_activity(enrolment_id: uuid.UUID, key: str) -> dict[str, Any]:
    """The content of an open activity: blocks, or a quiz's settings and attempts"""
    at = now()
    opened = services.open_activity(enrolment_id, key, by=require_actor(), at=at)
    return present_activity(enrolment_id, queries.state_of_activity(opened.enrolment, key, at), at)


@blp.post(f"{ACTIVITY}/events")
@blp.arguments(schemas.IdempotencySchema, location="headers")
@blp.arguments(schemas.EventSchema)
@blp.response(200, schemas.EventOutcomeSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def add_event(headers: dict[str, str], event: dict[str, Any], enrolment_id: uuid.UUID, key: str) -> dict[str, Any]:
    """Records that an activity was viewed or done, or how far a video is; with an Idempotency-Key at most once"""
    kind = event.pop("kind")
    enrolment = services.record_event(
        enrolment_id, key, kind, data=event, by=require_actor(), at=now(), idempotency_key=headers.get("key")
    )
    view = queries.view_enrolment(enrolment, now())
    state = next(state for state in view.states if state.activity.key == key)
    return {"activity": schemas.dump_state(state), "enrolment": schemas.dump_enrolment(view)}


@blp.post(f"{ACTIVITY}/practice/<question>")
@blp.arguments(schemas.AnswerSchema)
@blp.response(200, schemas.FeedbackSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def practise(body: dict[str, Any], enrolment_id: uuid.UUID, key: str, question: str) -> dict[str, Any]:
    """Marks a practice question at once; it counts towards nothing"""
    feedback = mark_practice(enrolment_id, key, question, body["answer"], by=require_actor(), at=now())
    return {
        "fraction": str(feedback.fraction),
        "right": feedback.fraction == 1,
        "feedback": feedback.feedback,
        "explanation": feedback.explanation,
        "right_answer": feedback.right_answer,
        "details": feedback.details,
    }
