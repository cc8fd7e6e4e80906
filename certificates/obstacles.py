"""Why a certificate can't be printed now: it is held for a person to look at, never printed wrong."""

from collections.abc import Mapping
from enum import StrEnum


class Obstacle(StrEnum):
    """The kinds of obstacle; the value is stable and may be stored."""

    NAME_EMPTY = "name_empty"
    GLYPH_MISSING = "glyph_missing"
    ELEMENT_MISSING = "element_missing"
    FONT_NOT_ALLOWED = "font_not_allowed"
    DRAWING_FAILED = "drawing_failed"


class CannotPrint(Exception):  # noqa: N818  named for what it says, as Refused is
    """Raised in place of a document with boxes, a chance font, a missing picture or a missing element.

    `values` explain it in words that can be stored as JSON: for GLYPH_MISSING `characters`, `scripts` and the
    Debian `packages` that would help (none where only the renderer noticed), for ELEMENT_MISSING `elements`, else
    `detail`. They are kept with an award for ever: never the name.
    """

    def __init__(self, obstacle: Obstacle, **values: str | list[str]) -> None:
        super().__init__(obstacle.value, values)
        self.obstacle = obstacle
        self.values: Mapping[str, str | list[str]] = values
