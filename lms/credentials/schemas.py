"""Shapes of the credential API (contract.md)."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from lms.core.reasons import Refused
from lms.core.web.api import Schema
from lms.credentials.queries import AwardView
from lms.credentials.verifying import Verification

STATUSES = ("eligible", "held", "issued", "expiring", "expired", "superseded", "revoked")


class ReasonSchema(Schema):
    """Why the status is what it is, for programs and in words."""

    code = ma.fields.String(required=True)
    values = ma.fields.Dict(required=True)
    sentence = ma.fields.String(required=True)


class CredentialSchema(Schema):
    id = ma.fields.String(required=True)
    status = ma.fields.String(required=True, validate=ma.validate.OneOf(STATUSES))
    reason = ma.fields.Nested(ReasonSchema, required=True, allow_none=True)
    title = ma.fields.String(required=True)
    course = ma.fields.String(required=True, metadata={"description": "the course's slug"})
    issued_at = ma.fields.AwareDateTime(required=True)
    expires_at = ma.fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "the last second in which it counts"}
    )


class CredentialsSchema(Schema):
    items = ma.fields.List(ma.fields.Nested(CredentialSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class CredentialFactsSchema(CredentialSchema):
    holder = ma.fields.String(required=True, allow_none=True, metadata={"description": "null once erased"})
    digest = ma.fields.String(required=True, metadata={"description": "SHA-256 of the award, drawn as its 64 bars"})
    document = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "SHA-256 of the PDF, once it is there"}
    )
    facts = ma.fields.Dict(required=True, metadata={"description": "what was awarded, as on the day of issue"})


class RevocationSchema(Schema):
    reason = ma.fields.String(
        required=True, validate=ma.validate.Length(max=2000), metadata={"description": "public: no names of people"}
    )


def dump_credential(view: AwardView) -> dict[str, Any]:
    """An award as contract.md shapes it."""
    award = view.award
    return {
        "id": award.public_id,
        "status": view.status.name,
        "reason": dump_reason(view.why),
        "title": award.facts["title"],
        "course": view.course_slug,
        "issued_at": award.issued_at,
        "expires_at": award.expires_at,
    }


def dump_facts(view: AwardView) -> dict[str, Any]:
    """The same with everything that it says."""
    return dump_credential(view) | {
        "holder": view.holder.name if view.holder else None,
        "digest": view.award.digest,
        "document": view.document.digest if view.document else None,
        "facts": view.award.facts,
    }


def dump_reason(why: Refused | None) -> dict[str, Any] | None:
    return {"code": why.reason.code, "values": why.values, "sentence": why.sentence()} if why else None


def dump_verification(verification: Verification) -> dict[str, Any]:
    """What /verify/{id} answers to programs."""
    view = verification.view
    facts = view.award.facts
    happening = view.status.happening
    return {
        "id": view.award.public_id,
        "status": view.status.name,
        "valid": verification.is_valid,
        "reason": dump_reason(view.why),
        "since": happening.at.isoformat() if happening else None,
        "checks": [{"check": check.name, "passed": check.passed} for check in verification.checks],
        "checked_at": view.at.isoformat(),
        "holder": view.holder.name if view.holder else verification.name or None,
        "holder_erased": view.holder is None,
        "title": facts["title"],
        "kind": facts["kind"],
        "issuer": facts["issuer"],
        "issued_at": view.award.issued_at.isoformat(),
        "expires_at": view.award.expires_at.isoformat() if view.award.expires_at else None,
        "digest": view.award.digest,
        "facts": facts,
    }
