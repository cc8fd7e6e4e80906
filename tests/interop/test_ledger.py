"""One ledger: rows as they are written, counts as their sum."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lms.interop.ledger import KINDS, Ledger, Note, Outcome
from lms.interop.own.notes import OwnNote

ROWS = st.lists(st.tuples(st.sampled_from([*KINDS, "setting"]), st.sampled_from(list(Outcome)), st.text(max_size=5)))


def filled(rows: list[tuple[str, Outcome, str]]) -> Ledger:
    ledger = Ledger()
    for kind, outcome, source in rows:
        if outcome is Outcome.imported:
            ledger.imported(kind, source)
        elif outcome is Outcome.approximated:
            ledger.approximated(kind, source, OwnNote.FORMULA, formula="x")
        else:
            ledger.left_out(kind, source, OwnNote.UNUSED)
    return ledger


@given(ROWS)
def test_the_source_is_always_the_sum(rows: list[tuple[str, Outcome, str]]) -> None:
    document = filled(rows).as_document()
    assert list(document["counts"]) == list(KINDS)
    for count in document["counts"].values():
        assert count["source"] == count["imported"] + count["approximated"] + count["left_out"]
    assert sum(count["source"] for count in document["counts"].values()) == sum(kind in KINDS for kind, *_ in rows)
    assert [row["source"] for row in document["items"]] == [source for *_, source in rows]


def test_a_row_says_why_in_words_and_for_programs() -> None:
    (row,) = filled([("texts", Outcome.approximated, "a.md")]).as_document()["items"]
    assert row == {
        "source": "a.md",
        "kind": "texts",
        "outcome": "approximated",
        "reason": "We can't draw the formula x; it is shown as text.",
        "code": "course_file.formula",
        "values": {"formula": "x"},
    }


def test_a_note_is_found_by_its_code() -> None:
    assert Note.of("course_file.unused") is OwnNote.UNUSED
    assert Note.of("nobody.knows") is None
