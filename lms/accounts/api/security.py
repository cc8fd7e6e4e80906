"""/me/security: the second step of signing in; what administrators do for who lost it."""

from __future__ import annotations

import json
import uuid
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from lms.accounts import queries, schemas, services
from lms.core.clock import now
from lms.core.web.actors import require_identity
from lms.core.web.api import PREFIX

blp = Blueprint("security_api", __name__, url_prefix=PREFIX, description="The second step of signing in")


def who_acts() -> dict[str, Any]:
    """Who acts, by which proof (a token proves for the first ten minutes of its life), when."""
    identity = require_identity()
    return {"by": identity.actor, "proof_id": identity.proof_id, "at": now()}


@blp.get("/me/security")
@blp.response(200, schemas.SecuritySchema)
@blp.alt_response(401, "UNAUTHORIZED")
def get_security() -> dict[str, Any]:
    """What proves who one is besides the password"""
    person_id = require_identity().person_id
    found = {"apps": queries.totp_factors(person_id), "passkeys": queries.passkeys(person_id)}
    return found | {"recovery_codes": queries.unused_recovery_codes(person_id)}


@blp.post("/me/security/apps/setup")
@blp.response(200, schemas.SetupSchema)
@blp.alt_response(401, "UNAUTHORIZED")
def begin_app() -> dict[str, str]:
    """A new secret for an app that shows codes; nothing is stored until its code comes back"""
    setup, uri = services.begin_totp(require_identity().person_id)
    return {"setup": setup, "uri": uri}


@blp.post("/me/security/apps")
@blp.arguments(schemas.NewAppSchema)
@blp.response(201, schemas.FactorSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(409, "CONFLICT")
def add_app(body: dict[str, str]) -> Any:
    """Adds the app that shows the code; needs a token of the last ten minutes"""
    return services.add_totp(body["setup"], body["code"], name=body["name"], **who_acts())


@blp.post("/me/security/passkeys/options")
@blp.response(200, {"type": "object"})
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(409, "CONFLICT")
def begin_passkey() -> Response:
    """What an authenticator is asked (WebAuthn, PublicKeyCredentialCreationOptionsJSON)"""
    return Response(services.begin_passkey(**who_acts()), mimetype="application/json")


@blp.post("/me/security/passkeys")
@blp.arguments(schemas.NewPasskeySchema)
@blp.response(201, schemas.FactorSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(409, "CONFLICT")
def add_passkey(body: dict[str, Any]) -> Any:
    """Adds the passkey that the authenticator made (WebAuthn, RegistrationResponseJSON)"""
    return services.add_passkey(json.dumps(body["answer"]), name=body["name"], **who_acts())


@blp.post("/me/security/recovery-codes")
@blp.response(201, schemas.RecoveryCodesSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
def make_recovery_codes() -> dict[str, list[str]]:
    """Ten new recovery codes, shown this once; those of before work no more"""
    return {"codes": services.new_recovery_codes(**who_acts())}


@blp.delete("/me/security/factors/<uuid:factor_id>")
@blp.response(204)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
def remove_factor(factor_id: uuid.UUID) -> None:
    """Takes an app or a passkey off; with the last one the recovery codes go too"""
    services.remove_factor(factor_id, **who_acts())


@blp.delete("/people/<uuid:person_id>/security/factors")
@blp.response(204)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
def remove_all_factors(person_id: uuid.UUID) -> None:
    """For who lost everything: an administrator takes all factors off, and the person is told"""
    services.remove_all_factors(person_id, **who_acts())
