"""The files of a course as one reads them: text with the line of a fault, media with digest and type."""

from __future__ import annotations

import hashlib
from pathlib import Path

from lms.core.archives import MEBIBYTE, Tree
from lms.core.canonical import digest_bytes
from lms.core.reasons import Refused
from lms.courses.rules import media
from lms.courses.rules.fields import Document
from lms.courses.rules.svg import NotHarmless, make_harmless
from lms.interop.ledger import Ledger
from lms.interop.own.notes import OwnNote
from lms.interop.own.reasons import OwnReason

LONGEST_TEXT = 4 * MEBIBYTE


def read_text(tree: Tree, path: str) -> str:
    """A text file with line ends made equal. Refused: course_file.not_utf8, course_file.too_long."""
    if tree.size(path) > LONGEST_TEXT:
        raise Refused(OwnReason.TOO_LONG, file=path, limit=LONGEST_TEXT // MEBIBYTE)
    data = tree.read(path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Refused(OwnReason.NOT_UTF8, file=path, line=line) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


class Media:
    """The pictures, videos and downloads of one course, each looked at once, when something first names it."""

    def __init__(self, tree: Tree, ledger: Ledger, *, reserved: str) -> None:
        self._tree = tree
        self._reserved = reserved
        self._ledger = ledger
        self._known: dict[str, Document] = {}
        self.contents: dict[str, bytes | Path] = {}

    def facts(self, path: str) -> Document | None:
        """{"digest", "media_type", "size"}; None where the course has no such file."""
        if path not in self._tree or path == self._reserved:
            return None
        if path not in self._known:
            self._known[path] = self._take(path)
        return self._known[path]

    def _take(self, path: str) -> Document:
        place = self._tree.path(path)
        with place.open("rb") as file:
            media_type = media.media_type(path, file.read(media.HEAD))
            file.seek(0)
            if media_type == "image/svg+xml":
                return self._take_svg(path, file.read())
            address = hashlib.file_digest(file, "sha256").hexdigest()
        self.contents[address] = place
        self._ledger.imported("files", path)
        return {"digest": address, "media_type": media_type, "size": self._tree.size(path)}

    def _take_svg(self, path: str, data: bytes) -> Document:
        try:
            harmless, removed = make_harmless(data)
        except NotHarmless as error:
            raise Refused(OwnReason.SVG, file=path, problem=str(error)) from error
        if removed:
            self._ledger.approximated("files", path, OwnNote.CLEANED, parts=", ".join(sorted(set(removed))))
        else:
            self._ledger.imported("files", path)
        address = digest_bytes(harmless)
        self.contents[address] = harmless if removed else self._tree.path(path)
        return {"digest": address, "media_type": "image/svg+xml", "size": len(harmless)}

    def unused(self, used: set[str]) -> list[str]:
        """The files of the course that nothing named, those in `used` apart."""
        return [path for path in self._tree if path not in self._known and path not in used and not _is_litter(path)]


def _is_litter(path: str) -> bool:
    """What operating systems leave in folders and zips."""
    parts = path.split("/")
    return "__MACOSX" in parts or any(part.startswith(".") for part in parts) or parts[-1] == "Thumbs.db"
