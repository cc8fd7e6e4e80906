"""Names in a zip: legal on Windows, Linux and Macs, one for each certificate."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.compliance.rules.file_names import DEVICES, certificate_name, legal_part, pack_name
from lms.core.ids import CROCKFORD

ID = "7k3m9qx2n4v8r5t1w6y0z3b7cd"


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("Ana Žnidaršič", "Ana Žnidaršič"),
        ("Z\u030colna", "\u017dolna"),  # a Mac types the caron apart
        ("Νίκος Παπανδρέου", "Νίκος Παπανδρέου"),
        ('A/B: <C> "D" | E? F* \\ G', "A-B- -C- -D- - E- F- - G"),
        ("ends with dots...", "ends with dots"),
        ("  spaces   inside  ", "spaces inside"),
        ("con", "_con"),
        ("COM1", "_COM1"),
        ("nul.txt", "_nul.txt"),
        ("Conrad", "Conrad"),
        ("\u202egnp.exe", "gnp.exe"),
        ("\u2066x\u2069", "x"),
        ("line\nbreak\ttab\0nul", "line break tab nul"),
        ("...", "_"),
        ("", "_"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_a_name_becomes_a_legal_part_of_a_files_name(name, part):
    assert legal_part(name) == part


def test_a_certificate_is_named_after_who_holds_it_and_what_for():
    assert certificate_name("Ana Žnidaršič", "Safety at work", ID) == f"Ana Žnidaršič - Safety at work - {ID}.pdf"


def test_namesakes_have_a_file_each():
    other = ID[:-1] + "e"
    assert certificate_name("Jan Novák", "Safety", ID) != certificate_name("Jan Novák", "Safety", other)


def test_a_pack_is_named_after_the_organisation_and_the_day():
    from datetime import date

    assert pack_name("north-cells", date(2026, 11, 24)) == "certificates-north-cells-2026-11-24.zip"


ids = st.text(CROCKFORD, min_size=26, max_size=26)
names = st.one_of(st.text(), st.text("ab.~ \u202e\u0301Ça/\\:*?CONcon1", max_size=90), st.sampled_from(sorted(DEVICES)))


@given(names, names, ids)
def test_every_name_is_legal_everywhere(person, course, public_id):
    name = certificate_name(person, course, public_id)
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f]', name)
    assert not any(
        unicodedata.bidirectional(c) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI") for c in name
    )
    assert name[0] not in " ."
    assert name[-1] not in " ."
    assert name.split(".")[0].rstrip().casefold() not in DEVICES
    assert len(name.encode()) <= 255
    assert len(name) <= 180
    assert unicodedata.is_normalized("NFC", name)


@given(st.lists(st.tuples(names, names, ids), max_size=8, unique_by=lambda one: one[2]))
def test_no_two_names_collide_where_case_and_marks_do_not_count(drawn):
    folded = [unicodedata.normalize("NFKD", certificate_name(*one).casefold()) for one in drawn]
    assert len(set(folded)) == len(folded)
