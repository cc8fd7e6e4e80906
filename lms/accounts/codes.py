"""Codes of an app (TOTP, RFC 6238) and recovery codes: pure decisions, the instant is given."""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from datetime import datetime

import pyotp

from lms.core.ids import CROCKFORD, read_public_id

STEP_SECONDS = 30
DIGITS = 6
NEIGHBOURS = (0, -1, 1)
"""A phone's clock may be half a minute off, either way."""
RECOVERY_CODES, RECOVERY_LENGTH, GROUP = 10, 16, 4


def new_totp_secret() -> str:
    """160 random bits as base32, as RFC 4226 asks for."""
    return pyotp.random_base32()


def totp_address(secret: str, *, account: str, issuer: str) -> str:
    """The otpauth: address that a QR code carries to the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def matching_step(secret: str, code: str, at: datetime, *, after: int) -> int | None:
    """The time step whose code this is: now or beside it, and later than `after`, so that no code counts twice."""
    totp, now = pyotp.TOTP(secret), int(at.timestamp()) // STEP_SECONDS
    steps = [now + offset for offset in NEIGHBOURS if now + offset > after]
    return next((step for step in steps if hmac.compare_digest(totp.generate_otp(step), code)), None)


def read_code(typed: str) -> str:
    """What was typed as the digits or letters meant: without spaces and hyphens, digits of any script as 0 to 9."""
    signs = unicodedata.normalize("NFKC", typed)
    plain = "".join(_ascii(sign) for sign in signs if sign.isalnum())
    return plain if is_totp(plain) else read_public_id(plain)


def _ascii(sign: str) -> str:
    digit = unicodedata.decimal(sign, None)
    return sign if digit is None else str(digit)


def is_totp(code: str) -> bool:
    """Whether it has the form of an app's code; anything else may be a recovery code."""
    return len(code) == DIGITS and code.isascii() and code.isdigit()


def new_recovery_codes() -> list[str]:
    """Ten codes of 80 random bits in Crockford's base32: no letter that is taken for a digit."""
    return ["".join(secrets.choice(CROCKFORD) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]


def grouped(code: str) -> str:
    """As it is read and typed best: abcd-efgh-jkmn-pqrs."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))
