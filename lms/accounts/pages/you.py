"""/you: your name and language, where you are signed in, access for programs."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.accounts import queries, services
from lms.accounts.reasons import AccountReason
from lms.core.actor import Identity
from lms.core.clock import now
from lms.core.reasons import Refused
from lms.core.web.actors import require_actor, require_identity
from lms.core.web.answers import as_refused

bp = Blueprint("profile", __name__)


@bp.get("/you")
def you() -> str:
    return _account(require_identity())


@bp.post("/you")
def change_profile() -> Response | BaseResponse:
    identity = require_identity()
    name, locale = request.form.get("name", ""), request.form.get("locale") or None
    try:
        services.change_profile(identity.person_id, name=name, locale=locale, by=identity.actor, at=now())
    except Refused as refused:
        if refused.reason is not AccountReason.NAME_INVALID:
            raise
        return as_refused(_account(identity, typed=name, refused=refused), refused)
    return redirect(url_for("profile.you"))


def _account(identity: Identity, *, typed: str | None = None, refused: Refused | None = None) -> str:
    return render_template(
        "accounts/you.html",
        identity=identity,
        devices=queries.open_sign_ins(identity.person_id, now()),
        tokens=queries.open_tokens(identity.person_id, now()),
        name=identity.name if typed is None else typed,
        refused=refused,
    )


@bp.post("/you/devices/<uuid:sign_in_id>/sign-out")
def sign_out_device(sign_in_id: uuid.UUID) -> BaseResponse:
    services.revoke_sign_in(sign_in_id, by=require_actor(), at=now())
    return redirect(url_for("profile.you"))


@bp.post("/you/tokens/<uuid:token_id>/revoke")
def revoke_token(token_id: uuid.UUID) -> BaseResponse:
    services.revoke_token(token_id, by=require_actor(), at=now())
    return redirect(url_for("profile.you"))
