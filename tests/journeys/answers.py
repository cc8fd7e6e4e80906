"""Right answers to the questions of a course that lies as files, found by what a learner can read."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lms.core.archives import opened
from lms.courses.rules.bodies import questions_of
from lms.courses.rules.markdown import render
from lms.interop.own.reading import read_course

Document = dict[str, Any]


def words(markup: str) -> str:
    """What one reads of some HTML: no tags, gaps or parts, single spaces."""
    text = re.sub(r"<span data-(gap|part)=[^>]*></span>|\[\[\w+\]\]", " ", markup)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text))).strip()


def _shown(markdown: str) -> str:
    return words(str(render(markdown, url_for_file=lambda _path: None)))


class Key:
    """The answer key of one course, as its author holds it."""

    def __init__(self, folder: Path) -> None:
        with opened(folder) as tree:
            bodies = list(read_course(tree).bodies.values())
        self._questions = {_shown(one["text"]): one for body in bodies for one in _all_questions(body)}

    def answer(self, slot: Document) -> Document:
        """A fully right answer to a slot of contract.md."""
        return _answer(self._questions[words(slot["html"])], slot)


def _all_questions(body: Document) -> Iterator[Document]:
    yield from questions_of(body)


def _answer(question: Document, slot: Document) -> Document:
    options = {words(option["html"]): option["id"] for option in slot.get("options", [])}
    match question["type"]:
        case "single_choice":
            return {"choice": next(options[_shown(o["text"])] for o in question["options"] if o["right"])}
        case "multiple_choice":
            return {"choices": [options[_shown(o["text"])] for o in question["options"] if o["right"]]}
        case "true_false":
            return {"choice": "true" if question["answer"] else "false"}
        case "numeric":
            return _number(question)
        case "short_text":
            return {"text": question["accept"][0]}
        case "matching":
            stems = {words(stem["html"]): stem["id"] for stem in slot["stems"]}
            return {"pairs": {stems[_shown(left)]: options[_shown(right)] for left, right in question["pairs"]}}
        case "ordering":
            return {"order": [options[_shown(item)] for item in question["order"]]}
        case "gaps":
            return {
                "gaps": dict(
                    _gap(gap, known) for gap, known in zip(slot["gaps"], question["gaps"].values(), strict=True)
                )
            }
    parts = zip(slot["parts"], question["parts"], strict=True)
    return {"parts": {part["id"]: _answer(known, part) for part, known in parts}}


def _number(question: Document) -> Document:
    accepted = question["accept"][0]
    answer = {"number": accepted.get("answer") or accepted["from"]}
    unit = accepted.get("unit") or next(iter(question["units"]), None)
    return answer | ({"unit": unit} if question["units"] and unit else {})


def _gap(gap: Document, known: Document) -> tuple[str, str]:
    right = known["accept"][0]
    options = {words(option["html"]): option["id"] for option in gap.get("options") or []}
    return gap["id"], options[_shown(right)] if options else right
