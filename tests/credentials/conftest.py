"""Somebody who has completed a course that awards a certificate, and the worker that makes the document."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from lms.accounts.models import Person
from lms.core.clock import now
from lms.core.db import db
from lms.core.jobs.services import claimable_jobs, run_job
from lms.credentials.models import Award
from lms.credentials.queries import live_award
from lms.learning.models import Enrolment
from lms.learning.services import record_event
from tests.learning.building import AT, a_person, actor, enrolled, published

CERTIFICATE = {"kind": "achievement", "valid_months": 24}

Earn = Callable[..., Award]


def complete(person: Person, slug: str, *, at: datetime = AT) -> Enrolment:
    """The person does everything that the course of two pages asks for."""
    enrolment = enrolled(person, slug, at=at)
    for key in ("one", "two"):
        record_event(enrolment.id, key, "viewed", by=actor(person), at=at)
    db.session.flush()
    return enrolment


def earned(person: Person | None = None, *, at: datetime = AT, slug: str = "safety", **facts: Any) -> Award:
    """The award of somebody (new, unless named) who has completed the course, published with these facts."""
    name = facts.pop("name", "Ana Žnidaršič")
    published(slug=slug, **{"certificate": CERTIFICATE, **facts})
    enrolment = complete(person or a_person(name=name), slug, at=at)
    award = live_award(enrolment.person_id, f"course:{enrolment.course_id}", 1)
    assert award is not None
    return award


def do_work() -> int:
    """Does what a worker would do now; returns how many pieces of work there were."""
    db.session.commit()
    return sum(run_job(job_id) for job_id in claimable_jobs(now()))


@pytest.fixture
def earn(session) -> Earn:
    """`earn(name="Ana", certificate={…})`: see `earned`."""
    return earned


@pytest.fixture
def work(session) -> Callable[[], int]:
    """`work()`: see `do_work`."""
    return do_work
