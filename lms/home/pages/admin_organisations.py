"""/admin/organisations: those that publish, employ and award; adding one, changing its facts."""

from __future__ import annotations

import zoneinfo
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from lms.core.clock import now
from lms.core.reasons import CoreReason, Refused
from lms.core.web.actors import require_actor
from lms.core.web.answers import as_refused
from lms.home import administration
from lms.home.pages.admin import is_administration
from lms.organisations.services import change_organisation, find_organisation, list_organisations

bp = Blueprint("admin_organisations", __name__)
is_administration(bp)
FACTS = ("name", "country", "timezone", "brand_hue")


@bp.get("/admin/organisations")
def organisations() -> str:
    return _list({}, None)


def _list(typed: Any, refused: Refused | None) -> str:
    return render_template("admin/organisations.html", organisations=list_organisations(), typed=typed, refused=refused)


@bp.post("/admin/organisations")
def add() -> Any:
    form = request.form
    try:
        administration.make_organisation(
            form.get("slug", "").strip(), name=form.get("name", ""), by=require_actor(), at=now()
        )
    except Refused as refused:
        return as_refused(_list(form, refused), refused)
    return redirect(url_for(".organisation", slug=form["slug"].strip()))


@bp.get("/admin/organisations/<slug>")
def organisation(slug: str) -> str:
    found = find_organisation(slug)
    return _one(slug, {name: getattr(found, name) for name in FACTS}, None)


def _one(slug: str, facts: Any, refused: Refused | None) -> str:
    zones = [(name, name) for name in sorted(zoneinfo.available_timezones())]
    return render_template("admin/organisation.html", slug=slug, facts=facts, zones=zones, refused=refused)


@bp.post("/admin/organisations/<slug>")
def change(slug: str) -> Any:
    form = request.form
    found = find_organisation(slug)
    try:
        change_organisation(found.id, **_facts(form), by=require_actor(), at=now())
    except Refused as refused:
        return as_refused(_one(slug, form, refused), refused)
    return _back()


def _back() -> BaseResponse:
    return redirect(url_for(".organisations"))


def _facts(form: MultiDict[str, str]) -> dict[str, Any]:
    """What was typed; empty is "as the installation's". Refused: core.fields for a hue that is no number."""
    typed = {name: form.get(name, "").strip() or None for name in FACTS}
    hue = typed.pop("brand_hue")
    if hue is not None and not (hue.isascii() and hue.isdigit() and len(hue) < 4):
        raise Refused(CoreReason.FIELDS)
    return typed | {"name": typed["name"] or "", "brand_hue": None if hue is None else int(hue)}
