"""What publishing a draft would do: shown before it is done (rules.md §2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.core.actor import Actor
from lms.core.db import db
from lms.core.reasons import advise, explain
from lms.courses import permissions, queries
from lms.courses.models import Course, CourseRevision
from lms.courses.ports import Effects, Mistake, learners, open_attempts
from lms.courses.reasons import CourseReason
from lms.courses.rules.changes import Change, body_changes, fact_changes, head_changes
from lms.courses.rules.differences import Difference, compare
from lms.courses.rules.outline import Activity, Outline
from lms.courses.rules.warnings import warnings_of
from lms.courses.services import find_mistakes

Bodies = Mapping[str, dict[str, Any]]

OF_THE_OUTLINE = (CourseReason.NOTHING_REQUIRED, CourseReason.CIRCLE, CourseReason.MODULE_WITHOUT_REQUIREMENT)
OF_THE_FACTS = (CourseReason.ELEMENT_MISSING, CourseReason.NO_ASSESSMENT, CourseReason.ACHIEVEMENT_BY_ATTENDANCE)


@dataclass(frozen=True)
class Found:
    """A mistake or a warning: its code, a sentence with what can be done, and where in the editor that is."""

    code: str
    sentence: str
    number: str
    href: str


@dataclass(frozen=True)
class ActivityChange:
    """What becomes of one activity: `kinds` are added, removed, changed, moved; `changes` say what is changed."""

    activity: Activity
    kinds: tuple[str, ...]
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class People:
    """Learners on one revision (its number), still learning and finished."""

    number: int
    active: int
    completed: int


@dataclass(frozen=True)
class Publication:
    """What publishing would do: `mistakes` block it, `warnings` do not.

    `version` is the draft's: publishing with it is refused where the draft has moved on. `effects`: if everybody was
    moved on to what is published. `asked_anew`: activities that who has finished will not be asked for. `in_quiz`:
    (activity of the draft, or its key where it is gone; people who are in it now).
    """

    course: Course
    version: int
    draft: Outline
    before: Outline | None
    changed: bool
    number: int | None
    published_at: datetime | None
    may_publish: bool
    mistakes: list[Found]
    warnings: list[Found]
    activities: list[ActivityChange]
    facts: list[Change]
    people: list[People]
    effects: Effects
    asked_anew: list[Activity]
    in_quiz: list[tuple[str, int]]

    @property
    def next_number(self) -> int:
        return (self.number or 0) + 1

    @property
    def finished(self) -> int:
        return sum(people.completed for people in self.people)

    @property
    def count(self) -> int:
        """Activities and facts that differ."""
        return len(self.activities) + len(self.facts)


def preview_publication(slug: str, *, by: Actor, at: datetime) -> Publication:
    """Refused(course.unknown) where there is none, or none of the person's own."""
    course = queries.find_written(slug, by)
    draft = queries.load_draft(course.id)
    after = Outline.of(draft.outline)
    standing = db.session.get(CourseRevision, course.revision_id) if course.revision_id else None
    before = Outline.of(standing.outline) if standing else None
    difference = compare(standing.outline if standing else None, draft.outline)
    bodies = queries.load_bodies(_needed(difference, before, after))
    asked_anew = [one for one in after.required if before and not _was_required(one, before)]
    return Publication(
        course=course,
        version=draft.version,
        draft=after,
        before=before,
        changed=standing is None or standing.outline != draft.outline,
        number=standing.number if standing else None,
        published_at=standing.published_at if standing else None,
        may_publish=permissions.may(by, "publish", organisation_id=course.organisation_id, course_id=course.id),
        mistakes=[_found(one, after, slug) for one in find_mistakes(after, bodies)],
        warnings=[_found(one, after, slug) for one in warnings_of(after, bodies)],
        activities=_activities(difference, before, after, bodies),
        facts=fact_changes(before.facts if before else None, after.facts),
        people=_people(course),
        effects=learners.call.effects(course.id, draft.outline),
        asked_anew=asked_anew,
        in_quiz=_in_quiz(course, after, at),
    )


