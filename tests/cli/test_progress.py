"""lms progress rebuild: what differs from the events is printed, put right, and told by the exit code."""

from __future__ import annotations

import sqlalchemy as sa

from lms.core.actor import Actor
from lms.core.db import db
from lms.learning.models import Enrolment
from lms.learning.services import record_event
from tests.learning.building import AT, a_person, enrolled


def an_enrolment(*, percent=None):
    """Half done; `percent` is written past the events, as only a fault could do."""
    enrolment = enrolled(a_person())
    record_event(enrolment.id, "one", "viewed", by=Actor(enrolment.person_id), at=AT)
    db.session.flush()
    if percent is not None:
        db.session.execute(sa.update(Enrolment).values(percent=percent))
    key = str(enrolment.id)
    db.session.commit()
    return key


def percent_now():
    found = db.session.scalar(sa.select(Enrolment.percent))
    db.session.rollback()
    return found


def test_where_all_is_as_the_events_say_it_says_so(lms, session):
    an_enrolment()
    done = lms("progress", "rebuild", "--check")
    assert (done.exit_code, done.stdout.strip()) == (0, "No differences.")


def test_a_check_names_what_differs_and_changes_nothing(lms, session):
    key = an_enrolment(percent=99)
    done = lms("progress", "rebuild", "--check")
    assert (done.exit_code, done.stdout.strip()) == (1, f"{key} percent: 99 stored, 50 derived")
    assert percent_now() == 99


def test_a_rebuild_puts_it_right(lms, session):
    an_enrolment(percent=99)
    assert lms("progress", "rebuild").exit_code == 0
    assert percent_now() == 50
    assert lms("progress", "rebuild", "--check").exit_code == 0


def test_a_check_does_not_wait_for_who_is_writing(lms, session):
    an_enrolment()
    session.execute(sa.update(Enrolment).values(percent=51))  # not committed: on SQLite this holds the write lock
    assert lms("progress", "rebuild", "--check").exit_code == 0
