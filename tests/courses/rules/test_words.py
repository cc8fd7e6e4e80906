"""Search: what is alike for a reader is alike for us."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.folding import fold
from lms.courses.rules.words import searchable
from tests.courses.documents import facts


@pytest.mark.parametrize(
    ("written", "typed"),
    [("Öl-Wechsel", "ol-wechsel"), ("STRASSE", "straße"), ("Ｈｙｄｒｏｇｅｎ", "hydrogen"), ("Čistění", "cisteni")],
)
def test_case_accents_and_width_do_not_matter(written, typed):
    assert fold(written) == fold(typed)


@given(st.text())
def test_folding_again_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


def test_skills_are_found_by_label_and_by_address():
    skill = {"uri": "http://data.europa.eu/esco/skill/1", "label": "Elektrik", "level": None, "outcomes": []}
    words = searchable(facts(skills=[skill], provider=None, audience=None))
    assert "elektrik" in words
    assert "esco/skill/1" in words
