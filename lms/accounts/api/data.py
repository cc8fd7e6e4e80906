"""/me/data-exports, /me/erasure: a copy of one's data, and the end of an account."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from lms.accounts import queries, schemas, services
from lms.accounts.api.security import who_acts
from lms.accounts.sending import send_export
from lms.core.clock import now
from lms.core.web.actors import require_actor, require_identity
from lms.core.web.api import PREFIX, PageQuerySchema

blp = Blueprint("own_data_api", __name__, url_prefix=PREFIX, description="One's own data")


@blp.get("/me/data-exports")
@blp.arguments(PageQuerySchema, location="query")
@blp.response(200, schemas.DataExportsSchema)
@blp.alt_response(401, "UNAUTHORIZED")
def list_exports(query: dict[str, Any]) -> dict[str, Any]:
    """Copies of one's data that are being made or can be fetched, the newest first"""
    items, cursor = queries.exports_of(require_identity().person_id, now(), **query)
    return {"items": items, "next": cursor}


@blp.post("/me/data-exports")
@blp.response(202, schemas.DataExportSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
def ask_for_data() -> Any:
    """Orders a copy of all that is held about who asks; needs a token of the last ten minutes"""
    return services.ask_for_data(**who_acts())


@blp.get("/me/data-exports/<uuid:export_id>")
@blp.response(200, schemas.DataExportSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
def get_export(export_id: uuid.UUID) -> Any:
    """Whether the copy is there"""
    return services.find_export(export_id, by=require_actor(), at=now())


@blp.get("/me/data-exports/<uuid:export_id>/file")
@blp.response(200, {"type": "string", "format": "binary"}, content_type="application/zip")
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
def get_export_file(export_id: uuid.UUID) -> Response:
    """The zip, resumable by Range"""
    return send_export(export_id, by=require_actor(), at=now())


@blp.post("/me/erasure")
@blp.arguments(schemas.ErasureSchema)
@blp.response(204)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(409, "CONFLICT")
def erase_me(body: dict[str, str]) -> None:
    """Erases the account for good; its address says that it is meant; needs a token of the last ten minutes"""
    acting = who_acts()
    services.erase_account(require_identity().person_id, body["email"], **acting)


@blp.post("/people/<uuid:person_id>/erasure")
@blp.arguments(schemas.ErasureSchema)
@blp.response(204)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def erase_somebody(body: dict[str, str], person_id: uuid.UUID) -> None:
    """Erases somebody's account: administrators"""
    services.erase_account(person_id, body["email"], **who_acts())
