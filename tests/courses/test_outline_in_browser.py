"""The outline in a real browser: by keyboard alone, by dragging, on a phone, without script, two authors at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from lms.accounts.services import sign_in
from lms.core.clock import now
from lms.courses.queries import find_course, load_draft
from lms.courses.rules.edits import Draft, find_item
from lms.courses.services import change_draft
from tests.courses.documents import activity, link, module, video
from tests.learning.building import PASSWORD, a_person, actor, draft, published, scope_on
from tests.quizzes.documents import quiz
from tests.services.serving import serving

MakePage = Callable[..., Page]
PARTS = (
    module("m1", activity("one"), activity("two"), title="Why high voltage is different"),
    module("m2", activity("film", video()), activity("quiz", quiz(), release={"completed": "one"})),
    module("m3", activity("more", link(), requires="none")),
)


@pytest.fixture
def database_kind() -> str:
    return "sqlite"  # what a browser shows does not depend on the database


@pytest.fixture
def address(app: Flask, session: object) -> Iterator[str]:
    with serving(app) as found:
        yield found


@pytest.fixture
def course(session) -> str:
    published(*PARTS, title="High-voltage safety for technicians")
    return draft(*PARTS, title="High-voltage safety for all technicians")


@pytest.fixture
def as_author(app, session, address, course, new_page) -> Callable[..., Page]:
    """A page signed in as an author of the course."""

    def make(**options: object) -> Page:
        person = a_person("author", scope=find_course(course).organisation_id)
        session.commit()
        secret = sign_in(person.email, PASSWORD, address="127.0.0.1", device="test", at=now())
        session.commit()
        page = new_page(address, **options)
        page.set_default_timeout(8000)
        page.context.add_cookies([{"name": "session", "value": str(getattr(secret, "secret", secret)), "url": address}])
        return page

    return make


@pytest.fixture
def keys(session) -> Callable[[], list[list[str]]]:
    def read() -> list[list[str]]:
        outline = drafted(session).outline
        return [[one["key"] for one in found["activities"]] for found in outline["modules"]]

    return read


def drafted(session) -> Draft:
    """What stands in the draft; SQLite's lock is given back at once."""
    session.rollback()
    row = load_draft(find_course("safety").id)
    found = Draft(row.outline, row.archived)
    session.rollback()
    return found


def item(session, key):
    return find_item(drafted(session), "activity", key)


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_a_draft_is_sound_at_any_width(as_author, axe, picture, width, scheme):
    page = as_author(width=width, color_scheme=scheme)
    for name, path in [
        ("outline", "/teach/safety"),
        ("outline-activity", "/teach/safety?activity=quiz"),
        ("outline-module", "/teach/safety?module=m1"),
        ("facts", "/teach/safety/facts"),
        ("release", "/teach/safety/release/quiz"),
        ("history", "/teach/safety/history"),
        ("taught", "/teach"),
        ("new-course", "/teach/new"),
    ]:
        page.goto(path)
        axe(page)
        if scheme == "light":
            picture(page, f"teach-{name}")


def test_a_line_moves_by_keys_and_keeps_the_focus(as_author, keys):
    page = as_author(width=1280)
    page.goto("/teach/safety")
    line = page.locator("li[data-key=two] a")
    line.focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#toasts")).to_contain_text("is now 1.1.")
    assert keys()[0] == ["two", "one"]
    expect(page.locator("li[data-key=two] a")).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#toasts")).to_contain_text("can't be moved any further")
    page.keyboard.press("Control+z")
    page.wait_for_load_state()
    expect(page.locator("li[data-key=one] .no")).to_have_text("1.1")
    assert keys()[0] == ["one", "two"]


@pytest.fixture
def outcomes(session, course) -> Callable[[], list[str]]:
    """Keys of the draft's outcomes, of which there are three to begin with."""
    lines = [{"key": key, "text": f"Can {key}."} for key in ("brake", "steer", "park")]
    draft(*PARTS, outcomes=lines)
    session.commit()
    return lambda: [line["key"] for line in drafted(session).outline["facts"]["outcomes"]]


def test_outcomes_are_put_in_order_by_keys_and_that_is_undone_outside_a_text(as_author, outcomes):
    page = as_author(width=1280)
    page.goto("/teach/safety/facts")
    page.get_by_label("Outcome 2", exact=True).press("Alt+ArrowUp")
    expect(page.locator("#toasts")).to_contain_text("“Can steer.” is now 1.")
    expect(page.get_by_label("Outcome 1", exact=True)).to_be_focused()
    assert outcomes() == ["steer", "brake", "park"]
    page.get_by_label("Outcome 1", exact=True).press("Control+z")  # inside a text it is the browser's
    page.get_by_role("button", name="Move outcome 1 down").focus()
    page.keyboard.press("Control+z")
    expect(page.get_by_label("Outcome 1", exact=True)).to_have_value("Can brake.")
    assert outcomes() == ["brake", "steer", "park"]
    page.get_by_role("button", name="Move outcome 1 down").focus()
    page.keyboard.press("Control+Shift+z")
    expect(page.get_by_label("Outcome 1", exact=True)).to_have_value("Can steer.")


