"""What the demonstration begins with: sample courses, and people at different points in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from lms.accounts.services import add_person, find_person
from lms.core.actor import SYSTEM, Actor
from lms.core.clock import now
from lms.core.config import CHECKOUT
from lms.core.db import db
from lms.core.reasons import Refused
from lms.home.demo.taking import take
from lms.home.people import grant_in_words
from lms.interop.services import import_course

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
COMPANY_LINES = [
    "Three sample companies with their people come within a minute: hr.nordzellen@, hr.ateliers-volta@ and",
    "hr.hidromotor@example.org see them.",
]


def account_lines(demo: str) -> list[str]:
    """What is said of the accounts of a demo that is whole or small."""
    return ACCOUNT_LINES + COMPANY_LINES if demo == "whole" else ACCOUNT_LINES


def is_loaded() -> bool:
    """Whether the last of the sample people is here: everything before was committed with or before it."""
    last = list(LEARNERS)[-1][0]
    return _is_here(last)


def load_demo() -> None:
    """Loads courses and people, each in a transaction of its own; what is there stays."""
    for folder in sorted(path for path in COURSES.iterdir() if path.is_dir()):
        import_course(folder, publish=True, slug=None, organisation=None, by=SYSTEM, at=now())
        db.session.commit()
    for email, name, role in STAFF:
        _person(email, name, role)
    for (email, name), taken in LEARNERS.items():
        _learner(email, name, taken)


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
        begun = now() - timedelta(days=course.days_ago)
        take(Actor(person.id), course.slug, at=begun, steps=course.steps, wrong=course.wrong)
    db.session.commit()
