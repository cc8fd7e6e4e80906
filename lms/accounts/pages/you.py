"""/you: your name and language, where you are signed in, access for programs."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.accounts import queries, rules, services
from lms.accounts.pages.entering import address
from lms.accounts.ports import names_on_paper
from lms.accounts.reasons import AccountReason, LinkReason
from lms.core.actor import Identity
from lms.core.clock import now
from lms.core.i18n import _
from lms.core.mail.reasons import MailReason
from lms.core.reasons import Refused
from lms.core.web.actors import require_actor, require_identity
from lms.core.web.answers import as_refused
from lms.core.zones import zone_named, zones

bp = Blueprint("profile", __name__)
SHOWN_ON_THE_FORM = (
    AccountReason.EMAIL_INVALID,
    AccountReason.PASSWORD_SHORT,
    AccountReason.TOO_MANY_FAILURES,
    AccountReason.WRONG_PASSWORD,
    LinkReason.ADDRESS_SAME,
    LinkReason.TOO_MANY_MAILS,
    MailReason.NOT_SET_UP,
)


@bp.get("/you")
def you() -> str:
    return _account(require_identity())


@bp.post("/you")
def change_profile() -> Response | BaseResponse:
    identity = require_identity()
    name, locale = request.form.get("name", ""), request.form.get("locale") or None
    try:
        _save(identity, name=name, locale=locale, timezone=identity.timezone)
    except Refused as refused:
        if refused.reason is not AccountReason.NAME_INVALID:
            raise
        return as_refused(_account(identity, typed=name, refused=refused), refused)
    return redirect(url_for("profile.you"))


def _save(identity: Identity, *, name: str, locale: str | None, timezone: str | None) -> None:
    who = identity.person_id
    services.change_profile(who, name=name, locale=locale, timezone=timezone, by=identity.actor, at=now())


@bp.get("/you/time-zone")
def zone_form() -> str:
    own = [("", _("That of this installation")), *((name, name.replace("_", " ")) for name in zones())]
    return render_template("accounts/time-zone.html", identity=require_identity(), zones=own)


@bp.post("/you/time-zone")
def change_zone() -> BaseResponse:
    identity = require_identity()
    _save(identity, name=identity.name, locale=identity.locale, timezone=request.form.get("timezone") or None)
    return redirect(url_for("profile.you"))


def _account(identity: Identity, *, typed: str | None = None, refused: Refused | None = None) -> str:
    return render_template(
        "accounts/you.html",
        identity=identity,
        devices=queries.open_sign_ins(identity.person_id, now()),
        tokens=queries.open_tokens(identity.person_id, now()),
        name=identity.name if typed is None else typed,
        unprintable=names_on_paper.call.unprintable(identity.name),
        zone=zone_named(identity.timezone).key,
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


@bp.post("/you/devices/sign-out-others")
def sign_out_others() -> BaseResponse:
    identity = require_identity()
    services.sign_out_elsewhere(keep=identity.proof_id, by=identity.actor, at=now())
    return redirect(url_for("profile.you"))


@bp.get("/you/address")
def address_form() -> str:
    return _form("address", require_identity())


@bp.post("/you/address")
def change_address() -> Response | BaseResponse:
    identity, email, password = require_identity(), request.form.get("email", ""), request.form.get("password", "")
    try:
        services.ask_for_address(email, password, by=identity.actor, address=address(), at=now())
    except Refused as refused:
        return _again("address", identity, refused, email=email)
    return redirect(url_for("sign_up.sent", what="address"))


@bp.get("/you/password")
def password_form() -> str:
    return _form("password", require_identity())


@bp.post("/you/password")
def change_password() -> Response | BaseResponse:
    identity, typed = require_identity(), request.form
    current, new, by, proof_id = typed.get("current", ""), typed.get("password", ""), identity.actor, identity.proof_id
    try:
        services.change_password(current, new, by=by, proof_id=proof_id, address=address(), at=now())
    except Refused as refused:
        return _again("password", identity, refused)
    return redirect(url_for("profile.you"))


def _form(template: str, identity: Identity, *, refused: Refused | None = None, **typed: str) -> str:
    least = rules.LEAST_PASSWORD
    return render_template(f"accounts/{template}.html", identity=identity, typed=typed, refused=refused, least=least)


def _again(template: str, identity: Identity, refused: Refused, **typed: str) -> Response:
    """The form with what was typed and why it did not work."""
    if refused.reason not in SHOWN_ON_THE_FORM:
        raise refused
    return as_refused(_form(template, identity, refused=refused, **typed), refused)
