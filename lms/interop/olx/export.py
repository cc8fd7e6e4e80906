"""The export as a tree of files: where the course is, what its policies and its about pages say."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lms.core.archives import Tree
from lms.core.reasons import Refused
from lms.interop.olx.reasons import OlxReason
from lms.interop.olx.xml import Element, Malformed, decode, parse, tag_of

_APART = re.compile(r"(^|/)(__MACOSX/|\._|\.DS_Store$)|^drafts/")
"""Leftovers of a Mac, and what the author had not published."""


@dataclass
class Export:
    """An export whose course.xml could be read.

    `root` is the element that holds the course: of course.xml itself or of the file that it points to. `pointer` has
    org and course (the number). `policy` maps "kind/url_name" to attributes that win over those in the XML.
    """

    files: Tree
    pointer: Element
    root: Element
    root_file: str
    run: str
    policy: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    grading: Mapping[str, Any] = field(default_factory=dict)
    broken_settings: list[str] = field(default_factory=list)

    @property
    def _course_policy(self) -> Mapping[str, Any]:
        """Of this run; where the run was renamed by hand, the only one of a course that there is."""
        named = self.policy.get(f"course/{self.run}")
        courses = [entry for key, entry in self.policy.items() if key.startswith("course/")]
        return named if named is not None else courses[0] if len(courses) == 1 else {}

    def read(self, path: str) -> Element | None:
        """The root element of a file, None where there is no such file; raises Malformed."""
        return parse(self.files.read(path), path) if path in self.files else None

    def text(self, path: str) -> str | None:
        return decode(self.files.read(path)) if path in self.files else None

    def about(self, name: str) -> str:
        """A page about the course ("overview", "short_description"), its HTML; "" where there is none."""
        text = self.text(f"about/{name}.html")
        return (text or "").strip()

    def static(self) -> Iterator[str]:
        """Paths of the files that lie in static."""
        return (path for path in self.files if path.startswith("static/") and not _APART.search(path))

    def fact(self, name: str) -> str:
        """An attribute of the course as text: from the policy, else the course, else its pointer; "" for none."""
        for source in (self._course_policy, self.root.attrib, self.pointer.attrib):
            value = source.get(name)
            if value not in (None, "", "null"):
                return value if isinstance(value, str) else json.dumps(value, default=str)
        return ""

    def structured(self, name: str) -> Any:
        """The same, for what Studio writes as JSON; None where it is none."""
        value = self._course_policy.get(name)
        return value if value is not None else as_json(self.fact(name))


def open_export(tree: Tree) -> Export:
    """The export in `tree`, whatever folder it was packed in.

    Raises Refused where course.xml is missing, can not be read, or points to nothing.
    """
    files = tree.under(_folder_of_course(tree))
    pointer = _read_or_refuse(files, "course.xml")
    run = pointer.get("url_name") or pointer.get("slug") or "course"
    root, root_file = pointer, "course.xml"
    if not len(pointer):
        root_file = _outline_file(files, run)
        root = _read_or_refuse(files, root_file)
    export = Export(files, pointer, root, root_file, run)
    _read_settings(export)
    return export


def recognises(tree: Tree) -> bool:
    """Whether some folder of it holds a course.xml: all that can be said before reading it."""
    return any(path.rpartition("/")[2] == "course.xml" and not _APART.search(path) for path in tree)


def as_json(text: str | None) -> Any:
    """JSON text as data with exact decimals; None where it is none."""
    try:
        return json.loads(text, parse_float=Decimal) if text else None
    except (ValueError, RecursionError):
        return None


def _folder_of_course(tree: Tree) -> str:
    """The folder of the outermost course.xml ("" at the top): inside an export another one may lie."""
    found = [path for path in tree if path.rpartition("/")[2] == "course.xml" and not _APART.search(path)]
    if not found:
        raise Refused(OlxReason.NO_COURSE, name=tree.name)
    return min(found, key=lambda path: (path.count("/"), path)).rpartition("/")[0]


def _outline_file(files: Tree, run: str) -> str:
    """The file with the outline of this run; where it is missing, the only one there is."""
    named = f"course/{run.replace(':', '/')}.xml"
    if named in files:
        return named
    others = [path for path in files if re.fullmatch(r"course/[^/]+\.xml", path) and not _APART.search(path)]
    if len(others) == 1:
        return others[0]
    raise Refused(OlxReason.NO_OUTLINE, file=named)


def _read_or_refuse(files: Tree, path: str) -> Element:
    try:
        root = parse(files.read(path), path)
    except Malformed as error:
        raise Refused(OlxReason.BROKEN_COURSE, file=path, line=error.line, detail=error.detail) from None
    if tag_of(root) != "course":
        detail = f"<{tag_of(root)}> instead of <course>"
        raise Refused(OlxReason.BROKEN_COURSE, file=path, line=1, detail=detail)
    return root


def _read_settings(export: Export) -> None:
    """Policies lie in a folder of the run; older exports have one file for all at the top of policies."""
    for name, places in (
        ("policy", (f"policies/{export.run}/policy.json", f"policies/{export.run}.json")),
        ("grading", (f"policies/{export.run}/grading_policy.json", "grading_policy.json")),
    ):
        path = next((place for place in places if place in export.files), None)
        if path is None:
            continue
        value = as_json(export.text(path))
        if isinstance(value, dict):
            setattr(export, name, _only_objects(value) if name == "policy" else value)
        else:
            export.broken_settings.append(path)


def _only_objects(value: dict[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {key: entry for key, entry in value.items() if isinstance(entry, dict)}
