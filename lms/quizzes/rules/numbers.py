"""Numbers as people write them and as authors wrote them, exactly: text in, `Fraction` out, no floats."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

from lms.quizzes.rules.types.base import LONGEST_NUMBER

_DECIMAL = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?")
_POWER_OF_TEN = re.compile(r"[x×·*]10(?:\^|\*\*)(?=[+-]?\d)")
_SUPERSCRIPT = re.compile(r"(?<=10)(?=[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹])")
_COMMA_GROUPS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?!\d)")
_POINT_GROUPS = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+(?!\d)")
_GROUP_MARKS = str.maketrans("", "", " '\u2019\u02bc\u066c_")
_LOOK_ALIKES = str.maketrans({"\u2212": "-", "\u2013": "-", "\ufe63": "-", "\u066b": "."})


def exact(text: str) -> Fraction:
    """A decimal of a document ("0.5", "-3", "1e3"), exactly. ValueError where it is none."""
    if len(text) > LONGEST_NUMBER or not _DECIMAL.fullmatch(text.lower()):
        raise ValueError(f"not a decimal number: {text[:40]!r}")
    return Fraction(text)


def plain_number(number: Fraction) -> int | float:
    """For JSON: 2 and not 2.0; decimals as the nearest double, which prints as they were written."""
    return int(number) if number.denominator == 1 else float(number)


def read_number(text: str) -> Fraction | None:
    """What a learner wrote, exactly; None where it is no number.

    Point or comma is the decimal mark, whatever the language. As in Moodle, blanks between digits are
    thousands separators and a lone comma is a decimal mark; so "2,000" is two. Where both marks occur, or
    one of them several times, and the groups are of three, the reading is certain: "1,234.5", "1.234,5" and
    "1,234,567" are read as meant. Apostrophes group as in Switzerland. Minus may be U+2212; digits may be of
    any script; powers of ten as "2e3", "2×10^3", "2·10³".
    """
    if len(text) > LONGEST_NUMBER:
        return None
    plain = _plain(text)
    marks = {mark: plain.count(mark) for mark in ",."}
    if marks[","] and marks["."]:
        plain = _without_groups(plain)
    elif marks[","] > 1:
        plain = plain.replace(",", "") if _COMMA_GROUPS.match(plain) else ""
    elif marks["."] > 1:
        plain = plain.replace(".", "") if _POINT_GROUPS.match(plain) else ""
    else:
        plain = plain.replace(",", ".")
    return Fraction(plain) if _DECIMAL.fullmatch(plain) else None


def _plain(text: str) -> str:
    """Lower case, ASCII digits and signs, no blanks, powers of ten as `e`."""
    folded = unicodedata.normalize("NFKC", _SUPERSCRIPT.sub("^", text)).translate(_LOOK_ALIKES).strip().lower()
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in folded)
    return _POWER_OF_TEN.sub("e", digits.translate(_GROUP_MARKS))


def _without_groups(plain: str) -> str:
    """Of a number with both marks: the last is the decimal mark, the other groups thousands; "" where neither."""
    if plain.rfind(".") > plain.rfind(","):
        whole, _, rest = plain.partition(".")
        return f"{whole.replace(',', '')}.{rest}" if _COMMA_GROUPS.fullmatch(whole) else ""
    whole, _, rest = plain.partition(",")
    return f"{whole.replace('.', '')}.{rest}" if _POINT_GROUPS.fullmatch(whole) else ""
