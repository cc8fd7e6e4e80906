"""The main job in one go: an author imports and publishes, a learner takes the course, an employer checks."""

from __future__ import annotations

import json
import re
import uuid
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.browser import DESKTOP, PHONE
from tests.journeys.answers import Key
from tests.journeys.forms import fill
from tests.services.server import Server

EVERYTHING = Path(__file__).resolve().parents[1] / "courses" / "everything"
PASSWORD = "three green words"
OPTIONAL_OF_OTHERS = ("credential", "group")
"""Closed to this learner: the certificate of another course opens one, a group of the course the other."""

Look = Callable[[Page, str], None]


@pytest.fixture
def look(axe: Callable[[Page], None], picture: Callable[[Page, str], Path]) -> Look:
    """Each page on the way is looked at: axe finds nothing, and there is a picture of it."""

    def at(page: Page, name: str) -> None:
        axe(page)
        picture(page, f"journey-{name}")

    return at


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """The course that uses everything, as the author's own zip."""
    file = tmp_path / "everything.zip"
    with zipfile.ZipFile(file, "w") as packed:
        for path in sorted(EVERYTHING.rglob("*")):
            if path.is_file():
                packed.write(path, f"everything/{path.relative_to(EVERYTHING)}")
    return file


def add(server: Server, role: str, name: str) -> str:
    email = f"{role}-{uuid.uuid4().hex[:8]}@example.org"
    server.lms("users", "add", email, "--name", name, "--role", role, "--password", PASSWORD)
    return email


def sign_in(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")


@pytest.mark.parametrize(("kind", "width"), [("sqlite", PHONE), ("postgresql", PHONE), ("sqlite", DESKTOP)], ids=str)
def test_a_course_is_imported_taken_and_its_certificate_checked(
    kind: str, width: int, running_server: Callable[[str], Server], new_page: Any, archive: Path, look: Look
) -> None:
    server = running_server(kind)
    author = new_page(server.url, width=width)
    sign_in(author, add(server, "author", "Ioannis Papadopoulos"))
    slug = f"everything-{uuid.uuid4().hex[:6]}"
    import_and_publish(author, archive, slug, look)

    learner = new_page(server.url, width=width)
    sign_in(learner, add(server, "learner", "Zoë Müller-Łukasz"))
    learner.goto("/courses?q=everything")
    look(learner, "catalogue")
    learner.goto(f"/courses/{slug}")
    look(learner, "course")
    learner.get_by_role("button", name="Take this course").locator("visible=true").click()
    learner.wait_for_url("**/learn/**")
    take(learner, slug, look)
    number = see_certificate(learner, look)
    check_as_employer(new_page(server.url, width=width), server, number, look)


def import_and_publish(page: Page, archive: Path, slug: str, look: Look) -> None:
    page.goto("/teach")
    page.get_by_role("link", name="Import a course").first.click()
    look(page, "import")
    page.locator("input[type=file]").set_input_files(archive)
    page.locator("[name=slug]").fill(slug)
    page.get_by_role("button", name=re.compile("Import|Send|Upload")).click()
    page.wait_for_url("**/jobs/**")
    expect(page.get_by_role("link", name=re.compile("draft|course", re.IGNORECASE)).first).to_be_visible(timeout=20_000)
    expect(page.locator("main")).to_contain_text("questions", timeout=20_000)
    hidden = page.locator(".scroll").evaluate("box => box.scrollWidth - box.clientWidth")
    assert hidden == 0, "what was left out is seen without scrolling sideways"
    look(page, "ledger")
    page.goto(f"/teach/{slug}/publish")
    look(page, "preview")
    page.get_by_role("button", name="Publish revision 1").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Revision 1 is published")


def activities(modules: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for module in modules:
        yield from module["activities"]
        yield from activities(module["modules"])


def take(page: Page, slug: str, look: Look) -> None:
    """Every activity in order, by what its page offers."""
    enrolment = re.search(r"/learn/([0-9a-f-]+)", page.url)
    assert enrolment
    key = Key(EVERYTHING)
    course = page.request.get(f"/api/v1/courses/{slug}").json()
    for activity in activities(course["modules"]):
        if activity["key"] in OPTIONAL_OF_OTHERS:
            continue
        page.goto(f"/learn/{enrolment[1]}/{activity['key']}")
        look(page, f"activity-{activity['key']}")
        if activity["kind"] == "quiz":
            answer_quiz(page, key, activity["key"], look)
            continue
        practise(page)
        done = page.get_by_role("button", name=re.compile("^Done"))
        if done.count():
            done.click()


def practise(page: Page) -> None:
    """A wrong or empty answer gets its feedback in place."""
    for form in page.locator("form[data-practice]").all():
        form.get_by_role("button", name="Check my answer").click()
        expect(form.locator("[data-feedback] .reason")).to_be_visible()


def answer_quiz(page: Page, key: Key, name: str, look: Look) -> None:
    page.get_by_role("button", name=re.compile("^Start")).click()
    page.wait_for_url("**/attempts/**")
    attempt_id = page.url.split("/attempts/")[1].split("?")[0]
    attempt = page.request.get(f"/api/v1/attempts/{attempt_id}").json()
    slots = [slot for slot in attempt["slots"] if slot.get("slot")]
    for number, slot in enumerate(slots, 1):
        fill(page.locator(f"form[data-slot='{slot['slot']}']"), key.answer(slot))
        expect(page.locator("[data-saved]")).to_contain_text("Saved")
        if number == 1 or slot["type"] == "parts":
            look(page, f"question-{name}-{slot['type']}")
        page.locator("[data-next]").click()
    look(page, f"overview-{name}")
    page.locator("[data-hand-in]").click()
    expect(page.locator("h1")).to_have_text(re.compile("^Passed"))
    look(page, f"result-{name}")


def see_certificate(page: Page, look: Look) -> str:
    """The certificate comes by itself; its page says so meanwhile."""
    page.goto("/certificates")
    page.locator("a[href^='/certificates/']").first.click()
    expect(page.get_by_role("link", name="Download PDF")).to_be_visible(timeout=20_000)
    look(page, "certificate")
    pdf = page.request.get(page.get_by_role("link", name="Download PDF").get_attribute("href") or "").body()
    assert pdf.startswith(b"%PDF-")
    return page.url.rsplit("/", 1)[-1]


def check_as_employer(page: Page, server: Server, number: str, look: Look) -> None:
    page.goto(f"/verify/{number}")
    expect(page.locator("h1")).to_have_text("Valid")
    expect(page.locator("main")).to_contain_text("Zoë Müller-Łukasz")
    look(page, "verification")
    asked = Request(f"{server.url}/verify/{number}", headers={"Accept": "application/json"})
    with urlopen(asked) as answer:
        assert json.load(answer)["status"] == "issued"
