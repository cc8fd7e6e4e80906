"""Shapes of learning in the API (contract.md)."""

from __future__ import annotations

import marshmallow as ma

from lms.core.web.api import Schema
from lms.learning.queries import EnrolmentView
from lms.learning.rules.states import ActivityState


class ActivityStateSchema(Schema):
    key = ma.fields.String(required=True)
    state = ma.fields.String(
        required=True, validate=ma.validate.OneOf(["locked", "open", "started", "completed", "failed"])
    )
    reason = ma.fields.Dict(
        required=True, allow_none=True, metadata={"description": "why it is locked: {code, values, sentence}"}
    )


class EnrolmentSchema(Schema):
    id = ma.fields.UUID(required=True)
    course = ma.fields.String(required=True)
    revision = ma.fields.Integer(required=True)
    cycle = ma.fields.Integer(required=True)
    status = ma.fields.String(required=True, validate=ma.validate.OneOf(["active", "completed", "withdrawn"]))
    percent = ma.fields.Integer(required=True)
    completed_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    activities = ma.fields.List(ma.fields.Nested(ActivityStateSchema), required=True)


class EnrolmentsSchema(Schema):
    items = ma.fields.List(ma.fields.Nested(EnrolmentSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class EventSchema(Schema):
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(["viewed", "done", "position"]))
    seconds = ma.fields.Integer(
        strict=True, validate=ma.validate.Range(0, 10**6), metadata={"description": "with kind position"}
    )

    @ma.validates_schema
    def _position_has_seconds(self, data: dict[str, object], **_rest: object) -> None:
        if (data["kind"] == "position") != ("seconds" in data):
            raise ma.ValidationError("seconds go with kind position", "seconds")


class IdempotencySchema(ma.Schema):
    class Meta:
        unknown = ma.EXCLUDE

    key = ma.fields.String(data_key="Idempotency-Key", validate=ma.validate.Length(1, 200))


class EventOutcomeSchema(Schema):
    activity = ma.fields.Nested(ActivityStateSchema, required=True)
    enrolment = ma.fields.Nested(EnrolmentSchema, required=True)


class ActivityContentSchema(Schema):
    key = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    state = ma.fields.String(required=True)
    requirement = ma.fields.Dict(required=True)
    position = ma.fields.Integer(metadata={"description": "seconds into a video, where it was left"})
    blocks = ma.fields.List(ma.fields.Dict())
    quiz = ma.fields.Dict()
    url = ma.fields.String()


class AnswerSchema(Schema):
    answer = ma.fields.Dict(required=True)


class FeedbackSchema(Schema):
    fraction = ma.fields.String(required=True, metadata={"description": "share of 1 as an exact fraction, 3/4"})
    right = ma.fields.Boolean(required=True)
    feedback = ma.fields.String(required=True)
    explanation = ma.fields.String(required=True)
    right_answer = ma.fields.String(required=True)
    details = ma.fields.Dict(required=True)


def dump_enrolment(view: EnrolmentView) -> dict[str, object]:
    """An enrolment as contract.md shapes it, from its view."""
    row = view.enrolment
    activities = [dump_state(state) for state in view.states]
    facts = {"id": row.id, "course": view.revision.slug, "revision": view.revision.number, "cycle": row.cycle}
    standing = {"status": row.status, "percent": row.percent, "completed_at": row.completed_at}
    return {**facts, **standing, "activities": activities}


def dump_state(state: ActivityState) -> dict[str, object]:
    """{key, state, reason}; the reason is {code, values, sentence} where the activity is locked."""
    why = state.why
    reason = {"code": why.reason.code, "values": why.values, "sentence": why.sentence()} if why else None
    return {"key": state.activity.key, "state": state.state, "reason": reason}
