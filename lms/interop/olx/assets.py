"""The files in static: found by whatever address a text uses for them, and handed over with the course."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lms.core.canonical import digest_bytes
from lms.courses.rules.media import HEAD, media_type
from lms.courses.rules.svg import NotHarmless, make_harmless
from lms.interop.imported import Document
from lms.interop.olx.export import Export

_ASSET = re.compile(r"(?:type@asset\+block@|/c4x/[^/]+/[^/]+/asset/)([^?#]+)")
_STATIC = re.compile(r"^(?:\.{0,2}/)*static/(.+)$")
_DATA = re.compile(r"^data:(image/[a-z0-9.+-]+)(?:;[^,;]*)*?(;base64)?,(.*)$", re.IGNORECASE | re.DOTALL)
VIDEO_ENDINGS = frozenset({"mp4", "m4v", "webm", "ogv"})
LARGEST = 999_999_999
_ENDINGS = {
    "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp", "image/avif": "avif",
    "image/svg+xml": "svg",
}  # fmt: skip


class Assets:
    """`used` are the paths in static that something refers to; `files` what goes into storage, by digest.

    `cleaned` says what was taken out of drawings, `refused` are files that are referred to and can't be taken.
    """

    def __init__(self, export: Export) -> None:
        self._export = export
        self._by_name = _by_name(export.static())
        self._course_paths: dict[str, str] = {}
        self._entries: dict[str, Document] = {}
        self.used: set[str] = set()
        self.cleaned: dict[str, str] = {}
        self.refused: set[str] = set()
        self.files: dict[str, bytes | Path] = {}

    def find(self, address: str) -> str | None:
        """The path in static that an address means ("/static/a b.png", ".../asset-v1:…@a_b.png"), else None."""
        name = name_of(address)
        return self._lookup(name) if name else None

    def take(self, path: str) -> tuple[str, Document] | None:
        """(course path, its {digest, media_type, size}) of a path in static, which counts as used from now on; None
        for a drawing that can't be made harmless and for what is too large."""
        course_path = self._course_paths.get(path)
        if course_path is None and path not in self.refused:
            course_path = self._take(path)
        if course_path is None:
            self.refused.add(path)
            return None
        self.used.add(path)
        return course_path, self._entries[course_path]

    def add(self, course_path: str, data: bytes) -> tuple[str, Document]:
        """The same for bytes that were made here (captions, an image that stood inside a text)."""
        if course_path not in self._entries:
            self._keep(course_path, data, digest_bytes(data), len(data), media_type(course_path, data[:HEAD]))
        return course_path, self._entries[course_path]

    def add_image(self, address: str) -> tuple[str, Document] | None:
        """An image written as a data: address; None where it is none."""
        match = _DATA.match(address)
        data = _decoded(match[3], is_base64=bool(match[2])) if match else b""
        kind = media_type("", data[:HEAD])
        if kind not in _ENDINGS:
            return None
        harmless = _harmless(data)[0] if kind == "image/svg+xml" else data
        if harmless is None:
            return None
        return self.add(f"static/embedded/{digest_bytes(harmless)[:16]}.{_ENDINGS[kind]}", harmless)

    def read(self, path: str) -> bytes:
        return self._export.files.read(path)

    def _lookup(self, name: str) -> str | None:
        return next(
            (self._by_name[form] for form in _forms(name) if form in self._by_name),
            None,
        )

    def _take(self, path: str) -> str | None:
        source = self._export.files.path(path)
        size = source.stat().st_size
        with source.open("rb") as file:
            kind = media_type(path, file.read(HEAD))
        if size > LARGEST:
            return None
        course_path = self._new_course_path(path)
        if kind != "image/svg+xml":
            self._keep(course_path, source, _digest(source), size, kind)
        elif not self._take_drawing(path, course_path):
            return None
        self._course_paths[path] = course_path
        return course_path

    def _take_drawing(self, path: str, course_path: str) -> bool:
        harmless, removed = _harmless(self.read(path))
        if harmless is None:
            return False
        if removed:
            self.cleaned[path] = ", ".join(sorted(set(removed)))
        self._keep(course_path, harmless, digest_bytes(harmless), len(harmless), "image/svg+xml")
        return True

    def _keep(self, course_path: str, source: bytes | Path, digest: str, size: int, kind: str) -> None:
        self.files.setdefault(digest, source)
        self._entries[course_path] = {"digest": digest, "media_type": kind, "size": size}

    def _new_course_path(self, path: str) -> str:
        """With letters, digits and .-_ only, so that it needs no escaping wherever it is written."""
        clean = re.sub(r"[^A-Za-z0-9._/-]+", "_", path)
        stem, dot, ending = clean.rpartition(".")
        taken, number, course_path = set(self._course_paths.values()), 2, clean
        while course_path in taken:
            course_path = f"{stem}-{number}{dot}{ending}"
            number += 1
        return course_path


def name_of(address: str) -> str | None:
    """The file's name in static that an address speaks of; None where it is about something else."""
    path = unquote(address.strip())
    asset = _ASSET.search(path)
    if asset:
        return asset[1]
    parts = urlsplit(address.strip()) if "://" not in address else None
    static = _STATIC.match(unquote(parts.path)) if parts and not parts.netloc else None
    return re.sub(r"/{2,}", "/", static[1]).lstrip("/") or None if static else None


def ending_of(path: str) -> str:
    return path.rpartition(".")[2].lower() if "." in path.rpartition("/")[2] else ""


def _by_name(paths: Iterator[str]) -> dict[str, str]:
    """Each path under all forms in which texts write it; the exact form wins over the loose ones."""
    found: dict[str, str] = {}
    listed = list(paths)
    for place in range(3):
        for path in listed:
            found.setdefault(_forms(path.removeprefix("static/"))[place], path)
    return found


def _forms(name: str) -> tuple[str, str, str]:
    """As written, as Studio writes it in addresses (all but letters, digits and .- as _), and in lower case."""
    studio = re.sub(r"[^\w.-]", "_", name)
    return name, studio, studio.lower()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _harmless(data: bytes) -> tuple[bytes | None, list[str]]:
    try:
        return make_harmless(data)
    except NotHarmless:
        return None, []


def _decoded(text: str, *, is_base64: bool) -> bytes:
    if not is_base64:
        return unquote(text).encode()
    try:
        return base64.b64decode(re.sub(r"\s", "", unquote(text)))
    except (binascii.Error, ValueError):
        return b""
