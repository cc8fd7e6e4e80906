"""Plain words as Markdown: nothing in them is taken for a sign; formulas stay as they are written."""

import re

BREAK = "\ue000"
"""A line end inside a paragraph, until it is known what may stand there."""

_PAIRS = (
    (r"\\\(", r"\\\)"), (r"\\\[", r"\\\]"), (r"\$\$", r"\$\$"),
    (r"\[mathjaxinline\]", r"\[/mathjaxinline\]"), (r"\[mathjax\]", r"\[/mathjax\]"),
)  # fmt: skip
FORMULA = re.compile("|".join(f"{opening}(?:(?!{opening}).)+?{closing}" for opening, closing in _PAIRS), re.DOTALL)
"""No second opening inside: a text full of openings that nobody closes would take for ever."""
_SIGNS = re.compile(r"[\\`*<>~]|&(?=#?\w+;)|(?<![^\W_])_|_(?![^\W_])")
_BRACKETS = re.compile(r"\[(?=\[)|\](?=[(\[:])")
"""Where they would begin a place or a link. Never with a backslash: that would make a formula of them."""
_LINE_START = re.compile(r"(#{1,6}(?=\s|$)|[-+](?=\s|$)|[-=_]{2,}\s*$|=+\s*$|:{3,}|\|)")
_INSIDE = r"([^<>*\s\\](?:[^<>*\\]*[^<>*\s\\])?)"
_STRONG = re.compile(rf"(?<![^\s(])<strong>{_INSIDE}</strong>(?=[\s.,;:!?)]|$)")
_EM = re.compile(rf"(?<![^\s(])<em>{_INSIDE}</em>(?=[\s.,;:!?)]|$)")
_NUMBERED = re.compile(r"(\d{1,9})([.)])(?=\s|$)")


def escape(text: str, *, in_link: bool = False) -> str:
    """White space run together, signs of Markdown escaped, formulas kept."""
    text = re.sub(r"[ \t\r\n\f\v]+", " ", text).replace(BREAK, "")
    pieces, at = [], 0
    for found in FORMULA.finditer(text):
        pieces += [_plain(text[at : found.start()], in_link), formula(found[0])]
        at = found.end()
    return "".join(pieces) + _plain(text[at:], in_link)


def _plain(text: str, in_link: bool) -> str:
    escaped = _SIGNS.sub(r"\\\g<0>", text)
    brackets = re.compile(r"[\[\]]") if in_link else _BRACKETS
    return brackets.sub(lambda found: f"&#{ord(found[0])};", escaped)


def joined(pieces: list[str]) -> str:
    """Pieces of one line. What is harmless alone must not become a link or an image through its neighbour."""
    line = ""
    for piece in pieces:
        if line.endswith("!") and piece.startswith("["):
            line = f"{line[:-1]}\\!"
        elif line.endswith("]") and piece.startswith(("(", "[", ":")):
            line = f"{line[:-1]}&#93;"
        line += piece
    return line


def formula(written: str) -> str:
    """A formula between the signs that we read; [[ in it would be taken for a place."""
    for opening, closing, ours, end in (
        ("[mathjaxinline]", "[/mathjaxinline]", "\\(", "\\)"),
        ("[mathjax]", "[/mathjax]", "\\[", "\\]"),
    ):
        if written.startswith(opening):
            written = ours + written.removeprefix(opening).removesuffix(closing) + end
    return " ".join(written.split()).replace("[[", "[ [").replace("]]", "] ]")


def paragraph(words: str) -> str:
    """A paragraph: line ends kept as such, no line begins with what would make it something else."""
    lines = [" ".join(line.split(" ")).strip(" ") for line in re.sub(r" {2,}", " ", words).split(BREAK)]
    while lines and not lines[-1].strip():
        lines.pop()
    while lines and not lines[0].strip():
        lines.pop(0)
    return "\\\n".join(_harmless(_with_signs(line)) for line in lines)


def _with_signs(line: str) -> str:
    """Emphasis as Markdown writes it where its surroundings allow that: white space before, none or a stop after."""
    line = _STRONG.sub(r"**\1**", line)
    return _EM.sub(r"*\1*", line)


def _harmless(line: str) -> str:
    line = _NUMBERED.sub(r"\1\\\2", line, count=1) if _NUMBERED.match(line) else line
    return f"\\{line}" if _LINE_START.match(line) else line
