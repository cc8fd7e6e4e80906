"""One leaf of a unit as blocks of a page: a text, a video, a problem, or the reason why nothing came of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lms.courses.rules.formulas import unreadable
from lms.interop.imported import Document
from lms.interop.ledger import Ledger, Note
from lms.interop.olx.assets import name_of
from lms.interop.olx.export import Export
from lms.interop.olx.keys import Keys
from lms.interop.olx.links import Linker, Remark, host_of, is_course_path, is_stream, web_address
from lms.interop.olx.markdown import Markdown, inner_markup, parse_html
from lms.interop.olx.notes import OlxNote
from lms.interop.olx.problems import Problem, read_problem
from lms.interop.olx.structure import Node
from lms.interop.olx.videos import read_video
from lms.interop.olx.words import escape

COUNTED = {"html": "texts", "problem": "questions", "video": "videos", "videoalpha": "videos"}
"""Kinds of the ledger; any other leaf is listed under its own tag."""
_TEXTS = frozenset({"html", "annotatable"})
_VIDEOS = frozenset({"video", "videoalpha"})
_WHY_LEFT: Mapping[Note, frozenset[str]] = {
    OlxNote.DISCUSSION: frozenset({"discussion", "discussion-target", "inline-discussion", "discussion-forum"}),
    OlxNote.EXTERNAL_TOOL: frozenset({"lti", "lti_consumer", "launchcontainer", "scorm", "scormxblock"}),
    OlxNote.HANDED_IN: frozenset(
        {
            "edx_sga", "sga", "openassessment", "combinedopenended", "peergrading", "ora", "ora2", "staffgradedxblock",
            "submit-and-compare", "freetextresponse", "filesubmission", "videograding",
        }
    ),
    OlxNote.POLL: frozenset({"poll", "poll_question", "survey", "word_cloud", "wordcloud"}),
}  # fmt: skip
_ADDRESSES = ("video_url", "url", "href", "link_url", "src", "source", "file_url", "embed_url", "pdf_url")


@dataclass
class Leaf:
    """What came of a leaf: blocks of a page, in order, with the video or the question in it to hand.

    `link` is the address of a video that lies elsewhere.
    """

    node: Node
    blocks: list[Document] = field(default_factory=list)
    video: Document | None = None
    link: str | None = None
    question: Document | None = None


class LeafReader:
    """Reads the leaves of one activity and writes each into the ledger."""

    def __init__(self, export: Export, linker: Linker, ledger: Ledger) -> None:
        self._export = export
        self._linker = linker
        self._ledger = ledger
        self._markdown = Markdown(linker)
        self._keys = Keys()

    def read(self, node: Node, unit_title: str = "") -> Leaf:
        """`unit_title` stands above everything already: a leaf of the same name does not repeat it."""
        leaf = Leaf(node)
        kind = COUNTED.get(node.tag, node.tag)
        self._linker.remarks.clear()
        if node.trouble:
            note, values = node.trouble
            self._ledger.left_out(kind, node.source, note, **values, **node.named)
            return leaf
        if node.tag in _TEXTS:
            self._text(leaf)
        elif node.tag in _VIDEOS:
            self._video(leaf)
        elif node.tag == "problem":
            self._problem(leaf, unit_title)
        else:
            self._other(leaf)
        return leaf

    # --- texts

    def _text(self, leaf: Leaf) -> None:
        node = leaf.node
        markup, file = self._markup(node)
        if markup is None:
            self._ledger.left_out(COUNTED["html"], node.source, OlxNote.FILE_MISSING, file=file, **node.named)
            return
        text = self._markdown.of(parse_html(markup))
        if not text:
            empty = OlxNote.ONLY_STYLES if "<style" in markup.lower() else OlxNote.TEXT_EMPTY
            note, values = next(iter(self._linker.remarks), (empty, {}))
            self._ledger.left_out(COUNTED["html"], node.source, note, **values, **node.named)
            return
        leaf.blocks.append({"type": "text", "markdown": text})
        self._report(leaf, [(OlxNote.AS_TEXT, {"tag": node.tag})] if node.tag != "html" else [], [text])

    def _markup(self, node: Node) -> tuple[str | None, str]:
        """The HTML of a text: of the file that it names, else what stands in the element. And that file's path."""
        named = node.element.get("filename") or node.attributes.get("filename") or ""
        name = (named or node.name).replace(":", "/").removesuffix(".html")
        path = f"html/{name}.html"
        inside = inner_markup(node.element).strip()
        if inside and not named:
            return inside, path
        found = next((p for p in (path, f"{name}.html", f"html/{node.name}.html") if p in self._export.files), None)
        if found is None:
            return inside or None, path
        return self._export.text(found), found

    # --- videos

    def _video(self, leaf: Leaf) -> None:
        video = read_video(leaf.node, self._linker)
        if video.block is None and video.address is None:
            note, values = video.why or (OlxNote.VIDEO_NOWHERE, {})
            self._ledger.left_out(COUNTED["video"], leaf.node.source, note, **values, **leaf.node.named)
            return
        leaf.video, leaf.link = video.block, video.address
        leaf.blocks.append(video.block or _link_block(video.title, video.address or ""))
        self._report(leaf, [video.why] if video.why else [], [])

    # --- problems

    def _problem(self, leaf: Leaf, unit_title: str) -> None:
        node = leaf.node
        problem = read_problem(node, self._keys.key(node.name, node.position, prefix="q"), self._markdown)
        if not problem.text:
            self._ledger.left_out(COUNTED["problem"], node.source, OlxNote.TEXT_EMPTY, **node.named)
            return
        leaf.question = problem.question
        leaf.blocks += _problem_blocks(node, problem, unit_title)
        said = [part.why for part in problem.parts if part.why]
        texts = list(_texts_in(problem.question)) if problem.question else [problem.text, problem.solution]
        self._report(leaf, problem.remarks, texts, said=said)
        for part in problem.parts:
            if part.why:
                self._ledger.approximated("parts", part.source, part.why[0], **part.why[1], **node.named)
            else:
                self._ledger.imported("parts", part.source)

    # --- all else

    def _other(self, leaf: Leaf) -> None:
        """Something that we do not have. Where it is little more than an address, a link stands for it."""
        node = leaf.node
        note = next((note for note, tags in _WHY_LEFT.items() if node.tag in tags), None)
        target = None if note else self._target(node)
        if target is None:
            self._ledger.left_out(node.tag, node.source, note or OlxNote.UNKNOWN, tag=node.tag, **node.named)
            return
        if is_course_path(target):
            title = node.shown_name or target.rpartition("/")[2]
            leaf.blocks.append({"type": "file", "title": title[:200], "file": target})
        else:
            leaf.blocks.append(_link_block(node.shown_name, target))
        self._report(leaf, [(OlxNote.AS_LINK, {"tag": node.tag})], [])

    def _target(self, node: Node) -> str | None:
        for name in _ADDRESSES:
            written = node.attributes.get(name) or node.element.get(name) or ""
            target = self._linker.file(written) if name_of(written) else web_address(written)
            if target and target.startswith(("http", "static/")) and not is_stream(target):
                return target
        return None

    def _report(self, leaf: Leaf, remarks: list[Remark], texts: list[str], *, said: Sequence[Remark] = ()) -> None:
        """A row for the leaf with the first remark, a row of kind "detail" for each further one that is not `said` of
        one of its parts."""
        kind, source = COUNTED.get(leaf.node.tag, leaf.node.tag), leaf.node.source
        formulas = [formula for text in texts for formula in unreadable(text)]
        about_formulas = [(OlxNote.FORMULA, {"formula": formula[:120]}) for formula in dict.fromkeys(formulas)]
        everything: list[Remark] = [*_different(remarks), *self._linker.remarks, *about_formulas]
        if not everything:
            self._ledger.imported(kind, source)
            return
        note, values = everything[0]
        self._ledger.approximated(kind, source, note, **values, **leaf.node.named)
        further = [remark for remark in everything[1:] if remark not in said]
        for number, (note, values) in enumerate(further, 2):
            self._ledger.approximated("detail", f"{source} ({number})", note, **values, **leaf.node.named)
        self._linker.remarks.clear()


