"""The player in a real browser: keys, practice in place, video, outline, on a phone and at a desk.

On SQLite alone: it is about pages.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from lms.accounts.services import add_person, sign_in
from lms.core.actor import SYSTEM, Actor
from lms.core.clock import now
from lms.core.db import db
from tests.fixtures.database import environment, make_schema
from tests.services.serving import serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

COURSE = Path(__file__).resolve().parents[1] / "courses" / "everything"
PASSWORD = "correct horse battery"
KB = 1000
MakePage = Callable[..., "Page"]


@dataclass
class School:
    """An installation with one course, and its address."""

    app: Flask
    address: str

    def learner(self) -> tuple[str, str]:
        """(cookie of somebody who is signed in, their enrolment)."""
        from lms.learning.services import enrol_learner

        email = f"{uuid.uuid4()}@example.org"
        with self.app.app_context():
            person = add_person(email, name="Ana Žnidaršič", password=PASSWORD, by=SYSTEM, at=now())
            db.session.flush()  # sign-in and enrolment refer to the person
            secret = sign_in(email, PASSWORD, address="127.0.0.1", device="test", at=now()).secret
            enrolment, _is_new = enrol_learner(person.id, "everything", by=Actor(person.id), at=now())
            db.session.commit()
            return secret, str(enrolment.id)


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    from lms.app import create_app
    from lms.core.config import Settings
    from lms.interop.services import import_course
    from lms.organisations.services import add_organisation, list_organisations

    data = tmp_path_factory.mktemp("player")
    url = f"sqlite:///{data}/lms.db"
    make_schema(url, data)
    app = create_app(Settings.from_env(environment(url, data)))
    with app.app_context():
        if not list_organisations():
            add_organisation("school", name="School", by=SYSTEM, at=now())
        import_course(COURSE, publish=True, slug=None, organisation=None, by=SYSTEM, at=now())
        db.session.commit()
    with serving(app) as address:
        yield School(app, address)


@dataclass
class Reader:
    """A browser in which somebody reads the course."""

    page: Page
    enrolment: str

    def open(self, key: str) -> Page:
        self.page.goto(f"/learn/{self.enrolment}/{key}")
        return self.page

    def state_of(self, title: str) -> str:
        """What the outline reads aloud for an activity."""
        return self.page.get_by_role("link", name=title).inner_text()


@pytest.fixture
def read(school: School, new_page: MakePage) -> Callable[..., Reader]:
    def start(**options: object) -> Reader:
        secret, enrolment = school.learner()
        page = new_page(school.address, **{"reduced_motion": "reduce"} | options)
        page.context.add_cookies([{"name": "session", "value": secret, "url": school.address}])
        return Reader(page, enrolment)

    return start


ACTIVITIES = ("page", "clip", "sheet", "standard", "blocks", "practice", "types", "credential")


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_every_kind_of_activity_can_be_read_by_everybody(
    read: Callable[..., Reader],
    axe: Callable[[Page], None],
    picture: Callable[[Page, str], Path],
    width: int,
    scheme: str,
) -> None:
    reader = read(width=width, color_scheme=scheme)
    for key in ACTIVITIES:
        page = reader.open(key)
        axe(page)
        picture(page, f"player-{key}-{scheme}")


def test_j_and_k_go_on_and_back_and_a_question_mark_tells_the_keys(read: Callable[..., Reader]) -> None:
    page = read(width=1280).open("page")
    page.keyboard.press("j")
    page.wait_for_url("**/optional")
    page.keyboard.press("k")
    page.wait_for_url("**/page")
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="Keys").is_visible()
    page.keyboard.press("j")
    assert page.url.endswith("/page"), "keys do nothing behind a dialog"


def test_the_outline_comes_up_on_a_phone_and_says_state_and_why_in_words(read: Callable[..., Reader]) -> None:
    reader = read(width=360)
    page = reader.open("page")
    assert not page.locator("#outline-list").is_visible()
    page.get_by_role("button", name="Outline").click()
    assert "done" in reader.state_of("A page with all that Markdown can do")
    locked = reader.state_of("2.4 Final test")
    assert "locked" in locked
    assert "Blocks between texts" in locked


@pytest.mark.parametrize("scripted", [True, False])
def test_a_practice_question_answers_in_its_place(read: Callable[..., Reader], scripted: bool) -> None:
    page = read(java_script_enabled=scripted).open("practice")
    question = page.locator("#q-p1")
    question.get_by_label("Seven").check()
    question.get_by_role("button", name="Check my answer").click()
    question.get_by_text("That is a number.").wait_for()
    assert "Not right" in question.inner_text()
    assert question.get_by_label("Seven").is_checked()
    question.get_by_label("Red").check()
    question.get_by_role("button", name="Check again").click()
    question.locator(".reason.good").wait_for()
    assert question.get_by_text("Colours have names.").is_visible()


def test_with_script_the_feedback_takes_the_focus_and_the_page_stays(read: Callable[..., Reader]) -> None:
    page = read().open("practice")
    page.evaluate("window.same = true")
    page.locator("#q-p1").get_by_label("Red").check()
    page.locator("#q-p1").get_by_role("button", name="Check my answer").press("Enter")
    page.locator("#q-p1 .reason").wait_for()
    assert page.evaluate("window.same === true")
    assert page.evaluate("document.activeElement.matches('#q-p1 [data-feedback]')")


def test_an_answer_stays_where_the_network_is_gone(read: Callable[..., Reader]) -> None:
    page = read().open("practice")
    page.locator("#q-p1").get_by_label("Red").check()
    page.context.set_offline(True)
    page.locator("#q-p1").get_by_role("button", name="Check my answer").click()
    page.locator("#toasts").get_by_text("There is no network.").wait_for()
    assert page.locator("#q-p1").get_by_label("Red").is_checked()


def test_done_leads_on_and_counts(read: Callable[..., Reader]) -> None:
    reader = read()
    page = reader.open("sheet")
    page.get_by_role("button", name="Done, next").click()
    page.wait_for_url("**/standard")
    assert "done" in reader.page.locator("#outline-list a", has_text="A sheet to keep").inner_text()


def test_a_link_leads_out_and_is_done(read: Callable[..., Reader]) -> None:
    reader = read()
    link = reader.open("standard").get_by_role("link", name="Open").get_attribute("href")
    assert link
    answer = reader.page.request.get(link, max_redirects=0)
    assert answer.status == 302
    assert answer.headers["location"].startswith("https://")
    reader.open("standard")
    assert "done" in reader.page.locator("#outline-list a", has_text="A page elsewhere").inner_text()


def _until(page: Page, condition: str) -> None:
    """Waits until `condition`, a JavaScript expression over `video`, is true (our CSP forbids Playwright's waiting)."""
    for _ in range(100):
        if page.evaluate(f"(video => {condition})(document.querySelector('video'))"):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {condition}")


def _ready(page: Page) -> None:
    _until(page, "video.readyState >= 1")


def test_a_video_goes_on_where_it_was_left(read: Callable[..., Reader]) -> None:
    reader = read(width=1280)
    page = reader.open("clip")
    _ready(page)
    with page.expect_response("**/events"):
        page.evaluate("document.querySelector('video').currentTime = 3.4")
    reader.open("clip")
    _ready(page)
    _until(page, "video.currentTime >= 3")


def test_a_video_obeys_keys(read: Callable[..., Reader]) -> None:
    page = read(width=1280).open("blocks")
    _ready(page)
    video = page.locator("video")
    video.focus()
    page.keyboard.press("m")
    assert video.evaluate("video => video.muted")
    shown = video.evaluate("video => video.textTracks[0].mode")
    page.keyboard.press("c")
    assert video.evaluate("video => video.textTracks[0].mode") != shown
    page.keyboard.press(">")
    assert video.evaluate("video => video.playbackRate") == 1.25
    page.keyboard.press(" ")
    _until(page, "!video.paused")


def test_a_video_that_was_played_is_done_without_another_click(read: Callable[..., Reader]) -> None:
    page = read(width=1280).open("clip")
    _ready(page)
    page.evaluate("const v = document.querySelector('video'); v.muted = true; v.playbackRate = 8; v.play()")
    page.locator("#outline-list a", has_text="A video of six seconds").get_by_text("done").wait_for(
        state="attached", timeout=15_000
    )
    assert page.get_by_role("link", name="Next").is_visible()


def test_a_text_goes_on_where_it_was_left(read: Callable[..., Reader]) -> None:
    reader = read(width=360)
    page = reader.open("page")
    page.evaluate("scrollTo(0, 400)")
    reader.open("optional")
    assert page.evaluate("scrollY") == 0
    reader.open("page")
    assert abs(page.evaluate("scrollY") - 400) < 40


def test_the_outline_shows_where_one_is(read: Callable[..., Reader]) -> None:
    page = read(width=1280).open("credential")
    inside = "e => e.getBoundingClientRect().bottom <= e.closest('#outline').getBoundingClientRect().bottom"
    assert page.locator("#outline [aria-current]").evaluate(inside)


def _weight(page: Page, path: str) -> int:
    """Bytes that come over the network for a page, as they are sent."""
    sizes: list[int] = []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    page.goto(path, wait_until="networkidle")
    return sum(sizes)


def test_a_first_page_weighs_150_kb_at_most_and_a_later_one_20(read: Callable[..., Reader]) -> None:
    reader = read()
    assert _weight(reader.page, "/") <= 150 * KB
    assert _weight(reader.page, "/courses/everything") <= 20 * KB