def test_facts_that_nobody_touched_are_not_saved(as_author, outcomes):
    """Their lists that can be typed into are made by a script: what it writes there is no change, and ends no redo."""
    page = as_author(width=1280)
    sent, held = [], []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.route("**/js/autosave.js", lambda route: held.append(route))  # noqa: PLW0108 - a builtin can't be a handler
    page.goto("/teach/safety/facts", wait_until="commit")
    expect(page.locator("input[role=combobox]").first).to_be_visible()
    held[0].continue_()
    page.wait_for_load_state("networkidle")
    assert sent == []


def test_what_was_just_typed_among_the_facts_is_undone_too(as_author, outcomes, session):
    page = as_author(width=1280)
    page.goto("/teach/safety/facts")
    page.get_by_label("Outcome 3", exact=True).fill("Can park backwards.")
    page.get_by_role("button", name="Move outcome 1 down").focus()
    expect(page.locator("#state")).to_contain_text("Saved ")
    page.keyboard.press("Control+z")
    expect(page.get_by_label("Outcome 3", exact=True)).to_have_value("Can park.")


def test_an_outcome_is_dragged_behind_another(as_author, outcomes):
    page = as_author(width=1280)
    page.goto("/teach/safety/facts")
    page.locator("[data-outcome=brake] [data-grip]").scroll_into_view_if_needed()
    grip = page.locator("[data-outcome=brake] [data-grip]").bounding_box()
    target = page.locator("[data-outcome=steer]").bounding_box()
    page.mouse.move(grip["x"] + 10, grip["y"] + 10)
    page.mouse.down()
    page.mouse.move(target["x"] + 40, target["y"] + target["height"] - 5, steps=5)
    expect(page.locator("[data-outcome=steer].drop-behind")).to_be_visible()
    page.mouse.up()
    expect(page.get_by_label("Outcome 1", exact=True)).to_have_value("Can steer.")
    assert outcomes() == ["steer", "brake", "park"]


def test_a_module_is_nested_by_keys(as_author, session, keys):
    page = as_author(width=1280)
    page.goto("/teach/safety")
    page.locator("li[data-key=m3] > .line a").focus()
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator("li[data-key=m3] > .line .no")).to_have_text("2.3")
    page.keyboard.press("Alt+ArrowLeft")
    expect(page.locator("li[data-key=m3] > .line .no")).to_have_text("3")
    assert [len(one) for one in keys()] == [2, 2, 1]


def test_a_line_is_dragged_to_another_module(as_author, keys):
    page = as_author(width=1280)
    page.goto("/teach/safety")
    grip = page.locator("li[data-key=two] [data-grip]").bounding_box()
    target = page.locator("li[data-key=film] .line").bounding_box()
    page.mouse.move(grip["x"] + 10, grip["y"] + 10)
    page.mouse.down()
    page.mouse.move(grip["x"] + 10, grip["y"] + 40, steps=3)
    page.mouse.move(target["x"] + 40, target["y"] + target["height"] - 4, steps=5)
    page.mouse.up()
    expect(page.locator("#toasts")).to_contain_text("is now 2.2.")
    assert keys() == [["one"], ["film", "two", "quiz"], ["more"]]


def test_a_finger_drags_a_line_on_a_phone(as_author, keys):
    page = as_author(width=360, has_touch=True)
    page.goto("/teach/safety")
    grip = page.locator("li[data-key=one] [data-grip]").bounding_box()
    target = page.locator("li[data-key=two] .line").bounding_box()
    touch = page.context.new_cdp_session(page)
    at = {"x": grip["x"] + 20, "y": grip["y"] + 20}
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at]})
    for step in range(1, 6):
        y = at["y"] + (target["y"] + target["height"] - 4 - at["y"]) * step / 5
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": at["x"], "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.locator("#toasts")).to_contain_text("is now 1.2.")
    assert keys()[0] == ["two", "one"]


def test_what_is_typed_is_saved_and_the_bar_says_so(as_author, session):
    page = as_author()
    page.goto("/teach/safety?activity=one")
    page.fill("#title", "What is dangerous")
    expect(page.locator("#state")).to_contain_text("Not saved yet.")
    expect(page.locator("#state")).to_contain_text("Saved ")
    expect(page.locator("#state")).to_contain_text("2 changes since revision 1")
    assert item(session, "one")["title"] == "What is dangerous"
    page.fill("#minutes", "many")
    expect(page.locator("#state")).to_contain_text("something is not right")
    expect(page.locator(".error")).to_be_visible()
    page.fill("#minutes", "12")
    expect(page.locator("#state")).to_contain_text("Saved ")
    assert item(session, "one")["minutes"] == 12


