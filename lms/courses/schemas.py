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
