"""/organisations/{ref}/enrolments: an organisation's people are put on a course."""

from __future__ import annotations

import uuid
from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint

from lms.core.clock import now
from lms.core.db import db
from lms.core.reasons import CoreReason, Refused
from lms.core.web.actors import require_actor
from lms.core.web.api import PREFIX, Schema
from lms.learning.services import Enrolled, effect_of_enrolling, enrol_selection
from lms.organisations.queries import (
    find_organisation_for,
    find_team,
    people_in_teams,
    people_within,
    team_ids_with_subteams,
)

blp = Blueprint("bulk_enrolments_api", __name__, url_prefix=PREFIX, description="Enrolments in an organisation's name")


class BulkEnrolmentSchema(Schema):
    """People by their ids, or a team with its sub-teams; with `look` nothing is done but the effect told."""

    course = ma.fields.String(required=True, validate=ma.validate.Length(1, 80))
    people = ma.fields.List(ma.fields.UUID(), load_default=None, validate=ma.validate.Length(1, 20_000))
    team = ma.fields.UUID(load_default=None)
    look = ma.fields.Boolean(load_default=False)


class BulkEnrolledSchema(Schema):
    """`new` come on the course, `standing` are on it already, `outside` are not (any more) among one's people."""

    course = ma.fields.String(required=True)
    new = ma.fields.List(ma.fields.UUID(), required=True)
    standing = ma.fields.List(ma.fields.UUID(), required=True)
    outside = ma.fields.List(ma.fields.UUID(), required=True)
    job = ma.fields.UUID(required=True, allow_none=True)


@blp.post("/organisations/<ref>/enrolments")
@blp.arguments(BulkEnrolmentSchema)
@blp.response(200, BulkEnrolledSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
def enrol_people(asked: dict[str, Any], ref: str) -> dict[str, Any]:
    """Puts people on a course in the organisation's name; many by a job"""
    by, at = require_actor(), now()
    here = find_organisation_for(ref, by).id
    people = _people(here, asked)
    if asked["look"]:
        return _dump(effect_of_enrolling(people, asked["course"], organisation_id=here, by=by), None)
    done = enrol_selection(people, asked["course"], organisation_id=here, by=by, at=at)
    return _dump(done.effect, done.job.id if done.job else None)


def _people(organisation_id: uuid.UUID, asked: dict[str, Any]) -> list[uuid.UUID]:
    if asked["people"] is not None:
        return list(asked["people"])
    if asked["team"] is None:
        raise Refused(CoreReason.FIELDS)
    by = require_actor()
    team = find_team(organisation_id, asked["team"], by)
    inside = people_in_teams(team_ids_with_subteams(organisation_id, [team.id])).subquery()
    seen = people_within(by, organisation_id).subquery()
    return sorted(set(db.session.scalars(inside.select())) & set(db.session.scalars(seen.select())))


def _dump(effect: Enrolled, job_id: uuid.UUID | None) -> dict[str, Any]:
    names = ("new", "standing", "outside")
    return {"course": effect.course.slug, "job": job_id, **{name: getattr(effect, name) for name in names}}
