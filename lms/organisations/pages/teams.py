"""/organisations/{ref}/teams: the tree, and each team with its people."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for

from lms.core.clock import now
from lms.core.i18n import _
from lms.core.reasons import Refused
from lms.core.web.actors import require_actor
from lms.core.web.answers import as_refused
from lms.organisations import queries, services
from lms.organisations.models import Membership, Organisation, Team
from lms.organisations.pages.asking import (
    Answer,
    Context,
    id_of,
    ids_of,
    managed_here,
    organisation_here,
    team_choices,
    tried,
)
from lms.organisations.permissions import manages_people
from lms.organisations.reasons import OrganisationReason

bp = Blueprint("teams", __name__)
MOST_FOUND, MOST_SHOWN = 20, 100


@bp.get("/organisations/<ref>/teams")
def teams(ref: str) -> str:
    return _tree_page(organisation_here(ref))


@bp.post("/organisations/<ref>/teams")
def add(ref: str) -> Answer:
    """Fields: name, parent."""
    organisation, form, by = managed_here(ref), request.form, require_actor()
    parent = id_of(form.get("parent"))
    _made, refused = tried(
        lambda: services.add_team(organisation.id, form.get("name", ""), parent, by=by, at=now()), (OrganisationReason,)
    )
    if refused:
        return as_refused(_tree_page(organisation, refused=refused, name=form.get("name", ""), parent=parent), refused)
    return redirect(url_for(".teams", ref=organisation.slug))


def _tree_page(organisation: Organisation, **more: object) -> str:
    by = require_actor()
    seen = queries.seen_teams(by, organisation.id)
    return render_template(
        "organisations/teams.html",
        organisation=organisation,
        manages=manages_people(by, organisation.id),
        tree=_branches(seen, queries.counts_with_subteams(organisation.id), organisation.slug),
        teams=team_choices(organisation.id, _("At the top")),
        **more,
    )


def _branches(teams: list[Team], counts: dict[uuid.UUID, int], slug: str) -> list[Context]:
    """The tree as components/tree.html takes it; `people` are those in the team or below it."""
    seen = {team.id for team in teams}

    def below(parent_id: uuid.UUID | None) -> list[Context]:
        here = [team for team in teams if (team.parent_id if team.parent_id in seen else None) == parent_id]
        return [
            {
                "title": team.name,
                "href": url_for(".team", ref=slug, team_id=team.id),
                "people": counts.get(team.id, 0),
                "inner": below(team.id),
            }
            for team in here
        ]

    return below(None)


@bp.get("/organisations/<ref>/teams/<uuid:team_id>")
def team(ref: str, team_id: uuid.UUID) -> str:
    """With `q`: people of the organisation who could come in."""
    return _team_page(organisation_here(ref), team_id)


def _team_page(organisation: Organisation, team_id: uuid.UUID, refused: Refused | None = None) -> str:
    by, words = require_actor(), request.args.get("q", "").strip()[:200]
    found = queries.find_team(organisation.id, team_id, by)
    seen = queries.seen_teams(by, organisation.id)
    paths = queries.paths_of(seen)
    here = Membership.person_id.in_(queries.people_in_teams([team_id]))
    inside = queries.members(organisation.id, by, here, most=MOST_SHOWN + 1)
    outside = Membership.person_id.not_in(queries.people_in_teams([team_id]))
    manages = manages_people(by, organisation.id)
    others = queries.search_members(organisation.id, by, words, outside, most=MOST_FOUND) if words and manages else []
    managers = queries.members(organisation.id, by, Membership.person_id.in_(queries.managers_of(team_id)))
    return render_template(
        "organisations/team.html",
        organisation=organisation,
        manages=manages,
        team=found,
        path=dict(paths)[team_id],
        people=inside[:MOST_SHOWN],
        are_more=len(inside) > MOST_SHOWN,
        managers=managers,
        inner=[each for each in seen if each.parent_id == team_id],
        others=others,
        q=words,
        places=[("", _("At the top")), *((str(key), path) for key, path in paths if key != team_id)],
        refused=refused,
    )


@bp.post("/organisations/<ref>/teams/<uuid:team_id>")
def change(ref: str, team_id: uuid.UUID) -> Answer:
    """Fields: name and parent; both stand in the one form."""
    form = request.form

    def act(organisation: Organisation) -> None:
        by, at = require_actor(), now()
        services.rename_team(organisation.id, team_id, form.get("name", ""), by=by, at=at)
        services.move_team(organisation.id, team_id, id_of(form.get("parent")), by=by, at=at)

    return _acted(ref, team_id, act)


@bp.post("/organisations/<ref>/teams/<uuid:team_id>/remove")
def remove(ref: str, team_id: uuid.UUID) -> Answer:
    """Field `people_to`: a team, or "none"."""
    goes = request.form.get("people_to", "")

    def act(organisation: Organisation) -> None:
        people_to = None if goes == "none" else id_of(goes)
        drop = goes == "none"
        by, at = require_actor(), now()
        services.remove_team(organisation.id, team_id, by=by, at=at, people_to=people_to, drop_people=drop)

    return _acted(ref, team_id, act, then="teams.teams")


@bp.post("/organisations/<ref>/teams/<uuid:team_id>/people")
def put_in(ref: str, team_id: uuid.UUID) -> Answer:
    """Field `person`, several times."""
    organisation = managed_here(ref)
    services.put_into_team(organisation.id, team_id, ids_of("person"), by=require_actor(), at=now())
    return redirect(url_for(".team", ref=organisation.slug, team_id=team_id))


@bp.post("/organisations/<ref>/teams/<uuid:team_id>/people/remove")
def take_out(ref: str, team_id: uuid.UUID) -> Answer:
    """Field `person`, several times."""
    organisation = managed_here(ref)
    services.take_out_of_team(organisation.id, team_id, ids_of("person"), by=require_actor(), at=now())
    return redirect(url_for(".team", ref=organisation.slug, team_id=team_id))


def _acted(ref: str, team_id: uuid.UUID, act: Callable[[Organisation], None], then: str = "teams.team") -> Answer:
    organisation = managed_here(ref)
    _none, refused = tried(lambda: act(organisation), (OrganisationReason,))
    if refused:
        return as_refused(_team_page(organisation, team_id, refused), refused)
    if then == "teams.teams":
        return redirect(url_for(then, ref=organisation.slug))
    return redirect(url_for(then, ref=organisation.slug, team_id=team_id))
