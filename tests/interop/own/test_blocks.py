"""A page's text and its blocks."""

from __future__ import annotations

from typing import Any

import pytest

from lms.interop.own.blocks import read_blocks, write_blocks
from lms.interop.own.marked import NotReadable
from lms.interop.own.reasons import OwnReason


def read(text: str, language: str = "en") -> list[tuple[Any, int]]:
    return [(block.raw, block.line) for block in read_blocks(text, first_line=1, language=language)]


def test_text_stands_between_blocks() -> None:
    text = "One\n\n:::note\nTwo\n\nthree\n:::\n\nFour\n"
    assert [(raw["type"], line) for raw, line in read(text)] == [("text", 1), ("callout", 3), ("text", 8)]
    assert read(text)[1][0] == {"markdown": "Two\n\nthree", "type": "callout", "style": "note"}


def test_a_question_knows_the_lines_of_its_fields() -> None:
    ((raw, line),) = read("\n:::question\nkey: a\ntype: true_false\n:::")
    assert (line, raw["question"].lines) == (2, {"key": 3, "type": 4})


def test_a_line_may_begin_with_three_colons() -> None:
    ((raw, _line),) = read("a\n\\:::note\n\\\\:::")
    assert raw["markdown"] == "a\n:::note\n\\:::"
    assert write_blocks([{"type": "text", "markdown": ":::\n\\:::x"}]) == "\\:::\n\\\\:::x\n"


@pytest.mark.parametrize(
    ("head", "captions"),
    [
        ("captions=en:a.vtt", {"en": "a.vtt"}),
        ("captions=en:a.vtt captions=pt-BR:b.vtt", {"en": "a.vtt", "pt-BR": "b.vtt"}),
        ("captions=media/a.sl.vtt", {"sl": "media/a.sl.vtt"}),
        ("captions=a.vtt", {"de": "a.vtt"}),
        ('captions="en:a b.vtt"', {"en": "a b.vtt"}),
    ],
)
def test_captions_say_their_language_or_it_is_seen(head: str, captions: dict[str, str]) -> None:
    ((raw, _line),) = read(f":::video file=v.mp4 {head}\n:::", language="de")
    assert raw["captions"] == captions


def test_a_video_may_end_where_it_begins() -> None:
    found = read(":::video file=v.mp4\n\nText\n\n:::note\nA\n:::")
    assert [raw["type"] for raw, _line in found] == ["video", "text", "callout"]
    found = read(':::video file=v.mp4 title="A \\"B\\""\nSpoken words.\n:::')
    assert found[0][0] == {"type": "video", "file": "v.mp4", "title": 'A "B"', "transcript": "Spoken words."}


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("a\n:::", OwnReason.STRAY_END, 2),
        ("a\n\n:::nota\nb\n:::", OwnReason.UNKNOWN_BLOCK, 3),
        (":::note\na", OwnReason.OPEN_BLOCK, 1),
        (":::note\na\n:::tip\nb\n:::", OwnReason.OPEN_BLOCK, 1),
        (":::video file=a b\n:::", OwnReason.ATTRIBUTES, 1),
        (":::video file=a file=b\n:::", OwnReason.FIELD_TWICE, 1),
        (':::video file="a\n:::', OwnReason.ATTRIBUTES, 1),
        (":::question\nkey: a\nkey: b\n:::", OwnReason.FIELD_TWICE, 3),
        (":::question\n- [\n:::", OwnReason.YAML, 3),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, reason: OwnReason, line: int) -> None:
    with pytest.raises(NotReadable) as error:
        read(text)
    assert error.value.reason is reason
    assert error.value.values["line"] == line