def _different(remarks: list[Remark]) -> Iterator[Remark]:
    """Each remark once."""
    seen: list[Remark] = []
    for remark in remarks:
        if remark not in seen:
            seen.append(remark)
            yield remark


def _texts_in(document: Document) -> Iterator[str]:
    """Every Markdown text of a question."""
    for name, value in document.items():
        if name in ("text", "explanation", "feedback") and value:
            yield value
        elif name in ("options", "parts"):
            for inner in value:
                yield from _texts_in(inner)


def _link_block(name: str, address: str) -> Document:
    """A link that says where it leads."""
    host = host_of(address)
    words = f"[{escape(name, in_link=True)}]({address}) ({host})" if name else f"[{host}]({address})"
    return {"type": "text", "markdown": words}


def _problem_blocks(node: Node, problem: Problem, unit_title: str) -> list[Document]:
    """The problem's name above it, as the source shows it. A solution of what can't be marked may be opened."""
    blocks: list[Document] = []
    if node.shown_name not in ("", unit_title):
        blocks.append({"type": "text", "markdown": f"### {escape(node.shown_name).strip()}"})
    if problem.question:
        return [*blocks, {"type": "question", "question": problem.question}]
    blocks.append({"type": "text", "markdown": problem.text})
    if problem.note:
        blocks.append({"type": "callout", "style": "note", "markdown": problem.note})
    if problem.solution and "never" not in node.attributes.get("showanswer", "").lower():
        opened = f"<details><summary>Solution</summary>\n\n{problem.solution}\n\n</details>"
        blocks.append({"type": "text", "markdown": opened})
    return blocks
