"""How the texts and media of questions become HTML: as in the pages of courses, kept in this process."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask_babel import get_locale

from lms.core.i18n import N_, translate
from lms.courses.rules.markdown import UrlForFile, render
from lms.learning.presenting import present_video, url_for_files

Files = Mapping[str, Any]
CALLOUTS = {
    "note": N_("Note"),
    "tip": N_("Tip"),
    "warning": N_("Warning"),
    "danger": N_("Danger"),
    "example": N_("Example"),
}


class CourseContent:
    """The Renderer of rules/papers.py. What is published never changes, so rendered texts are kept."""

    def markdown(self, text: str, files: Files, *, inline: bool = False) -> str:
        return _rendered(text, json.dumps(files, sort_keys=True), inline, str(get_locale()))

    def video(self, block: Mapping[str, Any], files: Files) -> dict[str, Any]:
        return {"video": present_video(dict(block), dict(files), url_for_files(dict(files)))}


class PageContent:
    """The same for a practice question, whose page says itself where its files are."""

    def __init__(self, url_for_file: UrlForFile) -> None:
        self.url_for_file = url_for_file

    def __call__(self, markdown: str, *, inline: bool = False) -> str:
        return str(render(markdown, url_for_file=self.url_for_file, inline=inline, labels=_labels()))


CONTENT = CourseContent()


@lru_cache(maxsize=8192)
def _rendered(text: str, files: str, inline: bool, _language: str) -> str:
    """Kept for each language of readers, since the words above callouts are theirs."""
    return str(render(text, url_for_file=url_for_files(json.loads(files)), inline=inline, labels=_labels()))


def _labels() -> dict[str, str]:
    """The words above callouts, in the reader's language."""
    return {style: translate(word) for style, word in CALLOUTS.items()}
