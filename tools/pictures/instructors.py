"""docs/instructors.md: from nothing to a published course, and a correction while people learn."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from lms.accounts.services import find_person
from lms.core.actor import Actor
from lms.core.clock import now
from lms.core.db import db
from lms.home.demo import PASSWORD
from lms.home.demo.taking import take
from tools.pictures.camera import sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tools.pictures.camera import Camera

TITLE = "Orange cables"
TEXT = """### Orange means high voltage

Every cable that carries more than 60 volts is **orange**. You touch none of them before the vehicle is isolated.

- Look at the whole cable, not only at the plug.
- Damaged? Keep others away and call the person in charge.
"""
LEARNERS = 14


def story(camera: Camera) -> None:
    page = camera.desk()
    sign_in(page, "author@example.org", PASSWORD)
    slug = begin(page)
    write_a_page(camera, page, slug)
    write_a_quiz(camera, page, slug)
    say_when_it_opens(camera, page, slug)
    state_the_facts(page, slug)
    publish(camera, page, slug)
    others_learn(camera, slug)
    correct(camera, page, slug)
    move(camera, page, slug)


def add(page: Page, title: str, kind: str = "Page") -> None:
    page.locator("#add-title").fill(title)
    page.locator("#add-kind").select_option(label=kind)
    page.get_by_role("button", name="Add activity").locator("visible=true").click()
    page.wait_for_url("**?activity=*")


def begin(page: Page) -> str:
    """The course with its outline; gives its slug."""
    page.goto("/teach/new")
    page.locator("#title").fill(TITLE)
    page.keyboard.press("Enter")
    page.locator("#add-module-title").fill("Before you open the bonnet")
    page.keyboard.press("Enter")
    page.wait_for_url("**?module=*")
    module = page.url
    for title, kind in (("What is orange", "Page"), ("Who may touch it", "Page"), ("Check", "Quiz")):
        page.goto(module)
        add(page, title, kind)
    return page.url.split("/teach/")[1].split("?")[0]


def saved(page: Page) -> None:
    page.locator("#editor-state [data-state]", has_text=re.compile("^Saved")).wait_for()


def write(page: Page, slug: str, key: str, text: str) -> Locator:
    """A page of one text."""
    page.goto(f"/teach/{slug}/activities/{key}")
    page.get_by_role("button", name="Text", exact=True).locator("visible=true").first.click()
    field = page.locator("[id='blocks.0.markdown']")
    field.fill(text)
    saved(page)
    return field


def write_a_page(camera: Camera, page: Page, slug: str) -> None:
    write(page, slug, "who-may-touch-it", "Only people with a qualification for high voltage, and never alone.")
    write(page, slug, "what-is-orange", TEXT)
    page.wait_for_timeout(1500)  # the phone beside it follows
    camera.take(page, "teach-page")
    page.goto(f"/teach/{slug}?activity=what-is-orange")
    camera.take(page, "teach-outline")


def write_a_quiz(camera: Camera, page: Page, slug: str) -> None:
    page.goto(f"/teach/{slug}/activities/check")
    page.locator("summary", has_text="Add a question").first.click()
    page.get_by_role("button", name="One right answer").locator("visible=true").first.click()
    question = page.locator(".question-editor")
    question.get_by_label("Question", exact=True).fill("Which cable carries high voltage?")
    question.get_by_label("Option 1", exact=True).fill("The orange one")
    question.get_by_label("Option 1 is right").check()
    question.get_by_label("Option 2", exact=True).fill("The black one with the thick plug")
    saved(page)
    camera.take(page, "teach-question", at=".question-editor")


def say_when_it_opens(camera: Camera, page: Page, slug: str) -> None:
    page.goto(f"/teach/{slug}/release/check")
    page.locator("[id='c.kind']").select_option(index=1)
    page.locator("[id='c.activity']").select_option(value="what-is-orange")
    camera.take(page, "teach-release", height=700)
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**?activity=check")


def state_the_facts(page: Page, slug: str) -> None:
    page.goto(f"/teach/{slug}/facts")
    page.locator("#summary").fill("Know a dangerous cable when you see one.")
    page.locator("[id='outcomes.0.text']").fill("After this course you can tell orange from black.")
    page.locator("#certificate").select_option(value="achievement")
    page.keyboard.press("Tab")
    expect(page.locator("#state")).to_contain_text("Saved ")


def publish(camera: Camera, page: Page, slug: str) -> None:
    page.goto(f"/teach/{slug}/publish")
    camera.take(page, "teach-publish")
    page.get_by_role("button", name=re.compile("^Publish revision")).click()
    expect(page.locator("h1")).to_have_text(re.compile("is published$"))


def others_learn(camera: Camera, slug: str) -> None:
    """Some weeks of learning: some are through, some in the middle, one found it too hard."""
    with camera.beside() as app, app.app_context():
        for number in range(1, LEARNERS + 1):
            learner = Actor(find_person(f"nordzellen.{number}@example.org").id)
            begun = now() - timedelta(days=16 + number)
            take(learner, slug, at=begun, steps=3 if number % 3 == 0 else 1 + number % 2, over=timedelta(days=2))
        db.session.commit()


def correct(camera: Camera, page: Page, slug: str) -> None:
    page.goto(f"/teach/{slug}/activities/what-is-orange")
    page.locator("[id='blocks.0.markdown']").fill(TEXT.replace("more than 60 volts", "more than 60 V DC or 30 V AC"))
    saved(page)
    page.goto(f"/teach/{slug}/publish")
    camera.take(page, "teach-correction")
    page.get_by_role("button", name=re.compile("^Publish revision")).click()
    expect(page.locator("h1")).to_have_text(re.compile("is published$"))


def move(camera: Camera, page: Page, slug: str) -> None:
    page.goto(f"/teach/{slug}/learners")
    camera.take(page, "teach-learners", height=1000)
    page.get_by_role("button", name="Look at moving all of these on").click()
    page.wait_for_url("**/learners/move**")
    camera.take(page, "teach-move", height=640)
