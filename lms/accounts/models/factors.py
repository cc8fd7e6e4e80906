"""What proves who somebody is besides a password: codes of an app, passkeys, recovery codes, and steps on the way."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, KeyMixin


class TotpFactor(KeyMixin, Base):
    """An app that shows codes of 30 seconds (RFC 6238).

    `secret` is sealed with a key of the installation (lms/core/sealing.py). `last_step` is the time step of the last
    code that was taken: none of it or before it is taken again.
    """

    __tablename__ = "totp_factor"

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    name: Mapped[str]
    secret: Mapped[str]
    last_step: Mapped[int]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Passkey(KeyMixin, Base):
    """A public key of a phone, a computer or a security key (WebAuthn); ids and keys as base64url.

    `sign_count` is the authenticator's own counter, 0 where it keeps none. `transports` are its hints for browsers.
    """

    __tablename__ = "passkey"

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    name: Mapped[str]
    credential_id: Mapped[str] = mapped_column(unique=True)
    public_key: Mapped[str]
    sign_count: Mapped[int] = mapped_column(sa.BigInteger)
    transports: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(KeyMixin, Base):
    """One of ten codes on paper, for the day on which the phone is lost; 80 random bits, only the SHA-256 is stored."""

    __tablename__ = "recovery_code"

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInStep(KeyMixin, Base):
    """A browser whose password was right and whose second step is awaited; it is nobody's session.

    The cookie holds a random secret, this row only its SHA-256.
    """

    __tablename__ = "sign_in_step"

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Challenge(KeyMixin, Base):
    """What an authenticator is asked to sign, once. `person_id` is None where a passkey shall say who it is; then
    `address` stands for the network address that asked (hashed as in `SignInFailure`), for the limit.
    """

    __tablename__ = "passkey_challenge"

    value: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str]
    person_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    address: Mapped[str | None] = mapped_column(index=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
