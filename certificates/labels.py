"""The words of a design: one table a language, English for what a language lacks."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

DESIGNS = Path(__file__).with_name("designs")
SOURCE_LANGUAGE = "en"


def spoken(design: str, language: str) -> str:
    """The language the labels come in when `language` (BCP 47) is asked for: its own, else English."""
    base = language.replace("_", "-").split("-")[0].lower()
    return base if base in _tables(design) else SOURCE_LANGUAGE


def labels(design: str, language: str) -> Mapping[str, str]:
    """Every label of the design in `language`, English where that table has a gap."""
    tables = _tables(design)
    return tables[SOURCE_LANGUAGE] | tables.get(language, {})


@cache
def _tables(design: str) -> dict[str, dict[str, str]]:
    tables: dict[str, dict[str, str]] = json.loads((DESIGNS / design / "labels.json").read_text("utf-8"))
    return tables
