"""What organisations ask of a learner, for the learner's own start page."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from lms.compliance.queries.assignments import due_of
from lms.compliance.rules.due import Standing, Work, standing
from lms.core.zones import zone_named
from lms.learning.queries import EnrolmentView


@dataclass(frozen=True)
class AskedWork:
    """A course that somebody is on and an organisation asks for, with where it stands."""

    view: EnrolmentView
    organisation: str
    standing: Standing


def asked_of(person_id: uuid.UUID, views: Iterable[EnrolmentView], at: datetime) -> list[AskedWork]:
    """Of the enrolments that run, those that are asked for, due first; each course once. One statement."""
    running = {view.enrolment.course_id: view for view in views}
    found: dict[uuid.UUID, AskedWork] = {}
    for work in due_of(person_id) if running else ():
        view = running.get(work.course_id)
        if view and work.course_id not in found:
            zone = zone_named(work.timezone)
            stands = standing(work.due_on, work.assigned_at, _work(view), zone, at)
            found[work.course_id] = AskedWork(view, work.organisation, stands)
    return list(found.values())


def _work(view: EnrolmentView) -> Work:
    row, total = view.enrolment, len(view.revision.outline.required)
    return Work(view.completed, total, bool(row.progress), row.touched_at, row.completed_at)
