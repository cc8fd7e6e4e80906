"""/auth/tokens: how a program signs in."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_smorest import Blueprint

from lms.accounts import services
from lms.accounts.schemas import SignInSchema, TokenSchema
from lms.core.clock import now
from lms.core.web.api import PREFIX

blp = Blueprint("accounts_api", __name__, url_prefix=PREFIX, description="People and how they sign in")


@blp.post("/auth/tokens")
@blp.doc(security=[])
@blp.arguments(SignInSchema)
@blp.response(200, TokenSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(429, "TOO_MANY_REQUESTS")
def create_token(credentials: dict[str, str]) -> dict[str, Any]:
    """A bearer token of 90 days for an e-mail address and a password"""
    token, expires_at = services.create_token(**credentials, address=request.remote_addr or "", at=now())
    return {"token": token, "expires_at": expires_at}
