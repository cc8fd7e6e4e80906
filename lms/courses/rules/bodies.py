"""The shapes of bodies: pages with their blocks, quizzes, videos, files, links. As stored in, as stored out.

A reader of files hands in what a file says (without "files"), whoever holds a stored body the whole of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from lms.courses.rules.fields import (
    Document,
    Fields,
    Flaw,
    Where,
    Wrong,
    flag,
    key,
    language,
    line,
    names_of,
    one_of,
    refuse_repeated,
    text,
    web_address,
    whole,
    within,
)
from lms.courses.rules.questions import question

CALLOUTS = ("note", "tip", "warning", "danger", "example")
GRADING = ("highest", "average", "first", "last")
REVIEW = ("answers", "correctness", "marks", "feedback", "right_answers")
REVIEW_DEFAULTS = {"during": [], "after": ["answers"], "closed": list(REVIEW)}
DIGEST = re.compile(r"[0-9a-f]{64}")
MEDIA_TYPE = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+")
A_YEAR_OF_MINUTES = 60 * 24 * 366
ReadField = Callable[[Fields, str, Callable[[Any, Where], str]], str | None]
"""`Fields.read` where a field must be there, `Fields.maybe` where it may still be missing."""


def body(raw: object, where: Where = ()) -> Document:
    """A stored body of any kind, checked and normalised. Raises Wrong."""
    with Fields(raw, where) as fields:
        kind = fields.read("kind", one_of(*_BY_KIND))
        read = UNFINISHED.get(kind, _BY_KIND[kind])
        return read(fields) | ({} if kind == "link" else {"files": fields.maybe("files", _files) or {}})


def empty_body(kind: str) -> Document:
    """What a new activity of a kind holds before its author has put anything into it."""
    return body({"kind": kind})


def page(fields: Fields) -> Document:
    """{"kind": "page", "blocks"}"""
    return {"kind": "page", "blocks": blocks(fields.each("blocks", block), fields.at("blocks"))}


def blocks(read: list[Document], where: Where) -> list[Document]:
    """The blocks of a page whose practice questions have keys of their own."""
    refuse_repeated([b["question"]["key"] for b in read if b["type"] == "question"], where)
    return read


def block(raw: object, where: Where) -> Document:
    with Fields(raw, where) as fields:
        kind = fields.read("type", one_of("text", "callout", "question", "video", "file"))
        if kind == "text":
            return {"type": kind, "markdown": fields.read("markdown", text)}
        if kind == "callout":
            style = fields.read("style", one_of(*CALLOUTS))
            return {"type": kind, "style": style, "markdown": fields.read("markdown", text)}
        if kind == "question":
            return {"type": kind, "question": fields.read("question", question)}
        if kind == "video":
            return {"type": kind, "title": fields.maybe("title", line), **_media(fields)}
        return {"type": kind, "title": fields.read("title", line), "file": fields.read("file", course_path)}


def video(fields: Fields, read: ReadField = Fields.read) -> Document:
    """{"kind": "video", "file", "captions", "transcript"}"""
    return {"kind": "video", **_media(fields, read)}


def _media(fields: Fields, read: ReadField = Fields.read) -> Document:
    return {
        "file": read(fields, "file", course_path),
        "captions": fields.maybe("captions", _captions) or {},
        "transcript": fields.maybe("transcript", text),
    }


def _captions(raw: object, where: Where) -> dict[str, str]:
    return {language(name, place): course_path(value, place) for name, value, place in names_of(raw, where)}


def file(fields: Fields, read: ReadField = Fields.read) -> Document:
    """{"kind": "file", "file", "description"}"""
    path = read(fields, "file", course_path)
    return {"kind": "file", "file": path, "description": fields.maybe("description", text)}


def link(fields: Fields, read: ReadField = Fields.read) -> Document:
    """{"kind": "link", "url", "description"}"""
    url = read(fields, "url", web_address)
    return {"kind": "link", "url": url, "description": fields.maybe("description", text)}


def quiz(fields: Fields) -> Document:
    """{"kind": "quiz", …} with every setting, slots, pools."""
    pools = {key(name, where): _questions(raw, where) for name, raw, where in fields.maybe("pools", names_of) or []}
    slots = fields.each("slots", _slot)
    _refuse_bad_draws(slots, pools, fields.at("slots"))
    _refuse_repeated_questions(slots, pools, fields.at("slots"))
    return {
        "kind": "quiz",
        "time_limit_minutes": fields.maybe("time_limit_minutes", whole(1, A_YEAR_OF_MINUTES)),
        "attempts": fields.maybe("attempts", whole(1, 1000)),
        "pass_percent": fields.read("pass_percent", within(0, 100), "50"),
        "grading": fields.read("grading", one_of(*GRADING), "highest"),
        "shuffle": fields.read("shuffle", _shuffle, {"options": False, "questions": False}),
        "review": fields.read("review", _review, dict(REVIEW_DEFAULTS)),
        "slots": slots,
        "pools": pools,
    }


def _shuffle(raw: object, where: Where) -> Document:
    """true = both; a word = that alone."""
    if isinstance(raw, str):
        word = one_of("options", "questions")(raw, where)
        return {"options": word == "options", "questions": word == "questions"}
    if isinstance(raw, bool):
        return {"options": raw, "questions": raw}
    with Fields(raw, where) as fields:
        return {name: fields.read(name, flag, False) for name in ("options", "questions")}


def _review(raw: object, where: Where) -> Document:
    """The words in one order and once each, so that equal settings are equal documents."""
    with Fields(raw, where) as fields:
        given = {
            name: fields.each(name, one_of(*REVIEW)) if fields.get(name) is not None else default
            for name, default in REVIEW_DEFAULTS.items()
        }
        return {name: [word for word in REVIEW if word in words] for name, words in given.items()}


def _slot(raw: object, where: Where) -> Document:
    with Fields(raw, where) as fields:
        kinds: dict[str, Callable[[Any, Where], Any]] = {
            "text": text,
            "video": _slot_video,
            "question": question,
            "draw": _draw,
        }
        found = {name: fields.maybe(name, read) for name, read in kinds.items()}
    given = {name: value for name, value in found.items() if value is not None}
    if len(given) != 1:
        raise Wrong(Flaw.NOT_ALLOWED, where, value=", ".join(given), allowed=", ".join(kinds))
    return given


def _slot_video(raw: object, where: Where) -> Document:
    with Fields(raw, where) as fields:
        fields.fixed("type", "video")
        return {"type": "video", "title": fields.maybe("title", line), **_media(fields)}


def _draw(raw: object, where: Where) -> Document:
    with Fields(raw, where) as fields:
        return {"from": fields.read("from", key), "count": fields.read("count", whole(1, 1000))}


def _questions(raw: object, where: Where) -> list[Document]:
    with Fields({"pool": raw}, where[:-1]) as fields:
        return fields.each("pool", lambda value, place: question(value, (*where, place[-1])), least=1)


def _refuse_bad_draws(slots: list[Document], pools: Document, where: Where) -> None:
    for position, slot in enumerate(slots):
        if "draw" not in slot:
            continue
        name, count = slot["draw"]["from"], slot["draw"]["count"]
        if name not in pools:
            raise Wrong(Flaw.UNKNOWN_NAME, (*where, position, "draw", "from"), value=name)
        if count > len(pools[name]):
            raise Wrong(Flaw.OUT_OF_RANGE, (*where, position, "draw", "count"), low=1, high=len(pools[name]))


def _refuse_repeated_questions(slots: list[Document], pools: Document, where: Where) -> None:
    keys = [slot["question"]["key"] for slot in slots if "question" in slot]
    keys += [q["key"] for pool in pools.values() for q in pool]
    seen: set[str] = set()
    for value in keys:
        if value in seen:
            raise Wrong(Flaw.TWICE, where, value=value)
        seen.add(value)


def course_path(raw: object, where: Where) -> str:
    """A path from the course's root, with "/" between its parts and no way out of it."""
    value = unicodedata.normalize("NFC", text(raw, where))
    parts = value.split("/")
    if "\\" in value or "\n" in value or len(value) > 500 or any(part in ("", ".", "..") for part in parts):
        raise Wrong(Flaw.NOT_A_PATH, where, value=value)
    return value


