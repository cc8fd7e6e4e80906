"""Work as rows: done once whatever is repeated, taken up again after a death, ended with a reason."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from lms.core import audit
from lms.core.actor import SYSTEM
from lms.core.clock import now
from lms.core.db import db
from lms.core.ids import new_id
from lms.core.jobs import services
from lms.core.jobs.models import Job
from lms.core.jobs.reasons import JobReason
from lms.core.jobs.services import JobContext, cancel, claimable_jobs, enqueue, restart, run_job
from lms.core.reasons import CoreReason, Refused


@pytest.fixture
def work(session):
    """`work(handler)` commits a job of a kind of its own, done by `handler`; gives its id."""
    kinds = []

    def make(handler, **more):
        kinds.append(f"test.{new_id()}")
        services.job_handler(kinds[-1])(handler)
        job = enqueue(kinds[-1], kinds[-1], {"n": 2}, at=now(), **more)
        session.commit()
        return job.id

    yield make
    for kind in kinds:
        services._handlers.pop(kind)


@pytest.fixture
def woken(session):
    """The ids of the jobs for which a worker was woken."""
    before, ids = list(services._wakers), []
    services.wake_through(ids.append)
    yield ids
    services._wakers[:] = before


def state(job_id) -> Job:
    db.session.rollback()
    return db.session.get_one(Job, job_id, populate_existing=True)


def set_back(job_id, **columns) -> None:
    db.session.execute(sa.update(Job).where(Job.id == job_id).values(**columns))
    db.session.commit()


def test_a_job_is_done_and_keeps_its_result(work):
    job_id = work(lambda context: {"twice": context.payload["n"] * 2})
    assert run_job(job_id)
    job = state(job_id)
    assert (job.state, job.result, job.attempts, job.lease) == ("done", {"twice": 4}, 1, None)
    assert job.finished_at >= job.created_at


def test_a_job_that_is_done_is_not_done_again(work):
    done = []
    job_id = work(lambda context: done.append(context.id))
    assert [run_job(job_id), run_job(job_id)] == [True, False]
    assert done == [job_id]


def test_the_same_key_again_is_the_same_row(session):
    first = enqueue("test.nothing", "key", {"n": 1}, at=now())
    session.commit()
    again = enqueue("test.nothing", "key", {"n": 2}, at=now())
    assert (again.id, again.payload) == (first.id, {"n": 1})


def test_the_same_key_enqueued_at_the_same_moment_is_one_row(app):
    together = threading.Barrier(2)

    def enqueue_in_a_request(_number):
        with app.app_context():
            together.wait(10)
            job = enqueue("test.nothing", "key", {}, at=now())
            db.session.commit()
            return job.id

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(enqueue_in_a_request, range(2)))) == 1


def test_two_workers_that_take_the_same_job_at_once_do_it_once(app, work, session):
    together, done = threading.Barrier(4), []
    job_id = work(lambda context: done.append(context.owner))
    session.rollback()

    def worker(_number):
        with app.app_context():
            together.wait(10)
            return run_job(job_id)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(worker, range(4))) == [False, False, False, True]
    assert len(done) == 1


def test_progress_is_seen_while_the_work_goes_on(app, work):
    seen = []

    def handler(context: JobContext) -> None:
        context.progress(1, 3, "one of three")
        with app.app_context():
            job = db.session.get_one(Job, context.id)
            seen.append((job.state, job.done, job.total, job.message))

    run_job(work(handler))
    assert seen == [("running", 1, 3, "one of three")]


def note(context: JobContext, what: str) -> None:
    audit.record(what, by=SYSTEM, subject=("job", context.id), at=now())
    db.session.flush()


def notes(job_id) -> list[str]:
    wanted = sa.select(audit.AuditEntry.action).where(audit.AuditEntry.subject_id == str(job_id))
    return list(db.session.scalars(wanted.order_by(audit.AuditEntry.id)))


def test_a_refusal_ends_the_job_with_its_reason_and_undoes_the_work(work):
    def handler(context):
        note(context, "half")
        raise Refused(CoreReason.TOO_LARGE, limit=5)

    job_id = work(handler)
    run_job(job_id)
    assert (state(job_id).state, state(job_id).reason) == (
        "failed",
        {"code": "core.too_large", "values": {"limit": 5}},
    )
    assert notes(job_id) == []


def breaks(context):
    note(context, "half")
    raise ValueError("a fault")


def test_a_fault_is_tried_again_later_and_later_and_then_given_up(work, caplog):
    job_id, waits = work(breaks), []
    for _attempt in range(services.MOST_ATTEMPTS):
        before = now()
        assert run_job(job_id)
        waits.append((state(job_id).run_after - before).total_seconds())
        set_back(job_id, run_after=now())
    assert waits[:4] == pytest.approx([5, 10, 20, 40], abs=4)
    job = state(job_id)
    assert (job.state, job.attempts) == ("failed", 5)
    assert job.reason == {"code": "job.gave_up", "values": {"attempts": 5}}
    assert notes(job_id) == []
    assert "a fault" in caplog.text


def test_long_work_that_loses_its_worker_again_and_again_goes_on_from_where_it_came(work):
    """kill -9 in the middle of each attempt, which comes one step further than the one before."""

    def handler(context: JobContext) -> dict[str, int]:
        context.progress(context.reached, 10)
        if context.reached < 10:
            context.progress(context.reached + 1, 10)
            set_back(context.id, owner="dead", lease=now() - timedelta(seconds=1))
        return {"reached": context.reached}

    job_id = work(handler)
    for _kill in range(10):
        assert run_job(job_id)
    assert (state(job_id).state, state(job_id).attempts, state(job_id).done) == ("running", 1, 10)
    assert run_job(job_id)
    assert (state(job_id).state, state(job_id).result) == ("done", {"reached": 10})


def test_work_that_breaks_at_the_same_place_each_time_is_given_up(work):
    def handler(context: JobContext) -> None:
        context.progress(0)
        context.progress(1)
        context.progress(2)
        raise ValueError("the third step")

    job_id = work(handler)
    for _attempt in range(services.MOST_ATTEMPTS):
        assert run_job(job_id)
        set_back(job_id, run_after=now())
    assert (state(job_id).state, state(job_id).done, state(job_id).attempts) == ("failed", 2, 5)


def test_a_job_waits_for_its_time(work):
    job_id = work(lambda _context: None, run_after=now() + timedelta(minutes=5))
    assert job_id not in claimable_jobs(now())
    assert not run_job(job_id)
    assert job_id in claimable_jobs(now() + timedelta(minutes=5, seconds=1))


def test_a_job_that_kills_its_worker_each_time_is_given_up(work):
    """kill -9 leaves the row running: nobody is there to count the attempt as failed."""
    job_id = work(lambda _context: {"done": True})
    set_back(job_id, state="running", owner="dead", lease=now() - timedelta(seconds=1), attempts=services.MOST_ATTEMPTS)
    assert not run_job(job_id)
    assert (state(job_id).state, state(job_id).reason["code"]) == ("failed", "job.gave_up")


def test_what_a_dead_worker_left_is_taken_up_when_its_lease_ends(work):
    job_id = work(lambda context: {"attempt": context.attempt})
    set_back(job_id, state="running", owner="dead", lease=now() + timedelta(seconds=5), attempts=1)
    assert not run_job(job_id)
    set_back(job_id, lease=now() - timedelta(seconds=1))
    assert run_job(job_id)
    assert state(job_id).result == {"attempt": 2}


def test_a_worker_that_lost_its_lease_changes_nothing(work):
    """It was paused, say, and another has taken the job up meanwhile: only the other's work counts."""

    def handler(context: JobContext) -> dict[str, str]:
        if context.attempt == 2:
            note(context, "second")
            return {"by": "second"}
        set_back(context.id, lease=now() - timedelta(seconds=1))
        run_job(context.id)
        note(context, "first")
        return {"by": "first"}

    job_id = work(handler)
    run_job(job_id)
    assert state(job_id).result == {"by": "second"}
    assert notes(job_id) == ["second"]


