"""The forms of a page as a browser without script has them: their fields, and what a press of a button sends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import html


@dataclass
class Form:
    """`fields`: (name, value) in the order of the page; line ends as a browser sends them."""

    action: str
    fields: list[tuple[str, str]]
    buttons: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return dict(self.fields)[name]

    def __contains__(self, name: str) -> bool:
        return name in dict(self.fields)

    def put(self, values: Mapping[str, str | None]) -> Form:
        """Fills fields in; None takes a tick away."""
        for name, value in values.items():
            kept = [(one, old) for one, old in self.fields if one != name]
            at = next((place for place, (one, _old) in enumerate(self.fields) if one == name), len(kept))
            self.fields = kept if value is None else [*kept[:at], (name, value), *kept[at:]]
        return self

    def sent(self, button: str = "") -> list[tuple[str, str]]:
        pressed = [("do", button)] if button else []
        return [(name, value.replace("\r\n", "\n").replace("\n", "\r\n")) for name, value in self.fields] + pressed


def form_of(text: str, form_id: str) -> Form:
    """The form with this id, filled as the page has filled it."""
    page: Any = html.fromstring(text)
    (form,) = page.xpath(f"//form[@id='{form_id}']")
    found = Form(form.get("action"), [pair for element in form.xpath(".//*[@name]") for pair in _pairs(element)])
    found.buttons = {b.get("value"): " ".join(b.text_content().split()) for b in form.xpath(".//button[@name='do']")}
    ends = [(e.get("id").removesuffix("-error"), e) for e in form.xpath(".//*[@class='error'][@id]")]
    found.errors = {name: " ".join(element.text_content().split()) for name, element in ends}
    return found


def _pairs(element: Any) -> list[tuple[str, str]]:
    name, kind = element.get("name"), element.get("type", "text")
    if element.tag == "textarea":
        return [(name, (element.text or "").removeprefix("\n"))]
    if element.tag == "select":
        chosen = element.xpath("./option[@selected]") or element.xpath("./option[1]")
        return [(name, one.get("value", (one.text or "").strip())) for one in chosen[-1:]]
    if element.tag != "input" or kind == "file":
        return []
    if kind in ("checkbox", "radio"):
        return [(name, element.get("value", "on"))] if element.get("checked") is not None else []
    return [(name, element.get("value", ""))]
