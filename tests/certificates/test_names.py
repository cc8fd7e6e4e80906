"""A name is printed as it is written, or the certificate is held; rules.md section 5."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates import names
from certificates.obstacles import CannotPrint, Obstacle
from tests.certificates.documents import printed, signs, spelt_name, text

# A reader lists a ligature or a mark above a letter after its neighbour in these; the signs are all there.
REORDERED = {"عذب بن لادن", "محيي الدّين المهنا", "فاطمة Müller", "Zalgo N̸̡̛a̴̢m̶e̷"}


@pytest.fixture(scope="module")
def people(shared_data: Path) -> list[dict[str, str]]:
    people: list[dict[str, str]] = json.loads((shared_data / "names" / "names.json").read_text("utf-8"))
    return people


@pytest.mark.slow
@pytest.mark.parametrize(
    "script",
    [
        *("Latin", "Greek", "Cyrillic", "Armenian", "Georgian", "Arabic", "Hebrew", "Devanagari", "Tamil", "Thai"),
        *("Ethiopic", "Han", "Hangul"),
    ],
)
def test_every_name_of_a_script_prints_right(people: list[dict[str, str]], script: str) -> None:
    here = [person for person in people if person["script"] == script]
    assert here
    for person in here:
        name = person["name"]
        document = printed(holder=name, holder_language=person["language"], outcomes=(), skills=(), assessments=())
        read = signs(text(document, 1).split("certify that")[1].split("has met")[0])
        assert spelt_name(document) == unicodedata.normalize("NFC", name)
        assert sorted(read) == sorted(signs(name)), name
        assert read == signs(name) or name in REORDERED, name


def test_each_script_of_the_names_is_tried(people: list[dict[str, str]]) -> None:
    tried = test_every_name_of_a_script_prints_right.pytestmark[0].args[1]  # type: ignore[attr-defined]
    assert {person["script"] for person in people} == set(tried)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_a_hostile_name_is_printed_as_text_or_held_and_breaks_nothing(shared_data: Path, part: int) -> None:
    hostile: list[str] = json.loads((shared_data / "evil" / "blns.json").read_text("utf-8"))
    for name in hostile[part::4]:
        assert _spelt_or_held(name) in (names.printed(name), Obstacle.GLYPH_MISSING, Obstacle.NAME_EMPTY), name


def _spelt_or_held(name: str) -> str:
    try:
        return spelt_name(printed(holder=name, title=name[:200] or "-", outcomes=(), skills=(), assessments=()))
    except CannotPrint as held:
        return held.obstacle


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("  Ana\t Žnidaršič\n", "Ana Žnidaršič"),
        ("A\u030asa", "Åsa"),
        ("Ana\u202e rotcoD", "Ana rotcoD"),
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("द्विवेदी\u200d", "द्विवेदी\u200d"),
        ("Ana\x00\x1b[31m", "Ana[31m"),
        ("O\u00a0Brien", "O Brien"),
        (" \u200f\t", ""),
    ],
)
def test_a_name_is_normalised_and_never_respelt(written: str, expected: str) -> None:
    assert names.printed(written) == expected


@given(st.text(max_size=60))
def test_a_printed_name_stays_as_it_is_when_printed_again(written: str) -> None:
    once = names.printed(written)
    assert names.printed(once) == once
    assert once == once.strip()


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("Y", "short"),
        ("Ana Žnidaršič", "short"),
        ("高橋 陽子", "short"),
        ("María Fernanda Heredia", "medium"),
        ("Jean-François d'Ormesson-de La Rochefoucauld, fils", "long"),
        ("Karl-Theodor Maria Nikolaus Johann Jacob Philipp Franz Joseph Sylvester Buhl-Freiherr", "longest"),
    ],
)
def test_a_longer_name_is_set_smaller(name: str, size: str) -> None:
    assert names.size_class(name) == size


@pytest.mark.parametrize(
    ("name", "direction"), [("فاطمة Müller", "rtl"), ("Müller فاطمة", "ltr"), ("הלל", "rtl"), ("12", "ltr")]
)
def test_a_name_runs_in_the_direction_of_its_first_letter(name: str, direction: str) -> None:
    assert names.direction(name) == direction
