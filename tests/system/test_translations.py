"""The translations: whole, as new as the texts, and with the same values and marks in each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tools import messages

MARKS = re.compile(r"%\(\w+\)[a-z]|%%|\{\w+\}|<[^>]+>|\[\[[^\]]*\]\]")
SHIPPED = {"de", "fr"}


@pytest.fixture(scope="module")
def texts() -> Catalog:
    return messages.collect()


def shipped(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def translated(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


languages = pytest.mark.parametrize("path", messages.paths(), ids=lambda path: path.parent.parent.name)


def test_german_and_french_are_shipped():
    assert {path.parent.parent.name for path in messages.paths()} >= SHIPPED


@languages
def test_every_text_has_a_translation_and_no_translation_is_left_over(path, texts):
    catalog = shipped(path)
    assert messages.missing(catalog) == []
    assert {message.id for message in translated(catalog)} == {message.id for message in translated(texts)}


@languages
def test_a_translation_keeps_the_values_and_the_marks_of_its_text(path):
    wrong = [
        (message.id, string)
        for message in translated(shipped(path))
        for string in ([message.string] if isinstance(message.string, str) else message.string)
        if not _keeps(message, string)
    ]
    assert wrong == []


def _keeps(message: Message, string: str) -> bool:
    """Of a text with a plural either form may leave out the number: "one device"."""
    if isinstance(message.id, str):
        return sorted(MARKS.findall(string)) == sorted(MARKS.findall(message.id))
    one, many = (set(MARKS.findall(form)) for form in message.id)
    return one & many <= set(MARKS.findall(string)) <= one | many


@languages
def test_what_is_compiled_is_what_is_written(path):
    compiled = BytesIO()
    write_mo(compiled, shipped(path))
    assert path.with_suffix(".mo").read_bytes() == compiled.getvalue()
