"""When two written texts are the same answer."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable


def normal_form(text: str, *, case: str) -> str:
    """Unicode NFC, white space collapsed and trimmed; with `case` "ignore" also case-folded ("ß" is "ss")."""
    words = " ".join(unicodedata.normalize("NFC", text).split())
    return unicodedata.normalize("NFC", words.casefold()) if case == "ignore" else words


def is_accepted(text: str, accept: Iterable[str], *, case: str) -> bool:
    """Blank is never right, even where an author's list holds a blank."""
    given = normal_form(text, case=case)
    return bool(given) and any(given == normal_form(one, case=case) for one in accept)
