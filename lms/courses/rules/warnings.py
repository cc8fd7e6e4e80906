"""What does not block publishing, but an author should know first (rules.md §2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lms.courses.ports import Mistake
from lms.courses.reasons import CourseReason
from lms.courses.rules.bodies import questions_of, videos_of
from lms.courses.rules.fields import Document
from lms.courses.rules.outline import Activity, Outline
from lms.courses.rules.releases import groups_needed


def warnings_of(outline: Outline, bodies: Mapping[str, Document]) -> list[Mistake]:
    """Each with the code of a reason of courses; [] where there is nothing to say. `bodies` by digest."""
    return [
        *_silent_videos(outline, bodies),
        *_unknown_outcomes(outline, bodies),
        *_modules_without_requirement(outline),
        *_required_of_a_group(outline),
        *_achievement_by_attendance(outline),
    ]


def _silent_videos(outline: Outline, bodies: Mapping[str, Document]) -> Iterator[Mistake]:
    for activity in outline.activities:
        for video in videos_of(bodies[activity.body]):
            if not video["captions"] and not video["transcript"]:
                yield _about(CourseReason.VIDEO_WITHOUT_WORDS, activity, file=video["file"])


def _unknown_outcomes(outline: Outline, bodies: Mapping[str, Document]) -> Iterator[Mistake]:
    known = {outcome["key"] for outcome in outline.facts["outcomes"]}
    for activity in outline.activities:
        for question in questions_of(bodies[activity.body]):
            if question["outcome"] and question["outcome"] not in known:
                values = {"question": question["key"], "outcome": question["outcome"]}
                yield _about(CourseReason.UNKNOWN_OUTCOME, activity, **values)


def _modules_without_requirement(outline: Outline) -> Iterator[Mistake]:
    for module in outline.modules:
        if not any(activity.is_required for inner in module.walk() for activity in inner.activities):
            yield Mistake(CourseReason.MODULE_WITHOUT_REQUIREMENT.code, "", {"title": module.title})


def _required_of_a_group(outline: Outline) -> Iterator[Mistake]:
    """Percent counts every required activity for everybody (rules.md §3): who is not in the group can't finish."""
    for activity in outline.required:
        if keys := groups_needed(activity.release):
            names = ", ".join(f"“{outline.groups.get(key, key)}”" for key in dict.fromkeys(keys))
            yield _about(CourseReason.REQUIRED_OF_A_GROUP, activity, groups=names)


def _achievement_by_attendance(outline: Outline) -> Iterator[Mistake]:
    certificate = outline.facts["certificate"]
    tested = any(activity.requirement["kind"] in ("score", "pass") for activity in outline.required)
    if certificate and certificate["kind"] == "achievement" and not tested:
        yield Mistake(CourseReason.ACHIEVEMENT_BY_ATTENDANCE.code, "", {})


def _about(reason: CourseReason, activity: Activity, **values: Any) -> Mistake:
    return Mistake(reason.code, activity.key, {"title": activity.title, **values})
