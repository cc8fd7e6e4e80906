"""/course-imports: a course sent to be read by a worker; /courses/{slug}/archive: a course as a zip."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Any

import marshmallow as ma
from flask import Request, Response, request
from flask_smorest import Blueprint
from werkzeug.datastructures import CombinedMultiDict

from lms.core.actor import Actor
from lms.core.clock import now
from lms.core.web.actors import require_actor
from lms.core.web.api import PREFIX, BodyParser
from lms.interop import services
from lms.interop.exporting import send_archive
from lms.interop.schemas import ImportSchema, RequestedSchema, RevisionQuerySchema
from lms.interop.services import request_import
from lms.organisations.services import find_organisation, first_organisation


class MultipartParser(BodyParser):
    """Reads files and fields of a multipart body together, so that the description shows one body, as it is sent."""

    def load_files(self, req: Request, schema: ma.Schema) -> Any:
        super().load_files(req, schema)
        return self._makeproxy(CombinedMultiDict([req.files, req.form]), schema)


class Multipart(Blueprint):
    ARGUMENTS_PARSER = MultipartParser()


blp = Multipart("interop_api", __name__, url_prefix=PREFIX, description="Courses from and to files")


@blp.post("/course-imports")
@blp.arguments(ImportSchema, location="files")
@blp.response(202, RequestedSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(413, HTTPStatus(413).name)  # newer Pythons call it otherwise
def import_course(form: dict[str, Any]) -> dict[str, Any]:
    """Sends a course (our own format as zip, Open edX as .tar.gz); the job's result is the ledger"""
    actor = require_actor()
    given = request.headers.get("Idempotency-Key")
    job = request_import(
        form["file"].stream,
        name=form["file"].filename or "upload",
        publish=form["publish"],
        slug=form["slug"],
        organisation_id=_publisher(form["organisation"], actor),
        by=actor,
        at=now(),
        key=f"{actor.person_id}:{given}" if given else None,
        ask=form["ask"],
    )
    return {"job": job.id}


@blp.post("/course-imports/<uuid:job_id>/confirmation")
@blp.response(202, RequestedSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def confirm_import(job_id: uuid.UUID) -> dict[str, Any]:
    """Imports into the course that stands, what the job only looked at"""
    return {"job": services.confirm_import(job_id, by=require_actor(), at=now()).id}


def _publisher(ref: str | None, actor: Actor) -> uuid.UUID:
    """The organisation named, else the first one, else the first for which the person is an author."""
    if ref:
        return find_organisation(ref).id
    first, mine = first_organisation().id, actor.scopes("author", "organisation")
    return first if actor.is_administrator or first in mine or not mine else min(mine)


@blp.get("/courses/<slug>/archive")
@blp.arguments(RevisionQuerySchema, location="query")
@blp.response(200, {"type": "string", "format": "binary"}, content_type="application/zip")
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
def get_archive(query: dict[str, Any], slug: str) -> Response:
    """The draft of a course, or a revision, as a zip in our own format: the same content, the same bytes"""
    return send_archive(slug, by=require_actor(), revision=query["revision"])
