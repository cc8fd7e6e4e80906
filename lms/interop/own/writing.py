"""A course as files again: the same course gives the same bytes, and reading them gives the same digests."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lms.core.reasons import Refused
from lms.courses.rules.bodies import REVIEW_DEFAULTS
from lms.courses.rules.fields import Document
from lms.interop.own.blocks import write_blocks
from lms.interop.own.marked import dump
from lms.interop.own.reading import COURSE, KINDS
from lms.interop.own.reasons import OwnReason

SUFFIXES = {kind: suffix for suffix, kind in KINDS.items()}
FIXED_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest that a zip can hold: an export does not say when it was made, or no two would be equal."""

ReadFile = Callable[[str], Iterable[bytes]]
"""The bytes of a stored file by its digest, in pieces."""


@dataclass(frozen=True)
class CourseFiles:
    """`texts` by path, and `files`: the digest of each media file by its path."""

    texts: Mapping[str, bytes]
    files: Mapping[str, str]


def write_course(outline: Document, bodies: Mapping[str, Document]) -> CourseFiles:
    """The files of a course from its outline document and its bodies by digest.

    Refused: course_file.conflict, where two bodies mean different files by one path.
    """
    files = _files(bodies[activity["body"]] for activity in _activities(outline["modules"]))
    prefix = ""
    while True:
        texts = _texts(outline, bodies, prefix)
        if not _collide(texts, files):
            return CourseFiles(
                {path: text.encode() for path, text in sorted(texts.items())}, dict(sorted(files.items()))
            )
        prefix += "_"


def write_zip(target: Path, outline: Document, bodies: Mapping[str, Document], *, read_file: ReadFile) -> None:
    """The course as a zip archive at `target`."""
    course = write_course(outline, bodies)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path in sorted([*course.texts, *course.files]):
            pieces = [course.texts[path]] if path in course.texts else read_file(course.files[path])
            _add(archive, path, pieces)


def write_folder(target: Path, outline: Document, bodies: Mapping[str, Document], *, read_file: ReadFile) -> None:
    """The course as files under the folder `target`, which must not hold any of them yet."""
    course = write_course(outline, bodies)
    for path in (*course.texts, *course.files):
        place = target / path
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as file:
            file.writelines([course.texts[path]] if path in course.texts else read_file(course.files[path]))


