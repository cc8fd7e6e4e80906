"""What a file is: by its first bytes where they tell, by its name only for what the browser never runs."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

UNKNOWN = "application/octet-stream"

SIGNATURES: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"....ftypavif", re.DOTALL), "image/avif"),
    (re.compile(rb"....ftyp(?:M4A|M4B)", re.DOTALL), "audio/mp4"),
    (re.compile(rb"....ftyp", re.DOTALL), "video/mp4"),
    (re.compile(rb"\x1a\x45\xdf\xa3"), "video/webm"),
    (re.compile(rb"OggS"), "audio/ogg"),
    (re.compile(rb"ID3|\xff[\xfb\xf3\xf2]"), "audio/mpeg"),
    (re.compile(rb"RIFF....WAVE", re.DOTALL), "audio/wav"),
    (re.compile(rb"%PDF-"), "application/pdf"),
    (re.compile(rb"(?:\xef\xbb\xbf)?WEBVTT(?=[ \t\r\n]|$)"), "text/vtt"),
    (
        re.compile(
            rb"\s*(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg[\s>]", re.DOTALL
        ),
        "image/svg+xml",
    ),
)

BY_NAME = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".txt": "text/plain",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}
HEAD = 4096
"""How many of a file's first bytes tell what it is."""


def media_type(path: str, head: bytes) -> str:
    """The type under which a file is kept and served; what could run in a browser is only bytes to download.

    A file called .svg whose start does not look like SVG is still SVG: it has to pass the cleaning of one.
    """
    suffix = PurePosixPath(path).suffix.lower()
    if suffix in (".svg", ".svgz"):
        return "image/svg+xml"
    for signature, found in SIGNATURES:
        if signature.match(head):
            return found
    return BY_NAME.get(suffix, UNKNOWN)
