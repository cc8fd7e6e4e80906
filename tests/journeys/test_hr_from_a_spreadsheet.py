"""HR brings in 500 people from a spreadsheet and puts them on a course; one of them answers the invitation."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from playwright.sync_api import Page, expect

from tests.fixtures.browser import DESKTOP, PHONE
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
def test_from_a_spreadsheet_of_500_people_to_all_of_them_enrolled(
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
    box = page.get_by_role("combobox", name="Course")
    box.fill("High-voltage")
    page.get_by_role("option").first.click()
