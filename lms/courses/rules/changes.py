"""What differs between two states of an activity or of a course's facts, one thing at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from lms.core.canonical import digest
from lms.courses.rules.bodies import questions_of, videos_of
from lms.courses.rules.fields import Document
from lms.courses.rules.outline import Activity
from lms.courses.rules.rewording import Part, word_difference

QUIZ_SETTINGS = ("pass_percent", "attempts", "time_limit_minutes", "grading", "shuffle", "review")
TEXTS_OF_FACTS = ("title", "summary", "audience", "provider")
LISTS_OF_FACTS = {"outcomes": "text", "groups": "title"}
"""With what of each line is read."""


@dataclass(frozen=True)
class Change:
    """One difference. `what` names it (lms/courses/wording.py has a sentence for each), `values` fill the sentence,
    `parts` is a text word by word."""

    what: str
    values: dict[str, Any] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()


def head_changes(before: Activity, after: Activity) -> list[Change]:
    """Title, minutes, requirement and release of an activity; in this order."""
    found = []
    if before.title != after.title:
        found.append(Change("title", {}, word_difference(before.title, after.title)))
    for name in ("minutes", "requirement", "release"):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            found.append(Change(name, {"before": old, "after": new}))
    return found


def body_changes(before: Document, after: Document) -> list[Change]:
    """What an activity shows and asks; [] for equal bodies."""
    if before["kind"] != after["kind"]:
        return [Change("kind", {"before": before["kind"], "after": after["kind"]})]
    return [
        *_settings(before, after),
        *_texts(before, after),
        *_questions(before, after),
        *_draws(before, after),
        *_videos(before, after),
        *_files(before, after),
    ]


def fact_changes(before: Document | None, after: Document) -> list[Change]:
    """What stands about the course as a whole; nothing was said before the first publication."""
    if before is None:
        return []
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return [_fact(name, before.get(name), after.get(name)) for name in names]


def _fact(name: str, before: Any, after: Any) -> Change:
    if name in TEXTS_OF_FACTS:
        return Change(name if name != "title" else "course_title", {}, word_difference(before or "", after or ""))
    if name in LISTS_OF_FACTS:
        lines = ("\n".join(line[LISTS_OF_FACTS[name]] for line in one or []) for one in (before, after))
        return Change(name, {}, word_difference(*lines))
    return Change(name, {"before": before, "after": after})


def _settings(before: Document, after: Document) -> Iterator[Change]:
    for name in (*QUIZ_SETTINGS, "url"):
        if before.get(name) != after.get(name):
            yield Change(name, {"before": before.get(name), "after": after.get(name)})


def _texts(before: Document, after: Document) -> Iterator[Change]:
    """Texts between other things are known by what they say: those alike are paired, the others came or went."""
    old, new = list(_texts_of(before)), list(_texts_of(after))
    for what, from_old, to_old, from_new, to_new in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        gone, come = old[from_old:to_old], new[from_new:to_new]
        for was, now in zip(gone, come, strict=False):
            yield Change("text_changed", {}, word_difference(was, now))
        for text in gone[len(come) :]:
            yield Change("text_removed", {}, (("removed", text),))
        for text in come[len(gone) :]:
            yield Change("text_added", {}, (("added", text),))


def _texts_of(body: Document) -> Iterator[str]:
    yield from (block["markdown"] for block in body.get("blocks", []) if "markdown" in block)
    yield from (slot["text"] for slot in body.get("slots", []) if "text" in slot)
    if body.get("description"):
        yield body["description"]


def _questions(before: Document, after: Document) -> Iterator[Change]:
    old = {question["key"]: question for question in questions_of(before)}
    new = {question["key"]: question for question in questions_of(after)}
    for key, question in new.items():
        if key not in old:
            yield Change("question_added", {"question": key}, (("added", question["text"]),))
        elif old[key] != question:
            yield _question(key, old[key], question)
    for key, question in old.items():
        if key not in new:
            yield Change("question_removed", {"question": key}, (("removed", question["text"]),))
    both = [key for key in new if key in old]
    if both != [key for key in old if key in new]:
        yield Change("questions_moved")


def _question(key: str, before: Document, after: Document) -> Change:
    """Its words one after the other; where they are the same, what changed is how it is marked."""
    parts = word_difference("\n".join(_words(before)), "\n".join(_words(after)))
    if before.get("points") != after.get("points"):
        values = {"question": key, "before": before.get("points"), "after": after.get("points")}
        return Change("question_points", values, parts)
    if parts and _marking(before) == _marking(after):
        return Change("question_reworded", {"question": key}, parts)
    return Change("question_marking", {"question": key}, parts)


def _words(question: Document) -> Iterator[str]:
    """What a learner reads, in order: the question, its options and the like, the words of its parts."""
    yield question["text"]
    yield from (option["text"] for option in question.get("options", []))
    yield from (" = ".join(pair) for pair in question.get("pairs", []))
    yield from question.get("order", [])
    yield from question.get("extra", [])
    for part in question.get("parts", []):
        yield from _words(part)
    if question.get("explanation"):
        yield question["explanation"]


def _marking(question: Document) -> str:
    """What decides the marks, as a digest: all but the words."""
    return digest(_without_words(question))


def _without_words(value: Any) -> Any:
    if isinstance(value, dict):
        words = ("text", "explanation", "feedback", "extra")
        return {name: _without_words(inner) for name, inner in value.items() if name not in words}
    return [_without_words(inner) for inner in value] if isinstance(value, list) else value


def _draws(before: Document, after: Document) -> Iterator[Change]:
    old, new = (_drawn(body) for body in (before, after))
    for pool in sorted({*old, *new}):
        if old.get(pool, 0) != new.get(pool, 0):
            yield Change("draw", {"pool": pool, "before": old.get(pool, 0), "after": new.get(pool, 0)})


def _drawn(body: Document) -> dict[str, int]:
    drawn: dict[str, int] = {}
    for slot in body.get("slots", []):
        if "draw" in slot:
            drawn[slot["draw"]["from"]] = drawn.get(slot["draw"]["from"], 0) + slot["draw"]["count"]
    return drawn


def _videos(before: Document, after: Document) -> Iterator[Change]:
    """Captions and transcripts; the film itself is a file."""
    old = {video["file"]: video for video in videos_of(before)}
    for video in videos_of(after):
        was = old.get(video["file"])
        if was is None:
            continue
        if was["captions"] != video["captions"]:
            languages = {"before": ", ".join(was["captions"]), "after": ", ".join(video["captions"])}
            yield Change("captions", {"file": video["file"], **languages})
        if was["transcript"] != video["transcript"]:
            parts = word_difference(was["transcript"] or "", video["transcript"] or "")
            yield Change("transcript", {"file": video["file"]}, parts)


def _files(before: Document, after: Document) -> Iterator[Change]:
    old, new = before.get("files", {}), after.get("files", {})
    for path, file in new.items():
        if path not in old:
            yield Change("file_added", {"file": path})
        elif old[path]["digest"] != file["digest"]:
            yield Change("file_replaced", {"file": path})
    for path in old:
        if path not in new:
            yield Change("file_removed", {"file": path})
