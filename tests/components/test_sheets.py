"""What every page loads stays small, comes from this host alone, and needs nothing that our CSP forbids."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "lms" / "static"
TEMPLATES = ROOT / "templates"
READ_ELSEWHERE = TEMPLATES / "accounts" / "export.html"
"""Lies in a zip and is read without us, so it brings its own style."""
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if "mail" not in path.parts and path != READ_ELSEWHERE)
SHEETS = sorted((STATIC / "css").glob("*.css"))
ON_EVERY_PAGE = [STATIC / "css" / f"{name}.css" for name in ("tokens", "base", "layout", "components")]
SPRITES = ("icons.svg", "plates.svg")
KIB = 1024
PHYSICAL = re.compile(
    r"(margin|padding|border|(?<!area-)inset)-(left|right|top|bottom)|[\s;{](left|right|width|height|float):"
    r"|text-align: (left|right)"
)


def _size(paths: Iterable[Path]) -> int:
    return sum(path.stat().st_size for path in paths)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_four_sheets_of_every_page_stay_within_30_kib() -> None:
    assert _size(ON_EVERY_PAGE) <= 30 * KIB


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_no_page_holds_a_style_or_a_script_of_its_own(page: Path) -> None:
    html = page.read_text()
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=\"", html), page


def test_no_page_loads_again_what_page_js_loads_where_it_is_needed() -> None:
    """A module that is there twice, by two addresses, does everything twice: a file was sent two times."""
    by_itself = re.findall(r"'\./(\w+)\.js'", (STATIC / "js" / "page.js").read_text())
    assert "drop" in by_itself
    twice = [(_name(page), name) for page in PAGES for name in by_itself if f"'js/{name}.js'" in page.read_text()]
    assert twice == []


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_no_page_loads_from_another_host(page: Path) -> None:
    assert not re.search(r"(src|href|action)=\"(https?:)?//", page.read_text()), page


@pytest.mark.parametrize("sheet", SHEETS, ids=_name)
def test_sheets_know_no_left_and_no_right(sheet: Path) -> None:
    """Logical properties only, so that Arabic is the same sheet."""
    assert not PHYSICAL.search(sheet.read_text()), sheet


@pytest.mark.parametrize("sheet", SHEETS, ids=_name)
def test_sheets_load_nothing(sheet: Path) -> None:
    assert not re.search(r"@import|url\(|//[a-z]", sheet.read_text()), sheet


@pytest.mark.parametrize("sprite", SPRITES)
def test_every_drawing_that_a_page_names_is_there(sprite: str) -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / sprite).read_text()))
    call = "icon" if sprite == "icons.svg" else "plate"
    named = {name for page in PAGES for name in re.findall(rf"\b_?{call}\('([a-z]+)'", page.read_text())}
    assert named, "the pattern finds nothing"
    assert named <= drawn


def test_every_component_stands_in_the_page_of_components() -> None:
    """A macro file that all.html does not re-export, or that is shown nowhere, is one that nobody finds."""
    together = (TEMPLATES / "components" / "all.html").read_text()
    shown = (TEMPLATES / "dev" / "components.html").read_text()
    files = {path.stem for path in (TEMPLATES / "components").glob("*.html")} - {"all", "question"}
    assert all(f"'components/{name}.html'" in together for name in files)
    macros = dict(re.findall(r"'components/([a-z]+)\.html' import (.*?) %}", together))
    missing = {name for name in files if not any(f"ui.{m}(" in shown for m in macros[name].split(", "))}
    assert not missing
