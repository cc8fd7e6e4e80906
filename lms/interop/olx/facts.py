"""What the source says about the course as a whole, and which of its settings have no place here."""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from lms.courses.rules.fields import LANGUAGE
from lms.interop.imported import Document
from lms.interop.ledger import Ledger
from lms.interop.olx.export import Export
from lms.interop.olx.keys import slug_of
from lms.interop.olx.markdown import as_text
from lms.interop.olx.notes import OlxNote
from lms.interop.olx.numbers import decimal_text
from lms.interop.olx.structure import Node

DEFAULT_PERCENT = "50"
"""Of Open edX, for a course without a grading policy."""
_LONGEST_SUMMARY = 400
_TEMPLATE = "Include your long course description here"
_DATES = ("start", "end", "due", "advertised_start", "announcement", "certificate_available_date")
_ENROLMENT = (
    "invitation_only", "enrollment_start", "enrollment_end", "enrollment_domain", "max_student_enrollments_allowed",
    "entrance_exam_enabled", "pre_requisite_courses",
)  # fmt: skip


def read_facts(export: Export, slug: str | None, *, assessed: bool) -> Document:
    """Facts of the course. The summary is the short description, else the beginning of the overview; workload, level
    and skills are not said anywhere that a program could read, so they stay empty. A certificate only where the
    source has an active one: of achievement where something is `assessed`, else of participation."""
    number = export.fact("course") or export.fact("number")
    key = slug or slug_of(export.fact("org"), number, export.run)
    return {
        "key": key,
        "title": _title(export) or number or key,
        "language": _language(export.fact("language")),
        "summary": _summary(export),
        "provider": _line(export.fact("display_organization") or export.fact("org")) or None,
        "outcomes": list(_outcomes(export)),
        "certificate": _certificate(export, assessed),
        "enrolment": "open",
    }


def pass_percent(export: Export) -> str:
    """The lowest grade that passes, as a percentage."""
    cutoffs = export.grading.get("GRADE_CUTOFFS")
    shares = [share for share in map(_share, cutoffs.values()) if share] if isinstance(cutoffs, dict) else []
    return decimal_text(min(shares) * 100) if shares else DEFAULT_PERCENT


def note_settings(export: Export, course: Node, ledger: Ledger) -> None:
    """One row for each group of settings that is not taken over."""
    for path in export.broken_settings:
        ledger.left_out("settings", path, OlxNote.SETTING_BROKEN, file=path)
    dates = sorted({name for node in course.walk() for name in _DATES if node.attributes.get(name)})
    dates += [name for name in _DATES if export.fact(name) and name not in dates]
    if dates:
        ledger.left_out("settings", "dates", OlxNote.DATES, names=", ".join(dates))
    enrolment = [name for name in _ENROLMENT if export.fact(name).strip('[]"{} ') not in ("", "false", "null")]
    if enrolment:
        ledger.left_out("settings", "enrolment", OlxNote.ENROLMENT, names=", ".join(enrolment))
    kinds = list(_graded_kinds(export))
    if kinds:
        percent = pass_percent(export)
        ledger.approximated("settings", "grading", OlxNote.GRADING, names=", ".join(kinds), percent=percent)
    for tab in _extra_pages(export):
        ledger.left_out("static_tab", f"tabs/{tab}", OlxNote.TABS)
    if export.structured("pdf_textbooks") or export.structured("html_textbooks"):
        ledger.left_out("textbook", "textbooks", OlxNote.TEXTBOOK)


def _title(export: Export) -> str:
    return _line(export.fact("display_name") or export.fact("name"))


def _line(text: str) -> str:
    return " ".join(as_text(text).split())[:200] if "<" in text else " ".join(text.split())[:200]


def _language(written: str) -> str:
    """As BCP 47; English, the default of Open edX, where the course says nothing that is one."""
    first, _, rest = written.strip().replace("_", "-").partition("-")
    language = f"{first.lower()}-{rest}" if rest else first.lower()
    return language if LANGUAGE.fullmatch(language) else "en"


def _summary(export: Export) -> str | None:
    """The short description, else how the overview begins; not the words that Studio puts there to be replaced."""
    short = " ".join(as_text(export.about("short_description")).split())
    about = re.split(r"</section\s*>", export.about("overview"), maxsplit=1, flags=re.IGNORECASE)[0]
    words = short or " ".join(as_text(about, headings=False).split())
    if not words or words.startswith(_TEMPLATE):
        return None
    return words if len(words) <= _LONGEST_SUMMARY else words[: _LONGEST_SUMMARY - 1].rsplit(" ", 1)[0] + "…"


def _outcomes(export: Export) -> Iterator[Document]:
    """What the course's page says that one will learn."""
    listed = export.structured("learning_info")
    texts = [as_text(text) for text in listed if isinstance(text, str)] if isinstance(listed, list) else []
    for position, text in enumerate(filter(None, texts), 1):
        yield {"key": f"o{position}", "text": text}


def _certificate(export: Export, assessed: bool) -> Document | None:
    listed: Any = export.structured("certificates")
    certificates = listed.get("certificates") if isinstance(listed, dict) else None
    if not any(isinstance(c, dict) and c.get("is_active") is True for c in certificates or []):
        return None
    return {"kind": "achievement" if assessed else "participation"}


def _share(value: object) -> Decimal | None:
    """A cutoff as a share of 1; some exports write percentages."""
    try:
        share = Decimal(str(value))
    except InvalidOperation:
        return None
    if not share.is_finite() or share <= 0:
        return None
    share = share / 100 if share > 1 else share
    return share if share <= 1 else None


def _graded_kinds(export: Export) -> Iterator[str]:
    graders = export.grading.get("GRADER")
    for grader in graders if isinstance(graders, list) else []:
        if isinstance(grader, dict) and grader.get("type"):
            dropped = grader.get("drop_count")
            yield f"{_line(str(grader['type']))} ({grader.get('weight', '?')}" + (f", −{dropped})" if dropped else ")")


def _extra_pages(export: Export) -> Iterator[str]:
    tabs = export.structured("tabs")
    for tab in tabs if isinstance(tabs, list) else []:
        if isinstance(tab, dict) and tab.get("type") == "static_tab":
            yield re.sub(r"\s+", " ", str(tab.get("name") or tab.get("url_slug") or "?"))[:120]
