"""The pages of an account as people see them, on a phone and at a desk."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.fixtures.browser import DESKTOP, PHONE
from tests.services.server import Server

PASSWORD = "three green words"


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_account_pages_are_accessible_and_fit(
    sqlite_server: Server, new_page: Any, axe: Callable[[Any], None], picture: Any, width: int
) -> None:
    email = f"seen-{uuid.uuid4().hex[:8]}@example.org"
    sqlite_server.lms(
        "users", "add", email, "--name", "Aleksandra Wiśniewska-Kowalczyk", "--role", "learner", "--password", PASSWORD
    )
    page = new_page(sqlite_server.url, width=width)
    for path in ("/sign-up", "/forgotten", "/message-sent?what=account", "/links/nothing", "/sign-in", "/dev/mail"):
        page.goto(path)
        axe(page)
        picture(page, f"account-{path.strip('/').replace('/', '-').split('?')[0]}")
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/")
    for path in ("/you", "/you/address", "/you/password", "/you/time-zone"):
        page.goto(path)
        axe(page)
        picture(page, f"account-{path.strip('/').replace('/', '-')}")


def test_a_message_is_read_where_it_is_kept(
    sqlite_server: Server, new_page: Any, axe: Callable[[Any], None], picture: Any
) -> None:
    page, email = new_page(sqlite_server.url, width=PHONE), f"kept-{uuid.uuid4().hex[:8]}@example.org"
    page.goto("/forgotten")
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("button", name="Send me the link").click()
    page.wait_for_url("**/message-sent**")
    for _ in range(100):
        page.goto("/dev/mail")
        if email in page.content():
            break
        page.wait_for_timeout(100)
    axe(page)
    picture(page, "account-dev-mail-list")
    page.locator("li", has_text=email).get_by_role("link").click()
    expect(page.frame_locator("iframe").locator("h1")).to_contain_text("There is no account")
    axe(page)
    page.locator("iframe").scroll_into_view_if_needed()
    picture(page, "account-dev-mail-one")
    page.get_by_role("link", name="Open it alone").click()
    page.get_by_role("link", name="Make an account").click()
    expect(page.locator("h1")).to_have_text("Make your account")
