"""What is wrong in a course's files is said with file, line and field; what is odd stands in the ledger."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lms.core.archives import opened
from lms.core.reasons import Refused
from lms.interop.imported import ImportedCourse
from lms.interop.own.reading import read_course
from lms.interop.own.reasons import OwnReason

EVERYTHING = Path(__file__).parents[2] / "courses" / "everything"
COURSE = (
    "format: 1\nkey: small\ntitle: Small\nlanguage: en\nmodules:\n  - key: m\n    title: M\n    activities: [a.md]\n"
)
PAGE = "---\nkey: a\ntitle: A\n---\nText.\n"
Make = Callable[[dict[str, str | bytes]], ImportedCourse]


@pytest.fixture
def read(tmp_path: Path) -> Make:
    """Reads a small course of which some files are replaced (None: taken away)."""

    def of(files: dict[str, str | bytes]) -> ImportedCourse:
        for path, content in ({"course.yaml": COURSE, "a.md": PAGE} | files).items():
            place = tmp_path / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content if isinstance(content, bytes) else content.encode())
        with opened(tmp_path) as tree:
            return read_course(tree)

    return of


def refusal(read: Make, files: dict[str, str | bytes]) -> tuple[OwnReason, dict[str, Any]]:
    with pytest.raises(Refused) as refused:
        read(files)
    assert isinstance(refused.value.reason, OwnReason)
    json.dumps(refused.value.values)
    assert "%" not in refused.value.reason.text % refused.value.values
    return refused.value.reason, refused.value.values


def quiz(slots: str) -> dict[str, str | bytes]:
    return {
        "course.yaml": COURSE.replace("[a.md]", "[a.md, q.quiz.yaml]"),
        "q.quiz.yaml": f"key: q\ntitle: Q\nslots:\n{slots}",
    }


@pytest.mark.parametrize(
    ("files", "reason", "values"),
    [
        ({"course.yaml": COURSE + "colour: red\n"}, OwnReason.UNKNOWN_FIELD, {"line": 9, "field": "colour"}),
        ({"course.yaml": COURSE.replace("title: Small\n", "")}, OwnReason.MISSING, {"field": "title"}),
        ({"course.yaml": COURSE.replace("format: 1", "format: 2")}, OwnReason.FORMAT, {"line": 1, "value": "2"}),
        ({"course.yaml": "title: \xff".encode("latin-1")}, OwnReason.NOT_UTF8, {"file": "course.yaml", "line": 1}),
        ({"course.yaml": COURSE + "title: Again\n"}, OwnReason.FIELD_TWICE, {"line": 9, "field": "title"}),
        ({"course.yaml": "a: &x [1]\nb: *x"}, OwnReason.ALIAS, {"file": "course.yaml", "line": 1}),
        ({"course.yaml": "- 1"}, OwnReason.NOT_FIELDS, {"file": "course.yaml"}),
        ({"course.yaml": COURSE.replace("a.md", "b.md")}, OwnReason.NO_FILE, {"line": 8, "value": "b.md"}),
        ({"course.yaml": COURSE.replace("a.md", "../a.md")}, OwnReason.NOT_A_PATH, {"line": 8}),
        ({"course.yaml": COURSE.replace("a.md", "a.md, a.md")}, OwnReason.USED_TWICE, {"line": 8}),
        ({"course.yaml": COURSE.replace("a.md", "a.txt"), "a.txt": "x"}, OwnReason.UNKNOWN_KIND, {"value": "a.txt"}),
        (
            {"course.yaml": COURSE.replace("a.md", "a.md, b.md"), "b.md": PAGE},
            OwnReason.KEY_TWICE,
            {"file": "b.md", "line": 2, "other": "a.md"},
        ),
        ({"a.md": "Text."}, OwnReason.NO_HEAD, {"file": "a.md"}),
        (
            {"a.md": PAGE.replace("title: A", "title: A\nminuts: 5")},
            OwnReason.UNKNOWN_FIELD,
            {"file": "a.md", "line": 4},
        ),
        ({"a.md": PAGE.replace("title: A", "kind: quiz")}, OwnReason.NOT_ALLOWED, {"file": "a.md", "line": 3}),
        ({"a.md": PAGE + ":::note\n"}, OwnReason.OPEN_BLOCK, {"file": "a.md", "line": 6}),
        ({"a.md": PAGE + "\n![x](figures/no.svg)"}, OwnReason.NO_FILE, {"file": "a.md", "line": 7}),
        (
            {"a.md": PAGE + "\n:::question\nkey: p\ntype: true_false\ntext: What\nanswer: perhaps\n:::\n"},
            OwnReason.NOT_A_FLAG,
            {"file": "a.md", "line": 11, "field": "answer"},
        ),
        (
            {"a.md": PAGE + "\n:::video title=x\n:::\n"},
            OwnReason.MISSING,
            {"file": "a.md", "line": 7, "field": "file"},
        ),
        (
            quiz("  - question:\n      key: x\n      type: single_choice\n      text: t\n      options: [{txt: a}]\n"),
            OwnReason.MISSING,
            {"file": "q.quiz.yaml", "line": 8, "field": "text"},
        ),
        (
            quiz("  - question: {key: x, type: numeric, text: t, answer: four}\n"),
            OwnReason.NOT_A_NUMBER,
            {"file": "q.quiz.yaml", "line": 4, "field": "answer"},
        ),
        (quiz("  - {draw: {from: p, count: 1}}\n"), OwnReason.UNKNOWN_NAME, {"file": "q.quiz.yaml", "line": 4}),
        (
            {"a.md": PAGE + "![x](x.svg)", "x.svg": "<svg"},
            OwnReason.SVG,
            {"file": "x.svg"},
        ),
    ],
)
def test_a_mistake_is_named_with_file_line_and_field(
    read: Make, files: dict[str, str | bytes], reason: OwnReason, values: dict[str, Any]
) -> None:
    found, said = refusal(read, files)
    assert found is reason
    assert said | values == said


def test_a_folder_without_a_course_is_none(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused, opened(tmp_path) as tree:
        read_course(tree)
    assert refused.value.reason is OwnReason.NO_COURSE


def test_every_flaw_of_a_document_has_a_reason_here() -> None:
    from lms.courses.rules.fields import Flaw

    assert {flaw.name for flaw in Flaw} <= set(OwnReason.__members__)


def test_windows_line_ends_and_marks_mean_nothing(read: Make) -> None:
    plain = read({})
    marked = read(
        {"a.md": "\ufeff" + PAGE.replace("\n", "\r\n"), "course.yaml": "\ufeff" + COURSE.replace("\n", "\r\n")}
    )
    assert (marked.outline, marked.bodies) == (plain.outline, plain.bodies)


def test_a_slug_that_is_asked_for_wins(tmp_path: Path, read: Make) -> None:
    read({})
    with opened(tmp_path) as tree:
        assert read_course(tree, slug="other").outline["facts"]["key"] == "other"


def test_what_nothing_uses_is_left_out_with_a_reason(read: Make) -> None:
    course = read({"notes.txt": "x", "b.md": PAGE, "__MACOSX/a": "x", ".DS_Store": "x"})
    rows = [(item.source, item.outcome, item.note.code) for item in course.ledger if item.note]
    assert rows == [("b.md", "left_out", "course_file.unused"), ("notes.txt", "left_out", "course_file.unused")]


def test_a_link_to_a_page_of_the_course_is_shown_as_text(read: Make) -> None:
    course = read({"a.md": PAGE + "[next](b.md)"})
    assert [item.note.code for item in course.ledger if item.note] == ["course_file.inner_link"]
    assert next(iter(course.bodies.values()))["files"] == {}


def test_a_picture_that_could_run_is_cleaned_and_says_so(read: Make) -> None:
    evil = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><g/></svg>'
    course = read({"a.md": PAGE + "![x](x.svg)", "x.svg": evil})
    (content,) = course.files.values()
    assert content == b'<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>'
    (row,) = [item for item in course.ledger if item.kind == "files"]
    assert (row.outcome, row.values) == ("approximated", {"parts": "onload"})


def test_the_course_that_uses_everything_is_counted() -> None:
    with opened(EVERYTHING) as tree:
        counts = read_course(tree).ledger.counts()
    sources = {kind: count["source"] for kind, count in counts.items()}
    assert sources == {
        "modules": 3,
        "sections": 2,
        "activities": 14,
        "texts": 19,
        "videos": 3,
        "files": 7,
        "links": 1,
        "quizzes": 3,
        "questions": 25,
        "parts": 26,
    }


def test_every_naughty_string_is_a_title_or_is_refused(read: Make, shared_data: Path) -> None:
    for text in json.loads((shared_data / "evil" / "blns.json").read_text()):
        with contextlib.suppress(Refused):
            course = read({"a.md": f"---\nkey: a\ntitle: {json.dumps(text)}\n---\n"})
            assert course.outline["modules"][0]["activities"][0]["title"] == " ".join(text.split())
