"""Messages with links: for an account, a password, an address; and what their links do."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_smorest import Blueprint

from lms.accounts import services
from lms.accounts.schemas import AddressSchema, FollowedSchema, FollowSchema, LinkSchema, SignUpSchema
from lms.core.clock import now
from lms.core.i18n import shown_language
from lms.core.web.actors import current_actor
from lms.core.web.api import PREFIX

blp = Blueprint("links_api", __name__, url_prefix=PREFIX, description="Sign-up, forgotten passwords, links of messages")


@blp.post("/auth/sign-ups")
@blp.doc(security=[])
@blp.arguments(SignUpSchema)
@blp.response(202)
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(422, "UNPROCESSABLE_ENTITY")
@blp.alt_response(429, "TOO_MANY_REQUESTS")
@blp.alt_response(503, "SERVICE_UNAVAILABLE")
def sign_up(fields: dict[str, Any]) -> None:
    """Sends a message with the link that makes an account; the answer is the same whether the address has one"""
    locale = fields["locale"] or shown_language()
    services.ask_for_account(fields["email"], fields["name"], locale=locale, address=_address(), at=now())


@blp.post("/auth/password-links")
@blp.doc(security=[])
@blp.arguments(AddressSchema)
@blp.response(202)
@blp.alt_response(422, "UNPROCESSABLE_ENTITY")
@blp.alt_response(429, "TOO_MANY_REQUESTS")
@blp.alt_response(503, "SERVICE_UNAVAILABLE")
def forgotten(fields: dict[str, Any]) -> None:
    """Sends a message with the link to choose a password; the answer is the same whether the address has an account"""
    services.ask_for_password(fields["email"], address=_address(), at=now())


@blp.get("/auth/links/<secret>")
@blp.doc(security=[])
@blp.response(200, LinkSchema)
@blp.alt_response(404, "NOT_FOUND")
def look(secret: str) -> dict[str, Any]:
    """What the link of a message would do, and why not where it would do nothing; looking does not use it up"""
    link = services.look_at_link(secret, by=current_actor(), at=now())
    return vars(link) | {"reason": link.refused.reason.code if link.refused else None}


@blp.post("/auth/links/<secret>/use")
@blp.doc(security=[])
@blp.arguments(FollowSchema)
@blp.response(200, FollowedSchema)
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
@blp.alt_response(422, "UNPROCESSABLE_ENTITY")
def follow(fields: dict[str, Any], secret: str) -> dict[str, Any]:
    """Does what the link is for, once. To sign in afterwards ask for a token"""
    done = services.follow_link(secret, **fields, by=current_actor(), device=None, at=now())
    return {"kind": done.kind, "next_link": done.next_path if done.next_path.startswith("/links/") else None}


@blp.post("/auth/links/<secret>/refusal")
@blp.doc(security=[])
@blp.response(204)
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def decline(secret: str) -> None:
    """Says of an invitation "this is not me": it ends, and who invited is told no more than that"""
    services.decline_link(secret, by=current_actor(), at=now())


@blp.post("/auth/links/<secret>/renewal")
@blp.doc(security=[])
@blp.response(202)
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
@blp.alt_response(429, "TOO_MANY_REQUESTS")
@blp.alt_response(503, "SERVICE_UNAVAILABLE")
def renew(secret: str) -> None:
    """Sends a new link in place of one that is over, to where the first one went"""
    services.renew_link(secret, address=_address(), at=now())


def _address() -> str:
    return request.remote_addr or ""
