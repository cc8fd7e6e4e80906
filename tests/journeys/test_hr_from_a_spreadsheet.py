"""HR brings in 500 people from a spreadsheet, asks them for a course, and has the proof as a zip in the end."""

from __future__ import annotations

import csv
import hashlib
import io
import time
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from playwright.sync_api import Page, expect

from tests.compliance.test_people_in_browser import COURSE as COURSE_OF_TWO_PAGES
from tests.compliance.test_people_in_browser import PAGE
from tests.fixtures.browser import DESKTOP, PHONE
from tests.journeys.test_by_api_alone import Api
from tests.services.server import Server

PASSWORD = "three green words"
COURSE = "high-voltage-safety"
Look = Callable[[Page, str], None]


@pytest.fixture
def look(axe: Callable[[Page], None], picture: Callable[[Page, str], Path]) -> Look:
    """Each page on the way is looked at: axe finds nothing, and there is a picture of it."""

    def at(page: Page, name: str) -> None:
        axe(page)
        picture(page, f"hr-{name}")

    return at


def a_spreadsheet(path: Path, mark: str) -> Path:
    """As an HR system exports it: 500 rows, 4 of them wrong."""
    book = Workbook()
    assert book.active is not None
    book.active.append(["Personalnummer", "Nachname", "Vorname", "E-Mail", "Abteilung", "Sprache", "Schuhgröße"])
    for number in range(1, 501):
        email = f"p{number}.{mark}@example.org"
        row: list[object] = [
            number,
            f"Müller-{number}",
            "Zoë",
            email,
            f"Werk {number % 3} / Linie {number % 7}",
            "de",
            42,
        ]
        wrong = {17: "zoe at example.org", 90: "", 200: f"p1.{mark}@example.org"}
        row[3] = wrong.get(number, email)
        if number == 301:
            row[5] = "Klingonisch"
        book.active.append(row)
    book.save(path)
    return path


