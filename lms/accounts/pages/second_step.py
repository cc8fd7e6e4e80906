"""The second step of signing in, and signing in by passkey alone."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.accounts import queries, services
from lms.accounts.pages.entering import address, device, entered
from lms.accounts.reasons import AccountReason, SecurityReason
from lms.accounts.services import Entry, Proof
from lms.core.clock import now
from lms.core.reasons import Refused
from lms.core.site import site
from lms.core.web.actors import SESSION_COOKIE
from lms.core.web.answers import as_refused
from lms.core.web.paths import own_path

bp = Blueprint("second_step", __name__)
SHOWN_ON_THE_FORM = (SecurityReason.WRONG_CODE, SecurityReason.PASSKEY_REFUSED, AccountReason.TOO_MANY_FAILURES)


@bp.get("/sign-in/second-step")
def ask() -> str | BaseResponse:
    """`?with=recovery` asks for a recovery code."""
    step = queries.awaited_step(request.cookies.get(SESSION_COOKIE), now())
    if step is None:
        return redirect(url_for("accounts.sign_in", next=request.args.get("next")))
    return _page(request.args.get("next"), request.args.get("with") == "recovery")


@bp.post("/sign-in/second-step")
def take() -> Response | BaseResponse:
    proof = Proof(code=request.form.get("code", ""), passkey=request.form.get("passkey", ""))
    secret, target = request.cookies.get(SESSION_COOKIE), request.form.get("next")
    try:
        session = services.finish_sign_in(secret, proof, address=address(), device=device(), at=now())
    except Refused as refused:
        if refused.reason not in SHOWN_ON_THE_FORM:
            raise
        return as_refused(_page(target, request.form.get("with") == "recovery", refused), refused)
    return entered(Entry(session, True), target)


def _page(target: str | None, recovery: bool, refused: Refused | None = None) -> str:
    step = queries.awaited_step(request.cookies.get(SESSION_COOKIE), now())
    if step is None:
        raise Refused(SecurityReason.STEP_OVER)
    return render_template(
        "accounts/second-step.html",
        apps=queries.totp_factors(step.person_id),
        passkeys=queries.passkeys(step.person_id) if site().has_name else [],
        recovery=recovery,
        next=own_path(target),
        refused=refused,
    )


@bp.post("/sign-in/second-step/passkey")
def passkey_options() -> Response:
    """What the browser hands to the authenticator."""
    options = services.begin_second_step(request.cookies.get(SESSION_COOKIE), at=now())
    return Response(options, mimetype="application/json")


@bp.post("/sign-in/passkey/options")
def sign_in_options() -> Response:
    return Response(services.begin_passkey_sign_in(address=address(), at=now()), mimetype="application/json")


@bp.post("/sign-in/passkey")
def sign_in_by_passkey() -> Response | BaseResponse:
    """A passkey whose device made sure of its user stands for address, password and second step."""
    target = request.form.get("next")
    answer = request.form.get("passkey", "")
    try:
        session = services.sign_in_by_passkey(answer, address=address(), device=device(), at=now())
    except Refused as refused:
        if refused.reason not in SHOWN_ON_THE_FORM:
            raise
        page = render_template("accounts/sign-in.html", email="", next=target, refused=refused)
        return as_refused(page, refused)
    return entered(Entry(session, True), target)
