"""/you/data: a copy of what is held about you, and the end of your account."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from flask import request as asked
from werkzeug.wrappers import Response as BaseResponse

from lms.accounts import queries, services
from lms.accounts.pages.security import proved, who_acts
from lms.accounts.reasons import SecurityReason
from lms.accounts.sending import send_export
from lms.core.clock import now
from lms.core.reasons import Refused
from lms.core.web.actors import SESSION_COOKIE, require_identity
from lms.core.web.answers import as_refused

bp = Blueprint("own_data", __name__)
SHOWN_WHEN_ERASING = (SecurityReason.ADDRESS_DIFFERS, SecurityReason.LAST_ADMINISTRATOR)


@bp.get("/you/data")
def overview() -> str:
    exports, _more = queries.exports_of(require_identity().person_id, now())
    return render_template("accounts/data.html", exports=exports, coming=any(not one.made_at for one in exports))


@bp.post("/you/data/exports")
@proved
def ask_for_data() -> BaseResponse:
    services.ask_for_data(**who_acts())
    return redirect(url_for("own_data.overview"))


@bp.get("/you/data/exports/<uuid:export_id>")
def export(export_id: uuid.UUID) -> Response:
    return send_export(export_id, by=require_identity().actor, at=now())


@bp.get("/you/data/erase")
@proved
def erase() -> str:
    return _erase_page()


@bp.post("/you/data/erase")
@proved
def erase_post() -> Response | BaseResponse:
    person_id, typed = require_identity().person_id, asked.form.get("email", "")
    try:
        services.erase_account(person_id, typed, **who_acts())
    except Refused as refused:
        if refused.reason not in SHOWN_WHEN_ERASING:
            raise
        return as_refused(_erase_page(typed, refused), refused)
    response = make_response(render_template("accounts/erased.html", me=None))
    response.delete_cookie(SESSION_COOKIE)
    return response


def _erase_page(typed: str = "", refused: Refused | None = None) -> str:
    return render_template("accounts/erase.html", identity=require_identity(), typed=typed, refused=refused)
