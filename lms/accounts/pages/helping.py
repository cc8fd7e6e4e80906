"""/admin/people/{id}/account: what administrators do for somebody who lost everything, or is to be erased."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.accounts import queries, services
from lms.accounts.pages.data import SHOWN_WHEN_ERASING
from lms.accounts.pages.security import proved, who_acts
from lms.core.reasons import Refused
from lms.core.web.answers import as_refused

bp = Blueprint("helping", __name__)


@bp.get("/admin/people/<uuid:person_id>/account")
def account(person_id: uuid.UUID) -> str:
    return _page(person_id)


def _page(person_id: uuid.UUID, typed: str = "", refused: Refused | None = None) -> str:
    person = services.find_to_help(person_id, by=who_acts()["by"])
    return render_template(
        "accounts/helping.html",
        person=person,
        apps=queries.totp_factors(person_id),
        passkeys=queries.passkeys(person_id),
        typed=typed,
        refused=refused,
    )


@bp.post("/admin/people/<uuid:person_id>/account/factors")
@proved
def remove_all_factors(person_id: uuid.UUID) -> BaseResponse:
    services.remove_all_factors(person_id, **who_acts())
    return redirect(url_for("helping.account", person_id=person_id))


@bp.post("/admin/people/<uuid:person_id>/account/erase")
@proved
def erase(person_id: uuid.UUID) -> Response | BaseResponse:
    typed = request.form.get("email", "")
    try:
        services.erase_account(person_id, typed, **who_acts())
    except Refused as refused:
        if refused.reason not in SHOWN_WHEN_ERASING:
            raise
        return as_refused(_page(person_id, typed, refused), refused)
    return redirect(url_for("helping.account", person_id=person_id))
