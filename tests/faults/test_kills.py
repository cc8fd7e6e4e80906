"""kill -9 of web and worker while people learn: what was acknowledged is there, once, and all is soon up again."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from random import Random

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.core.clock import now
from lms.core.db import db
from lms.core.jobs.models import Job
from lms.core.jobs.services import enqueue
from lms.credentials.models import Award
from lms.learning.models import Enrolment, LearningEvent
from lms.quizzes.services import END_ATTEMPT
from tests.courses.documents import activity
from tests.faults.chaos import Killer, kill, seconds_until, victims
from tests.faults.clients import Learner
from tests.learning.building import a_person, published
from tests.quizzes.documents import quiz, short_text
from tests.services.processes import wait_until
from tests.services.server import Server
from tests.system.world import token_of

pytestmark = pytest.mark.slow
PEOPLE, COURSES, SAVES = 10, 5, 20
"""10 people take 5 courses each, 50 completions, and save 20 answers each, 200 in all."""
CERTIFICATE = {"kind": "achievement", "valid_months": None}


def prepare(app: Flask, server: Server) -> tuple[list[Learner], list[str]]:
    """People with tokens, and courses of one page; the first also has a quiz and a certificate."""
    slots = [{"question": short_text(key=f"q{number}")} for number in range(1, 6)]
    test = activity("quiz", quiz(*slots, pass_percent="0"))
    with app.app_context():
        slugs = [published(activity("page"), test, slug="killed-0", certificate=CERTIFICATE)]
        slugs += [published(activity("page"), slug=f"killed-{number}") for number in range(1, COURSES)]
        tokens = [token_of(a_person().id)[1] for _ in range(PEOPLE)]
        db.session.commit()
    return [Learner(server.url, token, Random(number)) for number, token in enumerate(tokens)], slugs


def learn(learner: Learner, slugs: list[str], faults: list[BaseException]) -> None:
    try:
        for number, slug in enumerate(slugs):
            learner.take(slug, saves=0 if number else SAVES)
    except BaseException as fault:  # noqa: BLE001 - told to the test, in whose thread it counts
        faults.append(fault)


def test_what_was_acknowledged_outlives_every_kill(beside: Flask, server: Server):
    learners, slugs = prepare(beside, server)
    faults: list[BaseException] = []
    threads = [threading.Thread(target=learn, args=(learner, slugs, faults)) for learner in learners]
    with Killer(server, every=(0.2, 0.8)) as killer:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not faults, faults
    assert killer.kills >= 5
    wait_until(server.ready, within=20)
    for learner in learners:
        learner.check_answers(learner.call("GET", f"/attempts/{learner.attempt}"))
        assert len(learner.completed) == COURSES
        assert [one["course"] for one in learner.call("GET", "/me/credentials")["items"]] == ["killed-0"]
    nothing_is_double(beside, learners)
    assert server.lms_json("progress", "rebuild", "--check") == {"differences": []}


def nothing_is_double(app: Flask, learners: list[Learner]) -> None:
    """One enrolment a person and course, one event a step, one award."""
    mine = [uuid.UUID(one) for learner in learners for one in learner.completed]
    steps = sa.select(LearningEvent.enrolment_id, LearningEvent.kind, LearningEvent.activity_key)
    with app.app_context():
        enrolments = db.session.scalars(sa.select(Enrolment.id).where(Enrolment.id.in_(mine))).all()
        recorded = Counter(map(tuple, db.session.execute(steps.where(LearningEvent.enrolment_id.in_(mine)))))
        awards = db.session.scalars(sa.select(Award.id).where(Award.enrolment_id.in_(mine))).all()
        db.session.rollback()
    assert (len(enrolments), len(awards)) == (PEOPLE * COURSES, PEOPLE)
    assert (len(recorded), set(recorded.values())) == (PEOPLE * (COURSES + 1), {1})


@pytest.mark.parametrize("what", ["web", "worker"])
def test_web_and_worker_are_up_again_in_two_seconds(beside: Flask, server: Server, what: str):
    """The best of three, or of six, since other tests want the processor too."""
    wait_until(server.ready, within=20)
    times: list[float] = []
    while len(times) < 3 or (min(times) > 2 and len(times) < 6):
        for pid in victims(server, f"lms {what}:"):
            kill(pid)
        times.append(seconds_until(server.ready if what == "web" else Work(beside).is_done))
    assert min(times) <= 2, times


class Work:
    """A piece of work for the worker, ordered now: it ends an attempt that nobody has."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.app_context():
            attempt = {"attempt": str(uuid.uuid4())}
            self.id = enqueue(END_ATTEMPT, f"kills:{uuid.uuid4()}", attempt, at=now()).id
            db.session.commit()

    def is_done(self) -> bool:
        with self.app.app_context():
            state = db.session.get_one(Job, self.id).state
            db.session.rollback()
        return state == "done"
