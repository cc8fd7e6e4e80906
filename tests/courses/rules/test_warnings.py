"""What an author should know before publishing."""

from __future__ import annotations

from typing import Any

import pytest

from lms.core.canonical import digest
from lms.courses.reasons import CourseReason
from lms.courses.rules import documents
from lms.courses.rules.outline import Outline
from lms.courses.rules.warnings import warnings_of
from tests.courses import documents as built

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


DAY, NIGHT = {"group": "day"}, {"group": "night"}
SHUT_OUT = [
    (NIGHT, "“Night shift”"),
    ({"all": [{"from": "2026-05-01"}, NIGHT]}, "“Night shift”"),
    ({"any": [DAY, NIGHT]}, "“Day shift”, “Night shift”"),
]


@pytest.mark.parametrize(("release", "names"), SHUT_OUT, ids=str)
def test_what_is_required_of_everybody_but_opens_for_a_group_is_named(release, names) -> None:
    (warning,) = of_groups(release)
    assert (warning.code, warning.where, warning.values["groups"]) == ("course.required_of_a_group", "b", names)


@pytest.mark.parametrize(
    "release",
    [None, {"not": NIGHT}, {"any": [NIGHT, {"completed": "a"}]}, {"any": []}, {"from": "2026-05-01"}],
    ids=str,
)
def test_what_can_open_without_a_group_holds_nobody_back(release) -> None:
    assert of_groups(release) == []


def test_what_is_optional_may_be_for_a_group() -> None:
    assert of_groups(NIGHT, requires="none") == []


def of_groups(release: Any, **facts: Any) -> list[Any]:
    groups = [{"key": "day", "title": "Day shift"}, {"key": "night", "title": "Night shift"}]
    document, bodies = built.course(built.activity("a"), built.activity("b", release=release, **facts), groups=groups)
    return warnings_of(Outline.of(document), bodies)
