"""What every question type can do, and the words that the types share.

A type is one module with the functions of `QuestionType`, each usable alone and as a part of a question.
A *question* is its document as it was published; a *draw* is what the paper of one attempt fixed about it
(ids shown to the learner, and what each stands for); an *answer* is the JSON that the learner sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import Any, Protocol

Question = Mapping[str, Any]
Draw = dict[str, Any]
Pairs = Sequence[Sequence[Any]]  # [[id shown, what it stands for], …] in the order shown

LONGEST_TEXT = 10_000  # characters of a written answer; the eight types ask for a word or a number
LONGEST_NUMBER = 200  # characters
LONGEST_POINTER = 200  # characters
ID_LETTERS = "bcdfghjkmnpqrstvwxz"  # no vowels, so that no word comes out; no digits, so that no order is read in
ID_LENGTH = 6

# A tag of sanitised HTML, quoted attributes included; what lies between two of them is text.
_TAG = re.compile(r"(<[^>\"]*(?:\"[^\"]*\"[^>\"]*)*>)")
_PLACE = re.compile(r"\[\[([^\[\]]+)\]\]")


class Render(Protocol):
    """Markdown of a question to sanitised HTML; `inline` without the paragraph around it."""

    def __call__(self, markdown: str, *, inline: bool = False) -> str: ...


@dataclass(frozen=True)
class Flaw:
    """A mistake of the author that keeps a question or a quiz from being published.

    `path` names the question by its key ("q4", "q4/p1" for a part; "" is the quiz itself).
    """

    code: str
    path: str
    values: Mapping[str, Any] = field(default_factory=dict)


class Misfit(ValueError):  # noqa: N818 - it says what does not fit, as `Refused` does
    """An answer has not the shape of its slot. `pointer` is where in it, `code` is what."""

    def __init__(self, pointer: str, code: str) -> None:
        super().__init__(f"{pointer}: {code}")
        self.pointer = pointer[:LONGEST_POINTER]  # names in it are the sender's, and are sent back
        self.code = code


@dataclass(frozen=True)
class Outcome:
    """How good an answer is: 0 to 1, None where a person must look; and which pieces are right, by shown id."""

    fraction: Fraction | None
    pieces: Mapping[str, bool] = field(default_factory=dict)


class QuestionType(Protocol):
    """The face of a type's module."""

    def flaws(self, question: Question) -> Iterator[Flaw]:
        """What keeps it from being marked; paths are left empty, the caller knows the question's place."""
        ...

    def draw(self, question: Question, source: Random, *, shuffle: bool) -> Draw:
        """What is fixed at the start of an attempt. `shuffle` mixes options; what would give the key away
        by its order is mixed always."""
        ...

    def present(self, question: Question, draw: Draw, render: Render) -> dict[str, Any]:
        """`html` and what the type needs beside it (contract.md); nothing of the key."""
        ...

    def check(self, question: Question, draw: Draw, answer: Mapping[str, Any]) -> None:
        """Raises Misfit for a wrong shape or an id that is not in the slot; incomplete and wrong pass."""
        ...

    def mark(self, question: Question, draw: Draw, answer: Mapping[str, Any]) -> Outcome:
        """Marks an answer that `check` let pass."""
        ...

    def solution(self, question: Question, draw: Draw) -> dict[str, Any]:
        """A fully right answer, in the shape of an answer."""
        ...

    def feedback(self, question: Question, draw: Draw, answer: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The author's words on what was chosen: [(shown id, Markdown)]."""
        ...


def draw_ids(source: Random, count: int) -> list[str]:
    """`count` different ids that tell nothing."""
    ids: dict[str, None] = {}
    while len(ids) < count:
        ids["".join(source.choices(ID_LETTERS, k=ID_LENGTH))] = None
    return list(ids)


def draw_pairs(source: Random, things: Iterable[Any], *, shuffle: bool) -> list[list[Any]]:
    """Things under drawn ids, in their own order or mixed."""
    order = list(things)
    if shuffle:
        source.shuffle(order)
    return [[drawn, thing] for drawn, thing in zip(draw_ids(source, len(order)), order, strict=True)]


def meaning(pairs: Pairs) -> dict[str, Any]:
    """Shown id → what it stands for."""
    return {shown: thing for shown, thing in pairs}  # noqa: C416 - pairs are lists once they were stored


def field_of(answer: Mapping[str, Any], name: str, kind: type, *, optional: tuple[str, ...] = ()) -> Any:
    """The one field of an answer, of the given JSON type; other fields than the optional ones are a misfit."""
    for unknown in answer.keys() - {name, *optional}:
        raise Misfit(f"/{unknown}", "unknown_field")
    if name not in answer:
        raise Misfit(f"/{name}", "missing")
    if not isinstance(answer[name], kind):
        raise Misfit(f"/{name}", "wrong_type")
    return answer[name]


def check_id(value: Any, known: Iterable[str], pointer: str) -> None:
    if not isinstance(value, str):
        raise Misfit(pointer, "wrong_type")
    if value not in known:
        raise Misfit(pointer, "unknown_id")


def check_ids(values: Sequence[Any], known: Sequence[str], pointer: str) -> None:
    """A list of ids of the slot, each at most once."""
    for place, value in enumerate(values):
        check_id(value, known, f"{pointer}/{place}")
    if len(set(values)) < len(values):
        raise Misfit(pointer, "repeated_id")


def check_text(value: Any, pointer: str, *, longest: int = LONGEST_TEXT) -> None:
    """Any text of Unicode scalar values: half a surrogate pair is none, and has no receipt (RFC 8785)."""
    if not isinstance(value, str):
        raise Misfit(pointer, "wrong_type")
    if len(value) > longest:
        raise Misfit(pointer, "too_long")
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise Misfit(pointer, "not_unicode")


def places_in(markdown: str) -> list[str]:
    """The names in [[…]] in the order of the text."""
    return _PLACE.findall(markdown)


def put_places(html: str, ids: Mapping[str, str], attribute: str) -> str:
    """Each [[name]] in the text of `html` becomes `<span data-gap="ID"></span>` (or data-part).

    Only text is touched, never an attribute. A place that rendering swallowed is put at the end, so that
    each gap can be answered.
    """
    missing = dict(ids)

    def span(found: re.Match[str]) -> str:
        drawn = missing.pop(found[1], None)
        return found[0] if drawn is None else _span(attribute, drawn)

    pieces = [piece if _TAG.fullmatch(piece) else _PLACE.sub(span, piece) for piece in _TAG.split(html)]
    return "".join(pieces) + "".join(_span(attribute, drawn) for drawn in missing.values())


def _span(attribute: str, drawn: str) -> str:
    return f'<span data-{attribute}="{drawn}"></span>'


def share(right: int, all_of_them: int) -> Fraction:
    return Fraction(right, all_of_them) if all_of_them else Fraction(0)


Marker = Callable[[set[str], Question], Fraction]
