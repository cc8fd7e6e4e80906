"""/jobs/{id}: how far a piece of background work is."""

from __future__ import annotations

import uuid
from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint

from lms.core.clock import now
from lms.core.jobs import services
from lms.core.jobs.models import Job
from lms.core.jobs.queries import find_job_of
from lms.core.reasons import explain
from lms.core.web.actors import require_actor
from lms.core.web.api import PREFIX, Schema

blp = Blueprint("jobs_api", __name__, url_prefix=PREFIX, description="Work in the background")


class JobSchema(Schema):
    """`reason` is a code, `detail` its sentence; `result` depends on the kind of work."""

    id = ma.fields.UUID(required=True)
    kind = ma.fields.String(required=True)
    state = ma.fields.String(required=True)
    done = ma.fields.Integer(required=True)
    total = ma.fields.Integer(required=True, allow_none=True)
    message = ma.fields.String(required=True, allow_none=True)
    result = ma.fields.Dict(required=True, allow_none=True)
    reason = ma.fields.String(required=True, allow_none=True)
    detail = ma.fields.String(required=True, allow_none=True)


def job_document(job: Job) -> dict[str, Any]:
    """A job as the API shows it."""
    reason = job.reason or {}
    names = ("id", "kind", "state", "done", "total", "message", "result")
    found = {name: getattr(job, name) for name in names}
    detail = explain(reason["code"], reason["values"]) if reason else None
    return found | {"reason": reason.get("code"), "detail": detail}


@blp.get("/jobs/<uuid:job_id>")
@blp.response(200, JobSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
def get_job(job_id: uuid.UUID) -> dict[str, Any]:
    """One's own background work: state, progress, result"""
    return job_document(find_job_of(job_id, by=require_actor()))


@blp.post("/jobs/<uuid:job_id>/cancellation")
@blp.response(200, JobSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def cancel_job(job_id: uuid.UUID) -> dict[str, Any]:
    """Stops work that waits or runs; what it has not finished leaves nothing behind"""
    actor = require_actor()
    return job_document(services.cancel(find_job_of(job_id, by=actor).id, by=actor, at=now()))
