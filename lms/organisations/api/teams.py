"""/organisations/{ref}/teams."""

from __future__ import annotations

import uuid
from typing import Any

from flask_smorest import Blueprint

from lms.core.clock import now
from lms.core.web.actors import require_actor
from lms.core.web.api import PREFIX, PageQuerySchema
from lms.core.web.cursors import decode_cursor, page_of
from lms.organisations import queries, schemas, services
from lms.organisations.models import Team
from lms.organisations.queries import find_managed_organisation, find_organisation_for

blp = Blueprint("teams_api", __name__, url_prefix=PREFIX, description="Teams of organisations")
TEAMS = "/organisations/<ref>/teams"
TEAM = f"{TEAMS}/<uuid:team_id>"


def _id(ref: str) -> uuid.UUID:
    return find_managed_organisation(ref, require_actor()).id


def _dump(team: Team) -> dict[str, Any]:
    return schemas.dump_team(team, queries.counts_of_teams(team.organisation_id).get(team.id, 0))


@blp.get(TEAMS)
@blp.arguments(PageQuerySchema, location="query")
@blp.response(200, schemas.TeamsSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
def list_teams(query: dict[str, Any], ref: str) -> dict[str, Any]:
    """The teams that one may see by name, with how many people are in each itself"""
    here, after = find_organisation_for(ref, require_actor()).id, decode_cursor(query["cursor"], 2)
    counts = queries.counts_of_teams(here)
    teams = [team for team in queries.seen_teams(require_actor(), here) if not after or _key(team) > after]
    shown, following = page_of(sorted(teams, key=_key), query["limit"], _key)
    return {"items": [schemas.dump_team(team, counts.get(team.id, 0)) for team in shown], "next": following}


def _key(team: Team) -> list[str]:
    return [team.name, str(team.id)]


@blp.post(TEAMS)
@blp.arguments(schemas.NewTeamSchema)
@blp.response(201, schemas.TeamSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def add_team(fields: dict[str, Any], ref: str) -> dict[str, Any]:
    """A new team"""
    return _dump(services.add_team(_id(ref), fields["name"], fields["parent"], by=require_actor(), at=now()))


@blp.patch(TEAM)
@blp.arguments(schemas.ChangeTeamSchema)
@blp.response(200, schemas.TeamSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def change_team(fields: dict[str, Any], ref: str, team_id: uuid.UUID) -> dict[str, Any]:
    """Renames or moves a team"""
    here, by, at = _id(ref), require_actor(), now()
    if "name" in fields:
        services.rename_team(here, team_id, fields["name"], by=by, at=at)
    if "parent" in fields:
        services.move_team(here, team_id, fields["parent"], by=by, at=at)
    return _dump(queries.find_team(here, team_id, by))


@blp.delete(TEAM)
@blp.arguments(schemas.RemoveTeamSchema, location="query")
@blp.response(204)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def remove_team(query: dict[str, Any], ref: str, team_id: uuid.UUID) -> None:
    """Takes a team away; says where its people go"""
    goes = {"people_to": query["people_to"], "drop_people": query["none"]}
    services.remove_team(_id(ref), team_id, by=require_actor(), at=now(), **goes)


@blp.post(f"{TEAM}/people")
@blp.arguments(schemas.PeopleIdsSchema)
@blp.response(200, schemas.ChangedPeopleSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
def put_in(fields: dict[str, Any], ref: str, team_id: uuid.UUID) -> dict[str, Any]:
    """Puts members into a team; gives those who are new in it"""
    return {"people": services.put_into_team(_id(ref), team_id, fields["people"], by=require_actor(), at=now())}


@blp.delete(f"{TEAM}/people/<uuid:person_id>")
@blp.response(204)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
def take_out(ref: str, team_id: uuid.UUID, person_id: uuid.UUID) -> None:
    """Takes somebody out of a team"""
    services.take_out_of_team(_id(ref), team_id, [person_id], by=require_actor(), at=now())
