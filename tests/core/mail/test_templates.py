"""Every message: both its forms say the same, in the reader's language, complete in themselves."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import format_date, format_datetime
from lxml import html

from lms.core import i18n
from lms.core.mail.ports import Recipient
from lms.core.mail.rendering import Outgoing, compose
from tests.fixtures.browser import PHONE
from tools import pseudo

FOLDER = Path(__file__).resolve().parents[3] / "templates" / "mail"
NO_MESSAGES = {"frame", "list", "one"}
NAMES = sorted({path.stem for path in FOLDER.glob("*.html")} - NO_MESSAGES)
INSTANT = "2026-11-25T08:30:00+00:00"
VALUES = {
    "path": "/links/0123456789",
    "until": INSTANT,
    "changed_at": INSTANT,
    "at": INSTANT,
    "new_address": "mia@example.net",
    "organisation": "Łódź <b>Cells</b>",
    "course": "Łódź <b>Cells</b>",
    "courses": ["Łódź <b>Cells</b>"],
    "due_on": "2026-11-30",
    "change": "added",
    "factor": "totp",
    "is_new": True,
}
"""What the messages of all features are given; a new value of a new message comes in here."""
NAME = "Žaņa Ķēniņa"


def message(name: str, **recipient: str | None) -> EmailMessage:
    outgoing = Outgoing(uuid.uuid4(), name, VALUES, datetime(2026, 11, 24, tzinfo=UTC), 0, None)
    return compose(outgoing, Recipient("zana@example.org", NAME, **recipient))


def text_of(made: EmailMessage) -> str:
    body = made.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def html_of(made: EmailMessage) -> str:
    body = made.get_body(("html",))
    assert body is not None
    return str(body.get_content())


@pytest.fixture
def context(cached_app, databases_of) -> Iterator[Flask]:
    app = cached_app(databases_of("sqlite").url)
    with app.app_context():
        yield app


@pytest.fixture
def made_up(context: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The languages of the script are the shipped ones, in this application."""
    pseudo.write(tmp_path)
    monkeypatch.setattr(i18n, "TRANSLATIONS", tmp_path)
    monkeypatch.setitem(context.extensions["babel"].__dict__, "translation_directories", [str(tmp_path)])
    i18n.languages.cache_clear()
    yield
    i18n.languages.cache_clear()


def test_there_are_messages():
    assert {"sign-up", "password", "invitation"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_both_forms_begin_with_the_same_sentence_and_lead_to_the_same_places(context, name):
    made = message(name)
    text, page = text_of(made), html.fromstring(html_of(made))
    assert made["Subject"]
    assert text.splitlines()[0] == page.findtext(".//h1").strip()
    links = set(page.xpath("//a/@href"))
    assert links == set(re.findall(r"http://\S+", text))
    assert all(address.startswith("http://127.0.0.1:8000/") for address in links)


@pytest.mark.parametrize("name", NAMES)
def test_a_message_needs_nothing_from_anywhere_and_runs_nothing(context, name):
    page = html_of(message(name))
    assert not re.search(r"<(img|script|link|iframe|video|form)\b|url\(|@import", page)
    assert "<b>Cells</b>" not in page


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize(("language", "direction"), [("eo", "ltr"), ("ar", "rtl")])
def test_every_message_is_wholly_in_the_readers_language(context, language, direction):
    kept = months(language)
    for name in NAMES:
        made = message(name, locale=language, timezone="Asia/Tokyo")
        root = html.fromstring(html_of(made))
        assert (root.get("lang"), root.get("dir"), made["Content-Language"]) == (language, direction, language)
        for text in (str(made["Subject"]), text_of(made), " ".join(root.itertext("h1", "p", "a", "title"))):
            assert not english(text) - kept, f"{name}: {text}"


def english(text: str) -> set[str]:
    """Words in plain letters that are neither addresses nor what the message was given."""
    for said in (*map(str, VALUES.values()), NAME, "Sample Skills Alliance", "Łódź <b>Cells</b>"):
        text = text.replace(said, " ")
    return set(re.findall(r"[A-Za-z]{3,}", re.sub(r"http://\S+", " ", text)))


def months(language: str) -> set[str]:
    """Letters of dates and zones, as the language itself writes them."""
    with i18n.speaking(language, "Asia/Tokyo"):
        instant = datetime.fromisoformat(INSTANT)
        days = format_date(instant, "long"), format_date(date(2026, 11, 30), "full")
        said = (*days, format_datetime(instant, "HH:mm z"))
    return set(re.findall(r"[A-Za-z]{3,}", " ".join(said)))


def test_times_are_those_of_the_readers_zone_and_afterwards_of_everybody_elses(context):
    assert "17:30" in text_of(message("sign-up", timezone="Asia/Tokyo")).splitlines()[0]
    assert "09:30" in text_of(message("sign-up")).splitlines()[0]


def test_a_day_is_written_as_the_readers_language_writes_it(context):
    assert "25. November 2026, 09:30 MEZ" in text_of(message("sign-up", locale="de")).splitlines()[0]
    assert "25 novembre 2026, 09:30 +0100" in text_of(message("sign-up", locale="fr")).splitlines()[0]


@pytest.mark.browser
@pytest.mark.parametrize("name", NAMES)
def test_a_message_fits_a_phone_and_is_accessible(context, new_page, axe, picture, name):
    page = new_page("http://127.0.0.1", width=PHONE)
    page.set_content(html_of(message(name)))
    axe(page)
    picture(page, f"mail-{name}")


@pytest.mark.parametrize("name", NAMES)
def test_paragraphs_of_the_text_stand_apart(context, name):
    parts = text_of(message(name)).strip().split("\n\n")
    assert parts[1] == f"Hello {NAME},"
    assert all(len(part.splitlines()) <= 2 for part in parts), parts
    assert parts[-1].startswith("Sample Skills Alliance\n")
