"""Keys of ours from the source's own ids, so that a later import of the same course finds what it made before."""

import re
import unicodedata
from itertools import chain, count

from lms.courses.rules.fields import KEY

LONGEST_SLUG = 80


class Keys:
    """Gives each element its url_name, made fit for an address; a missing or repeated one gets one from its path."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def key(self, name: str, position: tuple[int, ...], *, prefix: str = "at") -> str:
        """`position` counts from 1 at each level of the course: "at-2-1-3"."""
        fit = _fit(name)
        path = f"{prefix}-{'-'.join(map(str, position))}"
        key = next(filter(self._is_free, chain((fit, path), (f"{path}-{n}" for n in count(2)))))
        self._given.add(key.casefold())
        return key

    def _is_free(self, key: str) -> bool:
        return bool(KEY.fullmatch(key)) and key.casefold() not in self._given


def slug_of(*names: str) -> str:
    """ "JYU", "MA8-K7", "2021K" → "jyu-ma8-k7-2021k"."""
    words = (_ascii(name).lower() for name in names if name)
    slug = re.sub(r"[^a-z0-9]+", "-", "-".join(words)).strip("-")
    return slug[:LONGEST_SLUG].strip("-") or "course"


def _fit(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", _ascii(name)).strip("-._")[:100]


def _ascii(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
