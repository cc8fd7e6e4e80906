"""/me: one's own account."""

from __future__ import annotations

import uuid
from typing import Any

from flask import request
from flask_smorest import Blueprint

from lms.accounts import queries, services
from lms.accounts.schemas import (
    DevicesSchema,
    MeSchema,
    NewAddressSchema,
    NewPasswordSchema,
    ProfileSchema,
    TokenSchema,
    TokensSchema,
)
from lms.core.actor import Identity
from lms.core.clock import now
from lms.core.web.actors import require_actor, require_identity
from lms.core.web.api import PREFIX, PageQuerySchema

blp = Blueprint("me_api", __name__, url_prefix=PREFIX, description="One's own account")


@blp.get("/me")
@blp.response(200, MeSchema)
@blp.alt_response(401, "UNAUTHORIZED")
def me() -> dict[str, Any]:
    """Who is asking, with the roles that count"""
    return _document(require_identity())


def _document(who: Identity) -> dict[str, Any]:
    grants = sorted(who.actor.grants, key=lambda grant: (grant.role, str(grant.scope_id)))
    roles = [{"role": g.role, "scope": {"kind": g.scope_kind, "id": g.scope_id}} for g in grants]
    facts = {"email": who.email, "name": who.name, "locale": who.locale, "timezone": who.timezone}
    return {"id": who.person_id, **facts, "roles": roles}


@blp.patch("/me")
@blp.arguments(ProfileSchema)
@blp.response(200, MeSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(422, "UNPROCESSABLE_ENTITY")
def change(fields: dict[str, Any]) -> dict[str, Any]:
    """Name as it shall stand on certificates, language, time zone; what is left out stays as it is"""
    who = require_identity()
    facts = {"name": who.name, "locale": who.locale, "timezone": who.timezone} | fields
    person = services.change_profile(who.person_id, **facts, by=who.actor, at=now())
    return _document(who) | {name: getattr(person, name) for name in facts}


@blp.put("/me/password")
@blp.arguments(NewPasswordSchema)
@blp.response(204)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(422, "UNPROCESSABLE_ENTITY")
@blp.alt_response(429, "TOO_MANY_REQUESTS")
def change_password(fields: dict[str, str]) -> None:
    """A new password, by who knows the present one; all other devices and tokens are signed out"""
    who, address = require_identity(), request.remote_addr or ""
    services.change_password(**fields, by=who.actor, proof_id=who.proof_id, address=address, at=now())


@blp.post("/me/address")
@blp.arguments(NewAddressSchema)
@blp.response(202)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(422, "UNPROCESSABLE_ENTITY")
@blp.alt_response(429, "TOO_MANY_REQUESTS")
@blp.alt_response(503, "SERVICE_UNAVAILABLE")
def change_address(fields: dict[str, str]) -> None:
    """Sends a link to a new e-mail address; it counts when that link is used"""
    who, address = require_identity(), request.remote_addr or ""
    services.ask_for_address(**fields, by=who.actor, address=address, at=now())


@blp.get("/me/devices")
@blp.arguments(PageQuerySchema, location="query")
@blp.response(200, DevicesSchema)
@blp.alt_response(401, "UNAUTHORIZED")
def devices(page: dict[str, Any]) -> dict[str, Any]:
    """Browsers that are signed in, the newest first"""
    who = require_identity()
    rows, following = queries.devices_page(who.person_id, now(), **page)
    return {"items": [_device(row, who) for row in rows], "next": following}


def _device(row: Any, who: Identity) -> dict[str, Any]:
    names = ("id", "device", "created_at", "used_at", "expires_at")
    return {name: getattr(row, name) for name in names} | {"is_this": row.id == who.proof_id}


@blp.delete("/me/devices/<uuid:sign_in_id>")
@blp.response(204)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
def sign_out_device(sign_in_id: uuid.UUID) -> None:
    """Signs one of one's own browsers out"""
    services.revoke_sign_in(sign_in_id, by=require_actor(), at=now())


@blp.delete("/me/devices")
@blp.response(204)
@blp.alt_response(401, "UNAUTHORIZED")
def sign_out_others() -> None:
    """Signs out every browser and token but the one that asks"""
    who = require_identity()
    services.sign_out_elsewhere(keep=who.proof_id, by=who.actor, at=now())


@blp.get("/me/tokens")
@blp.arguments(PageQuerySchema, location="query")
@blp.response(200, TokensSchema)
@blp.alt_response(401, "UNAUTHORIZED")
def tokens(page: dict[str, Any]) -> dict[str, Any]:
    """API tokens that still work, the newest first; their secrets are not kept"""
    who = require_identity()
    rows, following = queries.tokens_page(who.person_id, now(), **page)
    return {"items": [_token(row, who) for row in rows], "next": following}


def _token(row: Any, who: Identity) -> dict[str, Any]:
    names = ("id", "created_at", "used_at", "expires_at")
    return {name: getattr(row, name) for name in names} | {"is_this": row.id == who.proof_id}


@blp.post("/me/tokens")
@blp.response(201, TokenSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
def make_token() -> dict[str, Any]:
    """One more token of 90 days, shown this once; needs a proof of the last ten minutes"""
    who = require_identity()
    token, expires_at = services.make_token(by=who.actor, proof_id=who.proof_id, at=now())
    return {"token": token, "expires_at": expires_at}


@blp.delete("/me/tokens/<uuid:token_id>")
@blp.response(204)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
def revoke_token(token_id: uuid.UUID) -> None:
    """Ends one of one's own tokens"""
    services.revoke_token(token_id, by=require_actor(), at=now())
