"""One answer that a problem asks for: read as a part of ours where it can be marked without a program.

Each reader takes a response element and gives the documents of its parts (one a field; most have one), without key,
text and points, or raises Unmarkable with the reason.
"""

import ast
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from lms.interop.imported import Document
from lms.interop.ledger import Note
from lms.interop.olx.links import Remark
from lms.interop.olx.markdown import Markdown
from lms.interop.olx.notes import OlxNote
from lms.interop.olx.numbers import NotANumber, is_plain, range_of, tolerance_of, value_of
from lms.interop.olx.words import escape
from lms.interop.olx.xml import Element, tag_of, text_of

DEFAULT_TOLERANCE = "0.001 %"
"""What Open edX allows where a problem says nothing; for whole numbers it makes no difference and is left out."""

_HINTS = frozenset({"choicehint", "optionhint", "correcthint", "stringequalhint", "compoundhint", "hintgroup", "hint"})
_LITERAL = re.compile(r"[^\\.^$*+?{}\[\]()|]+")


class Unmarkable(Exception):  # noqa: N818 - an answer
    """It can't be marked here. `remark` says why."""

    def __init__(self, note: Note, **values: Any) -> None:
        super().__init__(note)
        self.remark: Remark = (note, values)


@dataclass
class Answers:
    """`parts` are pairs: the element where the answer is given, and its document. `feedback` is Markdown for the
    explanation, `remarks` what differs from the source."""

    parts: list[tuple[Element, Document]]
    feedback: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


@dataclass(frozen=True)
class Context:
    """What reading an answer needs of its problem: how texts are written, and which names its programs set."""

    markdown: Markdown
    computed_names: frozenset[str]

    def is_computed(self, text: str | None) -> bool:
        return any(name in self.computed_names for name in re.findall(r"\$\{?([A-Za-z_]\w*)", text or ""))

    def refuse_computed(self, text: str | None) -> None:
        if self.is_computed(text):
            raise Unmarkable(OlxNote.COMPUTED, written=_short(text or ""))


def is_response(element: Element) -> bool:
    return tag_of(element).endswith("response")


def read_answers(response: Element, context: Context) -> Answers:
    """Raises Unmarkable."""
    tag = tag_of(response)
    reader = _READERS.get(tag)
    if reader is None:
        raise Unmarkable(_why_not(tag), tag=tag)
    answers = reader(response, context)
    credit = (response.get("partial_credit") or "").strip()
    if credit and not (tag == "choiceresponse" and credit.upper() == "EDC"):
        answers.remarks.append((OlxNote.PARTIAL_CREDIT, {"kind": credit}))
    return answers


def _why_not(tag: str) -> Note:
    if tag in ("customresponse", "coderesponse", "externalresponse", "javascriptresponse", "schematicresponse"):
        return OlxNote.BY_PROGRAM
    return OlxNote.FORMULA_ASKED if tag in ("formularesponse", "symbolicresponse") else OlxNote.NO_COUNTERPART


# --- choices


def _dropdown(response: Element, context: Context) -> Answers:
    """Several fields in one response are several parts."""
    fields = [element for element in response.iter() if tag_of(element) == "optioninput"]
    if not fields:
        raise Unmarkable(OlxNote.NO_KEY)
    answers = Answers([])
    for place in fields:
        options = list(_listed_options(place, context) if place.get("options") else _written_options(place, context))
        answers.parts.append((place, _choice("single_choice", options)))
    return answers


def _listed_options(place: Element, context: Context) -> Iterator[Document]:
    """`options="('a','b')" correct="b"`"""
    right = (place.get("correct") or "").strip()
    context.refuse_computed(right)
    context.refuse_computed(place.get("options"))
    for text in _names_in(place.get("options") or ""):
        yield {"text": escape(text).strip() or "—", "right": text.strip() == right, "feedback": None}


