r"""The content of an activity as the fields of a form, and back. The shape of a body: bodies.py.

A block in which nothing stands is left out. A text that is one picture and nothing else is a figure in the form; who
opens a body and saves it untouched saves the same document.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from lms.courses.rules.bodies import REVIEW, REVIEW_DEFAULTS
from lms.courses.rules.fields import Document, Flaw, Where, Wrong
from lms.courses.rules.formtrees import ON, Tree
from lms.courses.rules.markdown import file_path
from lms.courses.rules.questionforms import question_tree, read_question, ticked
from lms.courses.rules.spots import Spot

FIGURE = re.compile(r'!\[((?:[^\[\]\\\n]|\\.)*)\]\(([^\s()<>"\\]+)(?: "((?:[^"\\\n]|\\.)*)")?\)')
ESCAPED = re.compile(r"\\([\\\[\]\"*`<&])")


@dataclass(frozen=True)
class Filled:
    """What a form says: the raw document, and where in the form each place of it stands (see spots.py).

    `flaws` are those of the form itself: two rows of one name, a picture without words.
    """

    kind: str
    raw: Document
    sources: dict[Where, str]
    flaws: list[Wrong]


def body_tree(body: Document) -> Tree:
    """The fields of a stored body."""
    return _TREES[body["kind"]](body)


def read_body(kind: str, tree: Tree) -> Filled:
    """What the form of a body of this kind says; without "files", which are looked up by whoever saves it."""
    spot = Spot(tree)
    return Filled(kind, {"kind": kind, **_READERS[kind](spot)}, spot.sources, spot.flaws)


def _page_tree(body: Document) -> Tree:
    return {"blocks": [block_tree(block) for block in body["blocks"]]}


def block_tree(block: Document) -> Tree:
    match block["type"]:
        case "text":
            return figure_tree(block["markdown"]) or {"type": "text", "markdown": block["markdown"]}
        case "callout":
            return {name: block[name] for name in ("type", "style", "markdown")}
        case "question":
            return {"type": "question", "question": question_tree(block["question"])}
        case "video":
            return {"type": "video", "title": block["title"] or "", **_media_tree(block)}
    return {name: block[name] for name in ("type", "title", "file")}


def figure_tree(markdown: str) -> Tree | None:
    """The fields of a picture that stands alone; None where the text is anything else."""
    found = FIGURE.fullmatch(markdown)
    path = file_path(found[2]) if found else None
    if found is None or path is None:
        return None
    alt, caption = (ESCAPED.sub(r"\1", words or "") for words in (found[1], found[3]))
    tree = {"type": "figure", "file": path, "alt": alt, "caption": caption} | ticked("decorative", not alt)
    return tree if figure_markdown(path, alt, caption) == markdown else None


def figure_markdown(path: str, alt: str, caption: str) -> str:
    """The text that shows one picture: an image with a title, alone, is a figure with a caption."""
    words = re.sub(r"([\\\[\]*`<&])", r"\\\1", " ".join(alt.split()))
    title = re.sub(r'([\\"&])', r"\\\1", " ".join(caption.split()))
    address = re.sub(r'[\s()<>"\\%?#]', lambda found: quote(found[0]), path)
    return f"![{words}]({address}" + (f' "{title}")' if title else ")")


def _media_tree(video: Document) -> Tree:
    captions = [{"language": language, "file": path} for language, path in video["captions"].items()]
    return {"file": video["file"] or "", "captions": captions, "transcript": video["transcript"] or ""}


def _link_tree(body: Document) -> Tree:
    return {"url": body["url"] or "", "description": body["description"] or ""}


def _file_tree(body: Document) -> Tree:
    return {"file": body["file"] or "", "description": body["description"] or ""}


def _quiz_tree(body: Document) -> Tree:
    shuffle = body["shuffle"]
    review = {when: dict.fromkeys(words, ON) for when, words in body["review"].items()}
    return {
        "time_limit_minutes": _number(body["time_limit_minutes"]),
        "attempts": _number(body["attempts"]),
        "pass_percent": body["pass_percent"],
        "grading": body["grading"],
        "shuffle": ticked("options", shuffle["options"]) | ticked("questions", shuffle["questions"]),
        "review": review,
        "slots": [slot_tree(slot) for slot in body["slots"]],
        "pools": [
            {"name": name, "was": name, "questions": [question_tree(question) for question in pool]}
            for name, pool in body["pools"].items()
        ],
    }


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def slot_tree(slot: Document) -> Tree:
    ((kind, value),) = slot.items()
    if kind == "text":
        return {"type": kind, "text": value}
    if kind == "question":
        return {"type": kind, "question": question_tree(value)}
    if kind == "video":
        return {"type": kind, "video": {"title": value["title"] or "", **_media_tree(value)}}
    return {"type": kind, "draw": {"from": value["from"], "count": str(value["count"])}}


def _read_page(spot: Spot) -> Document:
    return {"blocks": spot.each("blocks", _read_block)}


def _read_block(spot: Spot) -> Document | None:
    kind = spot.text("type")
    if kind == "question":
        return {"type": kind, "question": read_question(spot.inner("question"))}
    if kind == "video":
        return {"type": kind, "title": spot.text("title"), **_read_media(spot)}
    if kind == "file":
        return {"type": kind, "title": spot.text("title"), "file": spot.text("file")}
    if kind == "figure":
        return _read_figure(spot)
    markdown = spot.text("markdown")
    if markdown is None:
        return None
    return {"type": kind, "markdown": markdown} | ({"style": spot.text("style")} if kind == "callout" else {})


def _read_figure(spot: Spot) -> Document | None:
    path, alt, caption = (spot.text(name) for name in ("file", "alt", "caption"))
    if path is None and alt is None and caption is None:
        return None
    if path is None:
        spot.refuse(Flaw.MISSING, "file")
    if alt is None and not spot.flag("decorative"):
        spot.refuse(Flaw.MISSING, "alt")
    return {"type": "text", "markdown": figure_markdown(path or "?", alt or "", caption or "")}


def _read_media(spot: Spot) -> Document:
    return {"file": spot.text("file"), "captions": _read_captions(spot), "transcript": spot.text("transcript")}


def _read_captions(spot: Spot) -> Document:
    captions: Document = {}
    for position, row in enumerate(spot.rows("captions")):
        language, path = row.text("language"), row.text("file")
        if not (language or path):
            continue
        spot.came_from(("captions", language or ""), f"captions.{position}.{'file' if language else 'language'}")
        if language in captions:
            spot.refuse(Flaw.TWICE, "captions", language or "", value=language)
        captions[language or ""] = path or ""
    return captions


def _read_link(spot: Spot) -> Document:
    return {"url": spot.text("url"), "description": spot.text("description")}


def _read_file(spot: Spot) -> Document:
    return {"file": spot.text("file"), "description": spot.text("description")}


def _read_quiz(spot: Spot) -> Document:
    renamed = {row.text("was"): row.text("name") for row in spot.rows("pools") if row.text("was")}
    shuffle, review = spot.inner("shuffle"), spot.inner("review")
    return {
        **{name: spot.number(name) for name in ("time_limit_minutes", "attempts", "pass_percent", "grading")},
        "shuffle": {name: shuffle.flag(name) for name in ("options", "questions")},
        "review": {when: [word for word in REVIEW if review.inner(when).flag(word)] for when in REVIEW_DEFAULTS},
        "slots": spot.each("slots", lambda slot: _read_slot(slot, renamed)),
        "pools": _read_pools(spot),
    }


def _read_slot(spot: Spot, renamed: dict[str | None, str | None]) -> Document | None:
    kind = spot.text("type")
    if kind == "text":
        text = spot.text("text")
        return {"text": text} if text else None
    if kind == "question":
        return {"question": read_question(spot.inner("question"))}
    if kind == "video":
        video = spot.inner("video")
        return {"video": {"title": video.text("title"), **_read_media(video)}}
    draw = spot.inner("draw")
    pool = draw.text("from")
    return {"draw": {"from": renamed.get(pool, pool), "count": draw.text("count")}}


def _read_pools(spot: Spot) -> Document:
    pools: Document = {}
    for row in spot.rows("pools"):
        name = row.text("name") or ""
        where = (*spot.where, "pools", name)
        spot.sources[where] = row.at("name")
        if name in pools:
            spot.refuse(Flaw.TWICE, "pools", name, value=name)
        if not row.rows("questions"):
            spot.refuse(Flaw.EMPTY, "pools", name)
        pools[name] = [_read_pooled(one, (*where, position)) for position, one in enumerate(row.rows("questions"))]
    return pools


def _read_pooled(question: Spot, where: Where) -> Document:
    question.sources[where] = question.name
    return read_question(question.below(question.tree, where, question.name))


_TREES: dict[str, Callable[[Document], Tree]] = {
    "page": _page_tree,
    "video": _media_tree,
    "file": _file_tree,
    "link": _link_tree,
    "quiz": _quiz_tree,
}
_READERS: dict[str, Callable[[Spot], dict[str, Any]]] = {
    "page": _read_page,
    "video": _read_media,
    "file": _read_file,
    "link": _read_link,
    "quiz": _read_quiz,
}