def test_a_step_longer_than_the_lease_keeps_it(app, work, session, monkeypatch):
    monkeypatch.setattr(services, "LEASE", timedelta(seconds=0.5))
    monkeypatch.setattr(services, "HEARTBEAT", timedelta(seconds=0.1))
    begun, over = threading.Event(), threading.Event()

    def handler(_context):
        db.session.rollback()
        begun.set()
        assert over.wait(10)

    job_id = work(handler)
    session.rollback()

    def worker():
        with app.app_context():
            run_job(job_id)

    thread = threading.Thread(target=worker)
    thread.start()
    begun.wait(10)
    threading.Event().wait(1)
    assert claimable_jobs(now()) == []
    over.set()
    thread.join()
    assert (state(job_id).state, state(job_id).attempts) == ("done", 1)


def test_a_cancelled_job_that_waits_never_runs(work):
    job_id = work(breaks)
    cancel(job_id, by=SYSTEM, at=now())
    db.session.commit()
    assert not run_job(job_id)
    assert (state(job_id).state, state(job_id).reason["code"]) == ("cancelled", "job.cancelled")
    entry = db.session.scalars(sa.select(audit.AuditEntry).where(audit.AuditEntry.action == "job.cancelled")).one()
    assert entry.subject_id == str(job_id)


