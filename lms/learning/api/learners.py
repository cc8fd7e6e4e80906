"""The learners of a course, for those who teach it: list, numbers, one learner's way, moves, overrides."""

from __future__ import annotations

import uuid
from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint

from lms.core.clock import now
from lms.core.jobs.api import JobSchema, job_document
from lms.core.reasons import Refused
from lms.core.web.actors import require_actor
from lms.core.web.api import PREFIX, PageQuerySchema, Schema
from lms.learning import queries, schemas, services, teaching
from lms.learning.queries.learners import SORTS, STATUSES, Wanted
from lms.learning.schemas import IdempotencySchema
from lms.learning.services.overriding import MOST_TRIES, WITHDRAWALS
from lms.learning.wording import event_sentence

blp = Blueprint("learners_api", __name__, url_prefix=PREFIX, description="The learners of a course")
LEARNERS = "/courses/<slug>/learners"


class WantedSchema(Schema):
    """Which learners: filters that narrow one another."""

    q = ma.fields.String(load_default="", validate=ma.validate.Length(max=200))
    status = ma.fields.String(load_default="", validate=ma.validate.OneOf(["", *STATUSES]))
    revision = ma.fields.Integer(load_default=None, allow_none=True, validate=ma.validate.Range(1, 2**31 - 1))
    activity = ma.fields.String(load_default="", validate=ma.validate.Length(max=100))
    done = ma.fields.Boolean(load_default=False, metadata={"description": "with activity: who has completed it"})
    stuck = ma.fields.Boolean(load_default=False, metadata={"description": "who may need help"})
    group = ma.fields.String(load_default="", validate=ma.validate.Length(max=100))
    team = ma.fields.String(
        load_default="",
        validate=ma.validate.Length(max=100),
        metadata={"description": "organisation:team, for who may see the team"},
    )


class LearnersQuerySchema(WantedSchema, PageQuerySchema):
    sort = ma.fields.String(load_default=SORTS[0], validate=ma.validate.OneOf(SORTS))


class SelectionSchema(WantedSchema):
    """`enrolments`, or `all` that fit the filters."""

    enrolments = ma.fields.List(ma.fields.UUID(), load_default=None, validate=ma.validate.Length(1, 200))
    all = ma.fields.Boolean(load_default=False)

    @ma.validates_schema
    def _says_who(self, data: dict[str, Any], **_rest: object) -> None:
        if (data["enrolments"] is None) != data["all"]:
            raise ma.ValidationError("name enrolments, or all", "enrolments")


class MovesSchema(SelectionSchema):
    to = ma.fields.Integer(load_default=None, metadata={"description": "number of the revision that was looked at"})


class StuckSchema(Schema):
    code = ma.fields.String(required=True)
    sentence = ma.fields.String(required=True)
    next_step = ma.fields.String(required=True)


class LearnerSchema(Schema):
    """`step`: key of the next thing to do; `tries`: attempts at quizzes; `groups`: keys; `stuck`: what hinders."""

    enrolment = ma.fields.UUID(required=True)
    person = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)
    status = ma.fields.String(required=True)
    percent = ma.fields.Integer(required=True)
    revision = ma.fields.Integer(required=True)
    step = ma.fields.String(required=True, allow_none=True)
    tries = ma.fields.Integer(required=True)
    groups = ma.fields.List(ma.fields.String(), required=True)
    enrolled_at = ma.fields.AwareDateTime(required=True)
    touched_at = ma.fields.AwareDateTime(required=True)
    completed_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    stuck = ma.fields.Nested(StuckSchema, required=True, allow_none=True)


class LearnersSchema(Schema):
    items = ma.fields.List(ma.fields.Nested(LearnerSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class ReachedSchema(Schema):
    key = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    completed = ma.fields.Integer(required=True)


class NumbersSchema(Schema):
    """How many are learning, have finished, have left; who may need help; activities of the newest revision."""

    counts = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Integer(), required=True)
    may_be_stuck = ma.fields.Integer(required=True)
    reached = ma.fields.List(ma.fields.Nested(ReachedSchema), required=True)


class HappenedSchema(Schema):
    kind = ma.fields.String(required=True)
    activity = ma.fields.String(required=True, allow_none=True)
    at = ma.fields.AwareDateTime(required=True)
    sentence = ma.fields.String(required=True)
    by = ma.fields.UUID(required=True, allow_none=True)
    words = ma.fields.String(required=True, allow_none=True)


class WaySchema(LearnerSchema):
    activities = ma.fields.List(ma.fields.Nested(schemas.ActivityStateSchema), required=True)
    attempts = ma.fields.Dict(required=True)
    events = ma.fields.List(ma.fields.Nested(HappenedSchema), required=True)


class EffectOfMovesSchema(Schema):
    """If they were moved: nobody loses anything. `people`: number of a revision to learners who would leave it."""

    revision = ma.fields.Integer(required=True)
    people = ma.fields.Dict(required=True)
    complete = ma.fields.Integer(required=True)
    gain = ma.fields.Integer(required=True)
    finished = ma.fields.Integer(required=True)
    more = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Integer(), required=True)


