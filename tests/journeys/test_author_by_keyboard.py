"""From nothing to a published course by keyboard alone, every step reached by Tab and done by keys; then corrected."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
from playwright.sync_api import Locator, Page, Response, expect

from tests.fixtures.browser import DESKTOP, PHONE
from tests.journeys.in_flight import Finished, InTheQuiz
from tests.journeys.keyboard import Keyboard
from tests.services.server import Server

PASSWORD = "three green words"


@pytest.fixture
def look(axe: Callable[[Page], None], picture: Callable[[Page, str], Path]) -> Callable[[Page, str], None]:
    def at(page: Page, name: str) -> None:
        axe(page)
        picture(page, f"keyboard-{name}")

    return at


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_a_course_is_written_published_and_corrected_by_keyboard_alone(
    sqlite_server: Server, new_page: Any, look: Callable[[Page, str], None], width: int
) -> None:
    page = new_page(sqlite_server.url, width=width)
    keys = Keyboard(page)
    sign_in(keys, sqlite_server)
    title = f"Orange cables {uuid.uuid4().hex[:6]}"
    slug = begin(keys, title)
    add_a_page(keys, look)
    add_a_quiz(keys, slug, look)
    say_when_it_opens(keys, slug, look)
    put_in_order(keys, slug)
    state_the_facts(keys, slug, look)
    publish(keys, slug, look)
    guest = new_page(sqlite_server.url, width=width)
    guest.goto(f"/courses/{slug}")
    expect(guest.get_by_role("heading", level=1)).to_have_text(title)
    expect(guest.locator("main")).to_contain_text("Can tell orange from red.")

    lea, ben = InTheQuiz(sqlite_server, guest, slug), Finished(sqlite_server, slug)
    correct(keys, slug, look)
    publish_correction(keys, slug, look)
    lea.sees_what_was_asked()
    move_on(keys, slug, lea.name, look)
    lea.sees_what_was_asked()
    look(guest, "learner-in-quiz")
    lea.hands_in_and_passes()
    look(guest, "learner-passed")
    ben.has_lost_nothing()


def sign_in(keys: Keyboard, server: Server) -> None:
    email = f"author-{uuid.uuid4().hex[:8]}@example.org"
    server.lms("users", "add", email, "--name", "Ana Author", "--role", "author", "--password", PASSWORD)
    keys.page.goto("/sign-in")
    keys.write(keys.page.locator("input[name=email]"), email)
    keys.write(keys.page.locator("input[name=password]"), PASSWORD)
    keys.page.keyboard.press("Enter")
    keys.page.wait_for_url(re.compile(r"/$"))


def begin(keys: Keyboard, title: str) -> str:
    """A course, its first module; gives the slug."""
    keys.link("Teach")
    keys.link("New course")
    keys.write(keys.page.locator("#title"), title)
    keys.page.keyboard.press("Enter")
    keys.write(keys.page.locator("#add-module-title"), "First things")
    keys.page.keyboard.press("Enter")
    keys.page.wait_for_url("**?module=first-things")
    return keys.page.url.split("/teach/")[1].split("?")[0]


def add_a_page(keys: Keyboard, look: Callable[[Page, str], None]) -> None:
    keys.write(keys.page.locator("#add-title"), "What is orange")
    keys.page.keyboard.press("Enter")
    keys.page.wait_for_url("**?activity=what-is-orange")
    look(keys.page, "activity")
    keys.link("Edit what it shows")
    keys.page.wait_for_url("**/activities/what-is-orange")
    keys.button("Text")
    keys.write(keys.page.locator("[id='blocks.0.markdown']"), "Orange cables carry high voltage.")
    wait_saved(keys.page)
    look(keys.page, "page")


def wait_saved(page: Page) -> None:
    page.wait_for_selector("#editor-state [data-state]:text-matches('^Saved')")


def add_a_quiz(keys: Keyboard, slug: str, look: Callable[[Page, str], None]) -> None:
    keys.page.goto(f"/teach/{slug}?module=first-things")
    keys.write(keys.page.locator("#add-title"), "Check")
    keys.choose(keys.page.locator("#add-kind"), "Quiz")
    keys.button("Add activity")
    keys.page.wait_for_url("**?activity=check")
    keys.link("Edit what it shows")
    keys.page.wait_for_url("**/activities/check")
    keys.press(keys.page.locator("summary", has_text="Add a question").first)
    keys.page.keyboard.press("ArrowDown")
    keys.page.keyboard.press("Enter")
    question = keys.page.locator(".question-editor")
    keys.write(question.get_by_label("Question", exact=True), "Which cable carries high voltage?")
    keys.write(question.get_by_label("Option 1", exact=True), "The orange one")
    keys.press(question.get_by_label("Option 1 is right"), "Space")
    keys.write(question.get_by_label("Option 2", exact=True), "The black one")
    wait_saved(keys.page)
    look(keys.page, "quiz")


def say_when_it_opens(keys: Keyboard, slug: str, look: Callable[[Page, str], None]) -> None:
    keys.page.goto(f"/teach/{slug}?activity=check")
    keys.link("Change when it opens")
    keys.choose(keys.page.locator("[id='c.kind']"), "a")  # the first letter shows what belongs to it
    keys.choose(keys.page.locator("[id='c.activity']"), "1.1")
    expect(keys.page.locator("[id='c.activity']")).to_have_value("what-is-orange")
    look(keys.page, "release")
    keys.button("Save")
    keys.page.wait_for_url("**?activity=check")
    expect(keys.page.locator("main")).to_contain_text("Opens when 1.1 “What is orange” is completed.")


def put_in_order(keys: Keyboard, slug: str) -> None:
    """Up, and back again: the keys of the outline, and of undoing."""
    keys.page.goto(f"/teach/{slug}")
    line = keys.page.locator("li[data-key=check] a")
    keys.press(line, "Alt+ArrowUp")
    expect(keys.page.locator("li[data-key=check] .no")).to_have_text("1.1")
    keys.page.keyboard.press("Control+z")
    expect(keys.page.locator("li[data-key=check] .no")).to_have_text("1.2")


def state_the_facts(keys: Keyboard, slug: str, look: Callable[[Page, str], None]) -> None:
    keys.page.goto(f"/teach/{slug}")
    keys.link("Edit facts and certificate")
    keys.page.wait_for_url("**/facts")
    keys.write(keys.page.locator("#summary"), "Know a dangerous cable when you see one.")
    keys.write(keys.page.locator("[id='outcomes.0.text']"), "Can tell orange from red.")
    keys.choose(keys.page.locator("#certificate"), "Certificate of ach")
    keys.page.keyboard.press("Tab")
    expect(keys.page.locator("#state")).to_contain_text("Saved ")
    look(keys.page, "facts")


def publish(keys: Keyboard, slug: str, look: Callable[[Page, str], None]) -> None:
    keys.page.goto(f"/teach/{slug}")
    expect(keys.page.locator("#state")).to_contain_text("Draft, not published yet.")
    keys.link("Look and publish")
    keys.page.wait_for_url("**/publish")
    look(keys.page, "publish")
    keys.button("Publish revision 1")
    expect(keys.page.get_by_role("heading", level=1)).to_have_text("Revision 1 is published")


def correct(keys: Keyboard, slug: str, look: Callable[[Page, str], None]) -> None:
    """A page and a question; what was the right answer is so no longer."""
    keys.page.goto(f"/teach/{slug}/activities/what-is-orange")
    write_and_save(keys, keys.page.locator("[id='blocks.0.markdown']"), "Orange cables carry up to 800 V.")
    keys.page.goto(f"/teach/{slug}/activities/check")
    question = keys.page.locator(".question-editor")
    write_and_save(keys, question.get_by_label("Question", exact=True), "Which cable carries no high voltage?")
    with keys.page.expect_response(lambda answer: answer.request.method == "POST" and answer.ok):
        keys.press(question.get_by_label("Option 2 is right"), "Space")
    wait_saved(keys.page)
    look(keys.page, "correction")


def write_and_save(keys: Keyboard, field: Locator, text: str) -> None:
    def is_whole(answer: Response) -> bool:
        return quote_plus(text) in (answer.request.post_data or "") and answer.ok

    with keys.page.expect_response(is_whole):
        keys.write(field, text)
    wait_saved(keys.page)


def publish_correction(keys: Keyboard, slug: str, look: Callable[[Page, str], None]) -> None:
    """It says what changes, and for how many people, before it is done."""
    keys.page.goto(f"/teach/{slug}/publish")
    told = keys.page.locator("main")
    for sentence in (
        "2 changes since revision 1",
        "to 800 V",
        "Question q1 is marked otherwise",
        "1 person learns on revision 1",
        "1 person has finished",
        "1 person is in a quiz now: 1.2 “Check”",
        "They finish the quiz that they started, with the questions that they have.",
    ):
        expect(told).to_contain_text(sentence)
    look(keys.page, "correction-preview")
    keys.button("Publish revision 2")
    expect(keys.page.get_by_role("heading", level=1)).to_have_text("Revision 2 is published")


def move_on(keys: Keyboard, slug: str, name: str, look: Callable[[Page, str], None]) -> None:
    """One of the two: what it does is shown first."""
    keys.page.goto(f"/teach/{slug}/learners")
    keys.press(keys.page.get_by_label(f"Choose {name}"), "Space")
    keys.button("Look at moving the chosen ones on")
    expect(keys.page.locator("main")).to_contain_text("1 person moves on from revision 1")
    expect(keys.page.locator("main")).to_contain_text("What is completed stays completed, and no percent falls.")
    look(keys.page, "move")
    keys.button("Move 1 person on")
    expect(keys.page.locator("main")).to_contain_text("1 learner was moved on.", timeout=20_000)
