"""Shapes of compliance in the API (contract.md)."""

from __future__ import annotations

import uuid
from typing import Any

import marshmallow as ma

from lms.compliance.models import EvidencePack
from lms.compliance.queries.assignments import KINDS, Asked, AssignmentView
from lms.compliance.queries.filters import SORTS, STATUSES
from lms.compliance.queries.packs import Proof
from lms.compliance.queries.people import CourseOfPerson, PersonRow
from lms.compliance.rules.due import MOST_DAYS, STATES, Due, Standing
from lms.core.jobs.models import Job
from lms.core.web.api import PREFIX, PageQuerySchema, Schema
from lms.credentials.schemas import STATUSES as CREDENTIAL_STATUSES
from lms.credentials.schemas import ReasonSchema, dump_reason


class PeopleQuerySchema(PageQuerySchema):
    """`team` counts with its sub-teams; `status` filters people by what is worst or best about them."""

    team = ma.fields.UUID(load_default=None)
    q = ma.fields.String(load_default="", validate=ma.validate.Length(max=200))
    course = ma.fields.String(load_default="", validate=ma.validate.Length(max=80))
    status = ma.fields.String(load_default="", validate=ma.validate.OneOf(["", *STATUSES]))
    sort = ma.fields.String(load_default="name", validate=ma.validate.OneOf(SORTS))


class EnrolmentOfPersonSchema(Schema):
    course = ma.fields.String(required=True, metadata={"description": "the course's slug"})
    status = ma.fields.String(required=True, validate=ma.validate.OneOf(["active", "completed", "withdrawn"]))
    percent = ma.fields.Integer(required=True)
    due = ma.fields.Date(required=True, allow_none=True, metadata={"description": "the last day that is in time"})
    reason = ma.fields.Nested(ReasonSchema, required=True, allow_none=True)


class CredentialOfPersonSchema(Schema):
    id = ma.fields.String(required=True)
    status = ma.fields.String(required=True, validate=ma.validate.OneOf(CREDENTIAL_STATUSES))
    expires_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class PersonSchema(Schema):
    person = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)
    team = ma.fields.String(required=True, allow_none=True, metadata={"description": "several: with commas between"})
    enrolments = ma.fields.List(ma.fields.Nested(EnrolmentOfPersonSchema), required=True)
    credentials = ma.fields.List(ma.fields.Nested(CredentialOfPersonSchema), required=True)


class PeopleSchema(Schema):
    items = ma.fields.List(ma.fields.Nested(PersonSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class AudienceSchema(Schema):
    """Everybody of the organisation, a team with its sub-teams, or some people."""

    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(KINDS))
    team = ma.fields.UUID(load_default=None, allow_none=True)
    people = ma.fields.List(ma.fields.UUID(), load_default=list, validate=ma.validate.Length(max=20_000))


class DueSchema(Schema):
    """One of the two: a day, or so many days after somebody was assigned."""

    due_on = ma.fields.Date(load_default=None, allow_none=True)
    due_days = ma.fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=ma.validate.Range(1, MOST_DAYS)
    )


class NewAssignmentSchema(DueSchema):
    course = ma.fields.String(required=True, validate=ma.validate.Length(1, 80))
    audience = ma.fields.Nested(AudienceSchema, required=True)


class AudienceShownSchema(Schema):
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(KINDS))
    team = ma.fields.UUID(required=True, allow_none=True)
    people = ma.fields.Integer(required=True, metadata={"description": "how many are asked now"})


