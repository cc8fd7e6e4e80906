"""Lists ask the database as often for many rows as for few."""

from __future__ import annotations

import pytest

from lms.core.actor import Actor
from lms.core.clock import now
from lms.core.db import db
from lms.learning.services import record_event
from tests.courses.documents import activity
from tests.learning.building import a_person, enrolled, published, signed_in

LISTS = {
    "/": 6,
    "/courses": 4,
    "/certificates": 4,
    "/teach": 4,
    "/api/v1/courses": 4,
    "/api/v1/me/enrolments": 4,
    "/api/v1/me/credentials": 4,
}
CERTIFICATE = {"kind": "achievement", "valid_months": None}


@pytest.fixture
def learner(session):
    """An administrator who learns: everything is on every list of hers."""
    return a_person("administrator")


def complete(person, number):
    """One more course in the catalogue, taken to its end and certified; and one just begun."""
    done = published(activity("a"), slug=f"done-{number}", certificate=CERTIFICATE)
    enrolment = enrolled(person, done)
    record_event(enrolment.id, "a", "viewed", by=Actor(person.id), at=now())
    enrolled(person, published(slug=f"begun-{number}"))


@pytest.mark.parametrize("address", LISTS)
def test_a_list_asks_as_often_however_long_it_is(app, learner, queries, address):
    client = signed_in(app, learner)

    def asked():
        """How often the second time: what is published is in the process after the first."""
        for _ in range(2):
            db.session.commit()
            with queries() as run:
                assert client.get(address).status_code == 200
        return run

    complete(learner, 1)
    short = asked()
    for number in range(2, 6):
        complete(learner, number)
    long = asked()
    assert len(short) == len(long) <= LISTS[address], long
