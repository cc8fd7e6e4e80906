"""Brings the translations up to date with the texts in code and templates, and says how much of each is missing.

`python -m tools.messages sl` begins a language: lms/translations/sl/LC_MESSAGES/messages.po, to be translated.
Compiled catalogues (.mo) stand beside them, because an installation has nothing to compile with.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
TRANSLATIONS = ROOT / "lms" / "translations"
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}


def collect() -> Catalog:
    """Every marked text, with the files that it stands in."""
    with (ROOT / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]  # Babel gives it no types
    catalog = Catalog(project="lms", charset="utf-8")
    for found in extract_from_dir(ROOT, methods, options, KEYWORDS, directory_filter=_is_ours):
        filename, line, message, comments, context = found
        catalog.add(message, locations=[(filename, line)], auto_comments=comments, context=context)
    return catalog


def _is_ours(folder: str | Path) -> bool:
    return Path(folder).relative_to(ROOT).parts[:1] in ((), ("lms",), ("templates",))


def written(catalog: Catalog) -> bytes:
    """The catalogue as a file, in the order of its texts and without line numbers: only texts make a difference."""
    file = BytesIO()
    write_po(file, catalog, sort_output=True, include_lineno=False, width=100)
    return file.getvalue()


def paths() -> list[Path]:
    return sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))


def begin(language: str) -> None:
    path = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    path.write_bytes(written(Catalog(locale=language, project="lms", charset="utf-8")))


def missing(catalog: Catalog) -> list[str]:
    """Texts that have no translation yet."""
    texts = [message for message in catalog if message.id]
    return [str(message.id) for message in texts if not message.string or not all(_strings(message.string))]


def _strings(string: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string)


def update(path: Path, texts: Catalog) -> Catalog:
    """Texts that are gone leave the catalogue, new ones come in untranslated."""
    with path.open("rb") as file:
        catalog = read_po(file, locale=path.parent.parent.name)
    catalog.update(texts, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    path.write_bytes(written(catalog))
    with path.with_suffix(".mo").open("wb") as compiled:
        write_mo(compiled, catalog)
    return catalog


def main(arguments: list[str]) -> None:
    for language in arguments:
        begin(language)
    texts = collect()
    print(f"{len(texts)} texts")
    for path in paths():
        print(f"{path.relative_to(ROOT)}: {len(missing(update(path, texts)))} without a translation")


if __name__ == "__main__":
    main(sys.argv[1:])
