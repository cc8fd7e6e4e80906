"""Text made comparable for search: case, accents and width do not matter."""

from __future__ import annotations

import unicodedata
from typing import Any


def fold(text: str) -> str:
    """Case-folded, compatibility-decomposed, without combining marks ("Öl-Wechsel" -> "ol-wechsel")."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c) and c != "\0")


def searchable(facts: dict[str, Any]) -> str:
    """What the catalogue searches: title, summary, audience, provider, outcomes, labels and URIs of skills."""
    outcomes = [outcome["text"] for outcome in facts["outcomes"]]
    skills = [word for skill in facts["skills"] for word in (skill["label"], skill["uri"])]
    texts = (facts["title"], facts["summary"], facts["audience"], facts["provider"], *outcomes, *skills)
    return fold("\n".join(text for text in texts if text))
