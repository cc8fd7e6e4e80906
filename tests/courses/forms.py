"""What a form of a page would send as it stands, as a browser without script does."""

from __future__ import annotations

from typing import Any

from lxml import html

Form = dict[str, Any]


def fields_of(answer: Any, action: str) -> Form:
    """{name: value, or the values of ticked boxes} of the first form with this action."""
    page = html.fromstring(answer.text)
    form = next((one for one in page.iter("form") if one.get("action") == action), None)
    assert form is not None, f"no form {action} on a page that says {page.findtext('.//h1')}"
    found: Form = {}
    fields: Any = form.iter("input", "textarea", "select")
    for field in fields:
        if field.get("name") and not _is_left_out(field):
            _put(found, field.get("name"), field.value or "", field.get("type") == "checkbox")
    return found


def _is_left_out(field: Any) -> bool:
    return field.get("type") in ("checkbox", "radio") and field.get("checked") is None


def _put(found: Form, name: str, value: str, is_one_of_many: bool) -> None:
    if is_one_of_many:
        found.setdefault(name, []).append(value)
    else:
        found[name] = value.removeprefix("\n").replace("\n", "\r\n")
