"""Why somebody stands where they stand: each step of the course, each attempt's result, never an answer."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

import sqlalchemy as sa

from lms.compliance.queries.filters import Scope
from lms.compliance.queries.people import CourseOfPerson
from lms.core.db import db
from lms.courses.queries import load_bodies
from lms.courses.rules.outline import Activity
from lms.courses.wording import requirement_sentence
from lms.learning.models import Enrolment
from lms.learning.queries import view_enrolment
from lms.quizzes.models import Attempt
from lms.quizzes.rules.deadlines import State
from lms.quizzes.rules.grading import shown_percent


@dataclass(frozen=True)
class AttemptResult:
    """One try at a quiz: `percent` and `passed` are None while it runs or its mark is missing."""

    number: int
    started_at: datetime
    state: State
    percent: Decimal | None
    passed: bool | None


@dataclass(frozen=True)
class Step:
    """An activity as HR sees it: its state, since when it is completed, and the tries at it."""

    activity: Activity
    requirement: str
    state: str
    why: str
    completed_at: datetime | None
    attempts: list[AttemptResult]


def steps_of(course: CourseOfPerson, scope: Scope) -> list[Step]:
    """Every activity of the revision that the person is on, in order."""
    enrolment = db.session.get_one(Enrolment, course.enrolment_id)
    tries = _attempts(enrolment, scope)
    view = view_enrolment(enrolment, scope.at)
    return [
        Step(
            one.activity,
            requirement_sentence(one.activity.requirement),
            one.state,
            one.why.sentence() if one.why else "",
            datetime.fromisoformat(one.entry["completed_at"]) if "completed_at" in one.entry else None,
            tries[one.activity.key],
        )
        for one in view.states
    ]


def _attempts(enrolment: Enrolment, scope: Scope) -> dict[str, list[AttemptResult]]:
    rows = sa.select(Attempt).where(Attempt.enrolment_id == enrolment.id).order_by(Attempt.number)
    attempts = db.session.scalars(rows).all()
    bodies = load_bodies([attempt.body for attempt in attempts])
    found: dict[str, list[AttemptResult]] = defaultdict(list)
    for attempt in attempts:
        result = attempt.result or {}
        fraction, least = result.get("fraction"), Fraction(bodies[attempt.body]["pass_percent"] or 0)
        percent = shown_percent(Fraction(fraction), least) if fraction is not None else None
        found[attempt.activity_key].append(
            AttemptResult(attempt.number, attempt.started_at, attempt.state(scope.at), percent, result.get("passed"))
        )
    return found
