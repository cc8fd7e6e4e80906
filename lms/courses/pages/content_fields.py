"""What the editors' templates need beside the form: words for types, choices, size of fields, what stands open."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from babel import Locale
from flask_babel import get_locale

from lms.core.i18n import _
from lms.courses.filling import Filling
from lms.courses.rules.fields import Document
from lms.courses.rules.formedits import TYPES
from lms.courses.rules.formtrees import Tree, fields_of_tree
from lms.courses.rules.markdown import plain_text
from lms.courses.rules.outline import Outline

LANGUAGES = "ar bg cs da de el en es et fi fr ga hr hu it lt lv mk mt nl no pl pt ro sk sl sq sr sv tr uk"
MOST_ROWS = 18
CHARACTERS_A_ROW = 70
LONGEST_LINE = 90
FEW = 3
"""A quiz of so many questions shows them open."""


def content_facts(
    form: Filling,
    outline: Outline,
    files: Mapping[str, Document],
    *,
    focus: str,
    tried: Document,
    mistakes: dict[str, list[str]],
    shown: Collection[str],
) -> dict[str, Any]:
    """`e` of templates/courses/editor/body-fields.html. `shown`: keys of the questions that somebody opened."""
    facts = outline.facts
    outcomes = [(outcome["key"], outcome["text"]) for outcome in facts["outcomes"]]
    slots = form.tree.get("slots", [])
    return {
        "errors": form.errors,
        "summary": [(name or "editor-form", _placed(name, sentence)) for name, sentence in form.errors.items()],
        "files": dict(sorted(files.items())),
        "media": {path: f"/media/{file['digest']}/{path}" for path, file in files.items()},
        "language": facts["language"],
        "languages": [("", _("Choose")), *_languages()],
        "language_codes": LANGUAGES.split(),
        "outcomes_with": lambda chosen: _outcomes(outcomes, chosen),
        "pools_with": lambda chosen: _pools(form.tree, chosen),
        "focus": focus,
        "mistakes": mistakes,
        "tried": tried,
        "block_kinds": _block_kinds(),
        "types": (names := question_types()),
        "part_types": names[:-1],
        "type_names": dict(names),
        "rows": _rows,
        "in_one_line": _in_one_line,
        "fields": fields_of_tree,
        "is_open": lambda path, question: (
            len(slots) <= FEW
            or question.get("key") in shown
            or not question.get("text", "").strip()
            or _is_meant(path, (focus, tried.get("path", ""), *mistakes, *form.errors))
        ),
        "settings_open": not slots or any("." not in name for name in form.errors),
    }


def question_types() -> list[tuple[str, str]]:
    """(type, what it is called), `parts` last."""
    words = (
        _("One right answer"),
        _("Several right answers"),
        _("True or not true"),
        _("A number"),
        _("A word or two"),
        _("Matching pairs"),
        _("Putting in order"),
        _("Text with gaps"),
        _("Several parts"),
    )
    return list(zip(TYPES, words, strict=True))


def _block_kinds() -> list[tuple[str, str, str]]:
    """(type, icon, what it is called)"""
    return [
        ("text", "text", _("Text")),
        ("figure", "image", _("Picture")),
        ("video", "video", _("Video")),
        ("file", "file", _("File")),
        ("callout", "warn", _("Callout")),
        ("question", "quiz", _("Practice question")),
    ]


def _languages() -> list[tuple[str, str]]:
    shown = get_locale() or Locale.parse("en")
    return sorted(((code, shown.languages.get(code, code)) for code in LANGUAGES.split()), key=lambda pair: pair[1])


def _outcomes(known: list[tuple[str, str]], chosen: str) -> list[tuple[str, str]]:
    """With the one that was chosen, also where the course does not name it any more."""
    more = [(chosen, chosen)] if chosen and chosen not in dict(known) else []
    return [("", _("None")), *known, *more]


def _pools(tree: Tree, chosen: str) -> list[tuple[str, str]]:
    """By the name under which a draw still knows it, so that a pool may be renamed."""
    known = [(pool.get("was") or pool.get("name", ""), pool.get("name", "")) for pool in tree.get("pools", [])]
    return [("", _("Choose")), *known, *([(chosen, chosen)] if chosen and chosen not in dict(known) else [])]


def _rows(text: str | None, least: int = 4) -> int:
    lines = sum(1 + len(line) // CHARACTERS_A_ROW for line in (text or "").split("\n"))
    return max(least, min(MOST_ROWS, lines))


def _in_one_line(markdown: str) -> str:
    words = plain_text(markdown or "")
    return words if len(words) <= LONGEST_LINE else words[:LONGEST_LINE].rsplit(" ", 1)[0] + " …"


def _is_meant(path: str, places: Iterable[str]) -> bool:
    """Whether one of the places is this one, inside it or around it."""
    return any(f"{one}.".startswith(f"{path}.") or f"{path}.".startswith(f"{one}.") for one in places if one)


def _placed(name: str, sentence: str) -> str:
    """With the number of the block or slot, where there are many."""
    steps = name.split(".")
    if len(steps) < 3 or not steps[1].isdecimal():
        return sentence
    number = int(steps[1]) + 1
    if steps[0] == "blocks":
        return _("Block %(number)s: %(sentence)s", number=number, sentence=sentence)
    if steps[0] == "pools":
        return _("Pool %(number)s: %(sentence)s", number=number, sentence=sentence)
    return _("Place %(number)s in the quiz: %(sentence)s", number=number, sentence=sentence)
