"""/you/security: what proves who you are besides the password; /you/prove: prove it again before a change."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

import segno
from flask import Blueprint, Response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from lms.accounts import queries, services
from lms.accounts.codes import RECOVERY_CODES
from lms.accounts.pages.entering import address
from lms.accounts.reasons import AccountReason, SecurityReason
from lms.accounts.services import Proof
from lms.core.clock import now
from lms.core.i18n import _
from lms.core.reasons import CoreReason, Refused
from lms.core.site import site
from lms.core.web.actors import require_identity
from lms.core.web.answers import as_refused
from lms.core.web.paths import own_path

bp = Blueprint("security", __name__)

SHOWN_WHEN_PROVING = (
    AccountReason.WRONG_PASSWORD,
    AccountReason.TOO_MANY_FAILURES,
    SecurityReason.WRONG_CODE,
    SecurityReason.PASSKEY_REFUSED,
)
SHOWN_WHEN_ADDING = (SecurityReason.SETUP_CODE, SecurityReason.FACTOR_NAME, SecurityReason.PASSKEY_UNREADABLE)
RECOVERY_CODE = re.compile(r"[0-9a-z]{4}(-[0-9a-z]{4}){3}")
View = Callable[..., Any]


def proved(view: View) -> View:
    """A browser whose last proof is older than ten minutes goes to /you/prove first, and comes back."""

    @wraps(view)
    def wrapped(**values: Any) -> Any:
        identity = require_identity()
        if identity.proof == "session" and not services.is_fresh(identity.proof_id, identity.person_id, now()):
            back = request.full_path.rstrip("?") if request.method == "GET" else request.form.get("back")
            return redirect(url_for("security.prove", next=own_path(back or url_for("security.overview"))))
        return view(**values)

    return wrapped


@bp.app_template_global()
def may_have_passkeys() -> bool:
    """Whether browsers keep passkeys for this installation's address."""
    return site().has_name


def who_acts() -> dict[str, Any]:
    """Who acts, by which proof, when: what every use case here is told."""
    identity = require_identity()
    return {"by": identity.actor, "proof_id": identity.proof_id, "at": now()}


@bp.get("/you/security")
def overview() -> str:
    person_id = require_identity().person_id
    return render_template(
        "accounts/security.html",
        apps=queries.totp_factors(person_id),
        passkeys=queries.passkeys(person_id),
        codes_left=queries.unused_recovery_codes(person_id),
        codes_all=RECOVERY_CODES,
    )


@bp.get("/you/security/app")
@proved
def add_app() -> str:
    sealed, uri = services.begin_totp(require_identity().person_id)
    return _app_page(sealed, uri)


@bp.post("/you/security/app")
@proved
def add_app_post() -> Response | BaseResponse | str:
    sealed, name, code = (request.form.get(field, "") for field in ("setup", "name", "code"))
    try:
        services.add_totp(sealed, code, name=name, **who_acts())
    except Refused as refused:
        if refused.reason not in SHOWN_WHEN_ADDING:
            raise
        uri = services.resume_totp(sealed, require_identity().person_id)
        return as_refused(_app_page(sealed, uri, name=name, refused=refused), refused)
    return _after_adding()


def _app_page(sealed: str, uri: str, *, name: str = "", refused: Refused | None = None) -> str:
    picture = segno.make(uri, error="m").svg_inline(scale=5, dark="#000", light="#fff", border=4)
    secret = uri.split("secret=")[1].split("&", maxsplit=1)[0]
    spaced = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    drawn = Markup(picture)  # noqa: S704 - drawn by us from modules and numbers alone
    return render_template(
        "accounts/add-app.html", setup=sealed, uri=uri, picture=drawn, secret=spaced, name=name, refused=refused
    )


@bp.get("/you/security/passkey")
@proved
def add_passkey() -> str:
    if not site().has_name:
        raise Refused(SecurityReason.PASSKEYS_NEED_NAME)
    return render_template("accounts/add-passkey.html", name=None, refused=None)


