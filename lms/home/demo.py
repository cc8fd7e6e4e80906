"""The demonstration: sample courses, and people at different points in them, made through the use cases.

All of it is sample content and says so: addresses end in example.org, names are invented.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from lms.accounts.services import add_person, find_person
from lms.core.actor import SYSTEM, Actor
from lms.core.clock import now
from lms.core.config import CHECKOUT
from lms.core.db import db
from lms.core.reasons import Refused
from lms.courses.queries import load_revision
from lms.home.people import grant_in_words
from lms.interop.services import import_course
from lms.learning.services import enrol_learner, record_event
from lms.quizzes.queries import versions_of
from lms.quizzes.rules.marking import solution
from lms.quizzes.rules.papers import question_slots
from lms.quizzes.services import save_answer, start_attempt, submit_attempt

COURSES = CHECKOUT / "lms" / "demo" / "courses"
PASSWORD = "sample password 1"  # noqa: S105 - printed at the start, for sample people only
STAFF = (
    ("admin@example.org", "Aino Virtanen", "administrator"),
    ("author@example.org", "Ioannis Papadopoulos", "author"),
    ("hr@example.org", "Jana Nováková", "hr"),
)


@dataclass(frozen=True)
class Course:
    """How far a sample learner is in a course: steps taken from its start; `wrong` answers in each quiz."""

    slug: str
    days_ago: int
    steps: int | None = None
    wrong: int = 0


LEARNERS: dict[tuple[str, str], tuple[Course, ...]] = {
    ("ana@example.org", "Ana Žnidaršič"): (
        Course("hydrogen-basics", days_ago=60),
        Course("high-voltage-safety", days_ago=4, steps=9),
        Course("adas-calibration", days_ago=20, steps=2),
    ),
    ("nikos@example.org", "Νίκος Παπανδρέου"): (Course("battery-cell-production", days_ago=30, wrong=1),),
    ("lukasz@example.org", "Łukasz Wiśniewski"): (
        Course("lean-in-an-electrified-plant", days_ago=100, wrong=1),
        Course("battery-cell-production", days_ago=2, steps=5, wrong=1),
    ),
    ("maria@example.org", "Maria Õunapuu"): (Course("high-voltage-safety", days_ago=9, wrong=9),),
    ("greta@example.org", "Greta Weißenböck"): (Course("hochvolt-grundlagen-de", days_ago=15),),
    ("new@example.org", "Sam Newcomer"): (),
}

ACCOUNT_LINES = [
    f"Sample accounts, all with the password “{PASSWORD}”:",
    *(f"  {email:20} {role}" for email, _name, role in STAFF),
    *(f"  {email:20} learner, {name}" for email, name in LEARNERS),
]


def is_loaded() -> bool:
    """Whether the last of the sample people is here: everything before was committed with or before it."""
    last = list(LEARNERS)[-1][0]
    return _is_here(last)


def load_demo() -> list[str]:
    """Loads courses and people, each in a transaction of its own; what is there stays. Returns the account lines."""
    for folder in sorted(path for path in COURSES.iterdir() if path.is_dir()):
        import_course(folder, publish=True, slug=None, organisation=None, by=SYSTEM, at=now())
        db.session.commit()
    for email, name, role in STAFF:
        _person(email, name, role)
    for (email, name), taken in LEARNERS.items():
        _learner(email, name, taken)
    return ACCOUNT_LINES


def _is_here(email: str) -> bool:
    try:
        find_person(email)
    except Refused:
        return False
    return True


def _person(email: str, name: str, role: str) -> None:
    if _is_here(email):
        return
    person = add_person(email, name=name, password=PASSWORD, by=SYSTEM, at=now())
    grant_in_words(person.id, role, organisation=None, course=None, by=SYSTEM, at=now())
    db.session.commit()


def _learner(email: str, name: str, taken: tuple[Course, ...]) -> None:
    if _is_here(email):
        return
    person = add_person(email, name=name, password=PASSWORD, by=SYSTEM, at=now())
    grant_in_words(person.id, "learner", organisation=None, course=None, by=SYSTEM, at=now())
    for course in taken:
        _take(Actor(person.id), course)
    db.session.commit()


def _take(learner: Actor, course: Course) -> None:
    """Walks the outline from the start, some minutes a step, days ago."""
    if learner.person_id is None:
        raise ValueError("the system takes no courses")
    at = now() - timedelta(days=course.days_ago)
    enrolment, _new = enrol_learner(learner.person_id, course.slug, by=learner, at=at)
    outline = load_revision(enrolment.revision_id).outline
    for activity in outline.activities[: course.steps]:
        at += timedelta(minutes=activity.minutes or 5)
        if activity.kind == "quiz":
            _answer(enrolment.id, activity.key, course.wrong, by=learner, at=at)
        else:
            record_event(enrolment.id, activity.key, "viewed", by=learner, at=at)
            record_event(enrolment.id, activity.key, "done", by=learner, at=at)


def _answer(enrolment_id: uuid.UUID, key: str, wrong: int, *, by: Actor, at: datetime) -> None:
    """One attempt: the last `wrong` questions stay without an answer, all others are right."""
    attempt, _new = start_attempt(enrolment_id, key, by=by, at=at, chance=Random(key))  # noqa: S311 - the same demo each time
    versions = versions_of(attempt)
    slots = question_slots(attempt.paper)
    for slot in slots[: max(1, len(slots) - wrong)]:
        answer = solution(versions[slot["question"]]["question"], slot["draw"])
        save_answer(attempt.id, slot["slot"], step=1, answer=answer, by=by, at=at + timedelta(minutes=1))
    submit_attempt(attempt.id, by=by, at=at + timedelta(minutes=2))
