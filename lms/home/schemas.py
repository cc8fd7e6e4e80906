"""Shapes of administration in the API."""

from __future__ import annotations

import marshmallow as ma

from lms.core.jobs.api import JobSchema
from lms.core.web.api import PageQuerySchema, Schema


class HealthFindingSchema(Schema):
    """`state` is good, warn or bad."""

    code = ma.fields.String(required=True)
    state = ma.fields.String(required=True)
    ok = ma.fields.Boolean(required=True)
    what = ma.fields.String(required=True)
    mend = ma.fields.String(required=True)


class HealthSchema(Schema):
    findings = ma.fields.List(ma.fields.Nested(HealthFindingSchema), required=True)


class PeopleQuerySchema(PageQuerySchema):
    q = ma.fields.String(load_default=None, validate=ma.validate.Length(max=200))
    role = ma.fields.String(load_default=None)
    state = ma.fields.String(load_default=None, validate=ma.validate.OneOf(("active", "waiting", "disabled")))


class AdminPersonSchema(Schema):
    id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)
    email = ma.fields.String(required=True)
    state = ma.fields.String(required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    roles = ma.fields.List(ma.fields.String(), required=True)


class AdminPeopleSchema(Schema):
    items = ma.fields.List(ma.fields.Nested(AdminPersonSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class HeldRoleSchema(Schema):
    id = ma.fields.UUID(required=True)
    role = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    on = ma.fields.String(required=True, allow_none=True)


class BelongsSchema(Schema):
    slug = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    waits = ma.fields.Boolean(required=True)


class AdminOnePersonSchema(Schema):
    """`why_disabled` is left, misuse, asked or other; `devices` and `tokens` are what is signed in."""

    id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)
    email = ma.fields.String(required=True)
    state = ma.fields.String(required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    disabled_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    why_disabled = ma.fields.String(required=True, allow_none=True)
    second_factor = ma.fields.Boolean(required=True)
    devices = ma.fields.Integer(required=True)
    tokens = ma.fields.Integer(required=True)
    roles = ma.fields.List(ma.fields.Nested(HeldRoleSchema), required=True)
    organisations = ma.fields.List(ma.fields.Nested(BelongsSchema), required=True)


class WhySchema(Schema):
    why = ma.fields.String(required=True, validate=ma.validate.OneOf(("left", "misuse", "asked", "other")))


class GiveRoleSchema(Schema):
    role = ma.fields.String(required=True)
    organisation = ma.fields.String(load_default=None)
    course = ma.fields.String(load_default=None)


class InviteAgainSchema(Schema):
    organisation = ma.fields.String(required=True)


class NewOrganisationSchema(Schema):
    slug = ma.fields.String(required=True)
    name = ma.fields.String(required=True)


class OrganisationFactsSchema(Schema):
    name = ma.fields.String(required=True)
    country = ma.fields.String(load_default=None, allow_none=True)
    timezone = ma.fields.String(load_default=None, allow_none=True)
    brand_hue = ma.fields.Integer(load_default=None, allow_none=True, strict=True)


class AdminOrganisationSchema(Schema):
    id = ma.fields.UUID(required=True)
    slug = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    country = ma.fields.String(required=True, allow_none=True)
    timezone = ma.fields.String(required=True, allow_none=True)
    brand_hue = ma.fields.Integer(required=True, allow_none=True)


class AdminOrganisationsSchema(Schema):
    items = ma.fields.List(ma.fields.Nested(AdminOrganisationSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class JobsQuerySchema(PageQuerySchema):
    state = ma.fields.String(load_default=None)
    kind = ma.fields.String(load_default=None)


class JobsSchema(Schema):
    items = ma.fields.List(ma.fields.Nested(JobSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class MailQuerySchema(PageQuerySchema):
    state = ma.fields.String(load_default=None)


class MailSchema(Schema):
    """Never what is in a message."""

    id = ma.fields.UUID(required=True)
    template = ma.fields.String(required=True)
    person_id = ma.fields.UUID(required=True, allow_none=True)
    state = ma.fields.String(required=True)
    tries = ma.fields.Integer(required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    due_at = ma.fields.AwareDateTime(required=True)
    reason = ma.fields.Function(lambda one: one["reason"] and one["reason"]["code"], required=True)


class MailsSchema(Schema):
    items = ma.fields.List(ma.fields.Nested(MailSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class FilesSchema(Schema):
    kind = ma.fields.String(required=True)
    count = ma.fields.Integer(required=True)
    bytes = ma.fields.Integer(required=True)


class StorageSchema(Schema):
    kind = ma.fields.String(required=True)
    database_bytes = ma.fields.Integer(required=True)
    free_bytes = ma.fields.Integer(required=True)
    files = ma.fields.List(ma.fields.Nested(FilesSchema), required=True)


class AuditQuerySchema(PageQuerySchema):
    person = ma.fields.String(load_default=None)
    subject = ma.fields.String(load_default=None)
    action = ma.fields.String(load_default=None)


class EntrySchema(Schema):
    id = ma.fields.UUID(required=True)
    at = ma.fields.AwareDateTime(required=True)
    person_id = ma.fields.UUID(required=True, allow_none=True)
    action = ma.fields.String(required=True)
    subject_kind = ma.fields.String(required=True)
    subject_id = ma.fields.String(required=True)
    data = ma.fields.Dict(required=True)


class AuditSchema(Schema):
    items = ma.fields.List(ma.fields.Nested(EntrySchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)
