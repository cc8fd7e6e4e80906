"""Awards for programs."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from lms.core.clock import now
from lms.core.web.actors import require_actor, require_identity
from lms.core.web.api import PREFIX, PageQuerySchema
from lms.credentials import queries, schemas, services
from lms.credentials.sending import send_pdf

blp = Blueprint("credentials_api", __name__, url_prefix=PREFIX, description="Awards and their documents")


@blp.get("/me/credentials")
@blp.arguments(PageQuerySchema, location="query")
@blp.response(200, schemas.CredentialsSchema)
@blp.alt_response(401, "UNAUTHORIZED")
def my_credentials(query: dict[str, Any]) -> dict[str, Any]:
    """What the person who asks holds, the newest first"""
    views, cursor = queries.awards_of(require_identity().person_id, now(), **query)
    return {"items": [schemas.dump_credential(view) for view in views], "next": cursor}


@blp.get("/credentials/<public_id>")
@blp.response(200, schemas.CredentialFactsSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
def get_credential(public_id: str) -> dict[str, Any]:
    """An award with everything that it says"""
    return schemas.dump_facts(queries.find_own_award(public_id, require_actor(), now()))


@blp.get("/credentials/<public_id>/pdf")
@blp.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def get_pdf(public_id: str) -> Response:
    """The document, the same bytes for ever; 409 with the reason until it is there"""
    return send_pdf(queries.find_own_award(public_id, require_actor(), now()))


@blp.post("/credentials/<public_id>/revocation")
@blp.arguments(schemas.RevocationSchema)
@blp.response(200, schemas.CredentialSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def revoke(body: dict[str, str], public_id: str) -> dict[str, Any]:
    """Withdraws an award for good; the reason is public"""
    view = services.revoke_award(public_id, body["reason"], by=require_actor(), at=now())
    return schemas.dump_credential(view)
