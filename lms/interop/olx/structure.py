"""The tree of the course: chapters, sections, units, leaves, wherever each of them is written down."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lms.core.reasons import Refused
from lms.interop.ledger import Note
from lms.interop.olx.export import Export
from lms.interop.olx.notes import OlxNote
from lms.interop.olx.reasons import OlxReason
from lms.interop.olx.xml import Element, Malformed, tag_of

SECTIONS = frozenset({"sequential", "section", "subsection", "videosequence", "problemset"})
UNITS = frozenset({"vertical", "unit"})
OPENED = frozenset(
    {
        "abtest", "ab_test", "conditional", "default", "experiment", "group", "itembank", "library_content",
        "library_sourced", "randomize", "show", "split_test", "wrapper",
    }
)  # fmt: skip
"""Containers that choose what a learner sees: opened, all that they hold stands in their place."""
LEAVES = frozenset({"html", "problem", "video", "videoalpha"})
NO_UNITS = frozenset({"wiki", "textbook", "static_tab", "course_info", "about", "tabs", "policy", "xblock_asides"})
"""What stands beside the chapters but is no part of the course's way."""

INHERITED = ("max_attempts", "showanswer")
"""Settings of problems that may stand on anything above them."""

Trouble = tuple[Note, dict[str, Any]]
Position = tuple[int, ...]
Path = tuple[tuple[str, str], ...]
MOST_NODES = 20_000
DEEPEST = 40


