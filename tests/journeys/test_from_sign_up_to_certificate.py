"""Somebody comes by themselves: a link in a real message, a course on a phone, a certificate with the name as typed."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.browser import PHONE
from tests.fixtures.server import MakeServer
from tests.services.server import Server
from tests.services.smtp import Mailbox, SmtpServer

COURSE = """format: 1
key: {key}
title: Lifting without pain
language: en
summary: One page for a test.
workload_hours: 0.5
outcomes:
  - {{key: o1, text: "You lift with your legs."}}
certificate: {{kind: achievement}}
enrolment: open
modules:
  - {{key: start, title: Start, activities: [01-page.md]}}
"""
PAGE = """---
key: page
title: Bend your knees
minutes: 1
requirement: done
---
Keep the load close to you.
"""
PASSWORD = "three green words"
NAME = "Nguyễn Thị Hồng Ánh"


def wait_for(mailbox: Mailbox, address: str, number: int = 1) -> EmailMessage:
    """The message, once the worker has sent it."""
    deadline = time.monotonic() + 20
    while len(mailbox.to(address)) < number:
        assert time.monotonic() < deadline, f"no message to {address}"
        time.sleep(0.05)
    return mailbox.to(address)[number - 1]


def link_in(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    found = re.search(r"http://\S+/links/\S+", body.get_content())
    assert found
    return found[0]


def publish_course(server: Server, folder: Path) -> str:
    key = f"lifting-{uuid.uuid4().hex[:6]}"
    (folder / "course.yaml").write_text(COURSE.format(key=key))
    (folder / "01-page.md").write_text(PAGE)
    server.lms("courses", "import", folder, "--publish")
    return key


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_somebody_signs_up_by_mail_and_earns_a_certificate(
    kind: str, make_server: MakeServer, new_page: Any, axe: Callable[[Page], None], picture: Any, tmp_path: Path
) -> None:
    def look(page: Page, name: str) -> None:
        axe(page)
        picture(page, f"sign-up-{name}")

    with SmtpServer() as mailbox:
        server = make_server(kind, LMS_MAIL_URL=mailbox.url, LMS_MAIL_FROM="learn@academy.example")
        server.start()
        key, email = publish_course(server, tmp_path), "anh@example.org"
        page = new_page(server.url, width=PHONE)

        page.goto("/sign-in")
        look(page, "sign-in")
        page.get_by_role("link", name="Sign up.").click()
        look(page, "form")
        page.get_by_label("Name").fill(NAME)
        page.get_by_label("E-mail").fill(email)
        page.get_by_role("button", name="Send me the link").click()
        expect(page.locator("h1")).to_have_text("Look into your mailbox")
        look(page, "sent")

        message = wait_for(mailbox, email)
        show_message(new_page(server.url, width=PHONE), message, picture)
        page.goto(link_in(message))
        look(page, "link")
        expect(page.get_by_label("Name")).to_have_value(NAME)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Make my account").click()
        page.wait_for_url(f"{server.url}/")
        look(page, "start")

        see_name_on_paper(page, look)
        page.goto(f"/courses/{key}")
        page.get_by_role("button", name="Take this course").locator("visible=true").click()
        page.wait_for_url("**/learn/**")
        page.get_by_role("button", name=re.compile("^Done")).click()
        page.goto("/certificates")
        page.locator("a[href^='/certificates/']").first.click()
        expect(page.get_by_role("link", name="Download PDF")).to_be_visible(timeout=30_000)
        look(page, "certificate")
        number = page.url.rsplit("/", 1)[-1]

        employer = new_page(server.url, width=PHONE)
        employer.goto(f"/verify/{number}")
        expect(employer.locator("main")).to_contain_text(NAME)
        server.stop()


def show_message(page: Page, message: EmailMessage, picture: Any) -> None:
    """As a mail program on a phone shows it."""
    body = message.get_body(("html",))
    assert body is not None
    page.set_content(body.get_content())
    expect(page.locator("h1")).to_contain_text("Confirm your e-mail address")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    picture(page, "sign-up-message")


def see_name_on_paper(page: Page, look: Callable[[Page, str], None]) -> None:
    """The certificate follows what is typed, and says which characters it could not print."""
    page.goto("/you")
    paper = page.frame_locator("iframe[name=certificate]")
    expect(paper.locator("h1")).to_have_text(NAME)
    look(page, "you")
    page.get_by_label("Name").fill(f"{NAME} 🎉")
    expect(paper.locator(".above")).to_contain_text("🎉")
    expect(page.locator("[data-name-note]")).to_contain_text("🎉")
    page.get_by_label("Name").fill(NAME)
    expect(page.locator("[data-name-note]")).to_have_text("")
