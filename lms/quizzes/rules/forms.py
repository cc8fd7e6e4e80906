"""Answers from the fields of a plain form (templates/components/question.html), for pages without script.

The same reading is done in the browser by static/js/answers.js.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Fields(Protocol):
    """A form's fields: the first value of a name, or all."""

    def get(self, key: str, default: str, /) -> str: ...

    def getlist(self, key: str, /) -> list[str]: ...


def answer_from_fields(slot: Mapping[str, Any], form: Fields, prefix: str = "") -> dict[str, Any]:
    """The answer in the shape of the slot's type; {} where nothing was chosen of one choice."""
    match slot["type"]:
        case "single_choice" | "true_false":
            choice = form.get(f"{prefix}choice", "")
            return {"choice": choice} if choice else {}
        case "multiple_choice":
            return {"choices": form.getlist(f"{prefix}choices")}
        case "numeric":
            unit = form.get(f"{prefix}unit", "")
            return {"number": form.get(f"{prefix}number", "")} | ({"unit": unit} if unit else {})
        case "short_text":
            return {"text": form.get(f"{prefix}text", "")}
        case "matching":
            return {"pairs": _given(form, f"{prefix}pair.", slot["stems"])}
        case "ordering":
            return {"order": _order(form, f"{prefix}order.", slot["options"])}
        case "gaps":
            return {"gaps": _given(form, f"{prefix}gap.", slot["gaps"])}
        case "parts":
            given = {
                part["id"]: answer_from_fields(part, form, f"{prefix}part.{part['id']}.") for part in slot["parts"]
            }
            return {"parts": {shown: answer for shown, answer in given.items() if not is_blank(answer)}}
    raise ValueError(f"no form is known for {slot['type']!r}")


def is_blank(answer: Mapping[str, Any] | None) -> bool:
    """Nothing is said by this answer: no choice, no text, no part."""
    return not answer or all(_is_empty(value) for name, value in answer.items() if name != "unit")


def _is_empty(value: Any) -> bool:
    return not value or (isinstance(value, Mapping) and all(_is_empty(inner) for inner in value.values()))


def _given(form: Fields, prefix: str, things: list[Mapping[str, Any]]) -> dict[str, str]:
    values = {thing["id"]: form.get(f"{prefix}{thing['id']}", "") for thing in things}
    return {shown: value for shown, value in values.items() if value}


def _order(form: Fields, prefix: str, options: list[Mapping[str, Any]]) -> list[str]:
    """The options that were given a place, by their places; of two with the same place the one shown first."""
    places = {shown: place for shown, place in _given(form, prefix, options).items() if place.isdecimal()}
    return sorted(places, key=lambda shown: int(places[shown]))
