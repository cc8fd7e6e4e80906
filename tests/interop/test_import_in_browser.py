"""Import and export on their pages, in a real browser: a file, progress, what it would change, the ledger.

On SQLite alone: it is about pages.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from lms.core.clock import now
from lms.core.jobs.services import claimable_jobs, run_job
from tests.learning.building import PASSWORD, a_person, an_organisation
from tests.services.serving import serving

EVERYTHING = Path(__file__).parents[1] / "courses" / "everything"


@pytest.fixture
def database_kind() -> str:
    return "sqlite"  # what a browser shows does not depend on the database


@pytest.fixture
def author(app: Flask, session: Any) -> str:
    """The address of somebody who may import; their session is not open yet."""
    organisation = an_organisation("academy")
    session.flush()
    email = a_person("author", scope=organisation.id).email
    session.commit()
    return email


@pytest.fixture
def address(app: Flask, author: str) -> Iterator[str]:
    with serving(app) as address:
        yield address


def archive(folder: Path, words: str) -> Path:
    """The course of the tests with other words on its first page."""
    copy = shutil.copytree(EVERYTHING, folder / "course", dirs_exist_ok=True)
    page = copy / "01-start" / "01-page.md"
    page.write_text(page.read_text("utf-8").replace("This is sample content.", words), "utf-8")
    return Path(shutil.make_archive(str(folder / "course"), "zip", copy))


def work(session: Any) -> None:
    session.rollback()
    waiting = claimable_jobs(now())
    for job_id in waiting:
        run_job(job_id)
    session.rollback()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_a_newer_file_shows_what_it_would_change(
    session: Any,
    address: str,
    author: str,
    new_page: Any,
    axe: Callable[[Page], None],
    picture: Callable[[Page, str], Path],
    tmp_path: Path,
    width: int,
    scheme: str,
) -> None:
    page: Page = new_page(address, width=width, color_scheme=scheme)

    def look(name: str) -> None:
        axe(page)
        picture(page, f"{name}-{scheme}")

    def send(words: str) -> None:
        page.goto("/teach/import?slug=everything")
        page.locator("input[type=file]").set_input_files(archive(tmp_path, words))
        page.get_by_role("button", name="Import the course").click()
        page.wait_for_url("**/jobs/**")

    page.goto("/sign-in")
    page.fill("input[name=email]", author)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button:not([type=button])")
    page.wait_for_url(re.compile(r"/$"))
    page.goto("/teach/import?slug=everything")
    look("import-form")
    send("This is sample content.")
    look("import-waits")
    work(session)
    expect(page.get_by_role("link", name="See the draft")).to_be_visible(timeout=10_000)
    look("import-done")
    page.get_by_role("link", name=re.compile("^As it was")).click()
    expect(page.get_by_role("heading", name="What came in as it was")).to_be_visible()
    look("import-as-it-was")
    send("This is mended content.")
    work(session)
    expect(page.locator("ins", has_text="mended")).to_be_visible(timeout=10_000)
    look("import-compared")
    page.get_by_role("button", name="Replace the draft").click()
    work(session)
    expect(page.get_by_text("Saved as a draft")).to_be_visible(timeout=10_000)
