"""An organisation's people in a browser: on a phone and at a desk, from the list to the zip in one's hands."""

from __future__ import annotations

import csv
import hashlib
import io
import time
import uuid
import zipfile
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from lms.core.clock import now
from tests.fixtures.browser import DESKTOP, PHONE
from tests.journeys.test_by_api_alone import Api
from tests.journeys.test_from_import_to_verification import PASSWORD

pytestmark = pytest.mark.browser
NAMES = ("Ana Žnidaršič", "Wolfgang-Maximilian von Hohenstein-Wittgenau", "Νίκος Παπανδρέου", "Łukasz Wiśniewski")
COURSE = """format: 1
key: lock-out
title: Lock out, tag out
language: en
summary: What you switch off before you reach into a machine.
provider: Sample Academy
certificate: {kind: achievement, valid_months: 24}
modules:
  - key: one
    title: Before you reach in
    activities: [1.md, 2.md]
"""
PAGE = "---\nkey: {key}\ntitle: Step {key}\nrequirement: view\n---\nSwitch it off, lock it, try to start it.\n"


@pytest.fixture(scope="module")
def firm(running_server, tmp_path_factory):
    """(server, slug of an organisation, its hr's address): a certificate, one late, one due, one asked nothing."""
    server, slug = running_server("sqlite"), f"works-{uuid.uuid4().hex[:6]}"
    server.lms("orgs", "add", slug, "--name", "Moravia Drive Systems")
    people = {f"p{number}-{slug}@example.org": name for number, name in enumerate(NAMES)}
    for address, name, role in [
        (f"hr-{slug}@example.org", "Jana Nováková", "hr"),
        *((*p, "learner") for p in people.items()),
    ]:
        server.lms("users", "add", address, "--name", name, "--role", role, "--org", slug, "--password", PASSWORD)
    folder = tmp_path_factory.mktemp("course")
    (folder / "course.yaml").write_text(COURSE)
    for key in "12":
        (folder / f"{key}.md").write_text(PAGE.format(key=key))
    server.lms("courses", "import", folder, "--publish", "--slug", f"lock-{slug}", "--org", slug)
    hr = Api(server, f"hr-{slug}@example.org")
    ask(hr, slug, list(people))
    learn(server, next(iter(people)), f"lock-{slug}", 2)
    learn(server, list(people)[1], f"lock-{slug}", 1)
    wait_for_certificate(hr, slug)
    return server, slug, f"hr-{slug}@example.org"


def ask(hr, slug, addresses):
    """The first two late, the third in a week, the fourth not at all."""
    ids = {row["name"]: row["person"] for row in hr.ask("GET", f"/organisations/{slug}/people")["items"]}
    for names, days in [(NAMES[:2], -3), (NAMES[2:3], 7)]:
        audience = {"kind": "people", "people": [ids[name] for name in names]}
        due = (now().date() + timedelta(days=days)).isoformat()
        body = {"course": f"lock-{slug}", "audience": audience, "due_on": due}
        hr.ask("POST", f"/organisations/{slug}/assignments", body)


def learn(server, address, course, steps):
    api = Api(server, address)
    enrolment = api.ask("POST", f"/courses/{course}/enrolments")
    for activity in enrolment["activities"][:steps]:
        api.ask("POST", f"/enrolments/{enrolment['id']}/activities/{activity['key']}/events", {"kind": "viewed"})


def wait_for_certificate(hr, slug):
    """The worker makes the real document."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        people = hr.ask("GET", f"/organisations/{slug}/people")["items"]
        if any(one["status"] == "issued" for person in people for one in person["credentials"]):
            return
        time.sleep(0.5)
    raise AssertionError("no certificate within a minute")


@pytest.fixture
def people_page(new_page, firm):
    """`people_page(width)`: hr at the list of people."""
    server, _slug, hr = firm

    def at(width, **options):
        page = new_page(server.url, width=width, **options)
        page.goto("/sign-in")
        page.get_by_label("E-mail").fill(hr)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url("**/")
        page.get_by_role("link", name="People", exact=True).click()
        page.wait_for_url("**/people")
        return page

    return at


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_every_page_about_people_fits_and_can_be_used_by_everybody(people_page, firm, axe, picture, width):
    _server, slug, _hr = firm
    page = people_page(width)
    expect(page.locator("[data-figures] .figures")).to_be_visible()
    for name in NAMES:
        expect(page.get_by_role("link", name=name)).to_be_visible()
    axe(page)
    picture(page, "people")
    at = f"/organisations/{slug}"
    addresses = {
        "people-late": f"{at}/people?status=late",
        "people-nobody": f"{at}/people?q=zzz",
        "people-figures": f"{at}/people/figures",
        "people-assign": f"{at}/people/assign?all=yes",
        "people-assignments": f"{at}/assignments",
        "people-packs": f"{at}/packs",
        "people-pack-form": f"{at}/people/pack?all=yes",
    }
    for name, address in addresses.items():
        page.goto(address)
        axe(page)
        picture(page, name)
    page.goto(f"{at}/assignments")
    page.locator("tbody th a").first.click()
    axe(page)
    picture(page, "people-assignment")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_cell_opens_the_why(people_page, axe, picture, width):
    page = people_page(width)
    page.get_by_role("row", name=NAMES[1]).get_by_role("link", name="3 days over").click()
    expect(page.get_by_text("1 of 2 steps done, last step on")).to_be_visible()
    axe(page)
    picture(page, "people-why-late")
    page.get_by_role("link", name=NAMES[1]).click()
    axe(page)
    picture(page, "people-person")


@pytest.mark.parametrize(
    ("width", "options"), [(PHONE, {}), (DESKTOP, {"java_script_enabled": False})], ids=["phone", "no script"]
)
def test_from_a_selection_to_the_zip(people_page, axe, picture, width, options, firm):
    page = people_page(width, **options)
    page.get_by_label("All 5 that match").check()
    page.get_by_role("button", name="Certificates as a zip").click()
    page.get_by_role("button", name="Make the zip").click()
    page.wait_for_url("**/packs/*")
    ready = page.get_by_role("heading", name="Your pack is ready")
    for _ in range(60):
        if ready.is_visible():
            break
        page.wait_for_timeout(500)
        if options:
            page.reload()
    expect(ready).to_be_visible()
    if not options:
        axe(page)
        picture(page, "people-pack")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the zip").click()
    assert download.value.suggested_filename.startswith(f"certificates-{firm[1]}-")
    check_zip(zipfile.ZipFile(download.value.path()))


def check_zip(archive):
    """One certificate, a real PDF as it was issued; the others stand first, each with the reason."""
    assert archive.testzip() is None
    rows = list(csv.DictReader(io.StringIO(archive.read("list.csv").decode("utf-8-sig"))))
    assert [row["Person"] for row in rows] == ["Jana Nováková", NAMES[1], NAMES[3], NAMES[2], NAMES[0]]
    assert all(row["Why it is missing"] for row in rows[:4])
    pdf = archive.read(rows[4]["File"])
    assert pdf.startswith(b"%PDF")
    assert hashlib.sha256(pdf).hexdigest() == rows[4]["SHA-256 of the document"]


def test_what_is_ticked_is_counted_and_goes_into_the_address(people_page):
    page = people_page(DESKTOP)
    page.get_by_label(f"Choose {NAMES[0]}").check()
    page.get_by_label(f"Choose {NAMES[3]}").check()
    expect(page.get_by_text("Chosen: 2")).to_be_visible()
    page.get_by_role("button", name="Assign a course").click()
    expect(page.get_by_label("The 2 people chosen")).to_be_checked()
    assert page.url.count("person=") == 2
