"""Small secrets that have to be read again, kept unreadable to who has only the database or a copy of it."""

from __future__ import annotations

import base64
import hmac

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app


def seal(text: str, purpose: str) -> str:
    """`text` as an authenticated ciphertext (Fernet) that only this installation opens, for the same `purpose`."""
    return _fernet(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, purpose: str, *, life: int | None = None) -> str | None:
    """What was sealed; None where it was altered, LMS_SECRET_KEY is another, or it is older than `life` seconds."""
    try:
        return _fernet(purpose).decrypt(sealed.encode("utf-8", "surrogatepass"), ttl=life).decode()
    except InvalidToken:
        return None


def keyed(text: str, purpose: str) -> str:
    """A name for `text` (HMAC) that tells nothing to who has only the database: always the same one here."""
    return hmac.digest(_key(purpose), text.encode("utf-8", "surrogatepass"), "sha256").hex()


def _fernet(purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_key(purpose)))


def _key(purpose: str) -> bytes:
    """One of its own for each purpose, drawn from LMS_SECRET_KEY (HKDF, RFC 5869)."""
    settings = current_app.extensions["settings"]
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"lms {purpose}".encode())
    return key.derive(settings.secret_key.encode())
