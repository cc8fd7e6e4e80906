"""Texts as the code has them: marked here, translated where they are shown.

Apart from lms.core.i18n, which knows Flask: rules name reasons, and rules know no Flask.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def N_(text: str) -> str:  # noqa: N802 - gettext's own name, which extraction looks for
    """Mark a text for translation where it is written; it is translated where it is shown."""
    return text


def _in_english(text: str, **values: Any) -> str:
    return text % values if values else text


_translator: Callable[..., str] = _in_english


def translate_through(translator: Callable[..., str]) -> None:
    """From now on `translator(text, **values)` speaks the reader's language."""
    global _translator  # noqa: PLW0603 - one language machine a process
    _translator = translator


def translate(text: str, **values: Any) -> str:
    """A marked text in the reader's language, its values filled in; in English where there is no application."""
    return _translator(text, **values)
