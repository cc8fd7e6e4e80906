"""Shapes of accounts in the API (contract.md)."""

from __future__ import annotations

import marshmallow as ma

from lms.core.web.api import Schema


class SignInSchema(Schema):
    email = ma.fields.String(required=True, validate=ma.validate.Length(1, 254))
    password = ma.fields.String(required=True, validate=ma.validate.Length(1, 1024), load_only=True)


class TokenSchema(Schema):
    token = ma.fields.String(required=True)
    expires_at = ma.fields.AwareDateTime(required=True)


class ScopeSchema(Schema):
    kind = ma.fields.String(required=True)
    id = ma.fields.UUID(required=True, allow_none=True)


class RoleSchema(Schema):
    role = ma.fields.String(required=True)
    scope = ma.fields.Nested(ScopeSchema, required=True)


class MeSchema(Schema):
    id = ma.fields.UUID(required=True)
    email = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    locale = ma.fields.String(required=True, allow_none=True)
    roles = ma.fields.List(ma.fields.Nested(RoleSchema), required=True)
