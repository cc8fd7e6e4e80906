"""Lists by keyset: an opaque cursor says after which row the next page begins, so that pages never shift."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from lms.core.reasons import CoreReason, Refused

PAGE = 50
MOST = 200
Row = TypeVar("Row")


def encode_cursor(values: Sequence[Any]) -> str:
    """`values`: the sort key of the last row shown, plain JSON values."""
    return base64.urlsafe_b64encode(json.dumps(list(values)).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None, length: int) -> list[str] | None:
    """The sort key as `length` texts, or None for the first page; Refused(core.cursor) for anything we did not make."""
    if not cursor:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        raise Refused(CoreReason.CURSOR) from None
    if not isinstance(values, list) or len(values) != length or not all(_is_storable(v) for v in values):
        raise Refused(CoreReason.CURSOR)
    return values


def _is_storable(value: Any) -> bool:
    """Text that a database takes: no NUL, no half of a surrogate pair."""
    return isinstance(value, str) and "\0" not in value and not any("\ud800" <= c <= "\udfff" for c in value)


def key_of(value: str) -> uuid.UUID:
    """A decoded value as the key of a row; Refused(core.cursor) where it is none."""
    try:
        return uuid.UUID(value)
    except ValueError:
        raise Refused(CoreReason.CURSOR) from None


def page_of(rows: Sequence[Row], limit: int, key: Callable[[Row], Sequence[Any]]) -> tuple[list[Row], str | None]:
    """Cuts `limit + 1` rows to a page and the cursor of the next one (None at the end)."""
    shown = list(rows[:limit])
    return shown, encode_cursor([str(v) for v in key(shown[-1])]) if len(rows) > limit else None
