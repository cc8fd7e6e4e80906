"""Captions as Open edX keeps them (SubRip, its own JSON) to WebVTT, which browsers read."""

import html
import re

from lms.interop.olx.export import as_json
from lms.interop.olx.xml import decode

_TIMES = re.compile(
    r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})\s*-->\s*(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
)
_BAD_MARKUP = re.compile(r"</?(?!/?(?:b|i|u)>)[^>]*>")


class NotCaptions(ValueError):  # noqa: N818 - an answer
    """The file holds no captions that can be read."""


def as_vtt(data: bytes, ending: str) -> bytes:
    """WebVTT of a file with this ending (vtt, srt, sjson). Raises NotCaptions."""
    text = decode(data).replace("\r\n", "\n").replace("\r", "\n")
    if ending == "vtt" or text.startswith("WEBVTT"):
        return text.encode()
    cues = list(_cues_of_json(text) if ending in ("sjson", "json") else _cues_of_srt(text))
    if not cues:
        raise NotCaptions
    return ("WEBVTT\n\n" + "\n\n".join(f"{times}\n{words}" for times, words in cues) + "\n").encode()


def _cues_of_srt(text: str) -> list[tuple[str, str]]:
    cues = []
    for block in re.split(r"\n\s*\n", text):
        lines = block.strip().split("\n")
        place = next((n for n, line in enumerate(lines) if _TIMES.search(line)), None)
        if place is None:
            continue
        words = [_BAD_MARKUP.sub("", line).strip() for line in lines[place + 1 :]]
        if any(words):
            cues.append((_vtt_times(lines[place]), "\n".join(line for line in words if line)))
    return cues


def _vtt_times(line: str) -> str:
    found = _TIMES.search(line)
    assert found is not None  # noqa: S101 - the caller has seen it match
    hours, minutes, seconds, millis, *end = found.groups()
    return f"{_clock(hours, minutes, seconds, millis)} --> {_clock(*end)}"


def _clock(hours: str | None, minutes: str, seconds: str, millis: str) -> str:
    return f"{int(hours or 0):02}:{int(minutes):02}:{int(seconds):02}.{millis.ljust(3, '0')}"


def _cues_of_json(text: str) -> list[tuple[str, str]]:
    """{"start": [ms], "end": [ms], "text": [HTML-escaped]}"""
    content = as_json(text)
    if not isinstance(content, dict):
        raise NotCaptions
    columns = [content.get(name) for name in ("start", "end", "text")]
    if not all(isinstance(column, list) for column in columns):
        raise NotCaptions
    cues = []
    for start, end, words in zip(*columns, strict=False):
        plain = " ".join(html.unescape(str(words or "")).split())
        if plain and _is_time(start) and _is_time(end):
            cues.append((f"{_clock_of(start)} --> {_clock_of(end)}", _BAD_MARKUP.sub("", plain)))
    return cues


def _is_time(value: object) -> bool:
    return isinstance(value, int) and 0 <= value < 360_000_000


def _clock_of(millis: int) -> str:
    seconds, rest = divmod(millis, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"
