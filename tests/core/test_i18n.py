"""Which language a reader gets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, g, render_template_string

from lms.core import i18n


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """German and Arabic are shipped besides English."""
    for code in ("de", "ar"):
        (tmp_path / code / "LC_MESSAGES").mkdir(parents=True)
        (tmp_path / code / "LC_MESSAGES" / "messages.mo").touch()
    monkeypatch.setattr(i18n, "TRANSLATIONS", tmp_path)
    i18n.languages.cache_clear()
    yield
    i18n.languages.cache_clear()


@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize(
    ("person", "cookie", "accepted", "chosen"),
    [
        ("de", "ar", ["en"], "de"),
        (None, "ar", ["de"], "ar"),
        (None, None, ["fr", "de-AT", "en"], "de"),
        ("pt", None, ["fr"], "en"),
        (None, None, [], "en"),
        (None, "../../etc/passwd", ["*", "x-klingon", ""], "en"),
    ],
)
def test_the_persons_language_comes_before_the_cookies_and_the_browsers(
    person: str | None, cookie: str | None, accepted: list[str], chosen: str
) -> None:
    assert i18n.choose_language(person, cookie, accepted) == chosen


@pytest.mark.usefixtures("shipped")
def test_each_shipped_language_is_named_in_itself() -> None:
    assert i18n.languages() == {"en": "English", "ar": "العربية", "de": "Deutsch"}


@pytest.fixture
def babel() -> Flask:
    app = Flask(__name__)
    i18n.init_i18n(app, timezone="Europe/Ljubljana")
    return app


@pytest.mark.usefixtures("shipped")
def test_a_page_knows_its_language_and_direction(babel: Flask) -> None:
    with babel.test_request_context(headers={"Cookie": "language=ar"}):
        assert render_template_string("{{ lang }} {{ direction }}") == "ar rtl"


def test_dates_are_those_of_europe_in_the_installations_zone(babel: Flask) -> None:
    page = "{{ lang }} {{ at|datetimeformat('d MMM yyyy HH:mm') }}, {{ at|dateformat('medium') }}"
    from tests.conftest import NOW

    with babel.test_request_context():
        assert render_template_string(page, at=NOW) == "en 24 Nov 2026 10:30, 24 Nov 2026"


def test_a_persons_own_zone_comes_first(babel: Flask) -> None:
    from tests.conftest import NOW

    with babel.test_request_context():
        g.timezone = "Asia/Tokyo"
        assert render_template_string("{{ at|timeformat('short') }}", at=NOW) == "18:30"


def test_a_marked_text_is_filled_in_outside_of_any_request() -> None:
    assert i18n.translate(i18n.N_("Wait %(n)s seconds."), n=5) == "Wait 5 seconds."


@pytest.mark.parametrize(
    ("octets", "words"),
    [(0, "0 byte"), (999, "999 byte"), (1000, "1 kB"), (1549, "1.5 kB"), (999_499, "999 kB"), (999_500, "1 MB"),
     (512 * 2**20, "537 MB"), (3 * 10**15, "3,000 TB")],
)  # fmt: skip
def test_a_size_has_at_most_three_figures_and_the_unit_that_fits(babel: Flask, octets: int, words: str) -> None:
    with babel.test_request_context():
        assert i18n.size_in_words(octets) == words


@pytest.mark.usefixtures("shipped")
def test_a_size_is_written_as_the_reader_writes_it(babel: Flask) -> None:
    with babel.test_request_context(headers={"Cookie": "language=de"}):
        assert i18n.size_in_words(1_540_000) == "1,5 MB"
