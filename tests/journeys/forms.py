"""Answers given as people give them: by the fields on the page."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator


def fill(form: Locator, answer: dict[str, Any], prefix: str = "") -> None:
    """Puts an answer of contract.md's shape into the fields of its form."""
    ((kind, value), *more) = answer.items()
    match kind:
        case "choice" | "choices":
            for choice in [value] if kind == "choice" else value:
                form.locator(f'[name="{prefix}{kind}"][value="{choice}"]').check()
        case "pairs":
            _fill_each(form, {f"{prefix}pair.{stem}": option for stem, option in value.items()})
        case "order":
            _fill_each(form, {f"{prefix}order.{option}": str(place) for place, option in enumerate(value, 1)})
        case "gaps":
            _fill_each(form, {f"{prefix}gap.{gap}": given for gap, given in value.items()})
        case "parts":
            for part, given in value.items():
                fill(form, given, f"{prefix}part.{part}.")
        case _:
            _fill_each(form, {f"{prefix}{name}": given for name, given in ((kind, value), *more)})


def _fill_each(form: Locator, values: dict[str, str]) -> None:
    for name, value in values.items():
        _write(form.locator(f'[name="{name}"]'), value)


def _write(field: Locator, text: str) -> None:
    if field.evaluate("field => field.tagName") == "SELECT":
        field.select_option(text)
        return
    field.fill(text)
    field.blur()