def _names_in(listed: str) -> list[str]:
    """The texts of a tuple as Python writes it; a plain list of names parted by commas is read as well."""
    try:
        value = ast.literal_eval(listed.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        value = [part.strip().strip("'\"") for part in listed.strip().strip("()").split(",") if part.strip()]
    values = value if isinstance(value, list | tuple) else [value]
    return [str(text) for text in values]


def _written_options(place: Element, context: Context) -> Iterator[Document]:
    for option in place.iter():
        if tag_of(option) == "option":
            document = _option(option, context)
            if place.get("correct") is not None and option.get("correct") is None:
                document["right"] = text_of(_without_hints(option)) == (place.get("correct") or "").strip()
            yield document


def _choices(response: Element, context: Context) -> Answers:
    place, options = _group(response, context)
    answers = Answers([(place, _choice("single_choice", options))])
    if place.get("shuffle") == "true" or place.get("answer-pool"):
        answers.remarks.append((OlxNote.SHUFFLE_LEFT, {}))
    return answers


def _checkboxes(response: Element, context: Context) -> Answers:
    """All or nothing, but every decision where the source gives points for each of them."""
    place, options = _group(response, context)
    document = _choice("multiple_choice", options)
    every_decision = (response.get("partial_credit") or "").strip().upper() == "EDC"
    document["policy"] = "every_decision" if every_decision else "all_or_nothing"
    answers = Answers([(place, document)])
    if _left_feedback(response):
        answers.remarks.append((OlxNote.FEEDBACK_LEFT, {}))
    return answers


def _group(response: Element, context: Context) -> tuple[Element, list[Document]]:
    """The element that holds the choices, and the choices."""
    choices = [element for element in response.iter() if tag_of(element) == "choice"]
    if not choices:
        raise Unmarkable(OlxNote.NO_KEY)
    group = choices[0].getparent()
    assert group is not None  # noqa: S101 - it lies in the response
    return group, [_option(choice, context) for choice in choices]


def _option(element: Element, context: Context) -> Document:
    context.refuse_computed(element.get("correct"))
    plain = _without_hints(element)
    context.refuse_computed(text_of(plain))
    hint = next(
        (child for child in element.iter() if tag_of(child) in ("choicehint", "optionhint") and _says(child)), None
    )
    return {
        "text": context.markdown.inline(plain) or escape(element.get("name") or "") or "—",
        "right": (element.get("correct") or "").strip().lower() == "true",
        "feedback": (context.markdown.inline(hint) or None) if hint is not None else None,
    }


def _says(hint: Element) -> bool:
    """Feedback for choosing an option; what is said to those who did not choose it has no place here."""
    return (hint.get("selected") or "true").lower() == "true"


def _left_feedback(response: Element) -> bool:
    return any(tag_of(e) == "compoundhint" or (tag_of(e) == "choicehint" and not _says(e)) for e in response.iter())


def _without_hints(element: Element) -> Element:
    copy = deepcopy(element)
    copy.tail = None
    for hint in [child for child in copy.iter() if tag_of(child) in _HINTS]:
        remove(hint)
    return copy


def _choice(kind: str, options: list[Document]) -> Document:
    if not options or (kind == "single_choice" and not any(option["right"] for option in options)):
        raise Unmarkable(OlxNote.NO_KEY)
    return {"type": kind, "options": options}


# --- numbers and words


def _number(response: Element, context: Context) -> Answers:
    tolerance = _tolerance(response, context)
    answers = Answers([], feedback=_correct_hints(response, context))
    accept = []
    for written in _answers_of(response):
        context.refuse_computed(written)
        accept.append(_accepted_number(written, tolerance, answers))
    if not accept:
        raise Unmarkable(OlxNote.NO_KEY)
    answers.parts.append((_field_of(response), {"type": "numeric", "accept": accept, "unit": None, "units": []}))
    return answers


def _accepted_number(written: str, tolerance: str | None, answers: Answers) -> Document:
    try:
        between = range_of(written)
        if between:
            return between
        value = value_of(written)
    except NotANumber:
        raise Unmarkable(OlxNote.NOT_A_NUMBER, written=_short(written)) from None
    if not is_plain(written):
        answers.remarks.append((OlxNote.EXPRESSION, {"written": _short(written), "value": value}))
    is_whole = "." not in value and is_plain(written)
    return {"answer": value, "tolerance": tolerance or ("0" if is_whole else DEFAULT_TOLERANCE)}


def _tolerance(response: Element, context: Context) -> str | None:
    for element in response.iter():
        if tag_of(element) == "responseparam" and element.get("type") == "tolerance" and element.get("default"):
            written = element.get("default") or ""
            context.refuse_computed(written)
            try:
                return tolerance_of(written)
            except NotANumber:
                raise Unmarkable(OlxNote.NOT_A_NUMBER, written=_short(written)) from None
    return None


def _words(response: Element, context: Context) -> Answers:
    """`_or_` between answers is how the oldest problems listed several."""
    kinds = (response.get("type") or "cs").lower().split()
    answers = Answers([], feedback=_correct_hints(response, context))
    accept: list[str] = []
    for written in _answers_of(response):
        context.refuse_computed(written)
        accept += _matched_words(written, answers) if "regexp" in kinds else written.split("_or_")
    accept = list(dict.fromkeys(words for words in (" ".join(text.split()) for text in accept) if words))
    if not accept:
        raise Unmarkable(OlxNote.NO_KEY)
    if any(tag_of(element) in ("stringequalhint", "hintgroup") for element in response.iter()):
        answers.remarks.append((OlxNote.FEEDBACK_LEFT, {}))
    document = {"type": "short_text", "accept": accept, "case": "ignore" if "ci" in kinds else "exact"}
    answers.parts.append((_field_of(response), document))
    return answers


def _matched_words(pattern: str, answers: Answers) -> list[str]:
    """A pattern of plain words, perhaps with | between them, is a list of words; any other can't be marked."""
    words = [word.strip() for word in pattern.strip().removeprefix("^").removesuffix("$").strip("()").split("|")]
    if not all(_LITERAL.fullmatch(word) for word in words):
        raise Unmarkable(OlxNote.PATTERN_ASKED, written=_short(pattern))
    answers.remarks.append((OlxNote.PATTERN, {"words": _short(", ".join(words))}))
    return words


def _answers_of(response: Element) -> Iterator[str]:
    """The answer and the additional ones, as written."""
    if (response.get("answer") or "").strip():
        yield (response.get("answer") or "").strip()
    for element in response.iter():
        if tag_of(element) != "additional_answer":
            continue
        written = (element.get("answer") or text_of(_without_hints(element))).strip()
        if written:
            yield written


def _correct_hints(response: Element, context: Context) -> list[str]:
    hints = (context.markdown.of(element) for element in response.iter() if tag_of(element) == "correcthint")
    return [hint for hint in hints if hint]


def _field_of(response: Element) -> Element:
    """Where the answer is typed; the response itself where no field stands in it."""
    return next((element for element in response.iter() if is_field(element)), response)


def is_field(element: Element) -> bool:
    """Something in which a learner answers."""
    tag = tag_of(element)
    return tag.endswith(("input", "textgroup")) or tag in _FIELDS


def remove(element: Element) -> None:
    """Out of the tree, its tail stays."""
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    parent.remove(element)


def _short(written: str) -> str:
    words = " ".join(written.split())
    return words if len(words) <= 80 else words[:79] + "…"


_FIELDS = frozenset(
    {
        "textline", "textbox", "choicegroup", "checkboxgroup", "radiogroup", "schematic", "filesubmission",
        "crystallography", "vsepr_input", "javascriptinput", "jsinput", "matlab", "editamolecule",
    }
)  # fmt: skip
_READERS: dict[str, Callable[[Element, Context], Answers]] = {
    "optionresponse": _dropdown,
    "multiplechoiceresponse": _choices,
    "choiceresponse": _checkboxes,
    "truefalseresponse": _checkboxes,
    "numericalresponse": _number,
    "stringresponse": _words,
}