@dataclass(frozen=True)
class Comparison:
    """How a draft would change if an outline took its place; what the draft has and the outline has not is removed."""

    before: Outline
    draft: Outline
    version: int
    activities: list[ActivityChange]
    facts: list[Change]


def compare_with_draft(slug: str, document: dict[str, Any], *, by: Actor) -> Comparison:
    """What an import would do to the draft that stands; its bodies are kept already. Refused(course.unknown)."""
    course = queries.find_written(slug, by)
    draft = queries.load_draft(course.id)
    before, after = Outline.of(draft.outline), Outline.of(document)
    difference = compare(draft.outline, document)
    bodies = queries.load_bodies(_needed(difference, before, after))
    activities = _activities(difference, before, after, bodies)
    return Comparison(before, after, draft.version, activities, fact_changes(before.facts, after.facts))


def _was_required(activity: Activity, before: Outline) -> bool:
    return activity.key in before.by_key and before.by_key[activity.key].is_required


def _needed(difference: Difference, before: Outline | None, after: Outline) -> list[str]:
    """Every body of the draft, for its warnings, and of what stands only what was changed."""
    old = [before.by_key[key].body for key in difference.changed] if before else []
    return sorted({activity.body for activity in after.activities} | set(old))


def _activities(difference: Difference, before: Outline | None, after: Outline, bodies: Bodies) -> list[ActivityChange]:
    """In the order of the draft; what is gone at the end."""
    changed = (_changed(activity, difference, before, bodies) for activity in after.activities)
    gone = [ActivityChange(before.by_key[key], ("removed",)) for key in difference.removed] if before else []
    return [*filter(None, changed), *gone]


def _changed(
    activity: Activity, difference: Difference, before: Outline | None, bodies: Bodies
) -> ActivityChange | None:
    kinds = tuple(kind for kind in ("added", "changed", "moved") if activity.key in getattr(difference, kind))
    if not kinds:
        return None
    if "changed" not in kinds or before is None:
        return ActivityChange(activity, kinds)
    was = before.by_key[activity.key]
    content = body_changes(bodies[was.body], bodies[activity.body]) if was.body != activity.body else []
    return ActivityChange(activity, kinds, (*head_changes(was, activity), *content))


def _found(mistake: Mistake, outline: Outline, slug: str) -> Found:
    key = mistake.activity or mistake.where
    activity = outline.by_key.get(key)
    number = activity.number if activity else ""
    code, values = mistake.code, dict(mistake.values)
    sentence = f"{explain(code, values)} {advise(code, values)}".strip()
    return Found(code, sentence, number, _place(mistake, activity, slug))


def _place(mistake: Mistake, activity: Activity | None, slug: str) -> str:
    if activity and mistake.code != CourseReason.CIRCLE.code:
        question = mistake.where if mistake.activity else mistake.values.get("question")
        return f"/teach/{slug}/activities/{activity.key}" + (f"#question-{question}" if question else "")
    if mistake.code in [reason.code for reason in OF_THE_FACTS]:
        return f"/teach/{slug}/facts"
    return f"/teach/{slug}"


def _people(course: Course) -> list[People]:
    """The newest revision first; those on which nobody is are left out."""
    there = {one.revision_id: one for one in learners.call.count_by_revision(course.id)}
    numbers = sa.select(CourseRevision.id, CourseRevision.number).where(CourseRevision.course_id == course.id)
    found = db.session.execute(numbers.order_by(CourseRevision.number.desc()))
    return [People(row.number, there[row.id].active, there[row.id].completed) for row in found if row.id in there]


def _in_quiz(course: Course, outline: Outline, at: datetime) -> list[tuple[str, int]]:
    return list(_named(open_attempts.call.count(course.id, at), outline))


def _named(counts: Mapping[str, int], outline: Outline) -> Iterator[tuple[str, int]]:
    for key, count in sorted(counts.items()):
        activity = outline.by_key.get(key)
        yield (f"{activity.number} “{activity.title}”" if activity else key), count