def test_a_job_cancelled_while_it_runs_stops_at_its_next_progress(app, work):
    def handler(context: JobContext) -> None:
        note(context, "first step")
        context.progress(1, 2)
        with app.app_context():
            cancel(context.id, by=SYSTEM, at=now())
            db.session.commit()
        note(context, "second step")
        context.progress(2, 2)
        note(context, "never")

    job_id = work(handler)
    run_job(job_id)
    assert (state(job_id).state, state(job_id).done) == ("cancelled", 1)
    assert notes(job_id) == ["first step", "job.cancelled"]


@pytest.mark.parametrize(
    ("act", "states", "code"),
    [
        (partial(cancel, by=SYSTEM), ("done", "failed", "cancelled"), JobReason.OVER.code),
        (restart, ("queued", "running", "done"), JobReason.NOT_FAILED.code),
    ],
)
def test_a_job_is_not_cancelled_or_restarted_out_of_turn(work, act, states, code):
    job_id = work(breaks)
    for each in states:
        set_back(job_id, state=each)
        with pytest.raises(Refused) as refused:
            act(job_id, at=now())
        assert refused.value.reason.code == code
        assert state(job_id).state == each


@pytest.mark.parametrize("act", [partial(cancel, by=SYSTEM), restart])
def test_a_job_that_does_not_exist_is_not_found(session, act):
    with pytest.raises(Refused) as refused:
        act(new_id(), at=now())
    assert refused.value.status == 404


def test_a_failed_job_can_be_started_again_and_counts_its_attempts_anew(work, woken):
    job_id = work(lambda context: {"attempt": context.attempt})
    set_back(job_id, state="failed", attempts=5, reason={"code": "job.gave_up", "values": {}}, finished_at=now())
    restart(job_id, at=now())
    db.session.commit()
    assert woken == [job_id, job_id]
    run_job(job_id)
    job = state(job_id)
    assert (job.state, job.result, job.reason) == ("done", {"attempt": 1}, None)


def test_a_worker_is_woken_after_the_commit_and_not_before(session, woken):
    job = enqueue("test.nothing", "key", {}, at=now())
    with session.begin_nested():
        session.flush()
    assert woken == []
    session.commit()
    assert woken == [job.id]
    session.commit()
    assert woken == [job.id]


def test_nobody_is_woken_for_what_was_rolled_back(session, woken):
    enqueue("test.nothing", "key", {}, at=now())
    session.rollback()
    session.commit()
    assert woken == []


def test_a_savepoint_rolled_back_does_not_lose_the_wake_ups_of_the_rest(session, woken):
    job = enqueue("test.nothing", "key", {}, at=now())
    nested = session.begin_nested()
    nested.rollback()
    session.commit()
    assert woken == [job.id]


def test_nobody_is_woken_for_what_is_due_later(session, woken):
    enqueue("test.nothing", "key", {}, at=now(), run_after=now() + timedelta(minutes=1))
    session.commit()
    assert woken == []


def test_a_clock_set_back_does_not_make_work_wait_for_the_old_time(work):
    """An hour ahead when the job was enqueued and claimed, right again now."""
    fast = now() + timedelta(hours=1)
    fresh, left = work(lambda _context: None), work(lambda _context: None)
    set_back(fresh, created_at=fast, run_after=fast)
    set_back(left, state="running", owner="dead", lease=fast + services.LEASE, attempts=1)
    assert set(claimable_jobs(now())) == {fresh, left}


def test_a_clock_set_back_does_not_hurry_what_is_meant_for_later(work):
    later = work(lambda _context: None, run_after=now() + timedelta(days=1))
    set_back(later, created_at=now() + timedelta(hours=1))
    assert claimable_jobs(now()) == []


def test_oldest_work_comes_first_and_not_all_at_once(session):
    for number in range(5):
        enqueue("test.nothing", f"key {number}", {}, at=now() - timedelta(minutes=number))
    session.commit()
    order = [session.get(Job, job_id).key for job_id in claimable_jobs(now(), limit=3)]
    assert order == ["key 4", "key 3", "key 2"]
