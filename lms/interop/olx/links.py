"""Addresses in texts: which stay, which become files of the course or steps of it, which lead nowhere any more."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from lms.courses.rules.markdown import ACTIVITY
from lms.interop.imported import Document
from lms.interop.ledger import Note
from lms.interop.olx.assets import Assets, name_of
from lms.interop.olx.notes import OlxNote

_INSIDE = re.compile(r"jump_to|/courseware/|/xblock/|block-v1:|i4x://")
"""Addresses of the old platform that lead to a place in a course; one of their words is the place's url_name."""
_YOUTUBE_ID = r"([A-Za-z0-9_-]{6,15})"
_YOUTUBE = re.compile(rf"(?:youtube(?:-nocookie)?\.com/(?:embed|v|shorts|live)/|youtu\.be/){_YOUTUBE_ID}")
_VIMEO = re.compile(r"player\.vimeo\.com/video/(\d+)")
_STREAM = re.compile(r"/manifest\b|\.(?:m3u8|mpd|ism|f4m)\b", re.IGNORECASE)
_SCHEMES = frozenset({"http", "https", "mailto", "tel"})

Remark = tuple[Note, dict[str, Any]]


@dataclass
class Linker:
    """Resolves the addresses of one activity, and collects its files and what has to be said about it.

    `targets` maps url_names to keys of activities.
    """

    assets: Assets
    targets: Mapping[str, str]
    files: dict[str, Document] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)

    def remark(self, note: Note, **values: Any) -> None:
        if (note, values) not in self.remarks:
            self.remarks.append((note, values))

    def href(self, address: str) -> str | None:
        """Where a link leads here; None where it leads nowhere, and only its words stay."""
        address = address.strip()
        if name_of(address):
            return self.file(address)
        inside = self._inside(address)
        if inside:
            return f"{ACTIVITY}:{inside}"
        if address.startswith("#"):
            return None
        outside = web_address(address)
        if outside is None:
            self.remark(OlxNote.LINK_DROPPED, address=address[:120])
        return outside

    def _inside(self, address: str) -> str | None:
        """The key of the activity that an address of the old platform speaks of."""
        if not _INSIDE.search(address):
            return None
        words = re.findall(r"[^/@:+?#=&\s]+", unquote(address))
        return next((self.targets[word] for word in reversed(words) if word in self.targets), None)

    def file(self, address: str) -> str | None:
        """The course path of a file in static, which is part of the activity from now on; an outside address for
        one that the archive lacks but the source serves; else None."""
        path = self.assets.find(address)
        if path is None:
            self.remark(OlxNote.REFERENCE_MISSING, file=f"static/{name_of(address) or address[:120]}")
            return web_address(address)
        return self.take(path)

    def take(self, path: str) -> str | None:
        """The course path of a file in static, which is part of the activity from now on; None for one refused."""
        taken = self.assets.take(path)
        if taken is None:
            self.remark(OlxNote.FILE_REFUSED, file=path)
            return None
        course_path, entry = taken
        self.files[course_path] = entry
        return course_path

    def image(self, address: str) -> str | None:
        """The course path of an image, or an outside address to link to; None where there is nothing to show."""
        if address.strip().lower().startswith("data:"):
            return self._data_image(address.strip())
        if name_of(address):
            return self.file(address)
        outside = web_address(address)
        if outside is None:
            self.remark(OlxNote.REFERENCE_MISSING, file=address[:120])
        else:
            self.remark(OlxNote.IMAGE_ELSEWHERE, host=host_of(outside))
        return outside

    def embedded(self, address: str) -> str | None:
        """Where a link leads that stands for something embedded (a frame, a player)."""
        if name_of(address):
            return self.file(address)
        outside = web_address(address)
        if outside is None:
            return None
        outside = page_of_player(outside)
        self.remark(OlxNote.EMBEDDED, host=host_of(outside))
        return outside

    def _data_image(self, address: str) -> str | None:
        added = self.assets.add_image(address)
        if added is None:
            self.remark(OlxNote.REFERENCE_MISSING, file=address[:30])
            return None
        course_path, entry = added
        self.files[course_path] = entry
        return course_path


def is_course_path(target: str) -> bool:
    return target.startswith("static/")


def web_address(address: str) -> str | None:
    """An absolute address that a browser may open, made safe for Markdown; None for all else."""
    address = "".join(address.split())
    if address.startswith("//"):
        address = f"https:{address}"
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme.lower() not in _SCHEMES or (parts.scheme.lower().startswith("http") and not parts.netloc):
        return None
    return re.sub(r"""[<>()"'\\`\[\]{}|^]""", lambda found: f"%{ord(found[0]):02X}", address)


def is_stream(address: str) -> bool:
    """An address for players: most browsers show nothing at it."""
    return bool(_STREAM.search(address))


def page_of_player(address: str) -> str:
    """The page on which a video that is usually embedded can be watched."""
    youtube, vimeo = _YOUTUBE.search(address), _VIMEO.search(address)
    if youtube:
        start = parse_qs(urlsplit(address).query).get("start", [""])[0]
        return youtube_address(youtube[1], start=int(start) if start.isdecimal() and len(start) < 7 else 0)
    return f"https://vimeo.com/{vimeo[1]}" if vimeo else address


def youtube_address(video: str, *, start: int = 0) -> str:
    """`start` in seconds."""
    return f"https://www.youtube.com/watch?v={video}" + (f"&t={start}s" if start else "")


def host_of(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.") or address[:60]
