"""What a backup says of itself, and where its parts lie.

DIR/files/aa/bb/DIGEST            every file once, whichever backups hold it
DIR/backups/NAME/manifest.json    written last; NAME is the instant
DIR/backups/NAME/TABLE.jsonl.gz   a row a line
DIR/backups/NAME/stored-files.jsonl.gz   digest and size a line
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lms.core.canonical import digest
from lms.core.config import Settings
from lms.core.reasons import Refused
from lms.core.storage import Storage
from lms.home.backup.rows import Lines, Shape, read_lines
from lms.home.reasons import BackupReason

FORMAT = 1
PAGE, FILES, LISTED, HALF = "manifest.json", "files", "stored-files", ".half"
Document = dict[str, Any]

NAMED = {"course_file": ("digest",), "award_document": ("digest", "picture_digest")}
"""The columns that name stored files which must be there. Uploads and results of jobs may go, so they may miss."""


@dataclass(frozen=True)
class Part:
    """Rows of a table: its shape, how many, the SHA-256 over them, and that of the file in which they lie."""

    shape: Shape
    lines: Lines
    file: str


@dataclass(frozen=True)
class Manifest:
    """One backup. `missing` are files that rows name and that were not in the storage either.

    `files` and `list` are the lines and the digest of the list of files, `bytes` their size together.
    `secret` tells, without telling it, under which LMS_SECRET_KEY the rows were written.
    """

    name: str
    version: str
    revision: str
    taken_at: str
    secret: str
    tables: tuple[Part, ...]
    files: Lines
    list: str
    bytes: int
    missing: tuple[str, ...] = ()

    def as_document(self) -> Document:
        """As JSON, with a digest of its own."""
        tables = {
            part.shape.name: {
                "columns": part.shape.columns,
                "key": list(part.shape.key),
                **asdict(part.lines),
                "file": part.file,
            }
            for part in self.tables
        }
        facts = {name: getattr(self, name) for name in ("name", "version", "revision", "taken_at", "secret")}
        files = {**asdict(self.files), "file": self.list, "bytes": self.bytes, "missing": list(self.missing)}
        document = {"format": FORMAT, **facts, "tables": tables, "files": files}
        return {**document, "sha256": digest(document)}


def read_manifest(folder: Path) -> Manifest:
    """Refused: backup.damaged."""
    try:
        document = json.loads((folder / PAGE).read_bytes())
        own = document.pop("sha256")
        if own != digest(document) or document["format"] != FORMAT:
            raise ValueError
        return _manifest(document)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        raise Refused(BackupReason.DAMAGED, part=f"{folder.name}/{PAGE}") from None


def _manifest(document: Document) -> Manifest:
    tables = tuple(
        Part(Shape(name, one["columns"], tuple(one["key"])), Lines(one["count"], one["sha256"]), one["file"])
        for name, one in document["tables"].items()
    )
    files = document["files"]
    facts = {name: document[name] for name in ("name", "version", "revision", "taken_at", "secret")}
    listed = {"files": Lines(files["count"], files["sha256"]), "list": files["file"], "bytes": files["bytes"]}
    return Manifest(**facts, tables=tables, **listed, missing=tuple(files["missing"]))


def fingerprint(settings: Settings) -> str:
    return hmac.new(settings.secret_key.encode(), b"lms backup", hashlib.sha256).hexdigest()[:16]


def part_of(folder: Path, name: str) -> Path:
    return folder / f"{name}.jsonl.gz"


def listed_files(folder: Path) -> Iterator[tuple[str, int]]:
    """(digest, size) of every file that the backup holds."""
    for line in read_lines(part_of(folder, LISTED)):
        digest, size = json.loads(line)
        yield digest, size


def missing_files(folder: Path, shapes: list[Shape], store: Storage) -> list[str]:
    """Digests of files that rows of the backup name and `store` has not, in their order."""
    missing = {
        row[column]
        for shape in shapes
        if shape.name in NAMED
        for row in map(shape.load, read_lines(part_of(folder, shape.name)))
        for column in NAMED[shape.name]
        if not store.has(row[column])
    }
    return sorted(missing)
