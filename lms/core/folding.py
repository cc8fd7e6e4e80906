"""Text made comparable for search and order: case, accents and width do not matter."""

from __future__ import annotations

import unicodedata

LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "ĸ": "k", "ŋ": "n", "þ": "th"}
    | {"æ": "ae", "œ": "oe", "'": None, "’": None, "ʼ": None, "`": None, "´": None}
)  # fmt: skip
"""Letters that Unicode does not take apart, as CLDR's transform Latin-ASCII writes them; and apostrophes."""


def fold(text: str) -> str:
    """Case-folded, compatibility-decomposed, without combining marks ("Öl-Wechsel" -> "ol-wechsel").

    Twice, since what is taken apart may hold capitals ("℠") and what is folded may come together (Unicode 3.13, D146).
    """
    decomposed = text
    for _ in range(2):
        decomposed = unicodedata.normalize("NFKD", decomposed.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c) and c != "\0")


def fold_name(name: str) -> str:
    """A name as somebody types it who looks for it on another keyboard ("Łukasz O’Brïen" -> "lukasz obrien")."""
    return " ".join(fold(name).translate(LETTERS).split())
