r"""A page's text as blocks and back.

A line that begins with `:::` begins or ends a block; `\:::` is a line of text that begins with three colons.
Between blocks stands Markdown. `:::text` keeps two texts apart that would otherwise run into one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lms.courses.rules.bodies import CALLOUTS
from lms.courses.rules.fields import Document
from lms.interop.own.marked import Mapping, NotReadable, dump, load
from lms.interop.own.reasons import OwnReason

BEGIN = re.compile(r":::([a-z_]+)[ \t]*(.*)")
END = re.compile(r":::[ \t]*")
ATTRIBUTE = re.compile(r'([a-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))(?:\s+|$)')
WITH_LANGUAGE = re.compile(r"([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*):(.+)")
BLOCKS = ("text", *CALLOUTS, "question", "video", "file")
ALONE = ("video", "file")
"""Blocks that may end with the line on which they begin."""


@dataclass(frozen=True)
class Found:
    """A block as it stands in the file: the raw document that `bodies.block` reads, and its first line."""

    raw: Any
    line: int


def read_blocks(text: str, *, first_line: int, language: str) -> Iterator[Found]:
    """The blocks of a page's text. `language` is that of captions which say none. Raises NotReadable."""
    lines = text.split("\n")
    at = start = 0
    while at < len(lines):
        if not lines[at].startswith(":::"):
            at += 1
            continue
        yield from _text(lines[start:at], first_line + start)
        end = _end_of(lines, at, first_line)
        yield _block(lines[at : end + 1], first_line + at, language)
        at = start = end + 1
    yield from _text(lines[start:], first_line + start)


def _text(lines: list[str], line: int) -> Iterator[Found]:
    words = "\n".join(_unescape(lines))
    if words.strip():
        yield Found({"type": "text", "markdown": words}, line)


def _end_of(lines: list[str], at: int, first_line: int) -> int:
    """The position of the line that ends the block which begins at `at`."""
    begin = BEGIN.fullmatch(lines[at])
    if begin is None:
        raise NotReadable(OwnReason.STRAY_END, first_line + at)
    name = begin[1]
    if name not in BLOCKS:
        raise NotReadable(OwnReason.UNKNOWN_BLOCK, first_line + at, block=name, allowed=", ".join(BLOCKS))
    end = next((n for n in range(at + 1, len(lines)) if lines[n].startswith(":::")), None)
    if end is not None and END.fullmatch(lines[end]):
        return end
    if name in ALONE:
        return at
    raise NotReadable(OwnReason.OPEN_BLOCK, first_line + at, block=name)


def _block(lines: list[str], line: int, language: str) -> Found:
    begin = BEGIN.fullmatch(lines[0])
    assert begin  # noqa: S101 - `_end_of` has looked
    name, rest, inside = begin[1], begin[2], lines[1:-1]
    if name == "question":
        return Found(_question(inside, line), line)
    raw = _attributes(rest, line, language)
    words = "\n".join(_unescape(inside))
    if words.strip():
        raw["transcript" if name == "video" else "markdown"] = words
    if name in CALLOUTS:
        return Found(raw | {"type": "callout", "style": name}, line)
    return Found(raw | {"type": name}, line)


def _question(inside: list[str], line: int) -> Mapping:
    raw = Mapping(line)
    raw["type"] = "question"
    raw["question"] = load("\n".join(inside), first_line=line + 1)
    raw.lines = {"type": line, "question": line + 1}
    return raw


def _attributes(rest: str, line: int, language: str) -> dict[str, Any]:
    """`title="…" file=… captions=en:… captions=de:…`"""
    found: dict[str, Any] = {}
    rest = rest.strip()
    while rest:
        match = ATTRIBUTE.match(rest)
        if match is None:
            raise NotReadable(OwnReason.ATTRIBUTES, line, value=rest)
        name, rest = match[1], rest[match.end() :]
        value = match[3] if match[2] is None else re.sub(r"\\(.)", r"\1", match[2])
        if name == "captions":
            found.setdefault(name, {}).update([_caption(value, language)])
        elif name in found:
            raise NotReadable(OwnReason.FIELD_TWICE, line, field=name)
        else:
            found[name] = value
    return found


def _caption(value: str, language: str) -> tuple[str, str]:
    """("en", path) from en:path, or from the name of the file (x.en.vtt), or the course's language."""
    match = WITH_LANGUAGE.fullmatch(value)
    if match:
        return match[1], match[2]
    named = re.search(r"\.([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\.[a-z]+$", value)
    return (named[1] if named else language), value


def write_blocks(blocks: list[Document]) -> str:
    """The text that `read_blocks` reads back as the same blocks."""
    written: list[str] = []
    for position, block in enumerate(blocks):
        follows_text = position > 0 and blocks[position - 1]["type"] == "text"
        written.append(_write(block, as_block=follows_text))
    return "\n\n".join(written) + "\n" if written else ""


def _write(block: Document, *, as_block: bool) -> str:
    kind = block["type"]
    if kind == "text":
        words = _escape(block["markdown"])
        return f":::text\n{words}\n:::" if as_block else words
    if kind == "callout":
        return f":::{block['style']}\n{_escape(block['markdown'])}\n:::"
    if kind == "question":
        return f":::question\n{dump(block['question'])}:::"
    attributes = [("title", block["title"])] if block["title"] else []
    attributes += [("file", block["file"])]
    attributes += [("captions", f"{language}:{path}") for language, path in block.get("captions", {}).items()]
    head = " ".join([f":::{kind}", *(_write_attribute(name, value) for name, value in attributes)])
    inside = f"{_escape(block['transcript'])}\n" if block.get("transcript") else ""
    return f"{head}\n{inside}:::"


def _write_attribute(name: str, value: str) -> str:
    if re.fullmatch(r"[\w./:-]+", value):
        return f"{name}={value}"
    return name + '="' + re.sub(r'(["\\])', r"\\\1", value) + '"'


def _escape(text: str) -> str:
    return re.sub(r"^(\\*:::)", r"\\\1", text, flags=re.MULTILINE)


def _unescape(lines: list[str]) -> list[str]:
    return [re.sub(r"^\\(\\*:::)", r"\1", line) for line in lines]