@bp.post("/you/security/passkey/options")
def passkey_options() -> Response:
    """What the browser hands to the authenticator."""
    return Response(services.begin_passkey(**who_acts()), mimetype="application/json")


@bp.post("/you/security/passkey")
@proved
def add_passkey_post() -> Response | BaseResponse | str:
    name, answer = request.form.get("name", ""), request.form.get("passkey", "")
    try:
        services.add_passkey(answer, name=name, **who_acts())
    except Refused as refused:
        if refused.reason not in SHOWN_WHEN_ADDING:
            raise
        return as_refused(render_template("accounts/add-passkey.html", name=name, refused=refused), refused)
    return _after_adding()


def _after_adding() -> BaseResponse | str:
    """With the first factor come the codes for the day on which it is lost."""
    if queries.unused_recovery_codes(require_identity().person_id):
        return redirect(url_for("security.overview"))
    return _recovery_page()


@bp.post("/you/security/recovery-codes")
@proved
def new_recovery_codes() -> str:
    return _recovery_page()


def _recovery_page() -> str:
    return render_template("accounts/recovery-codes.html", codes=services.new_recovery_codes(**who_acts()))


@bp.post("/you/security/recovery-codes/text")
def recovery_text() -> Response:
    """The codes that were just shown, as a file: they come from the page, since nobody else has them."""
    require_identity()
    shown = request.form.getlist("codes")
    if len(shown) != RECOVERY_CODES or not all(RECOVERY_CODE.fullmatch(code) for code in shown):
        raise Refused(CoreReason.FIELDS)
    title = _("Recovery codes for %(site)s. Each works once.", site=site().name)
    response = Response("\r\n".join([title, "", *shown, ""]), mimetype="text/plain")
    response.headers.set("Content-Disposition", "attachment", filename="recovery-codes.txt")
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/you/security/factors/<uuid:factor_id>/remove")
@proved
def remove_factor(factor_id: uuid.UUID) -> BaseResponse:
    services.remove_factor(factor_id, **who_acts())
    return redirect(url_for("security.overview"))


@bp.get("/you/tokens/new")
@proved
def token_form() -> str:
    return render_template("accounts/token.html", token=None, expires_at=None)


@bp.post("/you/tokens/new")
@proved
def make_token() -> Response:
    token, expires_at = services.make_token(**who_acts())
    page = Response(render_template("accounts/token.html", token=token, expires_at=expires_at))
    page.headers["Cache-Control"] = "no-store"
    return page


@bp.get("/you/prove")
def prove() -> str:
    return _prove_page(request.args.get("next"))


@bp.post("/you/prove")
def prove_post() -> Response | BaseResponse:
    identity, target = require_identity(), request.form.get("next")
    proof = Proof(*(request.form.get(field, "") for field in ("password", "code", "passkey")))
    if identity.proof != "session":
        raise Refused(SecurityReason.PROOF_NEEDED, minutes=services.FRESH_MINUTES)
    try:
        services.prove_again(proof, sign_in_id=identity.proof_id, by=identity.actor, address=address(), at=now())
    except Refused as refused:
        if refused.reason not in SHOWN_WHEN_PROVING:
            raise
        return as_refused(_prove_page(target, refused), refused)
    return redirect(own_path(target))


def _prove_page(target: str | None, refused: Refused | None = None) -> str:
    person_id = require_identity().person_id
    return render_template(
        "accounts/prove.html",
        apps=queries.totp_factors(person_id),
        passkeys=queries.passkeys(person_id) if site().has_name else [],
        by_password=not queries.has_second_factor(person_id),
        next=own_path(target),
        refused=refused,
    )


@bp.post("/you/prove/passkey")
def prove_options() -> Response:
    """What the browser hands to the authenticator."""
    options = services.begin_proving(by=require_identity().actor, at=now())
    return Response(options, mimetype="application/json")
