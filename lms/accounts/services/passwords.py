"""How passwords are kept and compared."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from lms.accounts import rules

# OWASP's smallest advised parameters for argon2id (19 MiB, 2 passes): a phone-sized server can bear a Monday.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _hasher.hash("nobody")


def hashed(password: str) -> str:
    return _hasher.hash(rules.fold_password(password))


def is_right(stored: str | None, password: str) -> bool:
    """An unknown address costs as much time as a known one, so that it can't be told by the clock."""
    known = stored or _NOBODY
    try:
        return _hasher.verify(known, rules.fold_password(password)) and known is not _NOBODY
    except (VerifyMismatchError, InvalidHashError):
        return False
