"""A language made by a script out of the English texts: whatever a page still shows in English was never translated.

`python -m tools.pseudo FOLDER` writes it there under two codes that dates and directions are known for: `eo`, written
from left to right, and `ar`, from right to left. Each text stands between ⟦ and ⟧, is a third longer and has marks on
its letters: what is cut off, glued together or left in English is seen at once. Never shipped.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from tools.messages import collect

LANGUAGES = ("eo", "ar")
OPEN, CLOSE = "⟦", "⟧"
KEPT = re.compile(r"(%\(\w+\)[a-z]|%%|<[^>]+>|&\w+;)")
MARKED = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "àƀçđéƒĝħíĵķļɱñóþɋřšŧúṽŵẋýžÀƁÇĐÉƑĜĦÍĴĶĻṀÑÓÞɊŘŠŦÚṼŴẊÝŽ"
)


def pseudo(text: str) -> str:
    """The text with marks, its placeholders and tags as they were."""
    parts = KEPT.split(text)
    marked = "".join(part if at % 2 else part.translate(MARKED) for at, part in enumerate(parts))
    return f"{OPEN}{marked}{'·' * (len(text) // 3)}{CLOSE}"


def catalogue(language: str, texts: Catalog) -> Catalog:
    """Every text of ours in the language that the script makes."""
    made = Catalog(locale=language, project="lms", charset="utf-8")
    forms = made.num_plurals
    for message in texts:
        if message.id:
            made.add(message.id, _string(message.id, forms), context=message.context)
    return made


def _string(text: Any, forms: int) -> Any:
    if isinstance(text, str):
        return pseudo(text)
    one, many = text
    return tuple(pseudo(one if at == 0 and forms > 1 else many) for at in range(forms))


def write(folder: Path) -> None:
    """Compiled catalogues where lms.core.i18n looks for them when its TRANSLATIONS is `folder`."""
    texts = collect()
    for language in LANGUAGES:
        path = folder / Locale.parse(language).language / "LC_MESSAGES" / "messages.mo"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_mo(file, catalogue(language, texts))


if __name__ == "__main__":
    write(Path(sys.argv[1]))