class AssignmentSchema(Schema):
    id = ma.fields.UUID(required=True)
    course = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    audience = ma.fields.Nested(AudienceShownSchema, required=True)
    due_on = ma.fields.Date(required=True, allow_none=True)
    due_days = ma.fields.Integer(required=True, allow_none=True)
    created_at = ma.fields.AwareDateTime(required=True)
    withdrawn_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class AssignmentsSchema(Schema):
    items = ma.fields.List(ma.fields.Nested(AssignmentSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class AskedSchema(Schema):
    assignment = ma.fields.UUID(required=True)
    person = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)
    course = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    percent = ma.fields.Integer(required=True)
    due = ma.fields.Date(required=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(STATES))
    reason = ma.fields.Nested(ReasonSchema, required=True)


class AskedListSchema(Schema):
    items = ma.fields.List(ma.fields.Nested(AskedSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class NewPackSchema(Schema):
    """Whose certificates: these people's, or all that match the filters; of one course or of all."""

    people = ma.fields.List(ma.fields.UUID(), load_default=None, validate=ma.validate.Length(1, 20_000))
    team = ma.fields.UUID(load_default=None, allow_none=True)
    q = ma.fields.String(load_default="", validate=ma.validate.Length(max=200))
    course = ma.fields.String(load_default="", validate=ma.validate.Length(max=80))
    status = ma.fields.String(load_default="", validate=ma.validate.OneOf(["", *STATUSES]))
    left = ma.fields.Boolean(
        load_default=False, metadata={"description": "those of people who left; q and course count"}
    )


class LeftQuerySchema(PageQuerySchema):
    q = ma.fields.String(load_default="", validate=ma.validate.Length(max=200))
    course = ma.fields.String(load_default="", validate=ma.validate.Length(max=80))


class LeftSchema(Schema):
    """A certificate that somebody earned in the organisation's name before they left; the name is the printed one."""

    id = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    course = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    status = ma.fields.String(required=True)
    issued_at = ma.fields.AwareDateTime(required=True)
    expires_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class LeftListSchema(Schema):
    items = ma.fields.List(ma.fields.Nested(LeftSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


def dump_left(proof: Proof) -> dict[str, Any]:
    names = ("title", "status", "issued_at", "expires_at")
    known = {"id": proof.public_id, "name": proof.person, "course": proof.slug}
    return known | {name: getattr(proof, name) for name in names}


class PackSchema(Schema):
    """`job` may be followed at /jobs/{id}; `state` is its state, or deleted."""

    id = ma.fields.UUID(required=True)
    job = ma.fields.UUID(required=True, allow_none=True)
    state = ma.fields.String(required=True)
    done = ma.fields.Integer(required=True)
    total = ma.fields.Integer(required=True, allow_none=True)
    reason = ma.fields.String(required=True, allow_none=True)
    course = ma.fields.String(required=True)
    certificates = ma.fields.Integer(required=True, allow_none=True)
    missing = ma.fields.Integer(required=True, allow_none=True)
    people = ma.fields.Integer(required=True, allow_none=True)
    size = ma.fields.Integer(required=True, allow_none=True)
    digest = ma.fields.String(required=True, allow_none=True, metadata={"description": "SHA-256 of the zip"})
    created_at = ma.fields.AwareDateTime(required=True)
    made_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    file = ma.fields.String(required=True, allow_none=True, metadata={"description": "where the zip is"})


def dump_pack(pack: EvidencePack, job: Job | None) -> dict[str, Any]:
    there = pack.made_at is not None and pack.deleted_at is None
    return {
        "id": pack.id,
        "job": pack.job_id,
        "state": "deleted" if pack.deleted_at else job.state if job else "done",
        "done": job.done if job else 0,
        "total": job.total if job else None,
        "reason": job.reason["code"] if job and job.reason else None,
        "course": pack.request["course"],
        **{name: pack.counts.get(name) for name in ("certificates", "missing", "people")},
        "size": pack.size if there else None,
        "digest": pack.digest if there else None,
        "created_at": pack.created_at,
        "made_at": pack.made_at,
        "file": f"{PREFIX}/evidence-packs/{pack.id}/file" if there else None,
    }


def due_of(document: dict[str, Any]) -> Due:
    return Due(document["due_on"], document["due_days"])


def dump_person(person: PersonRow) -> dict[str, Any]:
    """A member as contract.md shapes them."""
    return {
        "person": person.person_id,
        "name": person.name,
        "team": ", ".join(person.teams) or None,
        "enrolments": [_enrolment(course) for course in person.courses],
        "credentials": [
            {"id": one.public_id, "status": one.status.name, "expires_at": one.expires_at}
            for one in person.certificates
        ],
    }


def _enrolment(course: CourseOfPerson) -> dict[str, Any]:
    asked = course.standing
    return {
        "course": course.slug,
        "status": course.status,
        "percent": course.percent,
        "due": asked.due_on if asked else None,
        "reason": _reason(asked) if asked else None,
    }


def _reason(standing: Standing) -> dict[str, Any] | None:
    return dump_reason(standing.why)


def dump_assignment(view: AssignmentView) -> dict[str, Any]:
    row = view.assignment
    team_id: uuid.UUID | None = row.audience_id
    return {
        "id": row.id,
        "course": view.slug,
        "title": view.title,
        "audience": {"kind": row.audience_kind, "team": team_id, "people": view.people},
        "due_on": row.due_on,
        "due_days": row.due_days,
        "created_at": row.created_at,
        "withdrawn_at": row.withdrawn_at,
    }


def dump_asked(asked: Asked) -> dict[str, Any]:
    return {
        "assignment": asked.assignment_id,
        "person": asked.person_id,
        "name": asked.name,
        "course": asked.slug,
        "title": asked.title,
        "percent": asked.percent,
        "due": asked.standing.due_on,
        "state": asked.standing.state,
        "reason": _reason(asked.standing),
    }
