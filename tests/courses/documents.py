"""Courses for tests: outlines and bodies as they are stored, whole, with a default for everything."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from lms.core.canonical import digest
from lms.courses.rules.outline import Outline

Document = dict[str, Any]
REQUIREMENTS = {"page": "view", "file": "view", "video": "done", "link": "done", "quiz": "pass"}


def text(markdown: str = "Read this.") -> Document:
    return {"type": "text", "markdown": markdown}


def callout(markdown: str = "Mind the gap.", style: str = "warning") -> Document:
    return {"type": "callout", "style": style, "markdown": markdown}


def practice(question: Document) -> Document:
    return {"type": "question", "question": question}


def stored(content: bytes = b"", *, media_type: str = "image/png") -> Document:
    """What a body says of a file; its bytes have to be put into storage by whoever wants them served."""
    return {"digest": sha256(content).hexdigest(), "media_type": media_type, "size": len(content)}


def page(*blocks: Document, files: Document | None = None) -> Document:
    return {"kind": "page", "blocks": list(blocks) or [text()], "files": files or {}}


def film(**facts: Any) -> Document:
    """What blocks and bodies of videos have in common."""
    return {"file": "media/a.webm", "captions": {"en": "media/a.en.vtt"}, "transcript": "What is said.", **facts}


FILM_FILES = {
    "media/a.webm": stored(b"webm", media_type="video/webm"),
    "media/a.en.vtt": stored(b"WEBVTT", media_type="text/vtt"),
}


def video(**facts: Any) -> Document:
    return {"kind": "video", **film(**facts), "files": FILM_FILES}


def file(path: str = "files/sheet.pdf", **facts: Any) -> Document:
    files = {path: stored(b"%PDF-1.7", media_type="application/pdf")}
    return {"kind": "file", "file": path, "description": "Print it.", "files": files, **facts}


def link(url: str = "https://example.org/more") -> Document:
    return {"kind": "link", "url": url, "description": "More of it."}


def activity(key: str, body: Document | None = None, **facts: Any) -> Document:
    """An activity still holding its body, as `course` takes it; `requires="none"` for short."""
    document = page() if body is None else body
    kind = document["kind"]
    requires = facts.pop("requires", REQUIREMENTS[kind])
    requirement = requires if isinstance(requires, dict) else {"kind": requires}
    head = {"key": key, "title": f"About {key}", "kind": kind, "minutes": None, "requirement": requirement}
    return {**head, "release": None, "body": document, **facts}


def module(key: str, *activities: Document, modules: tuple[Document, ...] = (), **facts: Any) -> Document:
    return {"key": key, "title": f"Module {key}", "activities": list(activities), "modules": list(modules), **facts}


def facts(**given: Any) -> Document:
    whole: Document = {
        "key": "safety",
        "title": "Safety at work",
        "language": "en",
        "summary": "What can hurt you, and how it does not.",
        "provider": "Sample Academy",
        "audience": "Everybody",
        "level": {"eqf": None, "reach": None},
        "workload_hours": "2",
        "outcomes": [],
        "skills": [],
        "certificate": None,
        "enrolment": "open",
    }
    return whole | given


def course(*parts: Document, **given: Any) -> tuple[Document, dict[str, Document]]:
    """(the outline document, its bodies by digest) of modules, or of activities that form one module."""
    of_modules = bool(parts) and "activities" in parts[0]
    modules = list(parts) if of_modules else [module("m1", *(parts or (activity("one"), activity("two"))))]
    bodies: dict[str, Document] = {}
    return {"facts": facts(**given), "modules": [_addressed(part, bodies) for part in modules]}, bodies


def _addressed(part: Document, bodies: dict[str, Document]) -> Document:
    activities = []
    for one in part["activities"]:
        address = digest(one["body"])
        bodies[address] = one["body"]
        activities.append(one | {"body": address})
    return part | {"activities": activities, "modules": [_addressed(inner, bodies) for inner in part["modules"]]}


def outline(*parts: Document, **given: Any) -> Outline:
    """The same as an object, for rules."""
    document, _bodies = course(*parts, **given)
    return Outline.of(document)
