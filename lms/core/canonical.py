"""One spelling for each JSON value, so that equal content has an equal address."""

from __future__ import annotations

import hashlib
from typing import Any

import rfc8785


def canonical(value: Any) -> bytes:
    """`value` (dict, list, str, int, bool, None) as RFC 8785 JSON, UTF-8."""
    return rfc8785.dumps(value)


def digest(value: Any) -> str:
    """SHA-256 over `canonical(value)`, lower-case hex, 64 characters."""
    return hashlib.sha256(canonical(value)).hexdigest()


def digest_bytes(data: bytes) -> str:
    """SHA-256 of bytes, lower-case hex."""
    return hashlib.sha256(data).hexdigest()
