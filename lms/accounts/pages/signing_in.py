"""Sign in, sign out."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.accounts import services
from lms.accounts.pages.entering import address, device, entered
from lms.accounts.reasons import AccountReason
from lms.core.clock import now
from lms.core.reasons import Refused
from lms.core.web.actors import SESSION_COOKIE, current_actor, current_identity, require_identity
from lms.core.web.answers import as_refused
from lms.core.web.paths import own_path

bp = Blueprint("accounts", __name__)
SHOWN_ON_THE_FORM = (AccountReason.WRONG_PASSWORD, AccountReason.TOO_MANY_FAILURES)


@bp.get("/sign-in")
def sign_in() -> str | BaseResponse:
    if not current_actor().is_guest:
        return redirect(own_path(request.args.get("next")))
    return render_template("accounts/sign-in.html", email="", next=request.args.get("next", ""), refused=None)


@bp.post("/sign-in")
def sign_in_post() -> Response | BaseResponse:
    email, password = request.form.get("email", ""), request.form.get("password", "")
    try:
        entry = services.sign_in(email, password, address=address(), device=device(), at=now())
    except Refused as refused:
        if refused.reason not in SHOWN_ON_THE_FORM:
            raise
        page = render_template("accounts/sign-in.html", email=email, next=request.form.get("next", ""), refused=refused)
        return as_refused(page, refused)
    return entered(entry, request.form.get("next"))


@bp.post("/sign-out")
def sign_out() -> BaseResponse:
    identity = current_identity()
    if identity and identity.proof == "session":
        services.revoke_sign_in(identity.proof_id, by=identity.actor, at=now())
    return _signed_out()


@bp.post("/sign-out-everywhere")
def sign_out_everywhere() -> BaseResponse:
    identity = require_identity()
    services.sign_out_everywhere(identity.person_id, by=identity.actor, at=now())
    return _signed_out()


def _signed_out() -> BaseResponse:
    response = make_response(redirect(url_for("home.start")))
    response.delete_cookie(SESSION_COOKIE)
    return response
