"""YAML read for people who wrote it by hand: every value knows its line, and nothing means more than it says.

Read from events, so that depth is bounded before anything recurses. Only `true`, `false` and `null` are not
text: a number stays as it was written, `No` stays a word, a date stays a date as written.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from lms.courses.rules.fields import Where
from lms.interop.own.reasons import OwnReason

DEEPEST = 40
QUOTED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
"""Characters that only survive as escapes: control characters and what YAML takes for line ends."""
NULLS = ("", "~", "null", "Null", "NULL")
FLAGS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


class NotReadable(Exception):  # noqa: N818 - says what the text is
    """The YAML can't be read: the reason, and the line (from 1) among its values."""

    def __init__(self, reason: OwnReason, line: int, **values: Any) -> None:
        super().__init__(reason.code)
        self.reason = reason
        self.values = {"line": line, **values}


class Mapping(dict[str, Any]):
    """A mapping that knows the line of each of its keys, and its own."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


class Sequence(list[Any]):
    """A list that knows the line of each of its elements, and its own."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


def load(text: str, *, first_line: int = 1) -> Any:
    """The one document in `text`: Mapping, Sequence, str, bool or None. Raises NotReadable.

    `first_line` is the line of the file on which `text` begins. Refused: a key that stands twice, anchors and
    aliases (a few lines of them can mean gigabytes), tags, a second document, more than 40 levels.
    """
    reader = _Reader(first_line)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            reader.take(event)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = str(getattr(error, "problem", "") or "it can't be read at all")
        raise NotReadable(OwnReason.YAML, first_line + (mark.line if mark else 0), problem=problem) from error
    return reader.document


def line_of(tree: Any, where: Where) -> int:
    """The line of the value at `where`, or of the nearest place around it that is there."""
    line = int(getattr(tree, "line", 1))
    for step in where:
        known = isinstance(tree, Mapping) and step in tree.lines
        known = known or (isinstance(tree, Sequence) and isinstance(step, int) and step < len(tree))
        if not known:
            return line
        line, tree = tree.lines[step], tree[step]
    return line


class _Reader:
    """Builds the document from the parser's events, on a stack of its own."""

    def __init__(self, first_line: int) -> None:
        self.document: Any = None
        self._first_line = first_line
        self._documents = 0
        self._open: list[Mapping | Sequence] = []
        self._keys: list[str | None] = []

    def take(self, event: yaml.Event) -> None:
        line = self._first_line + (event.start_mark.line if event.start_mark else 0)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise NotReadable(OwnReason.ALIAS, line)
        if tag := getattr(event, "tag", None):
            raise NotReadable(OwnReason.TAG, line, value=str(tag))
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise NotReadable(OwnReason.SECOND_DOCUMENT, line)
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, yaml.MappingStartEvent):
            self._start(Mapping(line), line)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._start(Sequence(line), line)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._open.pop()
            self._keys.pop()

    def _start(self, container: Mapping | Sequence, line: int) -> None:
        if self._wants_key():
            raise NotReadable(OwnReason.NOT_TEXT, line, field=self._name())
        if len(self._open) >= DEEPEST:
            raise NotReadable(OwnReason.TOO_DEEP, line, field=self._name(), limit=DEEPEST)
        self._add(container, line)
        self._open.append(container)
        self._keys.append(None)

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        if self._wants_key():
            self._key(str(event.value), line)
            return
        is_plain = event.style is None or event.style == ""
        value: Any = event.value
        if is_plain and value in NULLS:
            value = None
        elif is_plain:
            value = FLAGS.get(value, value)
        self._add(value, line)

    def _wants_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1], Mapping) and self._keys[-1] is None

    def _name(self) -> str:
        """The field that is being read, for people."""
        return next((key for key in reversed(self._keys) if key is not None), "")

    def _key(self, name: str, line: int) -> None:
        mapping = self._open[-1]
        if name in mapping:
            raise NotReadable(OwnReason.FIELD_TWICE, line, field=name)
        self._keys[-1] = name
        if isinstance(mapping, Mapping):
            mapping.lines[name] = line

    def _add(self, value: Any, line: int) -> None:
        if not self._open:
            self.document = value
            return
        container = self._open[-1]
        if isinstance(container, Sequence):
            container.append(value)
            container.lines.append(line)
            return
        container[str(self._keys[-1])] = value
        self._keys[-1] = None


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The C parser where it is built in: ten times as fast, the same events."""


class _Dumper(yaml.SafeDumper):
    """Writes what `load` reads back unchanged, without quotes where none are needed."""

    yaml_implicit_resolvers: dict[str, Any] = {}

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the library's signature
        return True


def _write_text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    if value in NULLS or value in FLAGS:
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="'")
    if QUOTED.search(value):
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style='"')
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


def _write_flag(dumper: yaml.SafeDumper, value: bool) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", "true" if value else "false")


def _write_whole(dumper: yaml.SafeDumper, value: int) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(value))


_Dumper.add_representer(str, _write_text)
_Dumper.add_representer(bool, _write_flag)
_Dumper.add_representer(int, _write_whole)


def dump(document: Any) -> str:
    """`document` (mappings, lists, text, flags, whole numbers; no null) as YAML, always the same bytes."""
    return str(yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1_000_000))
