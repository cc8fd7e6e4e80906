"""Two states of a text, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
AROUND = 24
"""Tokens of unchanged text that are kept beside a change; the rest between two changes becomes an ellipsis."""
MOST_TOKENS = 20_000
"""Of either state; a longer text is told as a whole, since comparing takes more than proportional time."""

Part = tuple[str, str]
"""(same | added | removed, text)"""


def word_difference(before: str, after: str) -> tuple[Part, ...]:
    """What was taken out and put in, with a little of what stands around it; () where nothing differs."""
    if before == after:
        return ()
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    if max(len(old), len(new)) > MOST_TOKENS:
        return _whole(before, after)
    return tuple(_shortened(list(_parts(old, new))))


def _whole(before: str, after: str) -> tuple[Part, ...]:
    return tuple((kind, text) for kind, text in (("removed", before), ("added", after)) if text)


def _parts(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    for what, from_old, to_old, from_new, to_new in SequenceMatcher(None, old, new).get_opcodes():
        if what == "equal":
            yield "same", new[from_new:to_new]
            continue
        if to_old > from_old:
            yield "removed", old[from_old:to_old]
        if to_new > from_new:
            yield "added", new[from_new:to_new]


def _shortened(parts: list[tuple[str, Sequence[str]]]) -> Iterator[Part]:
    for number, (kind, tokens) in enumerate(parts):
        is_first, is_last = number == 0, number == len(parts) - 1
        text = _cut(tokens, head=not is_first, tail=not is_last) if kind == "same" else "".join(tokens)
        yield kind, text


def _cut(tokens: Sequence[str], *, head: bool, tail: bool) -> str:
    """The ends of unchanged text that lie beside a change."""
    most = AROUND * (head + tail)
    if len(tokens) <= most:
        return "".join(tokens)
    return "".join([*(tokens[:AROUND] if head else ()), " … ", *(tokens[-AROUND:] if tail else ())])
