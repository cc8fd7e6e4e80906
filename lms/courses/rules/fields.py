"""Reading documents from outside field by field: what is wrong is named with the path to it, never guessed.

Plain data in (dict, list, str, int, bool, None), normalised data out. Numbers stay the decimal text that was
written; a float is refused, since it is no longer what was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import Enum
from types import TracebackType
from typing import Any, TypeVar

T = TypeVar("T")
Document = dict[str, Any]
Where = tuple[str | int, ...]
"""The way to a value: names of fields and positions in lists, from the top of the document."""

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
SLUG = re.compile(r"[a-z0-9]+([-_.][a-z0-9]+)*")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
DECIMAL = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?([eE][-+]?[0-9]{1,2})?")
WHOLE = re.compile(r"-?[0-9]{1,9}")
LONGEST_LINE = 500
LONGEST_SLUG = 80


class Flaw(Enum):
    """What can be wrong with a value; who shows it adds file, line and sentence."""

    UNKNOWN_FIELD = "unknown_field"
    MISSING = "missing"
    NOT_FIELDS = "not_fields"
    NOT_A_LIST = "not_a_list"
    NOT_TEXT = "not_text"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_FLAG = "not_a_flag"
    NOT_A_KEY = "not_a_key"
    NOT_A_LANGUAGE = "not_a_language"
    NOT_AN_ADDRESS = "not_an_address"
    NOT_A_TIME = "not_a_time"
    NOT_A_PATH = "not_a_path"
    NOT_ALLOWED = "not_allowed"
    OUT_OF_RANGE = "out_of_range"
    EMPTY = "empty"
    TWICE = "twice"
    TOO_DEEP = "too_deep"
    UNKNOWN_NAME = "unknown_name"
    MARKERS = "markers"
    NOTHING_RIGHT = "nothing_right"


class Wrong(Exception):  # noqa: N818 - says what the document is
    """A document breaks a rule at `where`. `values` fill the sentence."""

    def __init__(self, flaw: Flaw, where: Where, **values: Any) -> None:
        super().__init__(f"{flaw.value} at {'/'.join(map(str, where))}")
        self.flaw = flaw
        self.where = where
        self.values = values


class Fields:
    """The fields of one mapping. Used as a context: at its end, fields that nobody asked for are refused.

    A field that is absent and one that is null are the same.
    """

    def __init__(self, raw: object, where: Where = ()) -> None:
        if not isinstance(raw, Mapping):
            raise Wrong(Flaw.NOT_FIELDS, where)
        self._raw = raw
        self._known: set[str] = set()
        self.where = where

    def __enter__(self) -> Fields:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        unknown = next((name for name in self._raw if name not in self._known), None)
        if kind is None and unknown is not None:
            raise Wrong(Flaw.UNKNOWN_FIELD, (*self.where, unknown))

    def at(self, name: str) -> Where:
        return (*self.where, name)

    def get(self, name: str) -> Any:
        """The value as it stands, None where there is none."""
        self._known.add(name)
        return self._raw.get(name)

    def maybe(self, name: str, read: Callable[[Any, Where], T]) -> T | None:
        value = self.get(name)
        return None if value is None else read(value, self.at(name))

    def read(self, name: str, read: Callable[[Any, Where], T], default: T | None = None) -> T:
        """`read(value, where)` of a field that must be there, unless a default says what its absence means."""
        value = self.maybe(name, read)
        if value is not None:
            return value
        if default is None:
            raise Wrong(Flaw.MISSING, self.at(name))
        return default

    def each(self, name: str, read: Callable[[Any, Where], T], *, least: int = 0) -> list[T]:
        """A list, absent = empty."""
        values = [read(value, where) for value, where in self.maybe(name, elements) or ()]
        if len(values) < least:
            raise Wrong(Flaw.EMPTY if self._raw.get(name) is not None else Flaw.MISSING, self.at(name))
        return values

    def fixed(self, name: str, value: str) -> None:
        """A field that may be left out and otherwise says `value`."""
        self.read(name, one_of(value), value)


def elements(raw: object, where: Where) -> list[tuple[Any, Where]]:
    """The elements of a list with the way to each."""
    if not isinstance(raw, list):
        raise Wrong(Flaw.NOT_A_LIST, where)
    return [(value, (*where, position)) for position, value in enumerate(raw)]


def names_of(raw: object, where: Where) -> list[tuple[str, Any, Where]]:
    """The fields of a mapping whose names are the author's own, in order of name, with the way to each."""
    if not isinstance(raw, Mapping) or not all(isinstance(name, str) for name in raw):
        raise Wrong(Flaw.NOT_FIELDS, where)
    return [(name, raw[name], (*where, name)) for name in sorted(raw)]


