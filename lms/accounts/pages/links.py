"""/links/{secret}: what a message lets its reader do. Looking changes nothing; a button does it."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.accounts import services
from lms.accounts.pages.entering import address, device, entered
from lms.accounts.reasons import AccountReason, LinkReason
from lms.accounts.rules import LEAST_PASSWORD
from lms.core.clock import now
from lms.core.mail.reasons import MailReason
from lms.core.reasons import Refused
from lms.core.site import site
from lms.core.web.actors import current_actor
from lms.core.web.answers import as_refused

bp = Blueprint("links", __name__)
SHOWN_ON_THE_FORM = (
    AccountReason.PASSWORD_SHORT,
    AccountReason.NAME_INVALID,
    AccountReason.EMAIL_TAKEN,
    LinkReason.NAME_NEEDED,
    LinkReason.PASSWORD_NEEDED,
    LinkReason.TOO_MANY_MAILS,
    MailReason.NOT_SET_UP,
)


@bp.after_request
def _keep_secret(response: Response) -> Response:
    """The address of the page is the secret: no other page is told it, and no search engine keeps it."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.get("/links/<secret>")
def look(secret: str) -> Response | str:
    try:
        link = services.look_at_link(secret, by=current_actor(), at=now())
    except Refused as refused:
        return _unknown(refused)
    page = _page(secret, link)
    return as_refused(page, link.refused) if link.refused else page


@bp.post("/links/<secret>")
def follow(secret: str) -> Response | BaseResponse:
    actor, password, name = current_actor(), request.form.get("password"), request.form.get("name")
    try:
        done = services.follow_link(secret, password=password, name=name, by=actor, device=device(), at=now())
    except Refused as refused:
        return _not_done(secret, refused)
    return entered(done.entry, request.form.get("next") or done.next_path) if done.entry else redirect(done.next_path)


@bp.post("/links/<secret>/decline")
def decline(secret: str) -> Response | BaseResponse:
    try:
        services.decline_link(secret, by=current_actor(), at=now())
    except Refused as refused:
        return _not_done(secret, refused)
    return redirect(url_for(".declined"))


@bp.get("/invitation-declined")
def declined() -> str:
    return render_template("accounts/declined.html")


@bp.post("/links/<secret>/renew")
def renew(secret: str) -> Response | BaseResponse:
    try:
        services.renew_link(secret, address=address(), at=now())
    except Refused as refused:
        return _not_done(secret, refused)
    return redirect(url_for("sign_up.sent", what="link"))


def _not_done(secret: str, refused: Refused) -> Response:
    """The link's page with why: what is wrong in the form beside it, what is wrong with the link in its place."""
    if refused.reason is LinkReason.UNKNOWN:
        return _unknown(refused)
    if not isinstance(refused.reason, LinkReason) and refused.reason not in SHOWN_ON_THE_FORM:
        raise refused
    link = services.look_at_link(secret, by=current_actor(), at=now())
    return as_refused(_page(secret, link, refused, request.form.get("name")), refused)


def _page(secret: str, link: services.LinkView, wrong: Refused | None = None, typed: str | None = None) -> str:
    return render_template(
        "accounts/link.html",
        secret=secret,
        link=link,
        wrong=wrong if link.refused is None else None,
        name=link.name if typed is None else typed,
        next=request.values.get("next", ""),
        least=LEAST_PASSWORD,
    )


def _unknown(refused: Refused) -> Response:
    return as_refused(render_template("accounts/link-unknown.html", refused=refused, is_open=site().is_open), refused)
