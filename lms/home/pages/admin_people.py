"""/admin/people: everybody who has an account, and what an administrator does for one of them."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.accounts.services import disable_person, enable_person
from lms.core.clock import now
from lms.core.i18n import _
from lms.core.reasons import Refused
from lms.core.web.actors import require_actor
from lms.core.web.answers import as_refused
from lms.core.web.cursors import PAGE
from lms.home import administration, queries
from lms.home.pages.admin import asked, first_page, is_administration, next_page
from lms.home.wording import WHY_DISABLED, options
from lms.organisations.services import list_organisations

bp = Blueprint("admin_people", __name__)
is_administration(bp)


@bp.get("/admin/people")
def people() -> str:
    filters = asked("q", "role", "state")
    rows, following = queries.find_people(
        words=filters.get("q"),
        role=filters.get("role"),
        state=filters.get("state"),
        cursor=request.args.get("cursor"),
        limit=PAGE,
    )
    return render_template(
        "admin/people.html",
        rows=rows,
        filters=filters,
        next_url=next_page(".people", filters, following),
        first_url=first_page(".people", filters),
    )


@bp.get("/admin/people/<uuid:person_id>")
def person(person_id: uuid.UUID) -> str:
    return _page(person_id)


def _page(person_id: uuid.UUID, refused: Refused | None = None) -> str:
    return render_template(
        "admin/person.html",
        person=queries.person_for_admin(person_id, now()),
        why=[{"value": code, "text": text} for code, text in options(WHY_DISABLED)],
        organisations=[("", _("The first one")), *((one.slug, one.name) for one in list_organisations())],
        refused=refused,
        typed=request.form,
    )


def _done(person_id: uuid.UUID) -> BaseResponse:
    return redirect(url_for(".person", person_id=person_id))


def _shown(person_id: uuid.UUID, refused: Refused) -> Any:
    """What the form asked for can't be done: the page says why, above the form."""
    return as_refused(_page(person_id, refused), refused)


@bp.post("/admin/people/<uuid:person_id>/disable")
def disable(person_id: uuid.UUID) -> Any:
    try:
        disable_person(person_id, request.form.get("why", ""), by=require_actor(), at=now())
    except Refused as refused:
        return _shown(person_id, refused)
    return _done(person_id)


@bp.post("/admin/people/<uuid:person_id>/enable")
def enable(person_id: uuid.UUID) -> BaseResponse:
    enable_person(person_id, by=require_actor(), at=now())
    return _done(person_id)


@bp.post("/admin/people/<uuid:person_id>/sign-out")
def sign_out(person_id: uuid.UUID) -> BaseResponse:
    administration.sign_out_person(person_id, by=require_actor(), at=now())
    return _done(person_id)


@bp.post("/admin/people/<uuid:person_id>/roles")
def give_role(person_id: uuid.UUID) -> Any:
    form = request.form
    where = {name: form.get(name, "").strip() or None for name in ("organisation", "course")}
    try:
        administration.give_role(person_id, form.get("role", ""), **where, by=require_actor(), at=now())
    except Refused as refused:
        return _shown(person_id, refused)
    return _done(person_id)


@bp.post("/admin/people/<uuid:person_id>/roles/<uuid:grant_id>/take")
def take_role(person_id: uuid.UUID, grant_id: uuid.UUID) -> Any:
    try:
        administration.take_role(person_id, grant_id, by=require_actor(), at=now())
    except Refused as refused:
        return _shown(person_id, refused)
    return _done(person_id)


@bp.post("/admin/people/<uuid:person_id>/invitation")
def invite_again(person_id: uuid.UUID) -> Any:
    try:
        administration.invite_again(person_id, request.form.get("organisation", ""), by=require_actor(), at=now())
    except Refused as refused:
        return _shown(person_id, refused)
    return _done(person_id)
