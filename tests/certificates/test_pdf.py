"""The document: archived, accessible, the same bytes for the same facts, with nothing from outside."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from certificates.facts import Kind, Skill
from certificates.html import build_html
from certificates.obstacles import CannotPrint, Obstacle
from certificates.pdf import render_pdf
from tests.certificates.documents import printed, sample, text

LONG_NAME = (
    "Karl-Theodor Maria Nikolaus Johann Jacob Philipp Franz Joseph Sylvester Buhl-Freiherr von und zu Guttenberg"
)
LONG = {
    "holder": LONG_NAME,
    "title": "Diagnosis and exchange of lithium-ion battery modules in commercial vehicles with exercises " * 2,
    "issuer": "European Association for Continuing Vocational Training in the Automotive Trades",
    "verify_url": "https://learning.certificates.of-a-company-with-a-long-name.example.org/verify/" + "0" * 26,
    "skills": tuple(
        Skill(f"recognise the hazards of a high-voltage system, part {part}", "expert") for part in range(20)
    ),
    "outcomes": tuple(f"You can do what is described in this rather long sentence, number {no}." for no in range(14)),
}
SAMPLES: dict[str, dict[str, Any]] = {
    "latin": {"sample": False},
    "sample": {},
    "long": LONG,
    "german": {"language": "de", "kind": Kind.PARTICIPATION},
    "arabic": {"holder": "محمد بن سلمان بن عبد العزيز آل سعود", "holder_language": "ar"},
    "mixed": {"holder": "فاطمة Müller"},
    "hebrew": {"holder": "הלל בראון", "holder_language": "he"},
    "devanagari": {"holder": "क्षितिज द्विवेदी\u200d", "holder_language": "hi"},
    "japanese": {"holder": "𠮷田一郎", "holder_language": "ja"},
    "korean": {"holder": "남궁민", "holder_language": "ko"},
}


@pytest.mark.slow
def test_every_kind_of_document_is_pdf_a_3a_and_pdf_ua_1(verapdf: Callable[..., list[str]], tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.pdf" for name in SAMPLES]
    for path in paths:
        path.write_bytes(printed(**SAMPLES[path.stem]))
    assert verapdf(*paths) == []


def test_the_same_facts_give_the_same_bytes() -> None:
    facts = sample()
    assert render_pdf(facts, build_html(facts)) == render_pdf(facts, build_html(facts))
    assert printed(holder="Ana Žnidaršič") != printed(holder="Ana Žnidarsič")


def test_two_threads_draw_two_right_documents() -> None:
    expected, drawn = {name: printed(holder=name) for name in ("Ana", "فاطمة")}, {}

    def draw(name: str) -> None:
        drawn[name] = printed(holder=name)

    threads = [threading.Thread(target=draw, args=(name,)) for name in expected]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert drawn == expected


def test_the_file_says_what_it_is() -> None:
    with pikepdf.open(io.BytesIO(printed())) as pdf:
        assert str(pdf.docinfo["/Title"]).startswith("Certificate of achievement: Ana Žnidaršič, Working safely")
        assert str(pdf.docinfo["/CreationDate"]) == "D:20270111113100Z"
        assert str(pdf.Root.Lang) == "en"
        assert len(pdf.pages) == 2
        assert "/EmbeddedFiles" not in pdf.Root.get("/Names", {})


def test_front_and_supplement_tell_all_facts() -> None:
    document = printed()
    front, supplement = (re.sub(r"\s+", " ", text(document, page)) for page in (1, 2))
    for words in ("Ana Žnidaršič", "11 January 2027", "2.5 hours", "01HZX-3K4M5-N6P7Q-8R9S0-T1V2W3", "first aid"):
        assert words in front
    for words in ("recognise a high-voltage system", "EQF 4", "Final test", "Result 91.66%", "Belgium", "Page 2/2"):
        assert words in supplement
    assert sample().digest in supplement
    assert sample().salt in supplement


def test_the_longest_of_everything_fits_on_the_front_and_runs_on_in_the_supplement() -> None:
    document = printed(**LONG)
    front = text(document, 1)
    assert front.index("Issued") < front.index("Skills") < front.index("Check this certificate")
    assert "01HZX-3K4M5-N6P7Q-8R9S0-T1V2W3" in front
    with pikepdf.open(io.BytesIO(document)) as pdf:
        assert len(pdf.pages) == 3
    assert "Page 3/3" in text(document, 3)


@pytest.mark.parametrize("address", ["file:///etc/hostname", "https://example.org/x.svg", "asset:style.css", "data:,x"])
def test_nothing_but_the_design_is_ever_fetched(address: str) -> None:
    html = build_html(sample()).replace("</body>", f'<img alt="x" src="{address}"></body>')
    with pytest.raises(CannotPrint) as held:
        render_pdf(sample(), html)
    assert held.value.obstacle is Obstacle.DRAWING_FAILED
