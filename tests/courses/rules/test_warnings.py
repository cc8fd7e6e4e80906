"""What an author should know before publishing."""

from __future__ import annotations

from typing import Any

from lms.core.canonical import digest
from lms.courses.reasons import CourseReason
from lms.courses.rules import documents
from lms.courses.rules.outline import Outline
from lms.courses.rules.warnings import warnings_of

Document = dict[str, Any]


def warned(bodies: list[Document], *, requirement: str | None = None, certificate: str | None = None) -> list[str]:
    """The codes for a course of one module that holds these bodies."""
    read = [documents.body(body) for body in bodies]
    activities = [
        {"key": f"a{n}", "title": "A", "kind": body["kind"], "requirement": requirement, "body": digest(body)}
        for n, body in enumerate(read)
    ]
    facts = {"key": "c", "title": "C", "language": "en", "outcomes": [{"key": "o1", "text": "Know."}]}
    module = {"key": "m", "title": "M", "activities": activities}
    document = {"facts": facts | {"certificate": certificate and {"kind": certificate}}, "modules": [module]}
    outline = Outline.of(documents.outline(document))
    return [warning.code for warning in warnings_of(outline, {digest(body): body for body in read})]


PAGE: Document = {"kind": "page", "blocks": []}
VIDEO: Document = {"kind": "video", "file": "v.mp4"}
QUESTION: Document = {"key": "q", "type": "true_false", "text": "?", "answer": True, "outcome": "o1"}
QUIZ: Document = {"kind": "quiz", "slots": [{"question": QUESTION}]}


def test_a_sound_course_warns_of_nothing() -> None:
    assert warned([PAGE, QUIZ], certificate="achievement") == []


def test_a_video_needs_words() -> None:
    assert warned([VIDEO]) == [CourseReason.VIDEO_WITHOUT_WORDS.code]
    assert warned([VIDEO | {"transcript": "A square moves."}]) == []
    assert warned([VIDEO | {"captions": {"en": "v.vtt"}}]) == []
    silent = {"type": "video", "file": "v.mp4"}
    assert warned([{"kind": "page", "blocks": [silent]}]) == [CourseReason.VIDEO_WITHOUT_WORDS.code]


def test_a_question_belongs_to_an_outcome_of_the_course() -> None:
    stray = {"question": QUESTION | {"outcome": "o2"}}
    assert warned([{"kind": "quiz", "slots": [stray]}]) == [CourseReason.UNKNOWN_OUTCOME.code]


def test_a_module_that_requires_nothing_holds_nobody_back() -> None:
    assert warned([PAGE], requirement="none") == [CourseReason.MODULE_WITHOUT_REQUIREMENT.code]


def test_attendance_alone_is_no_achievement() -> None:
    assert warned([PAGE], certificate="achievement") == [CourseReason.ACHIEVEMENT_BY_ATTENDANCE.code]
    assert warned([PAGE], certificate="participation") == []