def test_who_goes_on_at_once_goes_on_when_it_is_saved(as_author, session):
    page = as_author(width=1280)
    page.goto("/teach/safety?activity=one")
    page.fill("#title", "Typed in haste")
    page.locator("li[data-key=two] a").click()
    page.wait_for_url("**?activity=two")
    expect(page.locator("li[data-key=one]")).to_contain_text("Typed in haste")
    page.fill("#minutes", "9")
    page.get_by_role("button", name="Move up").click()
    expect(page.locator("li[data-key=two] .no")).to_have_text("1.1")
    assert (item(session, "one")["title"], item(session, "two")["minutes"]) == ("Typed in haste", 9)
    page.fill("#minutes", "never")
    page.get_by_role("link", name="The whole course").click()
    expect(page.locator("#state")).to_contain_text("something is not right")
    expect(page.locator("#minutes")).to_have_value("never")
    page.fill("#minutes", "9")
    expect(page.locator("#state")).to_contain_text("Saved ")


def test_one_more_outcome_is_a_button_that_saves_too(as_author, session):
    page = as_author()
    page.goto("/teach/safety/facts")
    page.fill("[id='outcomes.0.text']", "Can brake.")
    page.get_by_role("button", name="More outcomes").click()
    page.fill("[id='outcomes.2.text']", "Can steer.")
    expect(page.locator("#state")).to_contain_text("Not saved yet.")
    expect(page.locator("#state")).to_contain_text("Saved ")
    found = drafted(session).outline["facts"]["outcomes"]
    assert [one["text"] for one in found] == ["Can brake.", "Can steer."]


def test_without_a_network_what_was_typed_waits_and_is_saved_later(as_author, session):
    page = as_author()
    page.goto("/teach/safety?activity=one")
    page.context.set_offline(True)
    page.fill("#title", "Written in a tunnel")
    expect(page.locator("#state")).to_contain_text("there is no network")
    page.context.set_offline(False)
    expect(page.locator("#state")).to_contain_text("Saved ", timeout=15_000)
    assert item(session, "one")["title"] == "Written in a tunnel"


@pytest.mark.parametrize(("button", "expected"), [("Keep mine", "By Ana"), ("Take the other", "By Ben")])
def test_a_clash_is_told_beside_the_field_with_both_texts(as_author, session, course, axe, picture, button, expected):
    page = as_author()
    page.goto("/teach/safety?activity=one")
    wish = {"op": "set", "on": "activity", "key": "one", "field": "title", "value": "By Ben", "was": "About one"}
    change_draft(course, wish, by=actor(a_person(), scope_on(course, "teacher")), at=now())
    session.commit()
    page.fill("#title", "By Ana")
    expect(page.locator(".clash")).to_contain_text("It says now: “By Ben”.")
    expect(page.locator("#state")).to_contain_text("somebody else changed the same")
    expect(page.locator("#title")).to_have_value("By Ana")
    axe(page)
    picture(page, "teach-clash")
    page.get_by_role("button", name=button).click()
    expect(page.locator(".clash")).to_have_count(0)
    expect(page.locator("#state")).to_contain_text("Saved ")
    expect(page.locator("#title")).to_have_value(expected)
    assert item(session, "one")["title"] == expected


def test_without_script_a_course_grows_by_forms(as_author, keys):
    page = as_author(java_script_enabled=False)
    page.goto("/teach/safety")
    page.get_by_role("link", name="Add a module").first.click()
    page.fill("#add-module-title", "At the end")
    page.get_by_role("button", name="Add module").click()
    page.fill("#add-title", "Last words")
    page.get_by_role("button", name="Add activity").click()
    assert "activity=last-words" in page.url
    page.get_by_role("button", name="Move up").click()
    assert keys()[2:] == [["more", "last-words"], []]
    page.get_by_role("button", name="Take it out of the course").click()
    page.get_by_role("button", name="Put back “Last words”").click()
    assert keys()[2:] == [["more", "last-words"], []]
    page.fill("#title", "The end")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).to_contain_text("The end")


def test_a_condition_shows_what_belongs_to_it_as_soon_as_it_is_chosen(as_author, session):
    page = as_author()
    page.goto("/teach/safety/release/two")
    page.select_option("[id='c.kind']", "score")
    page.select_option("[id='c.activity']", "one")
    page.fill("[id='c.percent']", "60")
    page.get_by_role("button", name="Add a condition").click()
    page.select_option("[id='c.1.kind']", "from")
    page.fill("[id='c.1.day']", "2026-05-04")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile("activity=two"))
    score = {"score": {"activity": "one", "at_least": "60"}}
    assert item(session, "two")["release"] == {"all": [score, {"from": "2026-05-04"}]}
