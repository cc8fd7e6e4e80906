"""Shapes of courses in the API (contract.md)."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from lms.core.web.api import PageQuerySchema, Schema
from lms.courses.queries import PublishedCourse
from lms.courses.rules.outline import Module


class CatalogueQuerySchema(PageQuerySchema):
    q = ma.fields.String(load_default="", validate=ma.validate.Length(max=200))
    language = ma.fields.String(load_default="", validate=ma.validate.Length(max=35))
    skill = ma.fields.String(load_default="", validate=ma.validate.Length(max=300))


class CourseRowSchema(Schema):
    slug = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    language = ma.fields.String(required=True)
    summary = ma.fields.String(required=True)
    revision = ma.fields.Integer(required=True, attribute="number")
    organisation = ma.fields.String(required=True)
    enrolment = ma.fields.Function(lambda course: "open" if course.is_open else "invited", required=True)


class CatalogueSchema(Schema):
    items = ma.fields.List(ma.fields.Nested(CourseRowSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class OutlineActivitySchema(Schema):
    key = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    minutes = ma.fields.Integer(required=True, allow_none=True)
    requirement = ma.fields.Dict(required=True)


class OutlineModuleSchema(Schema):
    key = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    activities = ma.fields.List(ma.fields.Nested(OutlineActivitySchema), required=True)
    modules = ma.fields.List(ma.fields.Nested("OutlineModuleSchema"), required=True)


class CourseSchema(Schema):
    slug = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    revision = ma.fields.Integer(required=True)
    language = ma.fields.String(required=True)
    summary = ma.fields.String(required=True)
    organisation = ma.fields.String(required=True)
    enrolment = ma.fields.String(required=True)
    level = ma.fields.Dict(required=True)
    workload_hours = ma.fields.String(required=True, allow_none=True)
    outcomes = ma.fields.List(ma.fields.Dict(), required=True)
    skills = ma.fields.List(ma.fields.Dict(), required=True)
    certificate = ma.fields.Dict(required=True, allow_none=True)
    modules = ma.fields.List(ma.fields.Nested(OutlineModuleSchema), required=True)


def dump_course(course: PublishedCourse, facts: dict[str, Any], modules: tuple[Module, ...]) -> dict[str, Any]:
    """A published course with its outline, for CourseSchema."""
    of_facts = {name: facts[name] for name in ("level", "workload_hours", "outcomes", "skills", "certificate")}
    head = {"slug": course.slug, "title": course.title, "revision": course.number, "language": course.language}
    rest = {"summary": course.summary, "organisation": course.organisation, "enrolment": facts["enrolment"]}
    return {**head, **rest, **of_facts, "modules": modules}


class RevisionSchema(Schema):
    course = ma.fields.String(required=True)
    revision = ma.fields.Integer(required=True)
    digest = ma.fields.String(required=True)
    published_at = ma.fields.AwareDateTime(required=True)


class PublishSchema(Schema):
    version = ma.fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        metadata={"description": "of the draft that was looked at; refused where it has moved on"},
    )


class FindingSchema(Schema):
    """A mistake or a warning; `href` is the place in the editor where it is mended."""

    code = ma.fields.String(required=True)
    sentence = ma.fields.String(required=True)
    href = ma.fields.String(required=True)


class ChangeSchema(Schema):
    """`parts`: [same | added | removed, text] word by word, where a text differs."""

    what = ma.fields.String(required=True)
    sentence = ma.fields.String(required=True)
    parts = ma.fields.List(ma.fields.List(ma.fields.String()), required=True)


class ActivityChangeSchema(Schema):
    key = ma.fields.String(required=True)
    number = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    kinds = ma.fields.List(
        ma.fields.String(validate=ma.validate.OneOf(["added", "removed", "changed", "moved"])), required=True
    )
    changes = ma.fields.List(ma.fields.Nested(ChangeSchema), required=True)


class PeopleOnRevisionSchema(Schema):
    revision = ma.fields.Integer(required=True, attribute="number")
    active = ma.fields.Integer(required=True)
    completed = ma.fields.Integer(required=True)


class EffectsSchema(Schema):
    """If all active learners were moved on: nobody loses anything. `more`: key of an activity to learners."""

    learners = ma.fields.Integer(required=True)
    gain = ma.fields.Integer(required=True)
    complete = ma.fields.Integer(required=True)
    keep = ma.fields.Integer(required=True)
    more = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Integer(), required=True)


class InQuizSchema(Schema):
    activity = ma.fields.String(required=True)
    people = ma.fields.Integer(required=True)


class PublicationSchema(Schema):
    course = ma.fields.String(required=True)
    version = ma.fields.Integer(required=True)
    revision = ma.fields.Integer(required=True, allow_none=True)
    changed = ma.fields.Boolean(required=True)
    mistakes = ma.fields.List(ma.fields.Nested(FindingSchema), required=True)
    warnings = ma.fields.List(ma.fields.Nested(FindingSchema), required=True)
    activities = ma.fields.List(ma.fields.Nested(ActivityChangeSchema), required=True)
    facts = ma.fields.List(ma.fields.Nested(ChangeSchema), required=True)
    people = ma.fields.List(ma.fields.Nested(PeopleOnRevisionSchema), required=True)
    effects = ma.fields.Nested(EffectsSchema, required=True)
    in_quiz = ma.fields.List(ma.fields.Nested(InQuizSchema), required=True)
