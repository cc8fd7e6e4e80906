"""A problem as a question of ours: its text with the places of its answers, the answers that can be marked, and a
word on those that can't. Its programs are not run; nothing of them but the names that they set is looked at.
"""

import re
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from lms.courses.rules.fields import Wrong
from lms.courses.rules.questions import question as checked_question
from lms.interop.imported import Document
from lms.interop.olx.links import Remark
from lms.interop.olx.markdown import PLACE, Markdown
from lms.interop.olx.notes import OlxNote
from lms.interop.olx.numbers import decimal_text
from lms.interop.olx.responses import (
    Answers,
    Context,
    Unmarkable,
    is_field,
    is_response,
    read_answers,
    remove,
)
from lms.interop.olx.structure import Node
from lms.interop.olx.words import escape
from lms.interop.olx.xml import Element, tag_of, text_of, whole_text
from lms.quizzes.rules.questions import question_flaws

_HIDDEN = frozenset(
    {
        "additional_answer", "answer", "compoundhint", "correcthint", "demandhint", "hint", "hintgroup", "hintpart",
        "responseparam", "solution", "solutionset", "stringequalhint", "stringhint", "targetedfeedback",
        "targetedfeedbackset", "booleanhint", "numericalhint", "formulahint", "choicehint", "optionhint",
    }
)  # fmt: skip
_IN_LINE = frozenset({"p", "span", "td", "th", "li", "label", "b", "strong", "em", "i", "h1", "h2", "h3", "h4", "h5"})
_WRITTEN = frozenset({"numericalresponse", "stringresponse", "optionresponse", "customresponse", "formularesponse"})
_BLANK = "\\_\\_\\_\\_"
_EXPLANATION = re.compile(r"^(?:#+ )?[*\\]*explanation[*:\\]*\s*(?:\n\n|$)", re.IGNORECASE)


@dataclass
class Part:
    """A response element of the source: `why` says what keeps it from being marked, else what differs, else None."""

    source: str
    is_marked: bool
    why: Remark | None = None


@dataclass
class Problem:
    """`question` where something can be marked; `text` always; `remarks` begins with the weightiest.

    `note` is for learners: what they can't do here. `solution` is Markdown, "" where there is none.
    """

    text: str
    question: Document | None = None
    note: str = ""
    solution: str = ""
    parts: list[Part] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def read_problem(node: Node, key: str, markdown: Markdown) -> Problem:
    """`key` becomes the question's."""
    return _Reader(node, key, markdown).read()