@dataclass
class Node:
    """One element of the course.

    `name` is its url_name ("" where it has none), `source` names it in the ledger ("vertical/intro", else by its
    position). `element` holds its content, `trouble` why there is none. `position` counts from 1 at each level.
    """

    tag: str
    name: str
    source: str
    position: tuple[int, ...]
    attributes: Mapping[str, str]
    element: Element
    children: list["Node"] = field(default_factory=list)
    trouble: Trouble | None = None

    @property
    def shown_name(self) -> str:
        """The name that the source shows; "" where it has none."""
        return " ".join((self.attributes.get("display_name") or self.attributes.get("name") or "").split())

    @property
    def title(self) -> str:
        """What the source shows as its name, else its url_name."""
        return self.shown_name or self.name

    @property
    def named(self) -> dict[str, str]:
        """For the ledger, beside the reason: the name by which an author knows it."""
        return {"title": self.shown_name} if self.shown_name else {}

    @property
    def is_chapter(self) -> bool:
        return self.tag == "chapter"

    @property
    def is_section(self) -> bool:
        return self.tag in SECTIONS

    @property
    def is_unit(self) -> bool:
        return self.tag in UNITS

    @property
    def is_container(self) -> bool:
        return self.is_chapter or self.is_section or self.is_unit or self.tag in OPENED or bool(self.children)

    def says(self, name: str) -> bool:
        return self.attributes.get(name, "").strip().lower() == "true"

    def walk(self) -> Iterator["Node"]:
        """Itself and all below, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


def read_structure(export: Export) -> Node:
    """The course with everything below it. Raises Refused for a cycle and for a tree without end."""
    return _Reader(export).course()


class _Reader:
    def __init__(self, export: Export) -> None:
        self._export = export
        self._count = 0
        self._sources: set[str] = set()

    def course(self) -> Node:
        run = self._export.run
        attributes = {str(name): str(value) for name, value in self._export.root.attrib.items()}
        root = Node("course", run, f"course/{run}", (), attributes, self._export.root)
        given = {name: self._export.fact(name) for name in INHERITED if self._export.fact(name)}
        root.children = self._children(self._export.root, (), ((root.tag, run),), given)
        return root

    def _children(self, element: Element, position: Position, above: Path, given: Mapping[str, str]) -> list[Node]:
        nodes: list[Node] = []
        for child in _parts(element):
            nodes.append(self._node(child, (*position, len(nodes) + 1), above, given))
        return nodes

    def _node(self, element: Element, position: Position, above: Path, given: Mapping[str, str]) -> Node:
        tag = tag_of(element)
        name = (element.get("url_name") or element.get("slug") or "").strip()
        self._guard(tag, name, position, above)
        content, trouble = self._content(element, tag, name)
        attributes = {**given, **self._attributes(element, content, tag, name)}
        node = Node(tag, name, self._source(tag, name, position), position, attributes, content, trouble=trouble)
        if trouble is None and _holds_nodes(tag, content):
            passed_on = {name: attributes[name] for name in INHERITED if attributes.get(name)}
            node.children = self._children(content, position, (*above, (tag, name)), passed_on)
        return node

    def _guard(self, tag: str, name: str, position: Position, above: Path) -> None:
        self._count += 1
        if self._count > MOST_NODES or len(position) > DEEPEST:
            raise Refused(OlxReason.TOO_LARGE, limit=MOST_NODES)
        if name and (tag, name) in above:
            path = " → ".join(f"{kind}/{called}" for kind, called in above[above.index((tag, name)) + 1 :])
            raise Refused(OlxReason.CYCLE, file=f"{tag}/{name}", path=path or f"{tag}/{name}")

    def _content(self, element: Element, tag: str, name: str) -> tuple[Element, Trouble | None]:
        """Where the element is only a pointer, what it points to; else itself."""
        is_definition = len(element) or (element.text or "").strip() or (tag == "html" and element.get("filename"))
        named = element.get("filename") or name
        if is_definition or not named:
            return element, None
        file = f"{tag}/{named.replace(':', '/')}.xml"
        try:
            content = self._export.read(file)
        except Malformed as error:
            return element, (OlxNote.MALFORMED, {"file": error.file, "line": error.line, "detail": error.detail})
        if content is not None:
            return content, None
        missing = _is_pointer(element) and not self._stands_elsewhere(tag, name)
        return element, ((OlxNote.FILE_MISSING, {"file": file}) if missing else None)

    def _stands_elsewhere(self, tag: str, name: str) -> bool:
        """A text may have its .html without the .xml; a discussion and the like need no content at all."""
        if tag == "html":
            return f"html/{name.replace(':', '/')}.html" in self._export.files
        return tag not in LEAVES | SECTIONS | UNITS | OPENED | {"chapter"}

    def _attributes(self, element: Element, content: Element, tag: str, name: str) -> Mapping[str, str]:
        """Of the file, then of the element that points to it, then of the policy: each wins over the one before."""
        policy = self._export.policy.get(f"{tag}/{name}", {}) if name else {}
        attributes = {str(key): str(value) for key, value in content.attrib.items()}
        attributes.update({str(key): str(value) for key, value in element.attrib.items()})
        for key, value in policy.items():
            if isinstance(value, str | int | bool):
                attributes[key] = str(value).lower() if isinstance(value, bool) else str(value)
        return attributes

    def _source(self, tag: str, name: str, position: tuple[int, ...]) -> str:
        place = ".".join(map(str, position))
        source = f"{tag}/{name}" if name else f"{tag} {place}"
        if source in self._sources:
            source = f"{source} ({place})"
        self._sources.add(source)
        return source


def _parts(element: Element) -> Iterator[Element]:
    """The elements below that are parts of the course. Old conditionals name theirs in an attribute."""
    for child in element:
        tag = tag_of(child)
        if not tag or tag in NO_UNITS:
            continue
        if tag == "show" and child.get("sources"):
            yield from _shown(child)
        else:
            yield child


def _shown(show: Element) -> Iterator[Element]:
    for found in re.finditer(r"(?:i4x://[^/;]+/[^/;]+/)?([\w-]+)/([^/;\s]+)", show.get("sources") or ""):
        yield show.makeelement(found[1].lower(), {"url_name": found[2]})


def _holds_nodes(tag: str, content: Element) -> bool:
    """Whether its children are parts of the course, not its own content."""
    if tag in LEAVES:
        return False
    if tag in SECTIONS | UNITS | OPENED or tag in ("course", "chapter"):
        return True
    return any(
        tag_of(child) in LEAVES | UNITS | SECTIONS and (child.get("url_name") or len(child)) for child in content
    )


def _is_pointer(element: Element) -> bool:
    """It says where its content is, and nothing that would be content itself."""
    return "filename" in element.attrib or set(element.attrib) <= {"url_name", "slug", "xblock-family"}
