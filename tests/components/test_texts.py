"""Every text that people see goes through gettext."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools import messages

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if "dev" not in path.parts)  # /dev is for us
TRANSLATED = re.compile(r"{%-? *trans\b.*?endtrans *-?%}", re.DOTALL)
JINJA = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL)
SPOKEN = re.compile(r'\s(?:aria-label|title|placeholder|alt)="([^"]*[A-Za-z]{2}[^"]*)"')
DRAWING = re.compile(r"<(svg|style).*?</\1>", re.DOTALL)
SETTLED = {"EQF", "PDF", "j", "k", "c", "m", "f", "h"}  # the same in every language


def _name(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


def _bare(page: Path) -> str:
    """What is left of a template without Jinja and what it translates: HTML and whatever stands in it as it is."""
    html = JINJA.sub("", TRANSLATED.sub("", page.read_text()))
    return DRAWING.sub("", html)


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_no_word_of_a_page_stands_outside_of_gettext(page: Path) -> None:
    bare = _bare(page)
    words = set(re.findall(r"[^\W\d_]{2,}", re.sub(r"<[^>]*>|&\w+;|[a-z-]+=\"[^\"]*\"", " ", bare)))
    assert not words - SETTLED, page
    assert not SPOKEN.findall(bare), page


def test_texts_of_code_and_of_templates_are_collected() -> None:
    texts = messages.collect()
    assert "Skip to content" in texts
    assert "You are not signed in." in texts
    assert ("%(num)d minute", "%(num)d minutes") in texts


def test_a_new_language_starts_with_every_text_and_loses_what_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "TRANSLATIONS", tmp_path)
    messages.begin("sl")
    texts = messages.collect()
    first = messages.update(messages.paths()[0], texts)
    assert len(messages.missing(first)) == len(texts)
    texts.delete("Skip to content")
    assert "Skip to content" not in messages.update(messages.paths()[0], texts)
    assert messages.paths()[0].with_suffix(".mo").stat().st_size