def _add(archive: zipfile.ZipFile, path: str, pieces: Iterable[bytes]) -> None:
    info = zipfile.ZipInfo(path, FIXED_DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = 0o100644 << 16
    with archive.open(info, "w", force_zip64=False) as file:
        for piece in pieces:
            file.write(piece)


def _activities(modules: Iterable[Document]) -> Iterator[Document]:
    for module in modules:
        yield from module["activities"]
        yield from _activities(module["modules"])


def _files(bodies: Iterable[Document]) -> dict[str, str]:
    files: dict[str, str] = {}
    for body in bodies:
        for path, facts in body.get("files", {}).items():
            if files.setdefault(path, facts["digest"]) != facts["digest"]:
                raise Refused(OwnReason.CONFLICT, value=path)
    return files


def _collide(texts: Mapping[str, str], files: Mapping[str, str]) -> bool:
    """Whether one path is both a text and a file, or a file and a folder."""
    paths = [*texts, *files]
    folders = {path[:end] for path in paths for end in range(len(path)) if path[end] == "/"}
    return len(set(paths)) < len(paths) or any(path in folders for path in paths)


def _texts(outline: Document, bodies: Mapping[str, Document], prefix: str) -> dict[str, str]:
    texts: dict[str, str] = {}
    modules = [_module(m, f"{prefix}{n:02}-", texts, bodies) for n, m in enumerate(outline["modules"], 1)]
    facts = {name: value for name, value in outline["facts"].items() if (name, value) != ("enrolment", "open")}
    texts[COURSE] = dump({"format": 1} | compact(facts) | {"modules": modules})
    return texts


def _module(module: Document, prefix: str, texts: dict[str, str], bodies: Mapping[str, Document]) -> Document:
    """What stands about a module in course.yaml; its activities are added to `texts`."""
    folder = f"{prefix}{module['key']}"
    paths = []
    for number, activity in enumerate(module["activities"], 1):
        path = f"{folder}/{number:02}-{activity['key']}{SUFFIXES[activity['kind']]}"
        texts[path] = _activity(activity, bodies[activity["body"]])
        paths.append(path)
    first = len(paths) + 1
    inner = [_module(m, f"{folder}/{n:02}-", texts, bodies) for n, m in enumerate(module["modules"], first)]
    lists = {name: found for name, found in (("activities", paths), ("modules", inner)) if found}
    return {"key": module["key"], "title": module["title"]} | lists


def _activity(activity: Document, body: Document) -> str:
    head = _head(activity)
    if body["kind"] == "page":
        text = write_blocks([_block(block) for block in body["blocks"]])
        return f"---\n{dump(head)}---\n{text}"
    return dump(head | _BODIES[body["kind"]](body))


def _head(activity: Document) -> Document:
    requirement: Any = activity["requirement"]["kind"]
    if requirement == "score":
        requirement = {"score": activity["requirement"]["percent"]}
    head = {"key": activity["key"], "title": activity["title"], "minutes": activity["minutes"]}
    return without_nulls(head | {"requirement": requirement, "release": activity["release"]})


def _block(block: Document) -> Document:
    return block | {"question": _question(block["question"])} if block["type"] == "question" else block


def _quiz(body: Document) -> Document:
    shuffle = body["shuffle"]
    one = [name for name in ("options", "questions") if shuffle[name]]
    settings = {
        "time_limit_minutes": body["time_limit_minutes"],
        "attempts": body["attempts"],
        "pass_percent": body["pass_percent"],
        "grading": body["grading"],
        "shuffle": one[0] if len(one) == 1 else bool(one),
        "review": None if body["review"] == REVIEW_DEFAULTS else body["review"],
        "slots": [_slot(slot) for slot in body["slots"]],
        "pools": {name: [_question(q) for q in pool] for name, pool in body["pools"].items()} or None,
    }
    return without_nulls(settings)


def _slot(slot: Document) -> Document:
    if "question" in slot:
        return {"question": _question(slot["question"])}
    if "video" in slot:
        return {"video": {name: value for name, value in compact(slot["video"]).items() if name != "type"}}
    return slot


def _question(question: Document) -> Document:
    """As people write it: what is the default is left out, one exact answer stands on the question itself."""
    defaults = {"points": "1", "policy": "all_or_nothing", "case": "ignore"}
    found = {name: value for name, value in compact(question).items() if defaults.get(name) != value}
    if question["type"] == "true_false":
        found["answer"] = question["answer"]
    if question["type"] == "numeric":
        found |= _numeric(question, found)
    if question["type"] == "gaps":
        found["gaps"] = {name: _without_case(gap) for name, gap in found["gaps"].items()}
    if question["type"] == "parts":
        found["parts"] = [_question(part) for part in question["parts"]]
    last = {"explanation": found.pop("explanation", None)}
    return without_nulls(found | last)


def _numeric(question: Document, found: Document) -> Document:
    entries = [_entry(entry) for entry in question["accept"]]
    if len(entries) > 1 or "answer" not in entries[0]:
        return {"accept": entries}
    return {"accept": None} | entries[0] | ({"unit": found["unit"]} if "unit" in found else {})


def _entry(entry: Document) -> Document:
    return {name: value for name, value in compact(entry).items() if (name, value) != ("tolerance", "0")}


def _without_case(gap: Document) -> Document:
    return {name: value for name, value in gap.items() if (name, value) != ("case", "ignore")}


def without_nulls(document: Document) -> Document:
    return {name: value for name, value in document.items() if value is not None}


def compact(value: Any) -> Any:
    """Without what means the same when it is absent: null, false, empty lists and texts, at any depth."""
    if isinstance(value, dict):
        inner = {name: compact(found) for name, found in value.items()}
        return {name: found for name, found in inner.items() if found not in (None, [], {}, "") and found is not False}
    return [compact(found) for found in value] if isinstance(value, list) else value


def _plain(body: Document) -> Document:
    return {name: value for name, value in compact(body).items() if name not in ("kind", "files")}


_BODIES: dict[str, Callable[[Document], Document]] = {"quiz": _quiz, "video": _plain, "file": _plain, "link": _plain}
