"""Which format a source is in, by its content: those that we read, and those that we can name and refuse."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lms.core.archives import Tree
from lms.core.reasons import Refused
from lms.interop.imported import ImportedCourse
from lms.interop.olx import reading as olx
from lms.interop.own import reading as own
from lms.interop.reasons import ImportReason

HEAD = 16 * 1024


@dataclass(frozen=True)
class Format:
    """A format that we read. `read(tree, slug)`: the slug that was asked for wins over the source's own key."""

    name: str
    recognises: Callable[[Tree], bool]
    read: Callable[[Tree, str | None], ImportedCourse]


READ = (
    Format("own", lambda tree: own.find_root(tree) is not None, lambda tree, slug: own.read_course(tree, slug=slug)),
    Format("olx", olx.recognises, lambda tree, slug: olx.read_course(tree, slug=slug)),
)

MANIFESTS: tuple[tuple[bytes, str], ...] = (
    (rb"adlcp|ADL SCORM|scormtype", "a SCORM package"),
    (rb"imsccv1p|imscc_xmlv|IMS (?:Thin )?Common Cartridge", "a Common Cartridge (IMSCC)"),
    (rb"imsqti|QTI", "a QTI package"),
)
"""What an imsmanifest.xml says of itself; the first that fits."""

TEXTS: tuple[tuple[bytes, str], ...] = (
    (rb"<questestinterop", "a QTI 1.2 file"),
    (rb"<(?:\w+:)?(?:assessmentItem|assessmentTest|qti-assessment-\w+)[\s>]", "a QTI 2 or 3 file"),
    (rb"<quiz>.{0,4000}?<question\s", "a Moodle XML file"),
    (rb"^(?!\s*[\[{<])(?=.*?[^\\]\{(?:\s*(?:T|F|TRUE|FALSE)\s*\}|[^{}\\]{0,300}?[=~#]))", "a GIFT file"),
)


def recognise(tree: Tree) -> Format:
    """The format of an opened archive. Refused: import.format_not_read_yet, import.format_unknown."""
    other = _named(tree)
    if other:
        raise Refused(ImportReason.NOT_YET, name=tree.name, format=other)
    found = next((known for known in READ if known.recognises(tree)), None)
    if found is None:
        raise Refused(ImportReason.UNKNOWN, name=tree.name)
    return found


def refuse_known_file(path: Path, name: str) -> None:
    """Refuses a file that is no archive by the name of its format, where its first bytes tell it.

    Nothing of it is parsed: a text is only looked through for the words that a format begins with.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    if b"\0" in head:
        return
    for pattern, format_name in TEXTS:
        if re.search(pattern, head, re.DOTALL):
            raise Refused(ImportReason.NOT_YET, name=name, format=format_name)


def _named(tree: Tree) -> str | None:
    """The name of a packed format that we do not read."""
    if "moodle_backup.xml" in tree:
        return "a Moodle backup"
    if "h5p.json" in tree:
        return "an H5P package"
    if "cmi5.xml" in tree or "tincan.xml" in tree:
        return "a cmi5 or xAPI package"
    if "imsmanifest.xml" not in tree:
        return None
    with tree.path("imsmanifest.xml").open("rb") as file:
        head = file.read(HEAD)
    return next((name for pattern, name in MANIFESTS if re.search(pattern, head)), "a package with an IMS manifest")