def _files(raw: object, where: Where) -> Document:
    return {course_path(name, place): _file(value, place) for name, value, place in names_of(raw, where)}


def _file(raw: object, where: Where) -> Document:
    with Fields(raw, where) as fields:
        found: Document = {
            "digest": fields.read("digest", text),
            "media_type": fields.read("media_type", text),
            "size": fields.read("size", whole(0, 999_999_999)),
        }
        if not DIGEST.fullmatch(found["digest"]):
            raise Wrong(Flaw.NOT_ALLOWED, fields.at("digest"), value=found["digest"], allowed="SHA-256")
        if not MEDIA_TYPE.fullmatch(found["media_type"]):
            raise Wrong(Flaw.NOT_ALLOWED, fields.at("media_type"), value=found["media_type"], allowed="type/subtype")
        return found


def questions_of(body: Document) -> Iterator[Document]:
    """Every question of a body: practice questions, slots, pools."""
    if body["kind"] == "page":
        yield from (block["question"] for block in body["blocks"] if block["type"] == "question")
    if body["kind"] == "quiz":
        yield from (slot["question"] for slot in body["slots"] if "question" in slot)
        for pool in body["pools"].values():
            yield from pool


def videos_of(body: Document) -> Iterator[Document]:
    """Every video of a body: {"file", "captions", "transcript", …}."""
    if body["kind"] == "video" and is_finished(body):
        yield body
    if body["kind"] == "page":
        yield from (block for block in body["blocks"] if block["type"] == "video")
    if body["kind"] == "quiz":
        yield from (slot["video"] for slot in body["slots"] if "video" in slot)


