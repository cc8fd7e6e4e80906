"""Identifiers: time-ordered keys inside, unguessable ones for documents that leave the house."""

from __future__ import annotations

import hashlib
import secrets
import uuid

import uuid_utils.compat

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
PUBLIC_ID_LENGTH = 26


def new_id() -> uuid.UUID:
    """A UUIDv7 (RFC 9562): sorts by the time it was made, so that indexes stay compact."""
    return uuid_utils.compat.uuid7()


def new_timeless_id() -> uuid.UUID:
    """A UUIDv4: for keys that are shown to who must not read from them when they were made."""
    return uuid.uuid4()


def new_public_id() -> str:
    """128 random bits as 26 characters of Crockford's base32, lower case (the first carries 3 bits)."""
    number = secrets.randbits(128)
    return "".join(CROCKFORD[number >> (5 * place) & 31] for place in reversed(range(PUBLIC_ID_LENGTH)))


def read_public_id(text: str) -> str:
    """What a person typed, made canonical: Crockford's look-alikes (O, I, L) read as meant, hyphens dropped."""
    return text.strip().lower().replace("-", "").replace("o", "0").replace("i", "1").replace("l", "1")


def new_secret() -> str:
    """256 random bits for sessions and tokens; only its hash is stored."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """What is stored of a random secret; 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
