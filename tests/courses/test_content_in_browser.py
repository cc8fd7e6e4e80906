"""The editor of an activity in a real browser: it saves itself, by keyboard alone, on a phone and at a desk.

On SQLite alone: it is about pages.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask

from lms.accounts.services import add_person, grant_role, sign_in
from lms.core.actor import SYSTEM
from lms.core.clock import now
from lms.core.db import db
from lms.courses import queries
from lms.courses.rules.outline import Outline
from tests.fixtures.database import environment, make_schema
from tests.services.serving import serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

COURSE = Path(__file__).resolve().parent / "everything"
PASSWORD = "correct horse battery"
MakePage = Callable[..., "Page"]


@dataclass
class Academy:
    """An installation with one course, and its address."""

    app: Flask
    address: str

    def author(self) -> str:
        """The cookie of an author who is signed in."""
        email = f"{uuid.uuid4()}@example.org"
        with self.app.app_context():
            person = add_person(email, name="Ioannis Papadopoulos", password=PASSWORD, by=SYSTEM, at=now())
            db.session.flush()  # the grant refers to the person
            publisher = queries.find_course("everything").organisation_id
            grant_role(person.id, "author", scope_kind="organisation", scope_id=publisher, by=SYSTEM, at=now())
            db.session.commit()
            secret = sign_in(email, PASSWORD, address="127.0.0.1", device="test", at=now())
            db.session.commit()
            return str(getattr(secret, "secret", secret))

    def body(self, key: str) -> dict[str, Any]:
        """What stands in the draft."""
        with self.app.app_context():
            outline = Outline.of(queries.load_draft(queries.find_course("everything").id).outline)
            return queries.load_body(outline.by_key[key].body)


@pytest.fixture(scope="module")
def academy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Academy]:
    from lms.app import create_app
    from lms.core.config import Settings
    from lms.interop.services import import_course
    from lms.organisations.services import add_organisation, list_organisations

    data = tmp_path_factory.mktemp("editor")
    url = f"sqlite:///{data}/lms.db"
    make_schema(url, data)
    app = create_app(Settings.from_env(environment(url, data)))
    with app.app_context():
        if not list_organisations():
            add_organisation("school", name="School", by=SYSTEM, at=now())
        import_course(COURSE, publish=True, slug=None, organisation=None, by=SYSTEM, at=now())
        db.session.commit()
    with serving(app) as address:
        yield Academy(app, address)


@pytest.fixture
def edit(academy: Academy, new_page: MakePage) -> Callable[..., Page]:
    """`edit("page", width=1280)`: the editor of an activity, opened by an author of its own."""

    def start(key: str, *, path: str = "", **options: Any) -> Page:
        page = new_page(academy.address, **options)
        page.context.add_cookies([{"name": "session", "value": academy.author(), "url": academy.address}])
        page.goto(f"/teach/everything/activities/{key}{path}")
        return page

    return start


KINDS = ("page", "clip", "sheet", "standard", "blocks", "practice", "types", "settings")


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_every_kind_of_activity_can_be_edited_by_everybody(
    edit: Callable[..., Page],
    axe: Callable[[Page], None],
    picture: Callable[[Page, str], Path],
    width: int,
    scheme: str,
) -> None:
    page = edit("page", width=width, color_scheme=scheme)
    for key in KINDS:
        page.goto(f"/teach/everything/activities/{key}")
        picture(page, f"editor-{key}-{scheme}")
        axe(page)
        page.goto(f"/teach/everything/activities/{key}/preview")
        axe(page)
    picture(page, f"editor-preview-{scheme}")
    page.goto("/teach/everything/files")
    axe(page)
    picture(page, f"editor-files-{scheme}")


SAVED = "#editor-state [data-state]:text-matches('^Saved')"
NOT_SAVED = "#editor-state [data-state]:text-matches('^Not saved yet')"


def markdown(academy: Academy, key: str) -> list[str]:
    return [block["markdown"] for block in academy.body(key)["blocks"] if "markdown" in block]


def wait_saved(page: Page) -> None:
    page.wait_for_selector(SAVED)


def test_what_is_typed_is_saved_by_itself_and_shown_on_the_phone_beside(
    academy: Academy, edit: Callable[..., Page]
) -> None:
    page = edit("optional", width=1280)
    page.get_by_label("Text", exact=True).first.fill("Typed **here**.")
    page.wait_for_selector(NOT_SAVED)
    wait_saved(page)
    assert markdown(academy, "optional")[0] == "Typed **here**."
    page.frame_locator("[data-preview]").get_by_text("Typed here.").wait_for()


def test_without_network_it_is_kept_over_a_reload_and_saved_when_there_is_one(
    academy: Academy, edit: Callable[..., Page]
) -> None:
    page = edit("optional")
    page.context.set_offline(True)
    page.get_by_label("Text", exact=True).first.fill("Typed without network.")
    page.wait_for_selector("text=Not saved yet: no network. We keep it in this browser.")
    page.route("**/activities/optional", _only_reading)
    page.context.set_offline(False)
    page.reload()
    page.wait_for_selector("text=What you typed here last time was not saved.")
    page.unroute("**/activities/optional")
    page.get_by_label("Text", exact=True).first.press("End")
    page.get_by_label("Text", exact=True).first.type(" And more.")
    wait_saved(page)
    assert markdown(academy, "optional")[0] == "Typed without network. And more."


def _only_reading(route: Any) -> None:
    """Lets the form be shown again, but nothing be saved: the network went away in between."""
    if "do=autosave" in (route.request.post_data or ""):
        route.abort("internetdisconnected")
    else:
        route.continue_()


def test_an_answer_that_got_lost_on_its_way_is_no_clash_with_oneself(
    academy: Academy, edit: Callable[..., Page]
) -> None:
    page = edit("optional")
    page.route("**/activities/optional", _lose_the_answer, times=1)
    area = page.get_by_label("Text", exact=True).first
    area.fill("First words.")
    page.wait_for_selector("text=Not saved yet: no network. We keep it in this browser.")
    assert markdown(academy, "optional")[0] == "First words.", "it arrived, but nobody was told"
    area.fill("First words, and second ones.")
    wait_saved(page)
    assert markdown(academy, "optional")[0] == "First words, and second ones."


def _lose_the_answer(route: Any) -> None:
    route.fetch()
    route.abort("internetdisconnected")


def test_a_page_is_written_by_keyboard_alone(
    academy: Academy, edit: Callable[..., Page], axe: Callable[[Page], None], picture: Callable[[Page, str], Path]
) -> None:
    page = edit("blocks", width=1280)
    before = len(academy.body("blocks")["blocks"])
    add = page.locator("details.add").last.locator("summary")
    add.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator(f"#blocks\\.{before}:focus").wait_for()
    page.keyboard.press("Alt+ArrowUp")
    page.locator(f"#blocks\\.{before - 1}:focus").wait_for()
    area = page.locator(f"#blocks\\.{before - 1}\\.markdown")
    area.focus()
    page.keyboard.type("One word.")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+b")
    assert area.input_value() == "**One word.**"
    page.keyboard.press("Control+z")
    assert area.input_value() == "One word."
    wait_saved(page)
    assert markdown(academy, "blocks")[-1] != "One word."
    assert "One word." in markdown(academy, "blocks")
    axe(page)
    picture(page, "editor-keyboard")


def test_a_question_is_written_tried_and_saved_by_keyboard_alone(
    academy: Academy, edit: Callable[..., Page], axe: Callable[[Page], None], picture: Callable[[Page, str], Path]
) -> None:
    page = edit("optional", width=360)
    page.get_by_role("button", name="Practice question").last.press("Enter")
    question = page.locator(".question-editor")
    question.get_by_label("Question", exact=True).press_sequentially("Which is orange?")
    question.get_by_label("Option 1", exact=True).press_sequentially("The cable")
    question.get_by_label("Option 1 is right").press("Space")
    question.get_by_label("Option 2", exact=True).press_sequentially("The seat")
    question.get_by_role("button", name="Try it").press("Enter")
    page.get_by_role("radio", name="The cable").press("Space")
    page.get_by_role("button", name="Check this answer").press("Enter")
    page.locator("[data-trial] .reason.good").wait_for()
    axe(page)
    picture(page, "editor-try")
    page.keyboard.press("Control+s")
    wait_saved(page)
    stored = academy.body("optional")["blocks"][-1]["question"]
    assert [(option["text"], option["right"]) for option in stored["options"]] == [
        ("The cable", True),
        ("The seat", False),
    ]


def test_two_authors_meet_and_choose(
    academy: Academy, edit: Callable[..., Page], axe: Callable[[Page], None], picture: Callable[[Page, str], Path]
) -> None:
    mine, theirs = edit("practice", width=1280), edit("practice", width=360)
    theirs.get_by_label("Text", exact=True).first.fill("Theirs.")
    wait_saved(theirs)
    mine.get_by_label("Text", exact=True).first.fill("Mine.")
    mine.get_by_text("Somebody else changed the same place").wait_for()
    axe(mine)
    picture(mine, "editor-clash")
    mine.get_by_role("button", name="Keep mine there").click()
    wait_saved(mine)
    assert markdown(academy, "practice") == ["Mine."]


def test_a_picture_is_sent_described_and_put_into_the_text(
    academy: Academy, edit: Callable[..., Page], axe: Callable[[Page], None], picture: Callable[[Page, str], Path]
) -> None:
    page = edit("blocks", width=360)
    page.get_by_role("button", name="Picture").first.click()
    dialog = page.get_by_role("dialog", name="Picture")
    dialog.get_by_label("Send a picture").set_input_files(
        {"name": "Öl & Gas.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + b"x" * 20}
    )
    dialog.get_by_text("figures/ol-gas.png").first.wait_for()
    dialog.get_by_role("button", name="Insert").click()
    dialog.get_by_text("say what it shows").wait_for()
    axe(page)
    picture(page, "editor-picture")
    dialog.get_by_label("What the picture shows").fill("Two [tanks]")
    dialog.get_by_role("button", name="Insert").click()
    page.wait_for_selector(NOT_SAVED)
    wait_saved(page)
    assert any("![Two \\[tanks\\]](figures/ol-gas.png)" in text for text in markdown(academy, "blocks"))
    assert "figures/ol-gas.png" in academy.body("blocks")["files"]
