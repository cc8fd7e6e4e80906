"""/courses/{slug}/draft: a course in the making, changed by operations."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, jsonify, request
from flask_smorest import Blueprint

from lms.core.clock import now
from lms.core.reasons import CoreReason, Refused
from lms.core.web.actors import require_actor
from lms.core.web.api import PREFIX, PageQuerySchema
from lms.courses import queries, services
from lms.courses.schemas import (
    BodySavedSchema,
    ChangedSchema,
    CopySchema,
    CourseMadeSchema,
    DraftSchema,
    HistorySchema,
    NamedSchema,
    NewCourseSchema,
    OperationSchema,
    TeacherSchema,
    TeachersSchema,
    UndoSchema,
)
from lms.courses.services import DraftState
from lms.courses.studio.history import draft_history
from lms.courses.studio.outline import load_draft_state
from lms.organisations.services import find_organisation

blp = Blueprint("drafts_api", __name__, url_prefix=PREFIX, description="Drafts of courses, for their authors")


@blp.post("/courses")
@blp.arguments(NewCourseSchema)
@blp.response(201, CourseMadeSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(422, "UNPROCESSABLE_ENTITY")
def create(given: dict[str, Any]) -> dict[str, Any]:
    """Begins a course with nothing in it"""
    actor, publisher = require_actor(), find_organisation(given["organisation"])
    course = services.create_course(
        publisher.id, given["title"], given["language"], provider=publisher.name, by=actor, at=now()
    )
    return {"course": course.slug}


@blp.get("/courses/<slug>/draft")
@blp.response(200, DraftSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
def get_draft(slug: str) -> dict[str, Any]:
    """The draft with its outline, what was taken out, and how far it is from the last revision"""
    return load_draft_state(slug, require_actor(), now())


@blp.patch("/courses/<slug>/draft")
@blp.arguments(OperationSchema)
@blp.response(200, ChangedSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
@blp.alt_response(422, "UNPROCESSABLE_ENTITY")
def change(given: dict[str, Any], slug: str) -> dict[str, Any]:
    """Applies one operation; what somebody else changed meanwhile is told with both values"""
    return _changed(services.change_draft(slug, given["operation"], by=require_actor(), at=now()))


@blp.get("/courses/<slug>/draft/activities/<key>/body")
@blp.response(200)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
def get_body(slug: str, key: str) -> Response:
    """What an activity shows, as a document; its ETag is the digest to save on"""
    digest, document = services.body_of(slug, key, by=require_actor())
    answer = jsonify(document)
    answer.set_etag(digest)
    return answer


@blp.put("/courses/<slug>/draft/activities/<key>/body")
@blp.doc(requestBody={"required": True, "content": {"application/json": {"schema": {"type": "object"}}}})
@blp.response(200, BodySavedSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
@blp.alt_response(422, "UNPROCESSABLE_ENTITY")
@blp.alt_response(428, "PRECONDITION_REQUIRED")
def save_body(slug: str, key: str) -> dict[str, Any]:
    """Saves what an activity shows; If-Match is the digest of the body that the change began from"""
    actor = require_actor()
    queries.find_written(slug, actor)
    based_on = next(iter(request.if_match.as_set()), None)
    if based_on is None:
        raise Refused(CoreReason.PRECONDITION_REQUIRED)
    document = request.get_json()
    return {"digest": services.save_body(slug, key, document, based_on=based_on, by=actor, at=now())}


@blp.post("/courses/<slug>/draft/undo")
@blp.arguments(UndoSchema)
@blp.response(200, ChangedSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def undo(given: dict[str, Any], slug: str) -> dict[str, Any]:
    """Takes back one's own last change, or the one with a number"""
    return _changed(services.undo(slug, by=require_actor(), at=now(), number=given["number"]))


@blp.post("/courses/<slug>/draft/redo")
@blp.response(200, ChangedSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def redo(slug: str) -> dict[str, Any]:
    """Does again what one has undone last"""
    return _changed(services.redo(slug, by=require_actor(), at=now()))


@blp.get("/courses/<slug>/draft/history")
@blp.arguments(PageQuerySchema, location="query")
@blp.response(200, HistorySchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
def history(query: dict[str, Any], slug: str) -> dict[str, Any]:
    """Who changed what when, the newest first"""
    items, following = draft_history(slug, require_actor(), cursor=query["cursor"], limit=query["limit"])
    return {"items": items, "next": following}


@blp.post("/courses/<slug>/copies")
@blp.arguments(CopySchema)
@blp.response(201, CourseMadeSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(422, "UNPROCESSABLE_ENTITY")
def copy(given: dict[str, Any], slug: str) -> dict[str, Any]:
    """Begins a course that holds what the draft of this one holds now"""
    return {"course": services.copy_course(slug, given["title"], by=require_actor(), at=now()).slug}


@blp.get("/courses/<slug>/teachers")
@blp.response(200, TeachersSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
def teachers(slug: str) -> dict[str, Any]:
    """Who may write the course besides the authors of its organisation"""
    found, _authors = queries.editors_of(queries.find_written(slug, require_actor()))
    return {"items": [{"person": person_id, "name": name} for person_id, name in found]}


@blp.post("/courses/<slug>/teachers")
@blp.arguments(TeacherSchema)
@blp.response(201, NamedSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(422, "UNPROCESSABLE_ENTITY")
def add_teacher(given: dict[str, Any], slug: str) -> dict[str, Any]:
    """Lets a member of the course's organisation write the course"""
    return {"person": services.add_teacher(slug, given["email"], by=require_actor(), at=now())}


@blp.delete("/courses/<slug>/teachers/<uuid:person_id>")
@blp.response(204)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
def remove_teacher(slug: str, person_id: uuid.UUID) -> None:
    """Takes that away again; what the person changed stays"""
    services.remove_teacher(slug, person_id, by=require_actor(), at=now())


def _changed(state: DraftState) -> dict[str, Any]:
    return {"version": state.version, "key": state.key or None, "changed_at": state.changed_at}
