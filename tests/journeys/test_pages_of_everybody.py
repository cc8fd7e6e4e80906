"""The pages that each person of the demo finds, on a phone and at a desk, in the light and in the dark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from lms.home.demo import PASSWORD
from tests.fixtures.browser import DESKTOP, PHONE
from tests.services.server import Server

EVERYBODY = ("/", "/courses", "/courses?q=hydrogen&language=en", "/courses?q=nothing", "/courses/high-voltage-safety")
PAGES = {
    "guest": (*EVERYBODY, "/sign-in", "/verify", "/nowhere"),
    "ana": ("/", "/courses", "/courses/hydrogen-basics", "/certificates", "/you"),
    "maria": ("/", "/courses/high-voltage-safety", "/certificates"),
    "new": ("/", "/certificates", "/courses/lean-in-an-electrified-plant"),
    "author": (
        "/teach",
        "/teach/high-voltage-safety/publish",
        "/teach/high-voltage-safety/learners",
        "/teach/high-voltage-safety/learners/reached",
        "/teach/import",
        "/you",
    ),
    "hr": ("/", "/you"),
    "admin": ("/admin", "/teach", "/you"),
}


def sign_in(page: Page, name: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(f"{name}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_of_a_person_can_be_used_by_everybody(
    sqlite_server: Server,
    new_page: Any,
    axe: Callable[[Page], None],
    picture: Callable[[Page, str], Any],
    name: str,
    width: int,
    scheme: str,
) -> None:
    page = new_page(sqlite_server.url, width=width, color_scheme=scheme, reduced_motion="reduce")
    if name != "guest":
        sign_in(page, name)
    for path in PAGES[name]:
        page.goto(path)
        axe(page)
        picture(page, f"{name}-{path.strip('/') or 'start'}-{scheme}")
        assert page.locator("h1").count() == 1, f"{path} has one heading of the first level"
        assert page.locator("main .btn.primary:visible").count() <= 1, f"{path} has one primary button at most"


def test_signing_in_leads_back_to_where_one_was_and_a_wrong_password_says_so(
    sqlite_server: Server, new_page: Any, axe: Callable[[Page], None]
) -> None:
    page = new_page(sqlite_server.url)
    page.goto("/certificates")
    page.get_by_label("E-mail").fill("hr@example.org")
    page.get_by_label("Password").fill("not the right one")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()
    axe(page)
    assert page.get_by_label("E-mail").input_value() == "hr@example.org"
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/certificates")
