"""The files in static: found by whatever address a text uses for them, and handed over with the course."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lms.interop.imported import Document
from lms.interop.olx.export import Export

_ASSET = re.compile(r"(?:type@asset\+block@|/c4x/[^/]+/[^/]+/asset/)([^?#]+)")
_STATIC = re.compile(r"^(?:\.{0,2}/)*static/(.+)$")
_DATA = re.compile(r"^data:(image/[a-z0-9.+-]+)(?:;[^,;]*)*?(;base64)?,(.*)$", re.IGNORECASE | re.DOTALL)
_MEDIA_TYPES = {
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
    "svg": "image/svg+xml", "bmp": "image/bmp", "ico": "image/x-icon", "pdf": "application/pdf",
    "mp4": "video/mp4", "m4v": "video/mp4", "webm": "video/webm", "ogv": "video/ogg", "mp3": "audio/mpeg",
    "ogg": "audio/ogg", "wav": "audio/wav", "vtt": "text/vtt", "srt": "application/x-subrip",
    "txt": "text/plain", "csv": "text/csv", "json": "application/json", "xml": "application/xml",
    "html": "text/html", "htm": "text/html", "css": "text/css", "js": "text/javascript", "zip": "application/zip",
    "doc": "application/msword", "xls": "application/vnd.ms-excel", "ppt": "application/vnd.ms-powerpoint",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}  # fmt: skip
"""Fixed here, so that the same course is the same bytes on every machine."""
VIDEO_ENDINGS = frozenset({"mp4", "m4v", "webm", "ogv"})


class Assets:
    """`used` are the paths in static that something refers to; `files` what goes into storage, by digest."""

    def __init__(self, export: Export) -> None:
        self._export = export
        self._by_name = _by_name(export.static())
        self._course_paths: dict[str, str] = {}
        self._entries: dict[str, Document] = {}
        self.used: set[str] = set()
        self.files: dict[str, bytes | Path] = {}

    def find(self, address: str) -> str | None:
        """The path in static that an address means ("/static/a b.png", ".../asset-v1:…@a_b.png"), else None."""
        name = name_of(address)
        return self._lookup(name) if name else None

    def take(self, path: str) -> tuple[str, Document]:
        """(course path, its {digest, media_type, size}) of a path in static, which counts as used from now on."""
        self.used.add(path)
        course_path = self._course_paths.get(path) or self._new_course_path(path)
        self._course_paths[path] = course_path
        if course_path not in self._entries:
            source = self._export.files.path(path)
            self._keep(course_path, source, _digest(source), source.stat().st_size)
        return course_path, self._entries[course_path]

    def add(self, course_path: str, data: bytes) -> tuple[str, Document]:
        """The same for bytes that were made here (captions, an image that stood inside a text)."""
        if course_path not in self._entries:
            self._keep(course_path, data, hashlib.sha256(data).hexdigest(), len(data))
        return course_path, self._entries[course_path]

    def add_image(self, address: str) -> tuple[str, Document] | None:
        """An image written as a data: address; None where it is none."""
        match = _DATA.match(address)
        if not match:
            return None
        data = _decoded(match[3], is_base64=bool(match[2]))
        endings = {media_type: ending for ending, media_type in reversed(_MEDIA_TYPES.items())}
        ending = endings.get(match[1].lower())
        if not data or ending is None:
            return None
        return self.add(f"static/embedded/{hashlib.sha256(data).hexdigest()[:16]}.{ending}", data)

    def read(self, path: str) -> bytes:
        return self._export.files.read(path)

    def _lookup(self, name: str) -> str | None:
        return next(
            (self._by_name[form] for form in _forms(name) if form in self._by_name),
            None,
        )

    def _keep(self, course_path: str, source: bytes | Path, digest: str, size: int) -> None:
        self.files.setdefault(digest, source)
        self._entries[course_path] = {"digest": digest, "media_type": media_type(course_path), "size": size}

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
    return static[1] if static else None


def media_type(path: str) -> str:
    return _MEDIA_TYPES.get(ending_of(path), "application/octet-stream")


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


def _decoded(text: str, *, is_base64: bool) -> bytes:
    if not is_base64:
        return unquote(text).encode()
    try:
        return base64.b64decode(re.sub(r"\s", "", unquote(text)))
    except (binascii.Error, ValueError):
        return b""
