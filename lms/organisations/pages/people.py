"""One person comes in, and what a member is in the organisation: teams, number, roles, going."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for

from lms.accounts.reasons import AccountReason
from lms.core.clock import now
from lms.core.i18n import _, languages
from lms.core.mail.reasons import MailReason
from lms.core.reasons import Refused
from lms.core.web.actors import require_actor
from lms.core.web.answers import as_refused
from lms.organisations import queries, services, unreached
from lms.organisations.models import Organisation
from lms.organisations.pages.asking import Answer, id_of, managed_here, team_choices, tried
from lms.organisations.permissions import ROLES_GIVEN
from lms.organisations.reasons import OrganisationReason, RowReason

bp = Blueprint("members", __name__)
FIELDS = ("email", "name", "number", "language")
SHOWN = (OrganisationReason, RowReason, AccountReason, MailReason)


@bp.get("/organisations/<ref>/people/add")
def add_form(ref: str) -> str:
    return _form(managed_here(ref), {})


@bp.post("/organisations/<ref>/people/add")
def add(ref: str) -> Answer:
    """Fields: email, name, number, language, team."""
    organisation, by = managed_here(ref), require_actor()
    typed = {name: request.form.get(name, "").strip() for name in FIELDS}
    team_id = id_of(request.form.get("team"))
    person_id, refused = tried(
        lambda: services.add_one(organisation.id, typed, by=by, at=now(), team_id=team_id), SHOWN
    )
    if refused:
        return as_refused(_form(organisation, typed | {"team": request.form.get("team", "")}, refused), refused)
    if person_id is None:  # which of the rows is theirs is not told
        return redirect(url_for(".add_form", ref=organisation.slug, invited="yes"))
    return redirect(url_for(".membership", ref=organisation.slug, person_id=person_id, invited="yes"))


def _form(organisation: Organisation, typed: dict[str, str], refused: Refused | None = None) -> str:
    return render_template(
        "organisations/add.html",
        organisation=organisation,
        typed=typed,
        refused=refused,
        field=_field_of(refused),
        invited=request.args.get("invited") == "yes",
        spoken=[("", _("As their browser says")), *languages().items()],
        teams=team_choices(organisation.id, _("No team")),
    )


def _field_of(refused: Refused | None) -> str:
    """The field that a refusal is about, to stand beside it; empty where it is about all of it."""
    code = refused.reason.code if refused else ""
    words = {"people.email": "email", "people.name": "name", "people.number": "number", "people.language": "language"}
    return next((field for start, field in words.items() if code.startswith(start)), "")


@bp.get("/organisations/<ref>/people/unreached")
def not_reached(ref: str) -> str:
    """Who says "this is not me", and whose mail server refuses what we send."""
    organisation = managed_here(ref)
    return render_template(
        "organisations/unreached.html",
        organisation=organisation,
        declined=unreached.declined(organisation.id),
        undelivered=unreached.undelivered(organisation.id, require_actor()),
    )


@bp.post("/organisations/<ref>/people/unreached/<uuid:declined_id>/seen")
def seen(ref: str, declined_id: uuid.UUID) -> Answer:
    """The note goes."""
    organisation, by = managed_here(ref), require_actor()
    services.drop_declined(organisation.id, declined_id, by=by, at=now())
    return redirect(url_for(".not_reached", ref=organisation.slug))


@bp.get("/organisations/<ref>/people/<uuid:person_id>/membership")
def membership(ref: str, person_id: uuid.UUID) -> str:
    return _membership_page(managed_here(ref), person_id)


def _membership_page(organisation: Organisation, person_id: uuid.UUID, refused: Refused | None = None) -> str:
    by = require_actor()
    member = queries.find_member(organisation.id, person_id, by)
    paths = dict(queries.paths_of(queries.seen_teams(by, organisation.id)))
    mine = queries.teams_by_person(organisation.id, [person_id]).get(person_id, [])
    held = queries.roles_of(organisation.id, person_id)
    return render_template(
        "organisations/membership.html",
        organisation=organisation,
        member=member,
        mine=[(team.id, paths[team.id]) for team in mine],
        others=[(key, path) for key, path in paths.items() if key not in {team.id for team in mine}],
        roles=[(role, team.id if team else "", paths[team.id] if team else "") for role, team in held],
        given=ROLES_GIVEN,
        paths=[("", _("the whole organisation")), *((str(key), path) for key, path in paths.items())],
        is_self=by.person_id == person_id,
        refused_mail=next(iter(unreached.undelivered(organisation.id, by, person_id=person_id)), None),
        invited=request.args.get("invited") == "yes",
        refused=refused,
    )


@bp.post("/organisations/<ref>/people/<uuid:person_id>/membership")
def change(ref: str, person_id: uuid.UUID) -> Answer:
    """Field number."""
    number = request.form.get("number", "")
    return _acted(
        ref,
        person_id,
        lambda here: services.change_number(here.id, person_id, number, by=require_actor(), at=now()),
    )


@bp.post("/organisations/<ref>/people/<uuid:person_id>/teams")
def change_teams(ref: str, person_id: uuid.UUID) -> Answer:
    """Fields: `in` or `out`, a team's id each."""
    come, go = id_of(request.form.get("in")), id_of(request.form.get("out"))

    def act(here: Organisation) -> None:
        if come:
            services.put_into_team(here.id, come, [person_id], by=require_actor(), at=now())
        if go:
            services.take_out_of_team(here.id, go, [person_id], by=require_actor(), at=now())

    return _acted(ref, person_id, act)


@bp.post("/organisations/<ref>/people/<uuid:person_id>/roles")
def change_roles(ref: str, person_id: uuid.UUID) -> Answer:
    """Fields: role, team (or empty), do ("give" or "take")."""
    form = request.form
    role, team_id = form.get("role", ""), id_of(form.get("team")) if form.get("role") == "manager" else None
    do = services.take_role if form.get("do") == "take" else services.give_role
    return _acted(
        ref,
        person_id,
        lambda here: do(here.id, person_id, role, by=require_actor(), at=now(), team_id=team_id),
    )


@bp.post("/organisations/<ref>/people/<uuid:person_id>/remove")
def remove(ref: str, person_id: uuid.UUID) -> Answer:
    return _acted(
        ref,
        person_id,
        lambda here: services.remove_members(here.id, [person_id], by=require_actor(), at=now()),
        stays=False,
    )


def _acted(ref: str, person_id: uuid.UUID, act: Callable[[Organisation], object], *, stays: bool = True) -> Answer:
    organisation = managed_here(ref)
    queries.find_member(organisation.id, person_id, require_actor())
    _done, refused = tried(lambda: act(organisation), SHOWN)
    if refused:
        return as_refused(_membership_page(organisation, person_id, refused), refused)
    if stays:
        return redirect(url_for(".membership", ref=organisation.slug, person_id=person_id))
    return redirect(f"/organisations/{organisation.slug}/people")