class _Reader:
    def __init__(self, node: Node, key: str, markdown: Markdown) -> None:
        self._node = node
        self._key = key
        self._markdown = markdown
        self._root = deepcopy(node.element)
        self._context = Context(markdown, _computed_names(self._root))
        self._documents: list[Document] = []
        self._parts: list[Part] = []
        self._feedback: list[str] = []
        self._remarks: list[Remark] = []

    def read(self) -> Problem:
        root = self._root
        solution = self._solution()
        hints = self._hints()
        responses = [element for element in root.iter() if is_response(element)]
        for position, response in enumerate(responses, 1):
            self._read_response(response, position, alone=len(responses) == 1)
        _prepare_text(root)
        text = self._markdown.of(root) or escape(self._node.shown_name) or ("…" if responses else "")
        self._remark_values(text)
        problem = Problem(text, solution=solution, parts=self._parts)
        if self._documents:
            self._make_question(problem, [*self._feedback, *([solution] if solution else []), *hints])
        else:
            problem.note = CANNOT_BE_MARKED if self._parts else ""
            self._remarks.insert(0, self._why_text())
        problem.remarks = self._remarks
        return problem

    def _read_response(self, response: Element, position: int, *, alone: bool) -> None:
        part = Part(f"{self._node.source}#{position}", is_marked=False)
        self._parts.append(part)
        try:
            answers = read_answers(response, self._context)
        except Unmarkable as unmarkable:
            part.why = unmarkable.remark
            _show_unmarked(response)
        else:
            part.is_marked, part.why = True, next(iter(answers.remarks), None)
            self._remarks += answers.remarks
            self._feedback += answers.feedback if alone else [f"**{position}.** {text}" for text in answers.feedback]
            self._place(response, answers, position, alone=alone)
        _as_flow(response)

    def _place(self, response: Element, answers: Answers, position: int, *, alone: bool) -> None:
        """Puts a mark where each answer is given, or nothing where the only one stands at the end anyway."""
        single = alone and len(answers.parts) == 1
        for number, (place, document) in enumerate(answers.parts, 1):
            key = f"p{position}" if len(answers.parts) == 1 else f"p{position}-{number}"
            self._label(response, place)
            trailing = self._trailing(place, document)
            self._documents.append({"key": key} | document)
            in_line = _is_in_line(response, place)
            mark = (_BLANK if in_line else "") if single else f"[[{key}]]"
            _replace(place, response, mark, trailing, in_line=in_line)

    def _label(self, response: Element, place: Element) -> None:
        """A label that stands only in an attribute is put before the answer."""
        label = " ".join((place.get("label") or response.get("label") or "").split())
        if label and _letters(label) not in _letters(text_of(self._root)):
            paragraph = response.makeelement("p", {})
            paragraph.text = label
            parent = response.getparent()
            if parent is not None and tag_of(parent) not in _IN_LINE:
                response.addprevious(paragraph)

    def _trailing(self, place: Element, document: Document) -> str:
        """Words after a field: of a number its unit, else a part of the text."""
        trailing = " ".join((place.get("trailing_text") or "").split())
        unit = re.sub(r"\\([%_{}#&])", r"\1", re.sub(r"^\\\(|\\\)$", "", trailing)).strip()
        if document["type"] == "numeric" and unit and len(unit) <= 30 and not re.search(r"[\\$<>]", unit):
            document["unit"] = unit
            return ""
        return trailing

    def _solution(self) -> str:
        """Without the word "Explanation" that the source puts above it: our pages have one of their own."""
        written = [self._markdown.of(element) for element in self._root.iter() if tag_of(element) == "solution"]
        return "\n\n".join(filter(None, (_EXPLANATION.sub("", text, count=1).strip() for text in written)))

    def _hints(self) -> list[str]:
        hints = [
            e for group in self._root.iter() if tag_of(group) == "demandhint" for e in group if tag_of(e) == "hint"
        ]
        texts = [text for text in map(self._markdown.of, hints) if text]
        if texts:
            self._remarks.append((OlxNote.HINTS_AFTER, {}))
        return texts

    def _remark_values(self, text: str) -> None:
        names = re.findall(r"\$\{?([A-Za-z_]\w*)", text.replace("\\_", "_"))
        shown = sorted({name for name in names if name in self._context.computed_names})
        if shown:
            self._remarks.append((OlxNote.VALUES_SHOWN, {"names": ", ".join(shown[:8])}))

    def _why_text(self) -> Remark:
        whys = [part.why for part in self._parts if part.why]
        return whys[0] if whys else (OlxNote.NOTHING_TO_ANSWER, {})

    def _make_question(self, problem: Problem, explanation: list[str]) -> None:
        left = [part for part in self._parts if not part.is_marked]
        single = len(self._parts) == 1 and len(self._documents) == 1
        points, remark = _points(self._node.attributes.get("weight"), len(self._documents) + len(left))
        if remark:
            self._remarks.append(remark)
        text = problem.text
        if left:
            why = {"count": len(left), "total": len(self._parts)}
            self._remarks.insert(0, (OlxNote.PARTS_AS_TEXT, why))
            problem.note = SOME_CANNOT_BE_MARKED
            text += f"\n\n*{SOME_CANNOT_BE_MARKED}*"
        document: Document = {"text": text, "explanation": "\n\n".join(explanation) or None}
        documents = [part | {"points": points} for part in self._documents]
        if single:
            document |= documents[0] | {"key": self._key}
        else:
            document |= {"key": self._key, "type": "parts", "parts": documents}
        problem.question, unsound = _sound(document)
        if unsound:
            self._give_up(problem, unsound)

    def _give_up(self, problem: Problem, unsound: str) -> None:
        """Numbers out of bounds, a range in which nothing lies: no source should hold that, but some do."""
        why = (OlxNote.NOT_SOUND, {"detail": unsound})
        self._parts[:] = [Part(part.source, is_marked=False, why=part.why or why) for part in self._parts]
        problem.note = CANNOT_BE_MARKED
        problem.text = re.sub(r"\[\[[\w.-]+\]\]", lambda _: _BLANK, problem.text)
        self._remarks.insert(0, why)


CANNOT_BE_MARKED = "This exercise can't be marked here. Work it out for yourself."
SOME_CANNOT_BE_MARKED = "Only the answers that have a field can be marked here."
"""For learners, in the text of the course. In the source language: a course's own language may be any."""