class TriesSchema(Schema):
    more = ma.fields.Integer(required=True, validate=ma.validate.Range(1, MOST_TRIES))
    reason = ma.fields.String(required=True, validate=ma.validate.Length(1, 500))


class GroupSchema(Schema):
    key = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    learners = ma.fields.Integer(required=True)


class GroupsSchema(Schema):
    items = ma.fields.List(ma.fields.Nested(GroupSchema), required=True)


class GroupChangeSchema(SelectionSchema):
    do = ma.fields.String(required=True, validate=ma.validate.OneOf(["put", "take"]))


class GroupChangedSchema(Schema):
    """`changed`: how many were put into the group, or taken out; who was so already is not counted."""

    changed = ma.fields.Integer(required=True)


class WithdrawalSchema(Schema):
    reason = ma.fields.String(required=True, validate=ma.validate.OneOf(WITHDRAWALS))


class OverrideSchema(Schema):
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(["complete", "reopen"]))
    reason = ma.fields.String(required=True, validate=ma.validate.Length(1, 500))


def _wanted(given: dict[str, Any]) -> Wanted:
    ids = given.pop("enrolments", None)
    given.pop("all", None)
    return Wanted(**given, ids=None if ids is None else tuple(str(one) for one in ids))


def _dump(row: teaching.Row) -> dict[str, Any]:
    enrolment = row.learner.enrolment
    names = ("status", "percent", "enrolled_at", "touched_at", "completed_at")
    return {name: getattr(enrolment, name) for name in names} | {
        "enrolment": enrolment.id,
        "person": enrolment.person_id,
        "name": row.learner.name,
        "revision": row.revision.number,
        "step": row.step.key if row.step else None,
        "tries": row.tried,
        "groups": row.groups,
        "stuck": _stuck(row.stuck),
    }


def _stuck(why: Refused | None) -> dict[str, str] | None:
    return None if why is None else {"code": why.reason.code, "sentence": why.sentence(), "next_step": why.next_step()}


