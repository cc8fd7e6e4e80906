"""The front of a certificate in a browser: the name as it is typed, complete in itself."""

from __future__ import annotations

import re

import pytest

from certificates.preview import preview_html, unprintable


def preview(name: str, **more: str) -> str:
    return preview_html(name, language=more.pop("language", "en"), issuer="Academy", **more)


@pytest.mark.parametrize("name", ["Nguyễn Thị Hồng Ánh", "王小明", "\u0645\u0631\u064a\u0645", "O'Brien"])
def test_the_name_stands_on_it(name):
    shown = re.search(r"<h1[^>]*><bdi[^>]*>(.*?)</bdi>", preview(name))
    assert shown
    assert shown[1].replace("&#39;", "'") == name


def test_it_says_that_it_is_a_sample_and_who_would_issue_it():
    page = preview("Mia")
    assert 'class="sample"' in page
    assert "Academy" in page


def test_nothing_is_loaded_from_anywhere():
    page = preview("Mia")
    assert "asset:" not in page
    assert not re.search(r"(src|href)=\"(?!https://learn\.example\.org/verify|http://data\.europa\.eu)", page)
    assert "@import" not in page
    assert set(re.findall(r"url\(\"(\w+):", page)) == {"data"}


def test_its_lengths_are_parts_of_the_window():
    style = preview("Mia").split("<style>")[1].split("</style>")[0]
    assert not re.search(r"\d(mm|pt)\b", style)
    assert "@page" not in style


def test_a_note_stands_above_it_and_can_not_be_more_than_text():
    page = preview("Mia", note="<b>No font</b>")
    assert '<p class="above" role="alert">&lt;b&gt;No font&lt;/b&gt;</p>' in page
    assert 'class="above"' not in preview("Mia")


def test_a_name_of_markup_is_a_name():
    assert "<script>" not in preview("<script>alert(1)</script>")


@pytest.mark.parametrize("name", ["", "   ", "\u202e"])
def test_a_name_that_shows_nothing_leaves_its_place_empty(name):
    assert ">\u2026</bdi></h1>" in preview(name)


def test_characters_that_no_font_has_are_named():
    assert unprintable("Mia Çelik 王 \u0645") == ()
    assert unprintable("Mia 🎉 🎉 𓀀") == ("🎉", "𓀀")
