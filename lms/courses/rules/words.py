"""What of a course is searched."""

from __future__ import annotations

from typing import Any

from lms.core.folding import fold


def searchable(facts: dict[str, Any]) -> str:
    """What the catalogue searches: title, summary, audience, provider, outcomes, labels and URIs of skills."""
    outcomes = [outcome["text"] for outcome in facts["outcomes"]]
    skills = [word for skill in facts["skills"] for word in (skill["label"], skill["uri"])]
    texts = (facts["title"], facts["summary"], facts["audience"], facts["provider"], *outcomes, *skills)
    return fold("\n".join(text for text in texts if text))
