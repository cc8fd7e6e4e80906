"""kill -9 while learners are moved on by the hundred: all of them end on the newest revision, nobody moved twice."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.models import Person
from lms.core.actor import SYSTEM
from lms.core.clock import now
from lms.core.db import begin_reading, db, end_reading
from lms.core.ids import new_id
from lms.core.jobs.models import Job
from lms.courses.queries import find_course, find_published
from lms.learning.models import Enrolment, LearningEvent
from lms.learning.queries.learners import Wanted
from lms.learning.services import request_moves
from tests.courses.documents import activity
from tests.faults.chaos import kill, victims
from tests.learning.building import published
from tests.services.processes import wait_until
from tests.services.server import Server

pytestmark = pytest.mark.slow
LEARNERS, TIMES = 3000, 2
ENDED = ("done", "failed")


def add_learners(slug: str) -> None:
    """Past the use cases, which would take a minute; their projections are those of no event."""
    course, at = find_published(slug), now()
    people = [
        {"id": new_id(), "email": f"{uuid.uuid4().hex}@example.org", "name": f"Learner {n}", "created_at": at}
        for n in range(LEARNERS)
    ]
    db.session.execute(sa.insert(Person), people)
    facts = {"course_id": course.id, "revision_id": course.revision_id, "cycle": 1, "status": "active", "percent": 0}
    facts |= {"progress": {}, "events": 0, "by_learner": True, "enrolled_at": at, "touched_at": at}
    db.session.execute(sa.insert(Enrolment), [facts | {"id": new_id(), "person_id": one["id"]} for one in people])


def look(job_id: uuid.UUID) -> Job:
    db.session.rollback()
    begin_reading()  # who looks waits for nobody's write
    job = db.session.get_one(Job, job_id, populate_existing=True)
    db.session.expunge(job)
    db.session.rollback()
    end_reading()
    return job


def kill_at_work(server: Server, job_id: uuid.UUID) -> int:
    """Kills the worker whenever the job got on; gives how often."""
    seen = kills = 0
    while kills < TIMES:
        wait_until(lambda: look(job_id).done > seen or look(job_id).state in ENDED, within=60)  # noqa: B023 - called before `seen` changes
        job = look(job_id)
        if job.state in ENDED:
            break
        seen = job.done
        kills += any(kill(pid) for pid in victims(server, "lms worker:"))
    return kills


@pytest.fixture
def session(beside: Flask) -> Iterator[None]:
    """The context in which this module prepares and looks."""
    with beside.app_context():
        yield


@pytest.mark.usefixtures("session")
def test_moves_that_are_killed_again_and_again_end_whole_and_nobody_is_moved_twice(server: Server):
    wait_until(server.ready, within=20)
    slug = published(activity("one"), slug=f"moved-{uuid.uuid4().hex[:8]}")
    add_learners(slug)
    published(activity("one"), activity("two"), slug=slug)
    newest, course_id = find_published(slug).revision_id, find_course(slug).id
    job_id = request_moves(slug, Wanted(), by=SYSTEM, at=now()).id
    db.session.commit()
    assert kill_at_work(server, job_id) == TIMES
    wait_until(lambda: look(job_id).state in ENDED, within=120)
    assert look(job_id).state == "done"
    mine = sa.select(sa.func.count()).select_from(Enrolment).where(Enrolment.course_id == course_id)
    assert db.session.scalar(mine.where(Enrolment.revision_id == newest)) == LEARNERS
    events = sa.select(sa.func.count(), sa.func.count(sa.distinct(LearningEvent.enrolment_id)))
    events = events.join(Enrolment, Enrolment.id == LearningEvent.enrolment_id).where(Enrolment.course_id == course_id)
    assert tuple(db.session.execute(events).one()) == (LEARNERS, LEARNERS)
    db.session.rollback()
    assert server.lms_json("progress", "rebuild", "--check") == {"differences": []}
