"""A video of the source: a file that came along, or an address where it can be watched."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lms.interop.imported import Document
from lms.interop.olx.assets import VIDEO_ENDINGS, ending_of, name_of
from lms.interop.olx.export import as_json
from lms.interop.olx.links import Linker, Remark, host_of, is_stream, web_address, youtube_address
from lms.interop.olx.notes import OlxNote
from lms.interop.olx.structure import Node
from lms.interop.olx.transcripts import NotCaptions, as_vtt
from lms.interop.olx.xml import Element, tag_of

DEFAULT_YOUTUBE = "3_yD_cEKoCk"
"""What Open edX shows where a video names no source: the default of the field, which is not exported."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


@dataclass(frozen=True)
class Video:
    """`block` for one that plays here; `address` for one that opens elsewhere; neither: nothing came in.

    `why` is None only for a video that came in as it was.
    """

    title: str
    block: Document | None = None
    address: str | None = None
    why: Remark | None = None


def read_video(node: Node, linker: Linker) -> Video:
    """A file of the archive wins over an address: it plays without another host."""
    name = node.shown_name
    file = _local_file(node, linker)
    if file:
        captions = _captions(node, linker)
        block = {"type": "video", "title": name[:200] or None, "file": file, "captions": captions, "transcript": None}
        return Video(name, block=block, why=_part_shown(node))
    address = _address(node)
    if address:
        host = host_of(address)
        note = OlxNote.VIDEO_DEFAULT if _names_nothing(node) else OlxNote.VIDEO_LINK
        part = _part_shown(node)
        if part:
            linker.remark(part[0], **part[1])
        return Video(name, address=address, why=(note, {"host": host}))
    return Video(name, why=(OlxNote.VIDEO_NOWHERE, {}))


def _local_file(node: Node, linker: Linker) -> str | None:
    for address in _sources(node):
        path = linker.assets.find(address)
        if path and ending_of(path) in VIDEO_ENDINGS:
            return linker.take(path)
    return None


def _sources(node: Node) -> Iterator[str]:
    """Every address that the element gives, files first as the source prefers them."""
    listed = as_json(node.attributes.get("html5_sources"))
    yield from (str(source) for source in listed or [] if isinstance(listed, list))
    for child in node.element.iter():
        match tag_of(child):
            case "source" if child.get("src"):
                yield child.get("src") or ""
            case "encoded_video" if child.get("url") and child.get("profile") != "youtube":
                yield child.get("url") or ""
    for name in ("source", "src", "url", "video_url", "mp4"):
        if node.attributes.get(name):
            yield node.attributes[name]


def _address(node: Node) -> str | None:
    youtube = _youtube(node)
    if youtube:
        return youtube_address(youtube, start=_seconds(node.attributes.get("start_time", "")))
    elsewhere = [address for address in map(web_address, _sources(node)) if address]
    elsewhere.sort(key=is_stream)  # of several, one that a browser shows
    return next(iter(elsewhere), None) or (youtube_address(DEFAULT_YOUTUBE) if _names_nothing(node) else None)


def _youtube(node: Node) -> str | None:
    """The video at normal speed: "0.75:abc,1.00:def" or its own attribute."""
    speeds = dict(
        entry.split(":", 1) for entry in node.attributes.get("youtube", "").replace(" ", "").split(",") if ":" in entry
    )
    named = [speeds.get("1.00"), speeds.get("1.0"), node.attributes.get("youtube_id_1_0"), *speeds.values()]
    named += [child.get("url") for child in node.element.iter() if child.get("profile") == "youtube"]
    return next((video for video in named if video and re.fullmatch(r"[A-Za-z0-9_-]{6,20}", video)), None)


def _names_nothing(node: Node) -> bool:
    """No source at all, not even an empty one: then the default of Open edX holds."""
    says = {"youtube", "youtube_id_1_0", "html5_sources", "source", "src", "url", "edx_video_id"}
    given = {name for name in says if node.attributes.get(name) is not None}
    return not given - {"html5_sources", "edx_video_id"} and not any(
        node.attributes.get(name, "").strip("[] ") for name in given
    ) and not list(_sources(node))  # fmt: skip


def _captions(node: Node, linker: Linker) -> dict[str, str]:
    captions: dict[str, str] = {}
    for language, name in _caption_files(node):
        path = linker.assets.find(f"/static/{name}")
        if path is None:
            linker.remark(OlxNote.REFERENCE_MISSING, file=f"static/{name}")
            continue
        course_path = _caption(path, language, linker)
        if course_path:
            captions.setdefault(language, course_path)
    return captions


def _caption(path: str, language: str, linker: Linker) -> str | None:
    """The course path of captions in WebVTT: the file itself, or made from it."""
    if ending_of(path) == "vtt":
        return linker.take(path)
    try:
        data = as_vtt(linker.assets.read(path), ending_of(path))
    except NotCaptions:
        linker.remark(OlxNote.CAPTIONS_BROKEN, file=path)
        return None
    linker.assets.used.add(path)
    stem = re.sub(r"[^A-Za-z0-9._/-]+", "_", path).removesuffix(".sjson").removesuffix(".srt")
    course_path, entry = linker.assets.add(f"{stem}.{language}.vtt", data)
    linker.files[course_path] = entry
    return course_path


def _caption_files(node: Node) -> Iterator[tuple[str, str]]:
    """(language, file name in static). `sub` names English captions in the JSON of Open edX."""
    for child in node.element:
        if tag_of(child) == "transcript" and child.get("src"):
            yield _language(child), name_of(child.get("src") or "") or child.get("src") or ""
    listed = as_json(node.attributes.get("transcripts"))
    for language, name in listed.items() if isinstance(listed, dict) else ():
        if isinstance(name, str) and _LANGUAGE.fullmatch(language):
            yield language.replace("_", "-"), name
    if node.attributes.get("sub"):
        yield "en", f"subs_{node.attributes['sub']}.srt.sjson"


def _language(transcript: Element) -> str:
    language = transcript.get("language") or "en"
    return language.replace("_", "-") if _LANGUAGE.fullmatch(language) else "en"


def _part_shown(node: Node) -> Remark | None:
    """A video that plays here plays whole."""
    start, end = (node.attributes.get(name, "") for name in ("start_time", "end_time"))
    if not _seconds(start) and not _seconds(end):
        return None
    return OlxNote.VIDEO_PART, {"from": start or "0", "to": end or "…"}


def _seconds(written: str) -> int:
    """Of "00:01:05", "65", "65.0"; 0 where it is none."""
    parts = written.strip().strip('"').split(":")
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        return 0
    total = sum(number * 60**power for power, number in enumerate(reversed(numbers)))
    return int(total) if 0 <= total < 360_000 else 0
