"""No page shows English to who reads another language: every page, in a language that a script made of our texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import available_timezones

import pytest
from babel import Locale
from flask import Flask
from lxml import html
from lxml.html import HtmlElement

from lms.core import i18n
from tests.system.test_permissions import OK, ROUTES, requests
from tests.system.test_permissions import _values as values_of
from tests.system.world import ROLES, World, a_world
from tools import pseudo

TEXT_ATTRIBUTES = ("alt", "aria-label", "aria-description", "placeholder", "title", "label", "content", "value")
WORD = re.compile(r"[A-Za-z]{2,}")
"""The script leaves no plain letter in a text of ours."""
ADDRESS = re.compile(r"https?://\S+|(?<!\S)/\S+")
"""Of the web or of a file: the same in every language."""
DOCUMENTS = {"/you/certificate"}
"""Not a page: a certificate, in the language of its course."""


@pytest.fixture
def made_up(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The languages of the script are the shipped ones, in this application."""
    pseudo.write(tmp_path)
    monkeypatch.setattr(i18n, "TRANSLATIONS", tmp_path)
    monkeypatch.setitem(app.extensions["babel"].__dict__, "translation_directories", [str(tmp_path)])
    i18n.languages.cache_clear()
    yield
    i18n.languages.cache_clear()


@pytest.mark.slow
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("language", "direction"), [("eo", "ltr"), ("ar", "rtl")])
@pytest.mark.usefixtures("made_up")
def test_no_page_shows_english_to_who_reads_another_language(app, session, language, direction):
    world = a_world(app)
    wrong = []
    for address, role, page in pages(world, language):
        root = html.fromstring(page)
        assert (root.get("lang"), root.get("dir")) == (language, direction), address
        wrong += [f"{address} as {role}: {text!r}" for text in english(root, language, data_of(world, language))]
    assert not wrong, "\n" + "\n".join(dict.fromkeys(wrong))


def pages(world: World, language: str) -> Iterator[tuple[str, str, bytes]]:
    """(address, role, page) of every page, as the roles that may see it; and one as who may not."""
    for rule, method in requests(world.app):
        if method != "GET" or rule.rule.startswith("/api/") or rule.rule in DOCUMENTS or rule.rule.startswith("/dev/"):
            continue
        route = ROUTES[rule.endpoint]
        address = world.app.url_map.bind("localhost").build(rule.endpoint, values_of(rule, route, world.own), method)
        for role in [*[role for role in ROLES if route.may[role][0] == OK][:2], "learner", "administrator"]:
            client = world.client(role)
            client.set_cookie("language", language)
            answer = client.get(address)
            if answer.mimetype == "text/html" and answer.data and not answer.location:
                yield address, role, answer.data


def data_of(world: World, language: str) -> list[str]:
    """What people and files wrote, and the names of things: it is shown as it is in every language."""
    people = [text for person in world.people.values() for text in (person.name, person.email, person.name.split()[0])]
    sides = [text for side in (world.own, world.foreign) for text in side.data()]
    zones = [form for zone in available_timezones() for form in (zone, zone.replace("_", " "))]
    months = [
        *Locale(language).months["format"]["abbreviated"].values(),
        *Locale(language).months["format"]["wide"].values(),
    ]
    own_names = [
        *months,
        "byte",
        "kB",
        "MB",
        "GB",
        *zones,
        *i18n.languages().values(),
        world.app.extensions["settings"].name,
    ]
    return sorted((str(text) for text in [*people, *sides, *own_names]), key=len, reverse=True)


def english(root: HtmlElement, language: str, data: list[str]) -> Iterator[str]:
    """Texts with words that are neither translated, nor data, nor say themselves that they are in another language."""
    for text in texts_of(root, language):
        rest = ADDRESS.sub(" ", text)
        for one in data:
            rest = rest.replace(one, " ")
        if WORD.search(rest):
            yield " ".join(text.split())


def texts_of(element: HtmlElement, language: str) -> Iterator[str]:
    if not isinstance(element.tag, str) or element.tag in ("script", "style", "svg", "code", "kbd"):
        return
    if element.get("lang", language) != language or "mono" in element.get("class", "").split():
        return
    for name in TEXT_ATTRIBUTES:
        if name in element.attrib and not (name in ("content", "value") and not _is_shown(element)):
            yield element.attrib[name]
    yield element.text or ""
    for child in element:
        yield from texts_of(child, language)
        yield child.tail or ""


def _is_shown(element: HtmlElement) -> bool:
    """Whether the attribute `value` or `content` is a text for people: the word on a button."""
    return element.tag == "input" and element.get("type") in ("submit", "button", "reset")
