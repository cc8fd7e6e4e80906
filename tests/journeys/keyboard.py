"""A page used by keys alone: what Tab does not reach is not there."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page

FURTHEST = 150
"""So many times Tab is pressed at most to reach something: what lies further is not reached by anybody."""


class Keyboard:
    """A page that nobody touches with a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, target: Locator) -> None:
        """By Tab alone, from wherever the focus is."""
        target.wait_for()
        for _step in range(FURTHEST):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{target} is not reached by the keyboard on {self.page.url}")

    def write(self, target: Locator, text: str) -> None:
        self.reach(target)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def choose(self, target: Locator, beginning: str) -> None:
        """An option of a list, by its first letters."""
        self.reach(target)
        self.page.keyboard.type(beginning)

    def press(self, target: Locator, key: str = "Enter") -> None:
        self.reach(target)
        self.page.keyboard.press(key)

    def button(self, name: str | re.Pattern[str]) -> None:
        self.press(self.page.get_by_role("button", name=name).locator("visible=true").first)

    def link(self, name: str | re.Pattern[str]) -> None:
        self.press(self.page.get_by_role("link", name=name).locator("visible=true").first)
