"""Units as activities: pages with practice questions, videos, links, quizzes."""

import re
from collections.abc import Iterator, Mapping

from lms.core.canonical import digest
from lms.courses.rules.bodies import body as checked_body
from lms.interop.imported import Document
from lms.interop.ledger import Ledger
from lms.interop.olx.assets import Assets
from lms.interop.olx.export import Export
from lms.interop.olx.leaves import Leaf, LeafReader
from lms.interop.olx.links import Linker, Remark
from lms.interop.olx.notes import OlxNote
from lms.interop.olx.structure import OPENED, Node
from lms.interop.olx.words import escape

NOTHING_HERE = "Nothing of this unit could be brought in from the platform it comes from."
"""For learners, in the text of the course."""


class UnitReader:
    """Makes an activity of each unit. `bodies` are the bodies made so far, by digest."""

    def __init__(
        self, export: Export, assets: Assets, targets: Mapping[str, str], percent: str, ledger: Ledger
    ) -> None:
        self._export = export
        self._assets = assets
        self._targets = targets
        self._percent = percent
        self._ledger = ledger
        self.bodies: dict[str, Document] = {}

    def activity(self, unit: Node, key: str, *, graded: bool) -> Document | None:
        """The activity of a unit, or of a leaf that stands where a unit would; None where it can't be read."""
        if unit.trouble and unit.is_container:
            note, values = unit.trouble
            self._ledger.left_out("activities", unit.source, note, **values, **unit.named)
            return None
        linker = Linker(self._assets, self._targets)
        reader = LeafReader(self._export, linker, self._ledger)
        leaves = [reader.read(leaf, unit.title) for leaf in self._leaves(unit)]
        kind, body = self._body(unit, leaves, linker, graded=graded)
        came_in = any(leaf.blocks for leaf in leaves)
        checked = checked_body(body)
        address = digest(checked)
        self.bodies[address] = checked
        self._report(unit, kind, self._remark(unit, leaves))
        return {
            "key": key,
            "title": title_of(unit),
            "kind": kind,
            "requirement": None if came_in else {"kind": "none"},
            "body": address,
        }

    def _leaves(self, unit: Node) -> Iterator[Node]:
        """The leaves in order; containers on the way are opened, and said to be."""
        if not unit.is_container:
            yield unit
            return
        if unit.tag in OPENED:
            self._note_container(unit)
        for child in unit.children:
            if child.is_container and not child.is_unit:
                yield from self._leaves_of_container(child)
            elif child.is_unit:
                self._ledger.approximated(
                    "activities", child.source, OlxNote.CONTAINER_OPENED, tag=child.tag, **child.named
                )
                yield from self._leaves(child)
            else:
                yield child

    def _leaves_of_container(self, container: Node) -> Iterator[Node]:
        if container.tag not in OPENED:
            self._note_container(container)
        yield from self._leaves(container)

    def _note_container(self, container: Node) -> None:
        kind = "sections" if container.is_section else container.tag
        if container.trouble:
            note, values = container.trouble
            self._ledger.left_out(kind, container.source, note, **values, **container.named)
        elif container.children:
            self._ledger.approximated(
                kind, container.source, OlxNote.CONTAINER_OPENED, tag=container.tag, **container.named
            )
        else:
            self._ledger.left_out(kind, container.source, OlxNote.CONTAINER_EMPTY, tag=container.tag, **container.named)

    def _body(self, unit: Node, leaves: list[Leaf], linker: Linker, *, graded: bool) -> tuple[str, Document]:
        files = linker.files
        if len(leaves) == 1 and leaves[0].video:
            media = {name: leaves[0].video[name] for name in ("file", "captions", "transcript")}
            return "video", {"kind": "video", **media, "files": files}
        if len(leaves) == 1 and leaves[0].link:
            return "link", {"kind": "link", "url": leaves[0].link, "description": _description(unit, leaves[0])}
        if graded and any(leaf.question for leaf in leaves):
            return "quiz", self._quiz(leaves) | {"files": files}
        blocks = [block for leaf in leaves for block in leaf.blocks]
        blocks = blocks or [{"type": "callout", "style": "note", "markdown": NOTHING_HERE}]
        return "page", {"kind": "page", "blocks": blocks, "files": files}

    def _quiz(self, leaves: list[Leaf]) -> Document:
        """Problems as questions, all else as texts and media between them."""
        return {
            "kind": "quiz",
            "attempts": _attempts(leaves),
            "pass_percent": self._percent,
            "slots": [slot for leaf in leaves for slot in _slots(leaf)],
        }

    def _report(self, unit: Node, kind: str, remark: Remark | None) -> None:
        if remark:
            self._ledger.approximated("activities", unit.source, remark[0], **remark[1], **unit.named)
        else:
            self._ledger.imported("activities", unit.source)
        if kind == "quiz":
            self._ledger.imported("quizzes", f"{unit.source} (quiz)")
        if kind == "link":
            self._ledger.imported("links", f"{unit.source} (link)")

    def _remark(self, unit: Node, leaves: list[Leaf]) -> Remark | None:
        if not leaves:
            return OlxNote.UNIT_EMPTY, {}
        if not any(leaf.blocks for leaf in leaves):
            return OlxNote.NOTHING_CAME_IN, {}
        return hidden(unit)


def title_of(node: Node) -> str:
    """Its name; one that has none is called by its kind and place."""
    return node.title[:200] or f"{node.tag} {'.'.join(map(str, node.position))}"


def _description(unit: Node, leaf: Leaf) -> str | None:
    """The leaf's own name, where the activity is called otherwise."""
    name = leaf.node.shown_name
    return escape(name) if name and name != unit.title else None


def hidden(node: Node) -> Remark | None:
    """Said once, where the source says it: what lies below is hidden with it."""
    if node.says("visible_to_staff_only") or node.says("hide_from_toc"):
        return OlxNote.HIDDEN, {}
    return None


def _slots(leaf: Leaf) -> Iterator[Document]:
    """A leaf of a quiz: its name and its solution, which a page shows, would only be in the way here."""
    if leaf.question:
        yield {"question": leaf.question}
        return
    yield from ({"video": block} for block in leaf.blocks if block["type"] == "video")
    texts = [text for text in map(_slot_text, leaf.blocks) if text]
    if texts:
        yield {"text": "\n\n".join(texts)}


def _slot_text(block: Document) -> str | None:
    match block["type"]:
        case "file":
            return f"[{escape(block['title'], in_link=True)}]({block['file']})"
        case "callout":
            return f"> {block['markdown']}"
        case "text" if not block["markdown"].startswith("<details>"):
            return str(block["markdown"])
    return None


def _attempts(leaves: list[Leaf]) -> int | None:
    """The smallest number that a problem of the quiz allows; None = as many as one likes."""
    written = [leaf.node.attributes.get("max_attempts", "") for leaf in leaves if leaf.question]
    allowed = [int(number) for number in written if re.fullmatch(r"\s*[1-9][0-9]{0,2}\s*", number)]
    return min(allowed, default=None)
