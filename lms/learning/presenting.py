"""Bodies as readers see them: Markdown rendered, files addressed, questions as slots. Kept here by digest."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit

from babel import Locale, UnknownLocaleError

from lms.courses.queries import load_body
from lms.courses.rules.markdown import render
from lms.learning.ports import practice_marker, quiz_face
from lms.learning.rules.states import ActivityState

Document = dict[str, Any]
UrlForFile = Callable[[str], str | None]


def url_for_files(files: Document) -> UrlForFile:
    """A function from a course path to the address of its file; None where the body has no such file."""

    def url_for_file(path: str) -> str | None:
        file = files.get(path)
        return f"/media/{file['digest']}/{quote(path.rsplit('/', 1)[-1])}" if file else None

    return url_for_file


def present_activity(enrolment_id: uuid.UUID, state: ActivityState, at: datetime) -> Document:
    """An open activity with all its content, as the API shows it: blocks, or what quizzes say of theirs."""
    activity = state.activity
    head: Document = {"key": activity.key, "kind": activity.kind, "title": activity.title, "state": state.state}
    head["requirement"] = activity.requirement
    if activity.kind == "quiz":
        quiz = quiz_face.call.describe(enrolment_id, activity.key, load_body(activity.body), at)
        return head | {"quiz": quiz}
    body = present_body(activity.body)
    more = {"url": body["url"]} if activity.kind == "link" else {}
    if "position" in state.entry:
        more["position"] = state.entry["position"]
    return head | more | {"blocks": body.get("blocks") or [{"type": body["kind"], **body}]}


@lru_cache(maxsize=1024)
def present_body(digest: str, beside: str = "*") -> Document:
    """A page's blocks, a video, a file or a link as templates/learning/body.html and the API want them.

    The same for all learners; nobody changes it. `beside` leads to another activity, its key in place of the star: the
    pages of a course lie side by side (/learn/{enrolment}/{key}), so a key alone is the way.
    """
    body = load_body(digest)
    url_for_file = url_for_files(body.get("files", {}))

    def url_for_activity(key: str) -> str | None:
        return beside.replace("*", quote(key, safe="")) if key else None

    match body["kind"]:
        case "page":
            blocks = [_block(block, body["files"], url_for_file, url_for_activity) for block in body["blocks"]]
            return {"kind": "page", "blocks": blocks}
        case "video":
            return {"kind": "video", "video": present_video(body, body["files"], url_for_file)}
        case "file":
            return {
                "kind": "file",
                "file": _file(body, body["files"], url_for_file),
                **_description(body, url_for_file),
            }
        case "link":
            host = urlsplit(body["url"]).hostname or body["url"]
            return {"kind": "link", "url": body["url"], "host": host, **_description(body, url_for_file)}
    return {"kind": body["kind"]}


def _block(block: Document, files: Document, url_for_file: UrlForFile, url_for_activity: UrlForFile) -> Document:
    match block["type"]:
        case "video":
            return {"type": "video", "video": present_video(block, files, url_for_file)}
        case "file":
            return {"type": "file", "file": _file(block, files, url_for_file)}
        case "question":
            question = block["question"]
            slot = practice_marker.call.present(question, url_for_file=url_for_file)
            return {"type": "question", "key": question["key"], "slot": slot}
        case "callout":
            html = render(block["markdown"], url_for_file=url_for_file, url_for_activity=url_for_activity)
            return {"type": "callout", "style": block["style"], "html": html}
    html = render(block["markdown"], url_for_file=url_for_file, url_for_activity=url_for_activity)
    return {"type": "text", "html": html}


def _description(body: Document, url_for_file: UrlForFile) -> Document:
    text = body.get("description")
    return {"description_html": render(text, url_for_file=url_for_file) if text else ""}


def present_video(block: Document, files: Document, url_for_file: UrlForFile) -> Document:
    """{title, url, media_type, captions, transcript_html} of a video block; quizzes show videos too."""
    captions = [
        {"language": language, "name": language_name(language), "url": url_for_file(path)}
        for language, path in block["captions"].items()
    ]
    text = block.get("transcript")
    return {
        "title": block.get("title"),
        "url": url_for_file(block["file"]),
        "media_type": files[block["file"]]["media_type"],
        "captions": captions,
        "transcript_html": render(text, url_for_file=url_for_file) if text else "",
    }


def _file(block: Document, files: Document, url_for_file: UrlForFile) -> Document:
    path = block["file"]
    file = files[path]
    name = path.rsplit("/", 1)[-1]
    facts = {"url": url_for_file(path), "name": name, "media_type": file["media_type"], "size": file["size"]}
    return {"title": block.get("title") or name, **facts}


def find_question(digest: str, key: str) -> Document | None:
    """The practice question of a page, as stored."""
    blocks = load_body(digest).get("blocks", [])
    questions = (block["question"] for block in blocks if block["type"] == "question")
    return next((question for question in questions if question["key"] == key), None)


def language_name(code: str) -> str:
    """The language's own name: "Deutsch" for "de"; the code where nobody knows it."""
    try:
        return Locale.parse(code, sep="-").get_display_name() or code
    except (ValueError, UnknownLocaleError):
        return code
