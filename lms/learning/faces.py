"""What learning answers to courses: who is on which revision, and what moving them on would do."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.core.db import db
from lms.courses.ports import Effects, OnRevision
from lms.courses.queries import load_revision
from lms.courses.rules.outline import Activity, Outline
from lms.learning.models import Enrolment
from lms.learning.rules.progress import Progress, is_met

A_BATCH = 500


class CourseLearners:
    """Answers courses' questions about the learners of a course."""

    def count_by_revision(self, course_id: uuid.UUID) -> list[OnRevision]:
        counts = sa.select(Enrolment.revision_id, Enrolment.status, sa.func.count())
        counts = counts.where(Enrolment.course_id == course_id).group_by(Enrolment.revision_id, Enrolment.status)
        found: dict[uuid.UUID, Counter[str]] = {}
        for revision_id, status, count in db.session.execute(counts):
            found.setdefault(revision_id, Counter())[status] += count
        there = [OnRevision(key, one["active"], one["completed"]) for key, one in found.items()]
        return [one for one in there if one.active or one.completed]

    def effects(self, course_id: uuid.UUID, outline: dict[str, Any]) -> Effects:
        """Reads only learners on revisions that require other things than the outline: a mended text reads nobody."""
        after = Outline.of(outline)
        there = [one for one in self.count_by_revision(course_id) if one.active]
        leads = {one.revision_id: Lead.between(load_revision(one.revision_id).outline, after) for one in there}
        counted: Counter[str] = Counter()
        more: Counter[str] = Counter()
        for revision_id, progress in _standings(course_id, [key for key, lead in leads.items() if lead.matters]):
            counted.update(leads[revision_id].outcomes(progress))
            more.update(leads[revision_id].asked_anew(progress))
        learners = sum(one.active for one in there)
        return Effects(learners, counted["gain"], counted["complete"], counted["keep"], dict(more))


def _standings(course_id: uuid.UUID, revisions: Sequence[uuid.UUID]) -> Iterator[tuple[uuid.UUID, Progress]]:
    """The progress of every active learner on these revisions, a batch at a time."""
    if not revisions:
        return
    rows = sa.select(Enrolment.revision_id, Enrolment.progress)
    here = (Enrolment.course_id == course_id, Enrolment.status == "active", Enrolment.revision_id.in_(revisions))
    for row in db.session.execute(rows.where(*here).execution_options(yield_per=A_BATCH)):
        yield row.revision_id, row.progress


@dataclass(frozen=True)
class Lead:
    """From one outline to another, as far as requirements go.

    `required`: what the other requires. `anew`: those of it that the one did not require, or not like this. `gone`:
    keys of what the one required and the other does not.
    """

    required: tuple[Activity, ...]
    anew: tuple[Activity, ...]
    gone: tuple[str, ...]

    @classmethod
    def between(cls, before: Outline, after: Outline) -> Lead:
        was = {activity.key: activity.requirement for activity in before.required}
        is_now = {activity.key for activity in after.required}
        anew = tuple(activity for activity in after.required if was.get(activity.key) != activity.requirement)
        return cls(after.required, anew, tuple(key for key in was if key not in is_now))

    @property
    def matters(self) -> bool:
        return bool(self.anew or self.gone)

    def outcomes(self, progress: Progress) -> Iterator[str]:
        """gain, complete, keep: each where it would happen to a learner with this progress."""
        if any(_would_gain(activity, progress) for activity in self.anew):
            yield "gain"
        if all(_counts(activity, progress) for activity in self.required):
            yield "complete"
        if any("completed_at" in progress.get(key, {}) for key in self.gone):
            yield "keep"

    def asked_anew(self, progress: Progress) -> Iterator[str]:
        """Keys of what this learner would have to do that was not asked, or not like this, before."""
        return (activity.key for activity in self.anew if not _counts(activity, progress))


def _counts(activity: Activity, progress: Progress) -> bool:
    entry = progress.get(activity.key, {})
    return "completed_at" in entry or bool(entry and is_met(activity, entry))


def _would_gain(activity: Activity, progress: Progress) -> bool:
    return "completed_at" not in progress.get(activity.key, {}) and _counts(activity, progress)