def text(raw: object, where: Where) -> str:
    """Any text with something in it; ends and line ends made equal."""
    if isinstance(raw, bool) or not isinstance(raw, (str, int)):
        raise Wrong(Flaw.NOT_TEXT, where)
    value = str(raw)
    if any(c == "\0" or "\ud800" <= c <= "\udfff" for c in value):
        raise Wrong(Flaw.NOT_TEXT, where)
    value = re.sub(r"^(?:[ \t]*\n)+", "", value.replace("\r\n", "\n").replace("\r", "\n")).rstrip()
    if not value:
        raise Wrong(Flaw.EMPTY, where)
    return value


def text_or_nothing(raw: object, where: Where) -> str:
    return "" if isinstance(raw, str) and not raw.strip() else text(raw, where)


def line(raw: object, where: Where) -> str:
    """Text on one line: a title, a label, an accepted answer."""
    value = " ".join(text(raw, where).split())
    if len(value) > LONGEST_LINE:
        raise Wrong(Flaw.OUT_OF_RANGE, where, low=1, high=LONGEST_LINE)
    return value


def flag(raw: object, where: Where) -> bool:
    if not isinstance(raw, bool):
        raise Wrong(Flaw.NOT_A_FLAG, where)
    return raw


def key(raw: object, where: Where) -> str:
    value = line(raw, where)
    if not KEY.fullmatch(value):
        raise Wrong(Flaw.NOT_A_KEY, where, value=value)
    return value


def slug(raw: object, where: Where) -> str:
    value = key(raw, where)
    if not SLUG.fullmatch(value) or len(value) > LONGEST_SLUG:
        raise Wrong(Flaw.NOT_A_KEY, where, value=value)
    return value


def language(raw: object, where: Where) -> str:
    value = line(raw, where)
    if not LANGUAGE.fullmatch(value):
        raise Wrong(Flaw.NOT_A_LANGUAGE, where, value=value)
    return value


def web_address(raw: object, where: Where) -> str:
    """An http or https address."""
    value = line(raw, where)
    if not re.fullmatch(r"https?://[^\s/?#<>\"']+[^\s<>\"]*", value):
        raise Wrong(Flaw.NOT_AN_ADDRESS, where, value=value)
    return value


def decimal(raw: object, where: Where) -> str:
    """A decimal number as it was written, as text: "0.50" stays "0.50"."""
    value = str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw
    if not isinstance(value, str) or not DECIMAL.fullmatch(value.strip()):
        raise Wrong(Flaw.NOT_A_NUMBER, where)
    return value.strip()


def within(low: int, high: int) -> Callable[[object, Where], str]:
    """A decimal number of `low` to `high`, both included."""

    def read(raw: object, where: Where) -> str:
        value = decimal(raw, where)
        if not low <= float(value) <= high:  # the range is checked roughly, the text is what counts
            raise Wrong(Flaw.OUT_OF_RANGE, where, low=low, high=high)
        return value

    return read


def whole(low: int, high: int) -> Callable[[object, Where], int]:
    """A whole number of `low` to `high`, both included."""

    def read(raw: object, where: Where) -> int:
        value = decimal(raw, where)
        if not WHOLE.fullmatch(value):
            raise Wrong(Flaw.NOT_A_NUMBER, where)
        if not low <= int(value) <= high:
            raise Wrong(Flaw.OUT_OF_RANGE, where, low=low, high=high)
        return int(value)

    return read


def one_of(*allowed: str) -> Callable[[object, Where], str]:
    """One of a few words."""

    def read(raw: object, where: Where) -> str:
        value = line(raw, where)
        if value not in allowed:
            raise Wrong(Flaw.NOT_ALLOWED, where, value=value, allowed=", ".join(allowed))
        return value

    return read


def refuse_repeated(values: list[str], where: Where, name: str | None = None) -> None:
    """Refuses the second of two equal values; `where` is the list, `name` the field of its elements."""
    seen: set[str] = set()
    for position, value in enumerate(values):
        if value in seen:
            raise Wrong(Flaw.TWICE, (*where, position, *([name] if name else [])), value=value)
        seen.add(value)