def paths_of(body: Document) -> Iterator[str]:
    """The files that a body names in fields of their own; those in its Markdown are not among them."""
    for found in videos_of(body):
        yield from (found["file"], *found["captions"].values())
    if body["kind"] == "file" and is_finished(body):
        yield body["file"]
    if body["kind"] == "page":
        yield from (block["file"] for block in body["blocks"] if block["type"] == "file")


def texts_of(body: Document) -> Iterator[str]:
    """Every Markdown text of a body, in order."""
    if body["kind"] == "page":
        yield from (block["markdown"] for block in body["blocks"] if "markdown" in block)
    if body["kind"] == "quiz":
        yield from (slot["text"] for slot in body["slots"] if "text" in slot)
    yield from (found["transcript"] for found in videos_of(body) if found["transcript"])
    if body.get("description"):
        yield body["description"]
    for found in questions_of(body):
        yield from texts_of_question(found)


def texts_of_question(question: Document) -> Iterator[str]:
    """Every Markdown text of one question, its parts' included."""
    yield question["text"]
    yield from (question[name] for name in ("explanation", "feedback") if question.get(name))
    for option in question.get("options", []):
        yield from (option[name] for name in ("text", "feedback") if option[name])
    yield from (side for pair in question.get("pairs", []) for side in pair)
    yield from (*question.get("extra", []), *question.get("order", []))
    for part in question.get("parts", []):
        yield from texts_of_question(part)


_BY_KIND: dict[str, Callable[[Fields], Document]] = {
    "page": page,
    "video": video,
    "file": file,
    "link": link,
    "quiz": quiz,
}
KINDS = tuple(_BY_KIND)
UNFINISHED: dict[str, Callable[[Fields], Document]] = {
    "video": partial(video, read=Fields.maybe),
    "file": partial(file, read=Fields.maybe),
    "link": partial(link, read=Fields.maybe),
}
"""In a draft the one thing that such an activity shows may not be chosen yet; publishing refuses it (`is_finished`)."""


def is_finished(body: Document) -> bool:
    """Whether a video, a file or a link has what it shows; other kinds always have."""
    return all(body[name] is not None for name in ("file", "url") if name in body)
