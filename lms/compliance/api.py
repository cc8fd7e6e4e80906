"""Who must learn what by when, where each stands, and packs of the proof."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from lms.compliance import schemas, services
from lms.compliance.queries import assignments, leavers, packs, people
from lms.compliance.queries.filters import Filters, Scope, scope_of
from lms.compliance.queries.leavers import LeftBy
from lms.compliance.sending import send_pack
from lms.compliance.services import Audience
from lms.core.clock import now
from lms.core.web.actors import require_actor
from lms.core.web.api import PREFIX, PageQuerySchema
from lms.learning.schemas import IdempotencySchema

blp = Blueprint(
    "compliance_api", __name__, url_prefix=PREFIX, description="An organisation's people and their learning"
)
ASSIGNMENTS = "/organisations/<ref>/assignments"
ONE = f"{ASSIGNMENTS}/<uuid:assignment_id>"


def _scope(ref: str) -> Scope:
    return scope_of(ref, require_actor(), now())


def _filters(query: dict[str, Any]) -> Filters:
    return Filters(query["q"], query["team"], query["course"], query["status"], query["sort"])


@blp.get("/organisations/<ref>/people")
@blp.arguments(schemas.PeopleQuerySchema, location="query")
@blp.response(200, schemas.PeopleSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
def list_people(query: dict[str, Any], ref: str) -> dict[str, Any]:
    """The organisation's people whom one may see, with courses, due work and certificates"""
    found, cursor = people.page_of_people(_scope(ref), _filters(query), cursor=query["cursor"], limit=query["limit"])
    return {"items": [schemas.dump_person(person) for person in found], "next": cursor}


@blp.get("/organisations/<ref>/people/left")
@blp.arguments(schemas.LeftQuerySchema, location="query")
@blp.response(200, schemas.LeftListSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
def list_left(query: dict[str, Any], ref: str) -> dict[str, Any]:
    """Certificates that people earned in the organisation's name before they left it"""
    wanted = LeftBy(query["q"], query["course"])
    found, cursor = leavers.page_of_leavers(_scope(ref), wanted, cursor=query["cursor"], limit=query["limit"])
    return {"items": [schemas.dump_left(proof) for proof in found], "next": cursor}


@blp.get(ASSIGNMENTS)
@blp.arguments(PageQuerySchema, location="query")
@blp.response(200, schemas.AssignmentsSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
def list_assignments(query: dict[str, Any], ref: str) -> dict[str, Any]:
    """What the organisation asks of its people, the newest first"""
    views, cursor = assignments.list_assignments(_scope(ref), **query)
    return {"items": [schemas.dump_assignment(view) for view in views], "next": cursor}


@blp.post(ASSIGNMENTS)
@blp.arguments(schemas.NewAssignmentSchema)
@blp.response(201, schemas.AssignmentSchema)
@blp.alt_response(200, schema=schemas.AssignmentSchema, description="The same that stands already")
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
def add_assignment(body: dict[str, Any], ref: str) -> tuple[dict[str, Any], int]:
    """Asks people to complete a course until a day, enrols them and tells them by e-mail"""
    scope, asked = _scope(ref), body["audience"]
    audience = Audience(asked["kind"], asked["team"], tuple(asked["people"]))
    made, is_new = services.assign(scope, body["course"], audience=audience, due=schemas.due_of(body))
    return schemas.dump_assignment(assignments.find_assignment(scope, made.id)), 201 if is_new else 200


@blp.get(f"{ASSIGNMENTS}/status")
@blp.arguments(schemas.PeopleQuerySchema, location="query")
@blp.response(200, schemas.AskedListSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
def assignment_status(query: dict[str, Any], ref: str) -> dict[str, Any]:
    """Who must do what by when, and where each stands with the reason; due first"""
    found, cursor = assignments.page_of_asked(
        _scope(ref), _filters(query), cursor=query["cursor"], limit=query["limit"]
    )
    return {"items": [schemas.dump_asked(one) for one in found], "next": cursor}


@blp.get(ONE)
@blp.response(200, schemas.AssignmentSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
def get_assignment(ref: str, assignment_id: uuid.UUID) -> dict[str, Any]:
    """One assignment"""
    return schemas.dump_assignment(assignments.find_assignment(_scope(ref), assignment_id))


@blp.patch(ONE)
@blp.arguments(schemas.DueSchema)
@blp.response(200, schemas.AssignmentSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def change_due(body: dict[str, Any], ref: str, assignment_id: uuid.UUID) -> dict[str, Any]:
    """Another last day, for everybody whom it asks"""
    scope = _scope(ref)
    services.change_due(scope, assignment_id, schemas.due_of(body))
    return schemas.dump_assignment(assignments.find_assignment(scope, assignment_id))


@blp.post(f"{ONE}/withdrawal")
@blp.response(200, schemas.AssignmentSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
def withdraw(ref: str, assignment_id: uuid.UUID) -> dict[str, Any]:
    """Asks nobody any more: what was not begun is withdrawn, the rest goes on"""
    scope = _scope(ref)
    services.withdraw(scope, assignment_id)
    return schemas.dump_assignment(assignments.find_assignment(scope, assignment_id))


@blp.post("/organisations/<ref>/evidence-packs")
@blp.arguments(IdempotencySchema, location="headers")
@blp.arguments(schemas.NewPackSchema)
@blp.response(202, schemas.PackSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
def add_pack(headers: dict[str, str], body: dict[str, Any], ref: str) -> dict[str, Any]:
    """Has the certificates of people packed as a zip by a job; the same again while it is made gives the same"""
    scope = _scope(ref)
    if body["left"]:
        chosen = leavers.ids_of_leavers(scope, LeftBy(body["q"], body["course"]))
    else:
        filters = Filters(body["q"], body["team"], body["course"], body["status"])
        chosen = people.selected_people(scope, filters, body["people"])
    pack, _is_new = services.request_pack(scope, chosen, course=body["course"], key=headers.get("key"))
    return schemas.dump_pack(pack, packs.job_of(pack))


@blp.get("/evidence-packs/<uuid:pack_id>")
@blp.response(200, schemas.PackSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
def get_pack(pack_id: uuid.UUID) -> dict[str, Any]:
    """How far a pack is, and what is in it"""
    pack = packs.find_pack(pack_id, require_actor())
    return schemas.dump_pack(pack, packs.job_of(pack))


@blp.get("/evidence-packs/<uuid:pack_id>/file")
@blp.response(200, {"type": "string", "format": "binary"}, content_type="application/zip")
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def get_pack_file(pack_id: uuid.UUID) -> Response:
    """The zip, resumable by Range and If-Range; 409 with the reason until it is there"""
    return send_pack(packs.find_pack(pack_id, require_actor()))
