"""A course in our own format, read whole: checked, normalised, with every default filled in; nothing stored yet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

from lms.core.archives import Tree
from lms.core.canonical import digest
from lms.core.reasons import Refused
from lms.courses.rules import bodies, documents
from lms.courses.rules.fields import Document, Fields, Where, Wrong, line
from lms.courses.rules.markdown import PAGES, file_paths, files_of, formulas_left_as_text
from lms.interop.imported import ImportedCourse
from lms.interop.ledger import Ledger
from lms.interop.own.blocks import read_blocks
from lms.interop.own.files import Media, read_text
from lms.interop.own.marked import NotReadable, Sequence, line_of, load
from lms.interop.own.notes import OwnNote
from lms.interop.own.reasons import OwnReason

COURSE = "course.yaml"
KINDS = {
    ".md": "page",
    ".quiz.yaml": "quiz",
    ".video.yaml": "video",
    ".file.yaml": "file",
    ".link.yaml": "link",
}
BODIES = {"quiz": bodies.quiz, **bodies.UNFINISHED}
HEAD = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


def find_root(tree: Tree) -> str | None:
    """The folder that holds course.yaml: "" for the top, or the one folder at the top; None where there is none."""
    if COURSE in tree:
        return ""
    folders = [path.removesuffix("/" + COURSE) for path in tree if path.count("/") == 1 and path.endswith("/" + COURSE)]
    return folders[0] if len(folders) == 1 else None


def read_course(tree: Tree, *, slug: str | None = None) -> ImportedCourse:
    """The course in an opened directory or archive. Refused(OwnReason.…) names file, line and field.

    `slug` takes the place of the course's key. The result's files are readable as long as `tree` is open.
    """
    root = find_root(tree)
    if root is None:
        raise Refused(OwnReason.NO_COURSE, name=tree.name)
    return _Reading(tree.under(root), slug).course()


class _Reading:
    def __init__(self, tree: Tree, slug: str | None) -> None:
        self._tree = tree
        self._slug = slug
        self._ledger = Ledger()
        self._media = Media(tree, self._ledger, reserved=COURSE)
        self._bodies: dict[str, Document] = {}
        self._keys: dict[str, str] = {}
        self._read = {COURSE}
        self._raw: Any = None
        self._language = "en"

    def course(self) -> ImportedCourse:
        with _located(COURSE):
            self._raw = load(read_text(self._tree, COURSE))
        with _located(COURSE, self._raw), Fields(self._raw) as fields:
            version = fields.read("format", line)
            if version != "1":
                raise Refused(OwnReason.FORMAT, file=COURSE, line=line_of(self._raw, ("format",)), value=version)
            facts = documents.facts(fields) | ({"key": self._slug} if self._slug else {})
            self._language = facts["language"]
            modules = documents.modules(fields, self._activity)
        self._count_modules(modules, "modules")
        for path in self._media.unused(self._read):
            self._ledger.left_out("files", path, OwnNote.UNUSED)
        return ImportedCourse({"facts": facts, "modules": modules}, self._bodies, self._media.contents, self._ledger)

    def _count_modules(self, modules: list[Document], kind: str) -> None:
        for module in modules:
            self._ledger.imported(kind, f"{COURSE}#{module['key']}")
            self._count_modules(module["modules"], "sections")

    def _activity(self, raw: object, where: Where) -> Document:
        path = bodies.course_path(raw, where)
        at = {"file": COURSE, "line": line_of(self._raw, where), "value": path}
        kind = next((kind for suffix, kind in KINDS.items() if path.endswith(suffix)), None)
        if kind is None:
            raise Refused(OwnReason.UNKNOWN_KIND, **at)
        if path not in self._tree:
            raise Refused(OwnReason.NO_FILE, **at)
        if path in self._read:
            raise Refused(OwnReason.USED_TWICE, **at)
        self._read.add(path)
        text = read_text(self._tree, path)
        head, body = self._page(path, text) if kind == "page" else self._other(path, text, kind)
        self._ledger.imported("activities", path)
        body |= {} if kind == "link" else {"files": self._files(path, text, body)}
        address = digest(body)
        self._bodies[address] = body
        self._count(path, body)
        return head | {"body": address}

    def _other(self, path: str, text: str, kind: str) -> tuple[Document, Document]:
        with _located(path):
            raw = load(text)
        with _located(path, raw), Fields(raw) as fields:
            fields.fixed("kind", kind)
            head = documents.activity_head(fields, kind)
            body = BODIES[kind](fields)
        self._claim_key(head["key"], path, raw)
        return head, body

    def _page(self, path: str, text: str) -> tuple[Document, Document]:
        found = HEAD.match(text)
        if found is None:
            raise Refused(OwnReason.NO_HEAD, file=path)
        with _located(path):
            raw = load(found[1], first_line=2)
        with _located(path, raw), Fields(raw) as fields:
            fields.fixed("kind", "page")
            head = documents.activity_head(fields, "page")
        self._claim_key(head["key"], path, raw)
        return head, self._blocks(path, text[found.end() :], first_line=found.group().count("\n") + 1)

    def _blocks(self, path: str, text: str, *, first_line: int) -> Document:
        found = Sequence(first_line)
        with _located(path):
            for block in read_blocks(text, first_line=first_line, language=self._language):
                found.append(block.raw)
                found.lines.append(block.line)
        with _located(path, found):
            read = [bodies.block(raw, (position,)) for position, raw in enumerate(found)]
            return {"kind": "page", "blocks": bodies.blocks(read, ())}

    def _claim_key(self, key: str, path: str, raw: Any) -> None:
        other = self._keys.setdefault(key, path)
        if other != path:
            at = {"file": path, "line": line_of(raw, ("key",))}
            raise Refused(OwnReason.KEY_TWICE, value=key, other=other, **at)

    def _files(self, path: str, text: str, body: Document) -> Document:
        """{course path: facts} of every file that the body names, in fields or in its Markdown."""
        for name in chain.from_iterable(map(file_paths, bodies.texts_of(body))):
            if name.endswith(PAGES):
                self._ledger.approximated("reference", path, OwnNote.INNER_LINK, path=name)
        return {name: self._file(path, text, name) for name in files_of(body)}

    def _file(self, path: str, text: str, name: str) -> Document:
        facts = self._media.facts(name)
        if facts is None:
            before = text.partition(name)[0] if name in text else ""
            raise Refused(OwnReason.NO_FILE, file=path, line=before.count("\n") + 1, value=name)
        return facts

    def _count(self, path: str, body: Document) -> None:
        """The ledger's rows for what a body holds."""
        kind = body["kind"]
        if kind in ("quiz", "link"):
            self._ledger.imported("quizzes" if kind == "quiz" else "links", path)
        for video in bodies.videos_of(body):
            self._ledger.imported("videos", f"{path}#{video['file']}")
        for position, words in enumerate(_texts_between(body), 1):
            self._text_row("texts", f"{path}#{position}", [words])
        for question in bodies.questions_of(body):
            source = f"{path}#{question['key']}"
            self._text_row("questions", source, list(bodies.texts_of_question(question)))
            for part in question.get("parts", [question]):
                self._ledger.imported("parts", f"{source}/{part['key']}" if part is not question else source)

    def _text_row(self, kind: str, source: str, texts: list[str]) -> None:
        unreadable = formulas_left_as_text(texts)
        if unreadable:
            self._ledger.approximated(kind, source, OwnNote.FORMULA, formula=unreadable[0])
        else:
            self._ledger.imported(kind, source)


def _texts_between(body: Document) -> Iterator[str]:
    if body["kind"] == "page":
        yield from (block["markdown"] for block in body["blocks"] if "markdown" in block)
    if body["kind"] == "quiz":
        yield from (slot["text"] for slot in body["slots"] if "text" in slot)


@contextmanager
def _located(file: str, raw: Any = None) -> Iterator[None]:
    """What is wrong inside becomes a refusal with file, line and field."""
    try:
        yield
    except NotReadable as error:
        raise Refused(error.reason, file=file, **error.values) from error
    except Wrong as error:
        names = [step for step in error.where if isinstance(step, str)]
        at = {"file": file, "line": line_of(raw, error.where), "field": names[-1] if names else ""}
        raise Refused(OwnReason[error.flaw.name], **{**at, **error.values}) from error
