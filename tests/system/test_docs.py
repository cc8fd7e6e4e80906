"""The documentation says what is there: links lead somewhere; no setting, command or reason is left out."""

from __future__ import annotations

import dataclasses
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from lms.core.config import Settings
from tools.pictures import LIMIT

CHECKOUT = Path(__file__).resolve().parents[2]
DOCS = CHECKOUT / "docs"
# Settings that are derived from others, not read.
DERIVED = {"base_url_is_set"}
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)|<(?:img|source)[^>]+src(?:set)?=\"([^\"]+)\"")


def pages() -> list[Path]:
    """Every Markdown page of the project itself; the courses that it ships are content."""
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=CHECKOUT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    return [CHECKOUT / name for name in tracked if not name.startswith(("lms/demo/", "tests/courses/"))]


def without_code(text: str) -> str:
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)


def links(page: Path) -> Iterator[str]:
    for found in LINK.finditer(without_code(page.read_text())):
        target = found[1] or found[2]
        if not re.match(r"[a-z]+:", target):
            yield target


def anchors(page: Path) -> set[str]:
    """The headings of a page as GitHub names them in addresses."""
    headings = re.findall(r"^#+ +(.+)$", re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def leads_nowhere(page: Path, target: str) -> bool:
    name, _, anchor = target.partition("#")
    there = (page.parent / unquote(name)).resolve() if name else page
    if not there.exists():
        return True
    return bool(anchor) and there.suffix == ".md" and anchor not in anchors(there)


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_every_link_leads_somewhere(page):
    assert [target for target in links(page) if leads_nowhere(page, target)] == []


def pictures(page: Path) -> dict[str, str]:
    """The names of the pictures of docs/pictures that a page shows, with what they say to those who do not see them."""
    found = re.findall(r"!\[([^\]]*)\]\((?:docs/)?pictures/([^)]+)\)", page.read_text())
    return {name: words for words, name in found}


def test_every_picture_is_shown_small_and_described():
    shown = {name: words for page in pages() for name, words in pictures(page).items()}
    files = {path.name: path.stat().st_size for path in (DOCS / "pictures").glob("*.png")}
    assert files.keys() == {name for name in shown if name.endswith(".png")}
    assert [name for name, words in shown.items() if len(words) < 20] == []
    assert [name for name, size in files.items() if size > LIMIT] == []


@pytest.mark.parametrize("name", ["learners", "instructors", "hr", "operators"])
def test_each_kind_of_user_has_a_tutorial_with_pictures(name):
    assert 5 <= len(pictures(DOCS / f"{name}.md")) <= 9


def test_every_setting_is_explained_to_operators():
    text = (DOCS / "operators.md").read_text()
    names = [f"LMS_{field.name.upper()}" for field in dataclasses.fields(Settings) if field.name not in DERIVED]
    assert [name for name in names if name not in text] == []


def commands(group: click.Group, before: str) -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, f"{before} {name}")
        else:
            yield f"{before} {name}"


def test_every_command_is_in_the_docs():
    from lms.cli import main

    text = "\n".join(page.read_text() for page in DOCS.rglob("*.md"))
    assert [command for command in commands(main, "lms") if command not in text] == []


def test_every_reason_is_in_the_docs():
    from tools.reasons import reasons

    assert (DOCS / "reasons.md").read_text() == reasons(), "run `make docs`"
