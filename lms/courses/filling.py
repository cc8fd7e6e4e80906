"""An editor's form as it stands: what it says, what is wrong with it, what it may choose from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lms.core.i18n import N_, translate
from lms.courses.corrections import correction
from lms.courses.rules import documents
from lms.courses.rules.bodyforms import body_tree, read_body
from lms.courses.rules.fields import Document, Flaw, Wrong
from lms.courses.rules.formedits import complete
from lms.courses.rules.formflaws import flaws_in, flaws_of
from lms.courses.rules.formtrees import Tree, fields_of_tree, find, tree_of_fields
from lms.courses.rules.markdown import files_of
from lms.courses.rules.merging import Clash
from lms.courses.rules.questionforms import read_question
from lms.courses.rules.questions import question
from lms.courses.rules.rewording import word_difference
from lms.courses.rules.spots import Spot, field_at

Files = Mapping[str, Document]
WANTED = {
    "image/": N_("This is no picture. Choose one, or send it."),
    "video/": N_("This is no video that browsers play. Take MP4 or WebM."),
    "text/vtt": N_("Captions are WebVTT files (.vtt). Your video program can save them so."),
}

UNSEEN = ("key", "type", "kind", "files", "outcome", "right", "case")
"""Fields whose words say nothing to who compares two texts."""


@dataclass
class Filling:
    """A form of one activity's content. `document` is None as long as `errors` {field: sentence} has any."""

    kind: str
    tree: Tree
    document: Document | None = None
    errors: dict[str, str] = field(default_factory=dict)


def open_form(body: Document) -> Filling:
    """The form of a stored body."""
    tree = body_tree(body)
    complete(tree)
    return Filling(body["kind"], tree, body)


def grown_tree(fields: Iterable[tuple[str, str]]) -> Tree:
    """What a form sent, with keys for all that is new."""
    tree = tree_of_fields(fields)
    complete(tree)
    return tree


def take_form(kind: str, tree: Tree, *, base: Document, known: Files) -> Filling:
    """The form and the document that it says.

    `base` is the body that the author began from, `known` are the files of the course by path.
    """
    filled = read_body(kind, tree)
    errors: dict[str, str] = {}
    for wrong in flaws_of(filled):
        errors.setdefault(field_at(wrong.where, tree, filled.sources), correction(wrong))
    held = base.get("files", {})
    for name, sentence in _file_errors(tree, known=known, held=held):
        errors.setdefault(name, sentence)
    if errors:
        return Filling(kind, tree, None, errors)
    return Filling(kind, tree, with_files(documents.body(filled.raw), base, known))


def with_files(document: Document, base: Document, known: Files) -> Document:
    """The document with the facts of the files that it names; what `base` held beside those stays."""
    if document["kind"] == "link":
        return document
    held, named, before = base.get("files", {}), files_of(document), files_of(base)
    kept = {path: facts for path, facts in held.items() if path in named or path not in before}
    return document | {"files": kept | {path: known[path] for path in named if path not in held and path in known}}


def _file_errors(tree: Tree, *, known: Files, held: Files) -> Iterable[tuple[str, str]]:
    """Fields in which a file stands that the course does not have, or that can't be shown there."""
    for name, value in fields_of_tree(tree):
        path = value.strip()
        if not (name == "file" or name.endswith(".file")) or not path or path in held:
            continue
        wanted = wanted_type(tree, name)
        if path not in known:
            yield name, correction(Wrong(Flaw.NOT_A_PATH, (name,), value=path))
        elif not known[path]["media_type"].startswith(wanted):
            yield name, translate(WANTED[wanted])


def wanted_type(tree: Tree, name: str) -> str:
    """What the type of the file in a field begins with; "" where any will do."""
    owner = name.rpartition(".")[0]
    around: Any = find(tree, owner) if owner else tree
    if ".captions." in f".{name}":
        return "text/vtt"
    if around.get("type") == "figure":
        return "image/"
    return "video/" if "transcript" in around else ""


def question_at(form: Filling, path: str) -> Document | None:
    """The question that the form has at a path, as it would be stored; None while it is not whole."""
    raw = find(form.tree, path)
    if not isinstance(raw, dict):
        return None
    try:
        return question(read_question(Spot(raw)))
    except Wrong:
        return None


def clash_lines(clash: Clash) -> Document:
    """{"theirs", "mine"}: what each made of the place, word by word against what stood there."""
    base, theirs, mine = (_as_text(one) for one in (clash.base, clash.theirs, clash.mine))
    return {"theirs": word_difference(base, theirs), "mine": word_difference(base, mine)}


def _as_text(piece: Any) -> str:
    """The words of a block, a question, a setting, as one would read them from top to bottom."""
    if isinstance(piece, dict):
        return "\n".join(filter(None, (_as_text(value) for name, value in piece.items() if name not in UNSEEN)))
    if isinstance(piece, list):
        return "\n".join(filter(None, map(_as_text, piece)))
    return "" if piece is None else str(piece)


def whole_question(raw: object) -> tuple[Document, None] | tuple[None, list[Document]]:
    """(the question as it is stored, None), or (None, [{where, sentence}]) of all that is wrong with its shape."""
    flaws = flaws_in(raw, (), question)
    if flaws:
        return None, [{"where": "/".join(map(str, wrong.where)), "sentence": correction(wrong)} for wrong in flaws]
    return question(raw), None


def questions_at(form: Filling) -> dict[str, Document]:
    """{path in the form: question} of all that are whole."""
    lists = {"blocks": "blocks.{}.question", "slots": "slots.{}.question"}
    paths = [way.format(n) for name, way in lists.items() for n in range(len(form.tree.get(name, [])))]
    paths += [
        f"pools.{n}.questions.{m}"
        for n, pool in enumerate(form.tree.get("pools", []))
        for m in range(len(pool.get("questions", [])))
    ]
    found = ((path, question_at(form, path)) for path in paths)
    return {path: question for path, question in found if question}
