"""A person's name as it is printed: normalised without changing how it is written, and sized to its length."""

import unicodedata

# Marks that turn the direction of the text around them. A name stands in an isolate of its own, needs none of
# them, and could otherwise rewrite the line it is printed in. ZWJ and ZWNJ are not among them: they are spelling.
_DIRECTION_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

# The widest name, in Latin letters, that still gets the size (34, 26, 20 points on a line of 158 mm; below it 16).
_SIZES = ((21.0, "short"), (48.0, "medium"), (80.0, "long"))


def printed(name: str) -> str:
    """`name` in NFC, with single spaces, without control characters and direction marks; may come out empty.

    A character that no font has is kept: it holds the certificate, and is never dropped from a person's name.
    """
    kept = "".join(sign if _is_kept(sign) else " " * sign.isspace() for sign in unicodedata.normalize("NFC", name))
    return " ".join(kept.split())


def direction(text: str) -> str:
    """rtl or ltr, by the first letter that has a direction; the paper has no dir="auto"."""
    strong = (unicodedata.bidirectional(sign) for sign in text)
    first = next((kind for kind in strong if kind in {"L", "R", "AL"}), "L")
    return "ltr" if first == "L" else "rtl"


def size_class(name: str) -> str:
    """short, medium, long or longest: a class of the style sheet, by the room the name takes."""
    width = sum(_width(sign) for sign in name)
    return next((size for limit, size in _SIZES if width <= limit), "longest")


def _is_kept(sign: str) -> bool:
    return sign not in _DIRECTION_MARKS and unicodedata.category(sign) not in {"Cc", "Cs"}


def _width(sign: str) -> float:
    if unicodedata.category(sign) in {"Mn", "Me", "Cf"}:
        return 0.0
    return 1.75 if unicodedata.east_asian_width(sign) in "WF" else 1.0
