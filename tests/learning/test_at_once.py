"""Two requests at the same moment: one enrolment, no lost step, one completion."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask

from lms.core.actor import Actor
from lms.core.db import db
from lms.learning.models import Enrolment
from lms.learning.queries import events_of
from lms.learning.services import differences_of_projections, enrol_learner, record_event
from tests.courses.documents import activity
from tests.learning.building import AT, a_person, enrolled, published

KEYS = [f"a{number}" for number in range(6)]


@pytest.fixture
def at_once(app: Flask, session: Any) -> Callable[..., list[Any]]:
    """`at_once(f, g)`: what each gave, called at the same moment, each in a thread and a transaction of its own."""

    def run(*calls: Callable[[], Any]) -> list[Any]:
        session.commit()
        together, given = Barrier(len(calls)), []

        def one(call: Callable[[], Any]) -> None:
            with app.app_context():
                together.wait()
                given.append(call())
                db.session.commit()

        threads = [Thread(target=one, args=(call,)) for call in calls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return given

    return run


def test_two_enrolments_are_one(at_once):
    person_id, slug = a_person().id, published()

    def enrol():
        enrolment, is_new = enrol_learner(person_id, slug, by=Actor(person_id), at=AT)
        return enrolment.id, is_new

    given = at_once(enrol, enrol)
    assert len({key for key, _ in given}) == 1
    assert sorted(is_new for _, is_new in given) == [False, True]


def doing(enrolment, key, **more):
    ids = enrolment.id, enrolment.person_id
    return lambda: record_event(ids[0], key, "done", by=Actor(ids[1]), at=AT, **more) and None


def test_steps_on_different_activities_are_all_kept(at_once):
    enrolment = enrolled(a_person(), published(*(activity(key) for key in KEYS)))
    key = enrolment.id
    at_once(*(doing(enrolment, one) for one in KEYS))
    after = db.session.get_one(Enrolment, key)
    assert (after.percent, after.status, after.events) == (100, "completed", len(KEYS))
    assert list(differences_of_projections()) == []


@pytest.mark.parametrize("idempotency_key", [None, "k1"])
def test_the_same_step_twice_is_one_event(at_once, idempotency_key):
    enrolment = enrolled(a_person())
    key = enrolment.id
    at_once(*(doing(enrolment, "one", idempotency_key=idempotency_key) for _ in range(3)))
    assert [event.activity_key for event in events_of(key)] == ["one"]
