"""What is due each day or hour is done once, whoever asks."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from lms.core.clock import now
from lms.core.jobs import regular, services
from lms.core.jobs.models import Job
from lms.core.jobs.services import run_job
from tests.conftest import NOW

DAY = NOW.replace(hour=0, minute=0)


@pytest.fixture
def done():
    """The instants at which the daily and hourly work of this test was done, by kind."""
    before, times = dict(regular._regular), {"test.daily": [], "test.hourly": []}
    regular._regular.clear()
    regular.regular_job("test.daily", each="day")(lambda context: times["test.daily"].append(context.at))
    regular.regular_job("test.hourly", each="hour")(lambda context: times["test.hourly"].append(context.at))
    yield times
    regular._regular.clear()
    regular._regular.update(before)
    for kind in times:
        services._handlers.pop(kind)


def test_a_day_has_one_row_of_what_is_daily_and_24_of_what_is_hourly(session, done):
    for quarter in range(4 * 24):
        regular.enqueue_regular(DAY + timedelta(minutes=15 * quarter))
    kinds = session.scalars(sa.select(Job.kind)).all()
    assert (kinds.count("test.daily"), kinds.count("test.hourly")) == (1, 24)


def test_the_worker_plans_by_itself_and_does_it_once(app, session, done):
    for _ in range(3):
        app.extensions["queue"]._planned = ""
        app.extensions["queue"].plan()
    session.rollback()
    waiting = session.scalars(sa.select(Job.id).where(Job.kind.in_(done))).all()
    session.rollback()
    assert len(waiting) == 2
    assert all(run_job(job_id) for job_id in waiting)
    assert {kind: len(times) for kind, times in done.items()} == {"test.daily": 1, "test.hourly": 1}
    assert abs(done["test.daily"][0] - now()) < timedelta(minutes=1)