@blp.get(LEARNERS)
@blp.arguments(LearnersQuerySchema, location="query")
@blp.response(200, LearnersSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
def list_learners(query: dict[str, Any], slug: str) -> dict[str, Any]:
    """The learners of a course, for those who teach it; of those who may need help with the why"""
    place = {name: query.pop(name) for name in ("sort", "cursor", "limit")}
    found = teaching.list_learners(slug, _wanted(query), **place, by=require_actor(), at=now())
    return {"items": [_dump(row) for row in found.rows], "next": found.next}


@blp.get(f"{LEARNERS}/numbers")
@blp.response(200, NumbersSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
def look_at_numbers(slug: str) -> dict[str, Any]:
    """How many learners stand where"""
    found = teaching.look_at_learners(slug, by=require_actor(), at=now())
    reached = [
        {"key": one.activity.key, "title": one.activity.title, "completed": one.completed} for one in found.reached
    ]
    return {"counts": found.counts, "may_be_stuck": found.may_be_stuck, "reached": reached}


@blp.get(f"{LEARNERS}/<uuid:enrolment_id>")
@blp.response(200, WaySchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
def get_learner(slug: str, enrolment_id: uuid.UUID) -> dict[str, Any]:
    """One learner's way: activities, attempts, events"""
    way = teaching.follow_learner(slug, enrolment_id, by=require_actor(), at=now())
    events = [
        {"kind": one.event.kind, "activity": one.event.activity_key, "at": one.event.at, "by": one.event.person_id}
        | {"sentence": event_sentence(one.event, one.activity), "words": one.event.data.get("words")}
        for one in way.happened
    ]
    activities = [schemas.dump_state(state) for state in way.row.states]
    attempts = {key: [_attempt(one) for one in several] for key, several in way.attempts.items()}
    return _dump(way.row) | {"activities": activities, "attempts": attempts, "events": events}


def _attempt(line: dict[str, Any]) -> dict[str, Any]:
    """Instants as ISO 8601, the percent as exact text."""
    times = {name: line[name] and line[name].isoformat() for name in ("started_at", "ended_at")}
    return line | times | {"percent": None if line["percent"] is None else str(line["percent"])}


@blp.post("/courses/<slug>/moves/effect")
@blp.arguments(SelectionSchema)
@blp.response(200, EffectOfMovesSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
def look_at_moves(selection: dict[str, Any], slug: str) -> dict[str, Any]:
    """What moving learners to the newest revision would do; changes nothing"""
    wanted, actor = _wanted(selection), require_actor()
    teaching.check_team(wanted, actor)
    effect = services.effect_of_moves(slug, wanted, by=actor, at=now())
    names = ("people", "complete", "gain", "finished", "more")
    return {name: getattr(effect, name) for name in names} | {"revision": effect.to.number}


@blp.post("/courses/<slug>/moves")
@blp.arguments(IdempotencySchema, location="headers")
@blp.arguments(MovesSchema)
@blp.response(202, JobSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def move(headers: dict[str, str], selection: dict[str, Any], slug: str) -> dict[str, Any]:
    """Moves learners to the newest revision, by a job; with an Idempotency-Key at most once"""
    to = selection.pop("to")
    wanted, actor = _wanted(selection), require_actor()
    teaching.check_team(wanted, actor)
    return job_document(services.request_moves(slug, wanted, to=to, key=headers.get("key"), by=actor, at=now()))


@blp.get("/courses/<slug>/groups")
@blp.response(200, GroupsSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
def list_groups(slug: str) -> dict[str, Any]:
    """The groups of a course's learners, for those who teach it; they are named among the facts of the draft"""
    return {"items": teaching.look_at_groups(slug, Wanted(), by=require_actor(), at=now()).groups}


@blp.post("/courses/<slug>/groups/<key>/learners")
@blp.arguments(GroupChangeSchema)
@blp.response(200, GroupChangedSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
def change_group(selection: dict[str, Any], slug: str, key: str) -> dict[str, int]:
    """Puts learners into a group, or takes them out: what opens for the group opens, or locks, at once"""
    act = {"put": services.put_into_group, "take": services.take_out_of_group}[selection.pop("do")]
    wanted, actor = _wanted(selection), require_actor()
    teaching.check_team(wanted, actor)
    return {"changed": act(slug, key, wanted, by=actor, at=now())}


@blp.post("/enrolments/<uuid:enrolment_id>/activities/<key>/overrides")
@blp.arguments(OverrideSchema)
@blp.response(200, schemas.EnrolmentSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def override(wanted: dict[str, str], enrolment_id: uuid.UUID, key: str) -> dict[str, Any]:
    """Marks an activity as completed, or opens it again, for a learner of one's course; the reason stays beside it"""
    act = {"complete": services.grant_activity, "reopen": services.reopen_activity}[wanted["kind"]]
    enrolment = act(enrolment_id, key, words=wanted["reason"], by=require_actor(), at=now())
    return schemas.dump_enrolment(queries.view_enrolment(enrolment, now()))


@blp.post("/enrolments/<uuid:enrolment_id>/activities/<key>/tries")
@blp.arguments(TriesSchema)
@blp.response(200, schemas.EnrolmentSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def give_tries(wanted: dict[str, Any], enrolment_id: uuid.UUID, key: str) -> dict[str, Any]:
    """Gives a learner of one's course more tries at a quiz than it allows; the reason stays beside it"""
    more, words = wanted["more"], wanted["reason"]
    enrolment = services.give_tries(enrolment_id, key, more=more, words=words, by=require_actor(), at=now())
    return schemas.dump_enrolment(queries.view_enrolment(enrolment, now()))


@blp.post("/enrolments/<uuid:enrolment_id>/withdrawal")
@blp.arguments(WithdrawalSchema)
@blp.response(200, schemas.EnrolmentSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def withdraw(wanted: dict[str, str], enrolment_id: uuid.UUID) -> dict[str, Any]:
    """Takes a learner off one's course, with the reason"""
    enrolment = services.withdraw_learner(enrolment_id, reason=wanted["reason"], by=require_actor(), at=now())
    return schemas.dump_enrolment(queries.view_enrolment(enrolment, now()))
