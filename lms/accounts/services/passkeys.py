"""Passkeys (WebAuthn): what the browser is asked to sign, and whether its answer is right."""

from __future__ import annotations

import json
import uuid
from datetime import datetime

import sqlalchemy as sa
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    bytes_to_base64url,
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from lms.accounts import queries, rules
from lms.accounts.models import Challenge, Passkey, Person
from lms.accounts.reasons import SecurityReason
from lms.core.db import db
from lms.core.ids import new_id
from lms.core.reasons import Refused
from lms.core.site import Site, site

ADD, SECOND_STEP, PROVE, SIGN_IN = "add", "second_step", "prove", "sign_in"


def options_to_add(person: Person, *, at: datetime) -> str:
    """What `navigator.credentials.create` is given, as JSON. Refused: account.passkeys_need_name."""
    place = _place()
    known = [_described(passkey) for passkey in queries.passkeys(person.id)]
    wanted = AuthenticatorSelectionCriteria(
        resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
    )
    options = generate_registration_options(
        rp_id=place.host,
        rp_name=place.name,
        user_id=person.id.bytes,
        user_name=person.email,
        user_display_name=person.name,
        exclude_credentials=known,
        authenticator_selection=wanted,
    )
    _remember(options.challenge, ADD, person.id, at)
    return options_to_json(options)


def options_to_prove(purpose: str, person_id: uuid.UUID | None, *, at: datetime, address: str | None = None) -> str:
    """What `navigator.credentials.get` is given, as JSON; without a person, whoever's passkey it will be.

    `address` is what the limit on guests counts by (`limits.count_challenge`).

    The device must make sure of its user, by finger, face or PIN, unless a password was given just before.
    Refused: account.passkeys_need_name.
    """
    needed = UserVerificationRequirement.DISCOURAGED if purpose == SECOND_STEP else UserVerificationRequirement.REQUIRED
    options = generate_authentication_options(
        rp_id=_place().host,
        allow_credentials=[_described(passkey) for passkey in queries.passkeys(person_id)] if person_id else None,
        user_verification=needed,
    )
    _remember(options.challenge, purpose, person_id, at, address)
    return options_to_json(options)


def _place() -> Site:
    place = site()
    if not place.has_name:
        raise Refused(SecurityReason.PASSKEYS_NEED_NAME)
    return place


def _described(passkey: Passkey) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(id=base64url_to_bytes(passkey.credential_id))


def _remember(
    challenge: bytes, purpose: str, person_id: uuid.UUID | None, at: datetime, address: str | None = None
) -> None:
    """Old ones go as new ones come."""
    db.session.execute(sa.delete(Challenge).where(Challenge.expires_at < at))
    value = bytes_to_base64url(challenge)
    facts = {"purpose": purpose, "person_id": person_id, "address": address}
    db.session.add(Challenge(value=value, **facts, expires_at=at + rules.CHALLENGE_LIFE))


def _is_awaited(client_data: bytes, purpose: str, person_id: uuid.UUID | None, at: datetime) -> bytes | None:
    """The challenge that was answered, where we asked it for this and nobody has answered it yet."""
    try:
        value = json.loads(client_data)["challenge"]
    except (ValueError, KeyError, TypeError):
        return None
    theirs = Challenge.person_id == person_id if person_id else Challenge.person_id.is_(None)
    same = (Challenge.value == str(value), Challenge.purpose == purpose, theirs, Challenge.expires_at > at)
    taken = db.session.scalar(sa.delete(Challenge).where(*same).returning(Challenge.value))
    return base64url_to_bytes(taken) if taken else None


def read_new(answer: str, person_id: uuid.UUID, *, name: str, at: datetime) -> Passkey:
    """The passkey that an authenticator made, not stored yet. Refused: account.passkey_unreadable."""
    try:
        credential = parse_registration_credential_json(answer)
        challenge = _is_awaited(credential.response.client_data_json, ADD, person_id, at)
        made = _verified(credential, challenge)
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise Refused(SecurityReason.PASSKEY_UNREADABLE) from error
    return Passkey(
        id=new_id(),
        person_id=person_id,
        name=name,
        credential_id=bytes_to_base64url(made.credential_id),
        public_key=bytes_to_base64url(made.credential_public_key),
        sign_count=made.sign_count,
        transports=[transport.value for transport in credential.response.transports or []],
        created_at=at,
    )


def _verified(credential: RegistrationCredential, challenge: bytes | None) -> VerifiedRegistration:
    if challenge is None:
        raise ValueError("nobody asked for this")
    place = site()
    return verify_registration_response(
        credential=credential,
        expected_challenge=challenge,
        expected_rp_id=place.host,
        expected_origin=place.origin,
    )


def take_answer(answer: str, *, purpose: str, person_id: uuid.UUID | None, at: datetime) -> Passkey | None:
    """The passkey whose answer this is, counted as used; None where anything about it is not right.

    Unless it is a second step, the authenticator must have made sure of its user: it stands for the password too.
    """
    try:
        credential = parse_authentication_credential_json(answer)
        challenge = _is_awaited(credential.response.client_data_json, purpose, person_id, at)
        passkey = queries.passkey_by_credential(bytes_to_base64url(credential.raw_id), person_id)
        if challenge is None or passkey is None:
            return None
        passkey.sign_count = _checked(credential, passkey, challenge, alone=purpose != SECOND_STEP)
    except (WebAuthnException, ValueError, TypeError, KeyError):
        return None
    passkey.used_at = at
    return passkey


def _checked(credential: AuthenticationCredential, passkey: Passkey, challenge: bytes, *, alone: bool) -> int:
    """The authenticator's new count. Raises WebAuthnException."""
    place = site()
    verified = verify_authentication_response(
        credential=credential,
        expected_challenge=challenge,
        expected_rp_id=place.host,
        expected_origin=place.origin,
        credential_public_key=base64url_to_bytes(passkey.public_key),
        credential_current_sign_count=passkey.sign_count,
        require_user_verification=alone,
    )
    return verified.new_sign_count
