r"""Formulas: LaTeX between `\( \)`, `\[ \]` or `$$ $$` becomes MathML, which browsers draw themselves.

What the package can't read stays as the text that it was. Its own writer does not escape, so the tree is
written here: elements and attributes by an allow-list, all text escaped.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from xml.etree.ElementTree import Element

from latex2mathml import exceptions
from latex2mathml.converter import Converter

DELIMITED = re.compile(
    r"\\\((?P<inline>(?:(?!\\\().)+?)\\\)|\\\[(?P<display>(?:(?!\\\[).)+?)\\\]|\$\$(?P<dollars>.+?)\$\$",
    re.DOTALL,
)
"""No second opening inside: a text full of openings that nobody closes would be searched to its end for each."""
LONGEST = 2000
DEFINITIONS = re.compile(r"\\(?:re)?newcommand|\\def(?![a-z])|\\let(?![a-z])|\\newenvironment")
"""Definitions could grow without bound, and mean nothing beyond their own formula."""


def words(names: str) -> frozenset[str]:
    return frozenset(names.split())


ELEMENTS = words(
    "math merror menclose mfenced mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace"
    " msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none"
)
ATTRIBUTES = words(
    "accent accentunder columnalign columnlines columnspacing depth display displaystyle fence form height largeop"
    " linethickness lspace mathcolor mathsize mathvariant maxsize minsize movablelimits notation rowalign rowlines"
    " rowspacing rspace scriptlevel separator stretchy symmetric voffset width"
)
VALUE = re.compile(r"[\w.#%+ -]{1,60}")

_UNREADABLE: tuple[type[Exception], ...] = (
    *(error for error in vars(exceptions).values() if isinstance(error, type) and issubclass(error, Exception)),
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    StopIteration,
    RuntimeError,
    RecursionError,
)
"""What the package raises, on purpose or by accident, on what it can't read."""


def split(text: str) -> Iterator[tuple[str, str | None]]:
    """`text` in pieces: (text as it stands, None) or (text with its delimiters, MathML)."""
    end = 0
    for found in DELIMITED.finditer(text):
        yield text[end : found.start()], None
        yield found.group(), to_mathml(_source(found), display=found["inline"] is None)
        end = found.end()
    yield text[end:], None


def unreadable(text: str) -> list[str]:
    """The formulas in `text` that will stay text."""
    found = DELIMITED.finditer(text)
    return [match.group() for match in found if to_mathml(_source(match), display=match["inline"] is None) is None]


def _source(found: re.Match[str]) -> str:
    return str(found["inline"] or found["display"] or found["dollars"]).strip()


@lru_cache(maxsize=4096)
def to_mathml(latex: str, *, display: bool) -> str | None:
    """`<math …>` with the source as its `alttext`; None where the package can't read all of it."""
    if len(latex) > LONGEST or DEFINITIONS.search(latex):
        return None
    try:
        tree = Converter(display="block" if display else "inline").convert_to_element(latex)
        body = "".join(_write(child) for child in tree)
    except _UNREADABLE:
        return None
    kind = "block" if display else "inline"
    return f'<math display="{kind}" alttext="{html.escape(latex)}">{body}</math>'


def _write(element: Element) -> str:
    """Raises ValueError at an element that is not MathML of ours, or at a command that was not understood."""
    if element.tag not in ELEMENTS:
        raise ValueError(element.tag)
    # the package marks characters as references in its texts, and copies commands it does not know
    text = html.unescape(element.text or "")
    if element.tag != "mtext" and text.startswith("\\") and len(text) > 1:
        raise ValueError(text)
    attributes = "".join(
        f' {name}="{value}"' for name, value in element.attrib.items() if name in ATTRIBUTES and VALUE.fullmatch(value)
    )
    children = "".join(_write(child) for child in element)
    tail = html.escape(html.unescape(element.tail or ""))
    return f"<{element.tag}{attributes}>{html.escape(text)}{children}</{element.tag}>{tail}"
