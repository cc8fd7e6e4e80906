"""An organisation's people: invited, changed, removed; roles; one's own organisations."""

from __future__ import annotations

import uuid
from typing import Any

from flask_smorest import Blueprint

from lms.core.clock import now
from lms.core.web.actors import require_actor, require_identity
from lms.core.web.api import PREFIX, PageQuerySchema
from lms.core.web.cursors import decode_cursor, page_of
from lms.organisations import queries, schemas, services, unreached
from lms.organisations.queries import find_managed_organisation

blp = Blueprint("members_api", __name__, url_prefix=PREFIX, description="People of organisations")
PERSON = "/organisations/<ref>/people/<uuid:person_id>"


def _id(ref: str) -> uuid.UUID:
    return find_managed_organisation(ref, require_actor()).id


def _member(organisation_id: uuid.UUID, person_id: uuid.UUID) -> dict[str, Any]:
    return schemas.dump_member(queries.find_member(organisation_id, person_id, require_actor()))


@blp.post("/organisations/<ref>/people")
@blp.arguments(schemas.NewPersonSchema)
@blp.response(201, schemas.MemberSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def invite_person(fields: dict[str, Any], ref: str) -> dict[str, Any]:
    """Invites one person; nothing in the answer tells whether the address was known"""
    here, team_id = _id(ref), fields.pop("team")
    person_id = services.add_one(here, fields, by=require_actor(), at=now(), team_id=team_id)
    return _member(here, person_id) if person_id else schemas.dump_invited(fields)


@blp.get("/organisations/<ref>/people/unreached")
@blp.arguments(PageQuerySchema, location="query")
@blp.response(200, schemas.UnreachedListSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
def list_unreached(query: dict[str, Any], ref: str) -> dict[str, Any]:
    """Who said of an invitation "this is not me", and whose mail server refuses our messages for good"""
    here, by = _id(ref), require_actor()
    items = [schemas.dump_declined(one) for one in unreached.declined(here)]
    items += [schemas.dump_undelivered(one) for one in unreached.undelivered(here, by)]
    after = decode_cursor(query["cursor"], 1)
    begin = int(after[0]) if after and after[0].isdecimal() else 0
    rows = list(enumerate(items))[begin : begin + query["limit"] + 1]
    shown, following = page_of(rows, query["limit"], lambda one: [one[0] + 1])
    return {"items": [item for _place, item in shown], "next": following}


@blp.delete("/organisations/<ref>/people/unreached/<uuid:declined_id>")
@blp.response(204)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
def drop_declined(ref: str, declined_id: uuid.UUID) -> None:
    """The note of who said "this is not me" goes; by itself it does after a month"""
    services.drop_declined(_id(ref), declined_id, by=require_actor(), at=now())


@blp.patch(PERSON)
@blp.arguments(schemas.ChangeMemberSchema)
@blp.response(200, schemas.MemberSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
def change_member(fields: dict[str, str], ref: str, person_id: uuid.UUID) -> dict[str, Any]:
    """The employee number"""
    here = _id(ref)
    services.change_number(here, person_id, fields["number"], by=require_actor(), at=now())
    return _member(here, person_id)


@blp.delete(PERSON)
@blp.response(204)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def remove_member(ref: str, person_id: uuid.UUID) -> None:
    """The person belongs to the organisation no more"""
    here, by = _id(ref), require_actor()
    queries.find_member(here, person_id, by)
    services.remove_members(here, [person_id], by=by, at=now())


@blp.post(f"{PERSON}/roles")
@blp.arguments(schemas.RoleNameSchema)
@blp.response(204)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def give_role(fields: dict[str, Any], ref: str, person_id: uuid.UUID) -> None:
    """Gives a role in the organisation; `team` only for managers"""
    services.give_role(_id(ref), person_id, fields["role"], by=require_actor(), at=now(), team_id=fields["team"])


@blp.delete(f"{PERSON}/roles/<role>")
@blp.arguments(schemas.TeamQuerySchema, location="query")
@blp.response(204)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def take_role(query: dict[str, Any], ref: str, person_id: uuid.UUID, role: str) -> None:
    """Takes a role in the organisation away"""
    services.take_role(_id(ref), person_id, role, by=require_actor(), at=now(), team_id=query["team"])


@blp.get("/me/organisations")
@blp.arguments(PageQuerySchema, location="query")
@blp.response(200, schemas.MyOrganisationsSchema)
@blp.alt_response(401, "UNAUTHORIZED")
def my_organisations(query: dict[str, Any]) -> dict[str, Any]:
    """Organisations to which the person who asks belongs or is invited"""
    after = decode_cursor(query["cursor"], 1)
    mine = [schemas.dump_mine(*one) for one in queries.memberships_of(require_identity().person_id)]
    waiting = sorted((one for one in mine if not after or one["slug"] > after[0]), key=lambda one: str(one["slug"]))
    shown, following = page_of(waiting, query["limit"], lambda one: [one["slug"]])
    return {"items": shown, "next": following}


@blp.post("/me/organisations/<uuid:organisation_id>/acceptance")
@blp.response(204)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
def accept(organisation_id: uuid.UUID) -> None:
    """The person who asks belongs there"""
    who = require_identity()
    services.accept_invitation(organisation_id, person_id=who.person_id, by=who.actor, at=now())


@blp.delete("/me/organisations/<uuid:organisation_id>")
@blp.response(204)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def leave(organisation_id: uuid.UUID) -> None:
    """The person who asks leaves, or says of an invitation "this is not me\""""
    services.leave_organisation(organisation_id, by=require_actor(), at=now())
