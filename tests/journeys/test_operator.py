"""An operator goes from broken settings to a healthy system: told what is wrong and how to mend it, each time."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from lms.core.clock import now
from lms.core.db import db
from lms.core.jobs.services import enqueue
from lms.quizzes.services import END_ATTEMPT
from tests.fixtures.browser import DESKTOP, PHONE, MakePage
from tests.fixtures.server import MakeServer
from tests.services.beside import application
from tests.services.processes import free_port
from tests.services.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORD = "three words together"


def wrong(server: Server) -> dict[str, str]:
    """What the doctor finds broken: code → mend."""
    found = server.lms_json("doctor", check=False)["findings"]
    return {one["code"]: f"{one['what']} {one['mend']}" for one in found if not one["ok"]}


@pytest.fixture
def broken(make_server: MakeServer) -> Server:
    """An installation as somebody set it up in a hurry."""
    return make_server(
        "sqlite",
        LMS_TIMEZONE="Europe/Brussel",
        LMS_SINGUP="invite",
        LMS_REDIS_URL=f"redis://127.0.0.1:{free_port()}/0",
        LMS_DEMO="none",
    )


@pytest.fixture
def mended(broken: Server) -> Iterator[tuple[Server, Flask]]:
    """The same after its operator did what was said; an application of ours on it, to make something fail."""
    refused = broken.lms("run", check=False)
    assert refused.returncode == 1
    said = broken.lms("doctor", check=False).stdout
    assert "LMS_TIMEZONE must be a zone" in said
    assert "LMS_SINGUP is no setting; LMS_SIGNUP is one" in said
    broken.env["LMS_TIMEZONE"] = "Europe/Brussels"
    broken.env["LMS_SIGNUP"] = broken.env.pop("LMS_SINGUP")

    sick = wrong(broken)
    assert sick.keys() == {"queue", "database.tables"}
    assert "LMS_REDIS_URL" in sick["queue"]
    del broken.env["LMS_REDIS_URL"]
    assert "lms db upgrade" in sick["database.tables"]
    broken.lms("db", "upgrade")

    assert wrong(broken) == {}
    broken.lms("users", "add", "aino@example.org", "--name", "Aino", "--role", "administrator", "--password", PASSWORD)
    broken.start()
    with application(broken.env) as beside:
        yield broken, beside


def test_from_broken_settings_to_a_healthy_system(
    mended: tuple[Server, Flask],
    new_page: MakePage,
    axe: Callable[[Page], None],
    picture: Callable[[Page, str], Path],
):
    server, beside = mended
    with beside.app_context():
        job = enqueue(END_ATTEMPT, "journey", {"attempt": str(uuid.uuid4())}, at=now())
        job.state, job.finished_at = "failed", now()
        job.reason = {"code": "job.gave_up", "values": {"attempts": 5}}
        db.session.commit()
    for width in (PHONE, DESKTOP):
        page = new_page(server.url, width=width)
        page.goto("/sign-in?next=/admin")
        page.fill("#email", "aino@example.org")
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url("**/admin")
        assert "One piece of work has failed." in page.inner_text("main")
        axe(page)
        picture(page, "journey-operator-sick")
    page.click("button:has-text('Try again')")
    page.goto("/admin/jobs?state=done&kind=" + END_ATTEMPT)
    for _ in range(50):
        if page.locator("tbody .status.good").count():
            break
        page.wait_for_timeout(200)
        page.reload()
    assert page.locator("tbody .status.good").count() == 1
    page.goto("/admin")
    assert "failed" not in page.inner_text("#health ~ ul")
    axe(page)
    picture(page, "journey-operator-healthy")
    assert wrong(server) == {}
