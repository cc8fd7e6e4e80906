"""What keeps a course from being published, as far as its outline tells (rules.md §2).

A mistake carries the code of a reason of courses and the values that fill its sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lms.courses.ports import Mistake
from lms.courses.reasons import CourseReason
from lms.courses.rules.bodies import is_finished
from lms.courses.rules.fields import Document
from lms.courses.rules.outline import Activity, Outline
from lms.courses.rules.releases import leaves_of

Tree = dict[str, Any]

OF_FACTS = ("workload_hours", "outcomes")
OF_CERTIFICATE = ("country", "awarding_body", "assessment", "participation", "quality_assurance")
"""What a micro-credential must say about itself (Council Recommendation 2022/C 243/02), by the field's name.

Learner, title and date are known of every award; the level is asked for only where it applies.
"""


def mistakes_of(outline: Outline) -> list[Mistake]:
    """All that is wrong with the outline itself, in its order; [] where it may be published."""
    return [
        *_requires_nothing(outline),
        *_waits_for_the_unknown(outline),
        *_waits_for_itself(outline),
        *_micro(outline),
    ]


def unfinished(outline: Outline, bodies: Mapping[str, Document]) -> Iterator[Mistake]:
    """Videos, files and links to which nothing was given yet; `bodies` by digest."""
    for activity in outline.activities:
        if not is_finished(bodies[activity.body]):
            yield _mistake(CourseReason.UNFINISHED, activity.key, title=activity.title)


def _mistake(reason: CourseReason, where: str = "", **values: Any) -> Mistake:
    return Mistake(reason.code, where, values)


def _requires_nothing(outline: Outline) -> Iterator[Mistake]:
    if not outline.required:
        yield _mistake(CourseReason.NOTHING_REQUIRED)


def _waits_for_the_unknown(outline: Outline) -> Iterator[Mistake]:
    for activity in outline.activities:
        for key in _awaited(activity.release):
            if key not in outline.by_key:
                yield _mistake(CourseReason.UNKNOWN_PREREQUISITE, activity.key, title=activity.title, key=key)
        for kind, key in leaves_of(activity.release):
            if kind == "group" and key not in outline.groups:
                yield _mistake(CourseReason.UNKNOWN_GROUP, activity.key, title=activity.title, key=key)


def _awaited(tree: Tree | None) -> Iterator[str]:
    """The keys of all activities that a release condition asks about."""
    for kind, value in leaves_of(tree):
        if kind == "completed":
            yield value
        elif kind == "score":
            yield value["activity"]


def _waits_for_itself(outline: Outline) -> Iterator[Mistake]:
    """Opens what can be opened until nothing more can be: what is left waits for itself in a circle."""
    shut = {activity.key: activity for activity in outline.activities}
    while opened := [key for key, activity in shut.items() if _can_open(activity, shut)]:
        for key in opened:
            del shut[key]
    if shut:
        names = ", ".join(f"{activity.number} “{activity.title}”" for activity in shut.values())
        yield _mistake(CourseReason.CIRCLE, next(iter(shut)), activities=names)


def _can_open(activity: Activity, shut: dict[str, Activity]) -> bool:
    return activity.release is None or _can_be_met(activity.release, shut)


def _can_be_met(tree: Tree, shut: dict[str, Activity]) -> bool:
    """Whether the condition may come true while `shut` can't be opened; all else always may."""
    ((kind, value),) = tree.items()
    if kind == "all":
        return all(_can_be_met(part, shut) for part in value)
    if kind == "any":
        return any(_can_be_met(part, shut) for part in value)
    return not (kind in ("completed", "score") and next(_awaited(tree)) in shut)


def _micro(outline: Outline) -> Iterator[Mistake]:
    certificate = outline.facts["certificate"]
    if not certificate or certificate["kind"] != "micro_credential":
        return
    fields = {name: outline.facts[name] for name in OF_FACTS} | {name: certificate.get(name) for name in OF_CERTIFICATE}
    for name, value in fields.items():
        if not value:
            yield _mistake(CourseReason.ELEMENT_MISSING, element=name)
    if not any(activity.requirement["kind"] in ("pass", "score") for activity in outline.activities):
        yield _mistake(CourseReason.NO_ASSESSMENT)
