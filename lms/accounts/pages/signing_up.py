"""/sign-up and /forgotten: somebody without an account, or without a password, asks for a message."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.accounts import services
from lms.accounts.pages.entering import address
from lms.accounts.reasons import AccountReason, LinkReason
from lms.core.clock import now
from lms.core.i18n import shown_language
from lms.core.mail.reasons import MailReason
from lms.core.reasons import Refused
from lms.core.site import site
from lms.core.web.actors import current_actor
from lms.core.web.answers import as_refused
from lms.core.web.paths import own_path

bp = Blueprint("sign_up", __name__)
SHOWN_ON_THE_FORM = (
    AccountReason.EMAIL_INVALID,
    AccountReason.NAME_INVALID,
    LinkReason.TOO_MANY_MAILS,
    MailReason.NOT_SET_UP,
)


@bp.get("/sign-up")
def ask() -> str | BaseResponse:
    if not current_actor().is_guest:
        return redirect(url_for("home.start"))
    return _form("sign-up", next=_then(request.args))


@bp.post("/sign-up")
def send() -> Response | BaseResponse:
    email, name = request.form.get("email", ""), request.form.get("name", "")
    try:
        services.ask_for_account(
            email, name, locale=shown_language(), address=address(), at=now(), then=_then(request.form)
        )
    except Refused as refused:
        return _again("sign-up", refused, email=email, name=name, next=_then(request.form))
    return redirect(url_for(".sent", what="account"))


@bp.get("/forgotten")
def forgotten() -> str:
    return _form("forgotten")


@bp.post("/forgotten")
def send_password() -> Response | BaseResponse:
    email = request.form.get("email", "")
    try:
        services.ask_for_password(email, address=address(), at=now())
    except Refused as refused:
        return _again("forgotten", refused, email=email)
    return redirect(url_for(".sent", what="password"))


@bp.get("/message-sent")
def sent() -> str:
    """`?what=` account, password, link or address: which message was asked for."""
    return render_template("accounts/sent.html", what=request.args.get("what", ""))


def _then(given: Mapping[str, str]) -> str:
    """Where somebody wanted to go, as a path of ours; empty for the start page."""
    path = own_path(given.get("next"))
    return "" if path == "/" else path


def _form(template: str, *, refused: Refused | None = None, **typed: str) -> str:
    return render_template(f"accounts/{template}.html", typed=typed, refused=refused, is_open=site().is_open)


def _again(template: str, refused: Refused, **typed: str) -> Response:
    """The form with what was typed and why it did not work."""
    if refused.reason not in SHOWN_ON_THE_FORM:
        raise refused
    return as_refused(_form(template, refused=refused, **typed), refused)
