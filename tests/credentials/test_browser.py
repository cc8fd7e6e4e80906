"""A certificate in a real browser: it comes by itself, with script and without; anybody checks it on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from lms.core.actor import SYSTEM
from lms.core.clock import now
from lms.core.db import db
from lms.core.jobs.models import Job
from lms.credentials.queries import live_award
from lms.credentials.services import revoke_award
from tests.credentials.conftest import CERTIFICATE, complete
from tests.fixtures.browser import DESKTOP, PHONE
from tests.learning.building import PASSWORD, a_person, published
from tests.services.beside import application
from tests.services.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]
BUSY = timedelta(seconds=4)


@pytest.fixture
def installation(sqlite_server: Server) -> Iterator[Server]:
    """The running server, and an application context on its database."""
    with application(sqlite_server.env) as app, app.app_context():
        yield sqlite_server


def _earned(slug: str, *, busy: timedelta = BUSY) -> tuple[str, str]:
    """(e-mail, number): somebody has completed a course a moment ago, while the workers are busy."""
    person = a_person(name="Ana Žnidaršič")
    published(slug=slug, certificate=CERTIFICATE)
    enrolment = complete(person, slug, at=now())
    award = live_award(person.id, f"course:{enrolment.course_id}", 1)
    assert award is not None
    db.session.execute(sa.update(Job).where(Job.key.contains(str(award.id))).values(run_after=now() + busy))
    found = person.email, award.public_id
    db.session.commit()
    return found


def _sign_in(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")


@pytest.mark.parametrize("script", [True, False])
def test_the_document_appears_on_the_page_by_itself(
    installation: Server,
    new_page: Any,
    axe: Callable[[Page], None],
    picture: Callable[[Page, str], Any],
    script: bool,
) -> None:
    page: Page = new_page(installation.url, width=PHONE if script else DESKTOP, java_script_enabled=script)
    email, number = _earned(f"coming-{script}".lower())
    _sign_in(page, email)
    page.goto(f"/certificates/{number}")
    expect(page.get_by_text("Your document is being made")).to_be_visible()
    if script:
        axe(page)
    expect(page.get_by_role("link", name="Download PDF")).to_be_visible(timeout=30_000)
    assert page.locator("img.paper").evaluate("picture => picture.naturalWidth") == 960
    if script:
        axe(page)
    picture(page, f"certificate-earned-{'script' if script else 'plain'}")


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")])
def test_anybody_checks_a_certificate_by_typing_its_number(
    installation: Server,
    new_page: Any,
    axe: Callable[[Page], None],
    picture: Callable[[Page, str], Any],
    width: int,
    scheme: str,
) -> None:
    _email, number = _earned(f"checked-{scheme}", busy=timedelta())
    page: Page = new_page(installation.url, width=width, color_scheme=scheme)
    page.goto("/verify")
    axe(page)
    page.get_by_label("Number of the certificate").fill(number.upper())
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("heading", name="Valid", exact=True)).to_be_visible()
    axe(page)
    picture(page, f"verify-valid-{scheme}")
    revoke_award(number, "The exam was not supervised.", by=SYSTEM, at=now())
    db.session.commit()
    page.reload()
    expect(page.get_by_role("heading", name="Not valid: withdrawn")).to_be_visible()
    expect(page.get_by_text("The exam was not supervised.")).to_be_visible()
    axe(page)
    picture(page, f"verify-withdrawn-{scheme}")
