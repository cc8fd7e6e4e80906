"""What authors choose from, in words."""

from __future__ import annotations

from babel import Locale

from lms.core.i18n import _
from lms.courses.rules.documents import ALLOWED_REQUIREMENTS


def kinds() -> list[tuple[str, str]]:
    """Kinds of activity, the most frequent first."""
    return [
        ("page", _("Page")),
        ("quiz", _("Quiz")),
        ("video", _("Video")),
        ("file", _("File to download")),
        ("link", _("Link to another site")),
    ]


def requirements(kind: str) -> list[tuple[str, str]]:
    """What an activity of a kind can require, as the end of “To finish, the learner must”."""
    words = {
        "view": _("open it"),
        "done": _("watch it to the end, or mark it as done") if kind == "video" else _("mark it as done"),
        "submit": _("hand it in"),
        "pass": _("pass it"),
        "score": _("reach a part of the points"),
        "none": _("do nothing: it is optional"),
    }
    if kind == "link":
        words["done"] = _("open it, or mark it as done")
    return [(word, words[word]) for word in ALLOWED_REQUIREMENTS.get(kind, ())]


def any_requirement() -> list[tuple[str, str]]:
    """For several activities at once, whatever their kind; a part of the points is set one by one."""
    return [
        ("view", _("open it")),
        ("done", _("mark it as done")),
        ("pass", _("pass it (quizzes)")),
        ("none", _("do nothing: it is optional")),
    ]


def reaches() -> list[tuple[str, str]]:
    return [
        ("", _("Not named")),
        ("awareness", _("Awareness: knows that it exists")),
        ("practitioner", _("Practitioner: can do it")),
        ("expert", _("Expert: can teach and improve it")),
    ]


def certificates() -> list[tuple[str, str]]:
    return [
        ("", _("No certificate")),
        ("participation", _("Certificate of participation")),
        ("achievement", _("Certificate of achievement: a test was passed")),
        ("micro_credential", _("Micro-credential, as the European Union describes it")),
    ]


def participations() -> list[tuple[str, str]]:
    return [
        ("", _("Not named")),
        ("online", _("Online")),
        ("blended", _("Online and on site")),
        ("on_site", _("On site")),
    ]


OFFERED = (
    *("bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "lt", "lv", "mt", "nl"),
    *("no", "pl", "pt", "ro", "sk", "sl", "sr", "sv", "tr", "uk", "ar"),
)
"""Languages in which courses are offered; any other code can come with an import."""


def course_languages(more: list[str]) -> list[tuple[str, str, str]]:
    """(code, the language's own name, its code) of those that a course can be in, by that name."""
    found = {code: Locale.parse(code.replace("-", "_")).get_display_name() or code for code in {*OFFERED, *more}}
    return [(code, name, code) for code, name in sorted(found.items(), key=lambda pair: pair[1].casefold())]