def _sound(document: Document) -> tuple[Document | None, str]:
    """(the question in its normal form, "") or (None, what is wrong with it)."""
    try:
        question = checked_question(document)
    except Wrong as wrong:
        return None, str(wrong)
    flaws = question_flaws(question)
    return (None, flaws[0].code) if flaws else (question, "")


def _computed_names(root: Element) -> frozenset[str]:
    """Every name in the problem's programs: `$name` in a text is one of them, or plain words."""
    programs = [
        whole_text(e) for e in root.iter() if tag_of(e) == "script" and "javascript" not in (e.get("type") or "")
    ]
    return frozenset(re.findall(r"[A-Za-z_]\w*", "\n".join(programs)))


def _prepare_text(root: Element) -> None:
    """Leaves what a learner reads."""
    for element in list(root.iter()):
        tag = tag_of(element)
        is_program = tag == "script" and "javascript" not in (element.get("type") or "") and not _is_tex(element)
        if element is not root and (tag in _HIDDEN or is_program):
            remove(element)


def _is_tex(script: Element) -> bool:
    return (script.get("type") or "").startswith("math/tex")


def _show_unmarked(response: Element) -> None:
    """What stays of an answer that can't be marked: a blank, a list of the choices, the picture to click on."""
    for place in [element for element in response.iter() if is_field(element)]:
        if place.getparent() is None:
            continue  # lay in a field that is gone already
        choices = [element for element in place.iter() if tag_of(element) in ("choice", "option")]
        picture = place.get("img") or (place.get("src") if tag_of(place) == "imageinput" else None)
        if choices:
            _replace_by(place, _list_of(choices, place))
        elif picture:
            _replace_by(place, place.makeelement("img", {"src": picture, "alt": place.get("alt") or ""}))
        else:
            options = " / ".join(re.findall(r"'([^']*)'", place.get("options") or ""))
            _replace(place, response, f"{_BLANK} ({escape(options)})" if options else _BLANK, "", in_line=True)


def _list_of(choices: list[Element], place: Element) -> Element:
    listed = place.makeelement("ul", {})
    for choice in choices:
        item = deepcopy(choice)
        item.tag, item.tail = "li", None
        listed.append(item)
    return listed


def _is_in_line(response: Element, place: Element) -> bool:
    """Whether words stand beside the field on its line."""
    if (response.get("inline") or place.get("inline") or "").lower() in ("1", "true"):
        return True
    around = [element for element in (response.getparent(), place.getparent()) if element is not None]
    beside = (response.tail or "").strip() or (place is not response and (place.tail or "").strip())
    return tag_of(response) in _WRITTEN and bool(beside or any(tag_of(element) in _IN_LINE for element in around))


def _replace(place: Element, response: Element, mark: str, trailing: str, *, in_line: bool) -> None:
    """The field by its mark, on a line of its own unless words stand beside it. Old fields hold their own label."""
    spot = place.makeelement(PLACE, {"mark": mark})
    if place is response:
        for choice in [element for element in response.iter() if tag_of(element) == "choice"]:
            remove(choice)
        response.append(spot)
        return
    if in_line:
        spot.tail = f" {trailing}" if trailing else None
        _replace_by(place, spot)
        return
    line = place.makeelement("p", {})
    line.text = "".join(f"{text_of(child)} " for child in place if tag_of(child) == "text")
    line.append(spot)
    spot.tail = f" {trailing}" if trailing else None
    _replace_by(place, line)


def _replace_by(place: Element, other: Element) -> None:
    other.tail = (other.tail or "") + (place.tail or "")
    parent = place.getparent()
    if parent is not None:
        parent.replace(place, other)


def _as_flow(response: Element) -> None:
    """A response is a block of its own, unless it stands in a line."""
    in_line = (response.get("inline") or "").lower() in ("1", "true")
    parent = response.getparent()
    beside = tag_of(response) in _WRITTEN and (
        (parent is not None and tag_of(parent) in _IN_LINE) or bool((response.tail or "").strip())
    )
    response.tag = "span" if in_line or beside else "div"


def _points(weight: str | None, parts: int) -> tuple[str, Remark | None]:
    """Points of each part: the problem's weight divided evenly, one where it has none."""
    try:
        whole = Decimal((weight or "").strip() or parts)
    except InvalidOperation:
        return "1", None
    if not whole.is_finite() or not 0 <= whole <= 1000:
        return "1", None
    if whole == 0:
        return "1", (OlxNote.NO_POINTS, {})
    each = whole / parts
    if each.as_tuple().exponent not in range(-4, 20):
        return "1", (OlxNote.POINTS, {"weight": weight})
    return decimal_text(each), None


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()
