"""Shapes of people and teams in the API."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_smorest.fields import Upload

from lms.core.reasons import explain
from lms.core.web.api import Schema
from lms.organisations.models import DeclinedInvitation, Membership, Organisation, PeopleImport, Team
from lms.organisations.permissions import ROLES_GIVEN
from lms.organisations.queries import Member
from lms.organisations.rules.columns import FIELDS
from lms.organisations.unreached import Undelivered

Document = dict[str, Any]


def _text(most: int, *, least: int = 0, **more: Any) -> ma.fields.String:
    return ma.fields.String(validate=ma.validate.Length(least, most), **more)


class NewPersonSchema(Schema):
    email = _text(254, required=True)
    name = _text(200, required=True)
    number = _text(40, load_default="")
    language = _text(40, load_default="")
    team = ma.fields.UUID(load_default=None, allow_none=True)


class MemberSchema(Schema):
    """`status` is invited or member; until it is member, name and e-mail are what the organisation wrote.

    `person` is null in the answer to an invitation of somebody who is invited already under another address: which one
    that is stays untold.
    """

    person = ma.fields.UUID(required=True, allow_none=True)
    name = ma.fields.String(required=True, allow_none=True)
    email = ma.fields.String(required=True, allow_none=True)
    number = ma.fields.String(required=True, allow_none=True)
    status = ma.fields.String(required=True, validate=ma.validate.OneOf(["invited", "member"]))


def dump_member(member: Member) -> Document:
    names = ("name", "email", "number")
    status = "member" if member.has_accepted else "invited"
    return {"person": member.person_id, "status": status, **{name: getattr(member, name) for name in names}}


def dump_invited(typed: Document) -> Document:
    """As typed, of whom nothing more may be known."""
    return {
        "person": None,
        "status": "invited",
        **{name: typed.get(name) or None for name in ("name", "email", "number")},
    }


class ChangeMemberSchema(Schema):
    number = _text(40, required=True)


class PeopleIdsSchema(Schema):
    people = ma.fields.List(ma.fields.UUID(), required=True, validate=ma.validate.Length(1, 5000))


class ChangedPeopleSchema(Schema):
    """Those whom it changed something for."""

    people = ma.fields.List(ma.fields.UUID(), required=True)


class TeamQuerySchema(ma.Schema):
    class Meta:
        unknown = ma.EXCLUDE

    team = ma.fields.UUID(load_default=None)


class NewTeamSchema(Schema):
    name = _text(80, least=1, required=True)
    parent = ma.fields.UUID(load_default=None, allow_none=True)


class ChangeTeamSchema(Schema):
    """What is left out stays; `parent` null puts the team at the top."""

    name = _text(80, least=1)
    parent = ma.fields.UUID(allow_none=True)


class RemoveTeamSchema(ma.Schema):
    """Where the people of the team go; `none` true: to no team."""

    class Meta:
        unknown = ma.EXCLUDE

    people_to = ma.fields.UUID(load_default=None)
    none = ma.fields.Boolean(load_default=False)


class TeamSchema(Schema):
    id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)
    parent = ma.fields.UUID(required=True, allow_none=True)
    people = ma.fields.Integer(required=True)


class TeamsSchema(Schema):
    items = ma.fields.List(ma.fields.Nested(TeamSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


def dump_team(team: Team, people: int) -> Document:
    return {"id": team.id, "name": team.name, "parent": team.parent_id, "people": people}


class RoleNameSchema(Schema):
    role = ma.fields.String(required=True, validate=ma.validate.OneOf(ROLES_GIVEN))
    team = ma.fields.UUID(load_default=None, allow_none=True)


class TableSchema(Schema):
    file = Upload(required=True, metadata={"description": "CSV or XLSX"})


class ColumnsSchema(Schema):
    """Places of the columns, from 0. With `change_members` the team, the number and the name that was given change too
    for who is a member already, never a person's own name."""

    columns = ma.fields.Dict(
        keys=ma.fields.String(validate=ma.validate.OneOf(FIELDS)), values=ma.fields.Integer(), required=True
    )
    make_teams = ma.fields.Boolean(load_default=True)
    change_members = ma.fields.Boolean(load_default=False)


class PeopleImportSchema(Schema):
    """`state` is new, checking, checked, adding or done; `found` counts what will happen, or has.

    `found.changes` counts those members of whom the table says something else (people, moved, teams, numbers, names),
    whether that is to count or not; `found.changed` those who were changed.
    """

    id = ma.fields.UUID(required=True)
    state = ma.fields.String(required=True)
    headers = ma.fields.List(ma.fields.String(), required=True)
    columns = ma.fields.Dict(required=True)
    make_teams = ma.fields.Boolean(required=True)
    change_members = ma.fields.Boolean(required=True)
    found = ma.fields.Dict(required=True, allow_none=True)
    job = ma.fields.UUID(required=True, allow_none=True)


def dump_import(found: PeopleImport) -> Document:
    return {
        "id": found.id,
        "state": found.state,
        "headers": found.headers["headers"],
        "columns": found.choices["columns"],
        "make_teams": found.choices["make_teams"],
        "change_members": found.choices.get("change_members", False),
        "found": found.found,
        "job": found.job_id,
    }


class UnreachedSchema(Schema):
    """`kind` is not_me (somebody said so; `id` of the note) or undelivered (`person`, and why as `detail`)."""

    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(["not_me", "undelivered"]))
    id = ma.fields.UUID(required=True, allow_none=True)
    person = ma.fields.UUID(required=True, allow_none=True)
    name = ma.fields.String(required=True, allow_none=True)
    email = ma.fields.String(required=True, allow_none=True)
    number = ma.fields.String(required=True, allow_none=True)
    at = ma.fields.AwareDateTime(required=True)
    detail = ma.fields.String(required=True, allow_none=True)


class UnreachedListSchema(Schema):
    items = ma.fields.List(ma.fields.Nested(UnreachedSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


def dump_declined(note: DeclinedInvitation) -> Document:
    written = {"name": note.name_given, "email": note.email_given, "number": note.number}
    return {"kind": "not_me", "id": note.id, "person": None, "at": note.at, "detail": None, **written}


def dump_undelivered(one: Undelivered) -> Document:
    written = {name: getattr(one.member, name) for name in ("name", "email", "number")}
    why = explain(one.reason["code"], one.reason["values"])
    return {"kind": "undelivered", "id": None, "person": one.member.person_id, "at": one.at, "detail": why, **written}


class FaultSchema(Schema):
    row = ma.fields.Integer(required=True)
    reasons = ma.fields.List(ma.fields.String, required=True)
    detail = ma.fields.String(required=True)


class FaultsSchema(Schema):
    items = ma.fields.List(ma.fields.Nested(FaultSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


def dump_fault(line: int, codes: list[str], detail: str) -> Document:
    return {"row": line, "reasons": codes, "detail": detail}


class MyOrganisationSchema(Schema):
    id = ma.fields.UUID(required=True)
    slug = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    status = ma.fields.String(required=True, validate=ma.validate.OneOf(["invited", "member"]))


class MyOrganisationsSchema(Schema):
    items = ma.fields.List(ma.fields.Nested(MyOrganisationSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


def dump_mine(membership: Membership, organisation: Organisation) -> Document:
    status = "member" if membership.accepted_at else "invited"
    return {"id": organisation.id, "slug": organisation.slug, "name": organisation.name, "status": status}