def sign_in(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/")


def an_organisation(server: Server) -> tuple[str, str, str]:
    """(slug, address of its HR, address of somebody with an account elsewhere), all of them new."""
    mark = uuid.uuid4().hex[:8]
    slug, hr, known = f"cells-{mark}", f"hr-{mark}@example.org", f"known.{mark}@example.org"
    server.lms("orgs", "add", slug, "--name", f"Cells {mark}")
    server.lms("users", "add", hr, "--name", "Hanna Rask", "--role", "hr", "--org", slug, "--password", PASSWORD)
    server.lms("users", "add", known, "--name", "Known Elsewhere", "--role", "learner", "--password", PASSWORD)
    return slug, hr, known


@pytest.mark.parametrize(("kind", "width"), [("sqlite", PHONE), ("postgresql", DESKTOP)], ids=str)
def test_from_a_spreadsheet_of_500_people_to_a_zip_of_certificates(
    kind: str, width: int, running_server: Callable[[str], Server], new_page: Any, tmp_path: Path, look: Look
) -> None:
    server = running_server(kind)
    slug, hr, known = an_organisation(server)
    page = new_page(server.url, width=width)
    sign_in(page, hr)
    invite_one(page, slug, known, look)
    bring_in(page, slug, a_spreadsheet(tmp_path / "people.xlsx", slug), look)
    enrol_all(page, slug, look)
    look_at_teams(page, slug, look)
    learner = new_page(server.url, width=width)
    sign_in(learner, known)
    answer_invitation(learner, look)
    course = a_short_course(server, slug, tmp_path)
    assign_to_everybody(page, slug, course, look)
    complete(server, known, course)
    to_the_zip(page, slug, course, look)


def invite_one(page: Page, slug: str, email: str, look: Look) -> None:
    page.goto(f"/organisations/{slug}/people")
    look(page, "people-before")
    page.get_by_role("link", name="Add people").first.click()
    page.get_by_label("E-mail address").fill("not an address")
    look(page, "add")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Name", exact=True).fill("As HR knows her")
    page.get_by_role("button", name="Send invitation").click()
    expect(page.get_by_text("The invitation is on its way")).to_be_visible()
    expect(page.get_by_text("Invited, not answered yet")).to_be_visible()
    look(page, "membership")


def bring_in(page: Page, slug: str, spreadsheet: Path, look: Look) -> None:
    page.goto(f"/organisations/{slug}/people/add")
    page.get_by_role("link", name="Use a spreadsheet").click()
    look(page, "upload")
    page.get_by_label("Your spreadsheet").set_input_files(spreadsheet)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Say which column is what")).to_be_visible()
    expect(page.get_by_label("Personalnummer")).to_have_value("number")
    expect(page.get_by_label("Nachname")).to_have_value("last")
    expect(page.get_by_label("Schuhgröße")).to_have_value("")
    look(page, "columns")
    page.get_by_role("button", name="Check every row").click()
    expect(page.get_by_text("496 people will be added and get an invitation.")).to_be_visible()
    expect(page.get_by_text("4 rows are wrong and are left out.")).to_be_visible()
    expect(page.get_by_text("“zoe at example.org” is not an e-mail address.")).to_be_visible()
    look(page, "effect")
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel file").click()
    assert download.value.suggested_filename == "rows-to-mend.xlsx"
    page.get_by_role("button", name="Add 496 people").click()
    page.get_by_role("link", name="See what came of it").click(timeout=60_000)
    expect(page.get_by_text("496 people were invited.")).to_be_visible()
    look(page, "result")
    page.get_by_role("link", name="See your people").click()
    expect(page.get_by_text("498 people")).to_be_visible()
    look(page, "people")


def enrol_all(page: Page, slug: str, look: Look) -> None:
    """All that match, through the page that shows the effect first."""
    page.get_by_label("All 498 that match").check()
    page.get_by_role("button", name="Enrol").click()
    look(page, "enrol-course")
    choose_course(page)
    page.get_by_role("button", name="See what it does").click()
    look(page, "enrol-effect")
    page.get_by_role("button", name="Enrol them").click()
    page.wait_for_url("**/people?**")
    look(page, "enrolled")


def look_at_teams(page: Page, slug: str, look: Look) -> None:
    page.goto(f"/organisations/{slug}/teams")
    expect(page.get_by_role("link", name="Werk 0")).to_be_visible()
    look(page, "teams")
    page.get_by_role("link", name="Linie 0").first.click()
    look(page, "team")


def answer_invitation(page: Page, look: Look) -> None:
    expect(page.get_by_text("says that you are one of its people")).to_be_visible()
    look(page, "invitation")
    page.get_by_role("button", name="I belong there").click()
    expect(page.get_by_text("You belong here since")).to_have_count(2)
    look(page, "mine")


def choose_course(page: Page) -> None:
    """By typing a part of its name, as the list with typing offers."""
    page.wait_for_load_state()  # the list can be typed into once its script is there
    box = page.get_by_role("combobox", name="Course")
    box.fill("High-voltage")
    page.get_by_role("option").first.click()


def a_short_course(server: Server, slug: str, folder: Path) -> str:
    """A course of the organisation that is completed by reading, with a certificate."""
    (folder / "course.yaml").write_text(COURSE_OF_TWO_PAGES)
    for key in "12":
        (folder / f"{key}.md").write_text(PAGE.format(key=key))
    server.lms("courses", "import", folder, "--publish", "--slug", f"lock-{slug}", "--org", slug)
    return f"lock-{slug}"


def assign_to_everybody(page: Page, slug: str, course: str, look: Look) -> None:
    page.goto(f"/organisations/{slug}/people")
    page.get_by_label("All 498 that match").check()
    page.get_by_role("button", name="Assign a course").click()
    page.wait_for_load_state()  # the list can be typed into once its script is there
    box = page.get_by_role("combobox", name="Course")
    box.fill("Lock out")
    page.get_by_role("option", name="Lock out, tag out").last.click()
    page.get_by_label("Or so many days after being assigned").fill("30")
    look(page, "assign")
    page.get_by_role("button", name="Assign the course").click()
    expect(page.get_by_role("cell", name="Everybody")).to_be_visible(timeout=60_000)
    look(page, "assignments")


def complete(server: Server, email: str, course: str) -> None:
    """Who has accepted completes it; her start page had it as due."""
    api = Api(server, email)
    (enrolment,) = (one for one in api.ask("GET", "/me/enrolments")["items"] if one["course"] == course)
    for activity in enrolment["activities"]:
        api.ask("POST", f"/enrolments/{enrolment['id']}/activities/{activity['key']}/events", {"kind": "viewed"})
    until = time.monotonic() + 120
    while not any(one["status"] == "issued" for one in api.ask("GET", "/me/credentials")["items"]):
        assert time.monotonic() < until, "no document within two minutes"
        time.sleep(0.5)


def to_the_zip(page: Page, slug: str, course: str, look: Look) -> None:
    """All of them in one zip: the one certificate, and 497 lines that say why there is none."""
    page.goto(f"/organisations/{slug}/people?course={course}")
    look(page, "people-of-the-course")
    page.get_by_label("All 498 that match").check()
    page.get_by_role("button", name="Certificates as a zip").click()
    look(page, "pack-form")
    page.get_by_role("button", name="Make the zip").click()
    expect(page.get_by_role("heading", name="Your pack is ready")).to_be_visible(timeout=120_000)
    look(page, "pack")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the zip").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert archive.testzip() is None
        rows = list(csv.DictReader(io.StringIO(archive.read("list.csv").decode("utf-8-sig"))))
        assert len(rows) == 498
        assert [bool(row["Why it is missing"]) for row in rows] == [True] * 497 + [False]
        pdf = archive.read(rows[-1]["File"])
        assert hashlib.sha256(pdf).hexdigest() == rows[-1]["SHA-256 of the document"]
        assert "Known Elsewhere" in rows[-1]["File"]
