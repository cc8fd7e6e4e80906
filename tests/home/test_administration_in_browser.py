"""The pages of administration on a phone and at a desk: readable by everybody, no wider than the window."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lms.app import create_app
from lms.core.actor import SYSTEM
from lms.core.audit import record
from lms.core.clock import now
from lms.core.config import Settings
from lms.core.db import db
from lms.core.ids import new_id
from lms.core.jobs.services import enqueue
from lms.core.mail.models import Mail
from lms.organisations.models import Membership
from tests.fixtures.browser import DESKTOP, PHONE
from tests.fixtures.database import environment
from tests.learning.building import AT, PASSWORD, a_person, an_organisation
from tests.services.serving import serving

pytestmark = pytest.mark.browser
PAGES = ("", "/people", "/organisations", "/jobs", "/imports", "/mail", "/storage", "/audit")


@pytest.fixture
def filled(databases_of, tmp_path):
    """An installation with something of everything, and its administrator; of one kind, since it is about layout."""
    databases = databases_of("sqlite")
    databases.renew()
    app = create_app(Settings.from_env(environment(databases.url, tmp_path / "data")))
    with app.app_context():
        admin = a_person("administrator", name="Aino Virtanen")
        academy = an_organisation("academy")
        person = a_person("hr", scope=academy.id, name="Wolfeschlegelsteinhausenbergerdorff-Μπαλαντίνου Κωνσταντίνα")
        waiting = a_person(name="Łukasz Wiśniewski")
        waiting.password_hash = None
        db.session.add(Membership(organisation_id=academy.id, person_id=waiting.id, joined_at=AT, invited_at=AT))
        for number, state in enumerate(("failed", "done", "running", "queued")):
            job = enqueue("interop.import", f"job-{state}", {"name": f"course-{number}.tar.gz"}, at=now())
            job.state, job.done, job.total = state, number, 4
            job.finished_at = now() if state in ("failed", "done") else None
            if state == "failed":
                job.reason = {"code": "job.gave_up", "values": {"attempts": 5}}
            if state == "done":
                counts = {"texts": {"source": 120, "imported": 112, "approximated": 7, "left_out": 1}}
                job.result = {"course": "high-voltage-safety", "revision": 1, "counts": counts, "items": []}
        mail = Mail(id=new_id(), key="k", batch="b", template="invitation", person_id=waiting.id, values={}, tries=3)
        mail.state, mail.created_at, mail.due_at = "queued", now() - timedelta(hours=3), now() + timedelta(hours=1)
        mail.reason = {"code": "mail.unreachable", "values": {"fault": "ConnectionRefusedError"}}
        db.session.add(mail)
        record(
            "role.granted", by=SYSTEM, subject=("person", person.id), at=now(), role="hr", scope=["organisation", "x"]
        )
        db.session.commit()
        ids = {"admin": admin.email, "person": str(person.id), "waiting": str(waiting.id)}
    with serving(app) as address:
        yield address, ids
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def sign_in(page, email):
    page.goto("/sign-in")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_every_page_can_be_read_and_is_no_wider_than_the_window(filled, new_page, axe, picture, width):
    address, ids = filled
    page = new_page(address, width=width)
    sign_in(page, ids["admin"])
    paths = [f"/admin{path}" for path in PAGES]
    paths += [f"/admin/people/{ids['person']}", f"/admin/people/{ids['waiting']}", "/admin/organisations/academy"]
    for path in paths:
        answer = page.goto(path)
        assert answer.status == 200, path
        for closed in page.query_selector_all("details:not([open]) > summary"):
            closed.click()
        picture(page, "admin" + path.removeprefix("/admin").replace("/", "-")[:20])
        axe(page)
        assert page.locator(".btn.primary").count() <= 1, path


def test_all_of_it_works_without_script(filled, new_page):
    """Somebody is found, disabled with a reason, and enabled again."""
    address, ids = filled
    page = new_page(address, java_script_enabled=False)
    sign_in(page, ids["admin"])
    page.goto("/admin/people")
    page.fill("#q", "łukasz")
    page.click("button:has-text('Search')")
    page.click("a:has-text('Łukasz')")
    page.click("summary:has-text('Disable the account')")
    page.check("input[value=left]")
    page.click("button:has-text('Disable the account')")
    assert page.locator(".status.bad:has-text('Disabled')").is_visible()
    page.click("button:has-text('Enable the account')")
    assert page.locator("text=Disable the account").first.is_visible()
    page.goto("/admin/jobs?state=failed")
    page.click("button:has-text('Try again')")
    assert page.url.endswith("/admin/jobs?state=failed")
    assert page.locator("text=No work matches").is_visible()
