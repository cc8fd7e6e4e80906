"""Taking in a file that an author sends for a course: looked at by its content, made harmless, kept by its digest."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO

import sqlalchemy as sa

from lms.core.actor import Actor
from lms.core.archives import MEBIBYTE
from lms.core.audit import record
from lms.core.db import begin_writing, db, insert_ignore
from lms.core.folding import fold
from lms.core.reasons import Refused
from lms.core.storage import storage
from lms.courses import queries
from lms.courses.models import CourseFile, CourseUpload
from lms.courses.reasons import FileReason
from lms.courses.rules.fields import Document
from lms.courses.rules.media import HEAD, UNKNOWN, media_type
from lms.courses.rules.svg import NotHarmless, make_harmless

LARGEST_DRAWING = 4 * MEBIBYTE
LARGEST = 999_999_999
"""Bytes; the most that a body can say of a file."""
ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp", "image/avif": ".avif"}
LONGEST_NAME = 60


@dataclass(frozen=True)
class Upload:
    """A file as the course now has it. `removed` says what was taken out of a drawing to make it harmless."""

    path: str
    digest: str
    media_type: str
    size: int
    removed: tuple[str, ...] = ()

    def facts(self) -> Document:
        """What a body says of it under "files"."""
        return {"digest": self.digest, "media_type": self.media_type, "size": self.size}


def upload_file(slug: str, name: str, stream: IO[bytes], *, by: Actor, at: datetime) -> Upload:
    """Keeps a file for the course under a path of its own; the same file again gives the path that stands.

    `name` is what its author calls it, and becomes a path without surprises. Refused: course.unknown (also where the
    person may not write it), course.file_empty, course.file_kind_unknown, course.file_too_large, course.svg_unsafe.
    """
    (kept,) = upload_files(slug, [(name, stream)], by=by, at=at)
    if isinstance(kept, Refused):
        raise kept
    return kept


def upload_files(
    slug: str, files: Sequence[tuple[str, IO[bytes]]], *, by: Actor, at: datetime
) -> list[Upload | Refused]:
    """The same for several: each by itself, so that what can't be taken keeps no other from being kept."""
    course_id = queries.find_written(slug, by).id
    begin_writing()  # nobody shall wait for SQLite's one lock while large files are stored
    stored = [(name, _keep_or_refuse(name, stream)) for name, stream in files]
    return [kept if isinstance(kept, Refused) else _name(course_id, name, kept, by=by, at=at) for name, kept in stored]


def _keep_or_refuse(name: str, stream: IO[bytes]) -> Upload | Refused:
    try:
        return _keep(name, stream)
    except Refused as refused:
        return refused


def _name(course_id: uuid.UUID, name: str, kept: Upload, *, by: Actor, at: datetime) -> Upload | Refused:
    known = queries.library(course_id)
    standing = next((path for path, file in known.items() if file["digest"] == kept.digest), None)
    path = standing or _free_path(kept, name, set(known))
    insert_ignore(CourseFile, [kept.facts()])
    insert_ignore(CourseUpload, [{"course_id": course_id, "path": path, "digest": kept.digest, "uploaded_at": at}])
    if _path_of_another(course_id, path, kept.digest):
        return Refused(FileReason.NAME_TAKEN, name=path)
    record("course.file_uploaded", by=by, subject=("course", course_id), at=at, digest=kept.digest)
    return replace(kept, path=path)


def _path_of_another(course_id: uuid.UUID, path: str, digest: str) -> bool:
    """Somebody sent another file of this name at the same moment."""
    rows = sa.select(CourseUpload.digest).where(CourseUpload.course_id == course_id, CourseUpload.path == path)
    return db.session.scalar(rows) != digest


def _keep(name: str, stream: IO[bytes]) -> Upload:
    head = stream.read(HEAD)
    stream.seek(0)
    if not head:
        raise Refused(FileReason.EMPTY, name=name)
    kind = media_type(name, head)
    if kind == UNKNOWN:
        raise Refused(FileReason.KIND, name=name)
    if kind == "image/svg+xml":
        return _keep_drawing(name, stream)
    digest, size = storage().put_stream(stream)
    if size > LARGEST:
        raise Refused(FileReason.TOO_LARGE, name=name, limit=LARGEST // MEBIBYTE)
    return Upload("", digest, kind, size)


def _keep_drawing(name: str, stream: IO[bytes]) -> Upload:
    data = stream.read(LARGEST_DRAWING + 1)
    if len(data) > LARGEST_DRAWING:
        raise Refused(FileReason.TOO_LARGE, name=name, limit=LARGEST_DRAWING // MEBIBYTE)
    try:
        harmless, removed = make_harmless(data)
    except NotHarmless:
        raise Refused(FileReason.DRAWING, name=name) from None
    digest = storage().put(harmless)
    return Upload("", digest, "image/svg+xml", len(harmless), tuple(sorted(set(removed))))


def _free_path(file: Upload, name: str, taken: set[str]) -> str:
    """In small letters, digits and hyphens, so that it needs no escaping wherever it is written."""
    pure = PurePosixPath(name.replace("\\", "/").rpartition("/")[2] or "file")
    stem = re.sub(r"[^a-z0-9]+", "-", fold(pure.stem)).strip("-")[:LONGEST_NAME].strip("-") or "file"
    ending = ENDINGS.get(file.media_type) or re.sub(r"[^a-z0-9.]", "", pure.suffix.lower())
    folder = _folder(file.media_type)
    path, number = f"{folder}/{stem}{ending}", 1
    while path in taken:
        number += 1
        path = f"{folder}/{stem}-{number}{ending}"
    return path


def _folder(kind: str) -> str:
    if kind.startswith("image/"):
        return "figures"
    return "media" if kind.startswith(("video/", "audio/")) or kind == "text/vtt" else "files"
