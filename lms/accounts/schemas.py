"""Shapes of accounts in the API (contract.md)."""

from __future__ import annotations

import marshmallow as ma

from lms.core.web.api import Schema


class SignInSchema(Schema):
    email = ma.fields.String(required=True, validate=ma.validate.Length(1, 254))
    password = ma.fields.String(required=True, validate=ma.validate.Length(1, 1024), load_only=True)
    code = ma.fields.String(load_default="", validate=ma.validate.Length(0, 40), load_only=True)


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
    timezone = ma.fields.String(required=True, allow_none=True)
    roles = ma.fields.List(ma.fields.Nested(RoleSchema), required=True)


class FactorSchema(Schema):
    id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    used_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class SecuritySchema(Schema):
    apps = ma.fields.List(ma.fields.Nested(FactorSchema), required=True)
    passkeys = ma.fields.List(ma.fields.Nested(FactorSchema), required=True)
    recovery_codes = ma.fields.Integer(required=True)


class SetupSchema(Schema):
    setup = ma.fields.String(required=True)
    uri = ma.fields.String(required=True)


class NewAppSchema(Schema):
    setup = ma.fields.String(required=True, validate=ma.validate.Length(1, 1000))
    code = ma.fields.String(required=True, validate=ma.validate.Length(1, 40))
    name = ma.fields.String(required=True, validate=ma.validate.Length(1, 200))


class NewPasskeySchema(Schema):
    answer = ma.fields.Dict(required=True)
    name = ma.fields.String(required=True, validate=ma.validate.Length(1, 200))


class RecoveryCodesSchema(Schema):
    codes = ma.fields.List(ma.fields.String(), required=True)


class DataExportSchema(Schema):
    """`job_id` is the work that makes it; `size` in bytes, once it is there."""

    id = ma.fields.UUID(required=True)
    job_id = ma.fields.UUID(required=True, allow_none=True)
    asked_at = ma.fields.AwareDateTime(required=True)
    made_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    expires_at = ma.fields.AwareDateTime(required=True)
    size = ma.fields.Integer(required=True, allow_none=True)


class DataExportsSchema(Schema):
    items = ma.fields.List(ma.fields.Nested(DataExportSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class ErasureSchema(Schema):
    """The address of the account, so that nothing is erased by mistake."""

    email = ma.fields.String(required=True, validate=ma.validate.Length(1, 254))


class ProfileSchema(Schema):
    name = ma.fields.String()
    locale = ma.fields.String(allow_none=True)
    timezone = ma.fields.String(allow_none=True)


class SignUpSchema(Schema):
    email = ma.fields.String(required=True, validate=ma.validate.Length(1, 254))
    name = ma.fields.String(required=True)
    locale = ma.fields.String(load_default=None, allow_none=True)


class AddressSchema(Schema):
    email = ma.fields.String(required=True, validate=ma.validate.Length(1, 254))


class NewAddressSchema(Schema):
    email = ma.fields.String(required=True, validate=ma.validate.Length(1, 254))
    password = ma.fields.String(required=True, validate=ma.validate.Length(1, 1024), load_only=True)


class NewPasswordSchema(Schema):
    current = ma.fields.String(required=True, validate=ma.validate.Length(1, 1024), load_only=True)
    new = ma.fields.String(required=True, validate=ma.validate.Length(1, 1024), load_only=True)


class LinkSchema(Schema):
    """`reason` says why it does nothing now; `can_renew`: POST …/renewal sends a new one."""

    kind = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(["sign_up", "password", "address", "undo_address", "invitation"]),
    )
    email = ma.fields.String(required=True)
    organisation = ma.fields.String(required=True, allow_none=True)
    expires_at = ma.fields.AwareDateTime(required=True)
    needs_password = ma.fields.Boolean(required=True)
    needs_name = ma.fields.Boolean(required=True)
    reason = ma.fields.String(required=True, allow_none=True)
    can_renew = ma.fields.Boolean(required=True)


class FollowSchema(Schema):
    password = ma.fields.String(load_default=None, validate=ma.validate.Length(1, 1024), load_only=True)
    name = ma.fields.String(load_default=None)


class FollowedSchema(Schema):
    """`next_link`: the path of a link that follows, such as to a new password after an address was restored."""

    kind = ma.fields.String(required=True)
    next_link = ma.fields.String(required=True, allow_none=True)


class TokenRowSchema(Schema):
    id = ma.fields.UUID(required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    used_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    expires_at = ma.fields.AwareDateTime(required=True)
    is_this = ma.fields.Boolean(required=True)


class DeviceSchema(TokenRowSchema):
    """`device` is what the browser calls itself."""

    device = ma.fields.String(required=True)


class TokensSchema(Schema):
    items = ma.fields.List(ma.fields.Nested(TokenRowSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class DevicesSchema(Schema):
    items = ma.fields.List(ma.fields.Nested(DeviceSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)
