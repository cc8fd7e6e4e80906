"""docs/hr.md: from a spreadsheet of people to a zip for the auditor, in a company of the demo."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import Workbook
from playwright.sync_api import expect

from lms.home.demo import PASSWORD
from lms.home.demo.names import full_names
from tools.pictures.camera import sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tools.pictures.camera import Camera

COMPANY = "/organisations/nordzellen"
NEW, WRONG = 48, {9: "jonas.at.example.org", 20: "", 31: "new.1@example.org"}
"""So many rows, and what stands in the place of an address in some of them."""


def story(camera: Camera) -> None:
    page = camera.desk()
    sign_in(page, "hr.nordzellen@example.org", PASSWORD)
    bring_in(camera, page)
    assign(camera, page)
    look(camera, page)
    pack(camera, page)


def a_spreadsheet(path: Path) -> Path:
    """As a personnel system exports it."""
    book = Workbook()
    sheet = book.active
    if sheet is None:
        raise RuntimeError("a new workbook has a sheet")
    sheet.append(["Personalnummer", "Name", "E-Mail", "Abteilung", "Sprache"])
    for number, (_language, name) in enumerate(full_names()[-NEW:], 1):
        email = WRONG.get(number, f"new.{number}@example.org")
        sheet.append([f"N{number:04}", name, email, f"Module assembly / Shift {'AB'[number % 2]}", "de"])
    book.save(path)
    return path


def bring_in(camera: Camera, page: Page) -> None:
    page.goto(f"{COMPANY}/people/import")
    with tempfile.TemporaryDirectory() as folder:
        page.get_by_label("Your spreadsheet").set_input_files(a_spreadsheet(Path(folder) / "module-assembly.xlsx"))
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_role("heading", name="Say which column is what")).to_be_visible()
    camera.take(page, "hr-columns")
    page.get_by_role("button", name="Check every row").click()
    expect(page.get_by_text("3 rows are wrong and are left out.")).to_be_visible()
    camera.take(page, "hr-effect", height=1080)
    page.get_by_role("button", name="Add 45 people").click()
    page.get_by_role("link", name="See what came of it").click(timeout=60_000)
    page.goto(f"{COMPANY}/teams")
    camera.take(page, "hr-teams")


def assign(camera: Camera, page: Page) -> None:
    page.goto(f"{COMPANY}/people/assign")
    box = page.get_by_role("combobox", name="Course")
    box.fill("High-voltage")
    page.get_by_role("option").first.click()
    page.get_by_label("Or so many days after being assigned").fill("30")
    camera.take(page, "hr-assign")


def look(camera: Camera, page: Page) -> None:
    page.goto(f"{COMPANY}/people?sort=due")
    expect(page.locator("[data-figures]")).to_be_visible()
    camera.take(page, "hr-list", height=1000)
    page.locator("td.bad a", has_text="% done").first.click()
    camera.take(page, "hr-why")


def pack(camera: Camera, page: Page) -> None:
    page.goto(f"{COMPANY}/people?course=high-voltage-safety")
    page.locator("input[name=all]").check()
    page.get_by_role("button", name="Certificates as a zip").click()
    page.get_by_role("button", name="Make the zip").click()
    expect(page.get_by_role("heading", name="Your pack is ready")).to_be_visible(timeout=120_000)
    camera.take(page, "hr-pack")
