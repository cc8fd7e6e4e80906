"""Real worker processes, woken through a real queue, killed, and left without one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lms.core.clock import now
from lms.core.db import db
from lms.core.jobs import services
from lms.core.jobs.models import Job
from lms.core.jobs.queue import SWEEP_SECONDS
from lms.core.jobs.services import enqueue
from tests.services.processes import free_port, start, stop, wait_until

CHECKOUT = Path(__file__).resolve().parents[3]
LEASE = "1.5"


class Workers:
    """An installation's worker processes, on the database and the queue of `app`."""

    def __init__(self, app, folder: Path) -> None:
        self.settings, self.folder = app.extensions["settings"], folder
        named = {"LMS_DATABASE_URL": self.settings.database_url, "LMS_DATA_DIR": str(self.settings.data_dir)}
        redis = {"LMS_REDIS_URL": self.settings.redis_url} if self.settings.redis_url else {}
        self.env = {**os.environ, **named, **redis, "PYTHONPATH": str(CHECKOUT)}
        self.started: list[subprocess.Popen[bytes]] = []
        self.log = folder / "worker.log"

    def start(self) -> subprocess.Popen[bytes]:
        program = Path(__file__).with_name("worker_program.py")
        self.started.append(start([sys.executable, program, LEASE], log=self.log, env=self.env, cwd=CHECKOUT))
        return self.started[-1]

    def has_begun(self) -> bool:
        return (self.settings.data_dir / "begun").exists()

    def go(self) -> None:
        (self.settings.data_dir / "go").write_text("")


@pytest.fixture
def workers(tmp_path):
    """`workers(app)`; whatever they started is ended."""
    made: list[Workers] = []

    def of(app) -> Workers:
        made.append(Workers(app, tmp_path))
        return made[-1]

    yield of
    for process in [process for each in made for process in each.started]:
        stop(process, sign=signal.SIGTERM, within=5)


@pytest.fixture
def queued_app(request, make_app, database_kind):
    """An application with wake-ups through a file beside SQLite, through a real Redis beside PostgreSQL."""
    if database_kind == "sqlite":
        return make_app()
    return make_app(LMS_REDIS_URL=request.getfixturevalue("redis_url"))


def enqueue_in(app, kind: str, key: str = "key", **payload) -> Callable[[], Job]:
    """Enqueues in a request's way; gives a function that reads the row as it is now."""
    with app.app_context():
        job_id = enqueue(kind, key, payload, at=now()).id
        db.session.commit()

    def read() -> Job:
        with app.app_context():
            return db.session.get_one(Job, job_id)

    return read


def wait_for(job: Callable[[], Job], state: str, workers: Workers, within: float = 60) -> float:
    began = time.monotonic()
    wait_until(lambda: job().state == state, within=within, log=workers.log)
    return time.monotonic() - began


def test_a_worker_is_woken_at_once(queued_app, workers):
    running = workers(queued_app)
    running.start()
    first = enqueue_in(queued_app, "test.add", "first", numbers=[1])
    wait_for(first, "done", running)
    job = enqueue_in(queued_app, "test.add", "second", numbers=[1, 2, 3])
    assert wait_for(job, "done", running) < SWEEP_SECONDS - 0.5  # sooner than the sweep would find it
    assert job().result == {"sum": 6, "attempt": 1}


def test_work_of_a_worker_killed_in_mid_job_is_taken_up_again_and_done_once(queued_app, workers):
    running = workers(queued_app)
    first = running.start()
    job = enqueue_in(queued_app, "test.crawl")
    wait_until(running.has_begun, within=60, process=first, log=running.log)
    first.kill()
    first.wait()
    assert job().state == "running"
    running.go()
    running.start()
    wait_for(job, "done", running)
    assert (job().result, job().attempts) == ({"attempt": 2}, 2)


def test_a_second_worker_leaves_alone_what_the_first_is_still_at(queued_app, workers):
    running = workers(queued_app)
    first = running.start()
    job = enqueue_in(queued_app, "test.crawl")
    wait_until(running.has_begun, within=60, process=first, log=running.log)
    running.start()
    time.sleep(2 * float(LEASE))
    running.go()
    wait_for(job, "done", running)
    assert (job().result, job().attempts) == ({"attempt": 1}, 1)


def test_a_wake_up_that_is_lost_costs_seconds(queued_app, workers):
    running = workers(queued_app)
    running.start()
    wait_for(enqueue_in(queued_app, "test.add", "first", numbers=[1]), "done", running)
    services.wake_through(lambda _job_id: None)
    job = enqueue_in(queued_app, "test.add", "second", numbers=[2])
    assert wait_for(job, "done", running) < 2 * SWEEP_SECONDS


def test_work_is_done_without_any_queue(make_app, workers):
    """Redis is away: nothing is refused, and the worker finds the rows by itself."""
    app = make_app(LMS_REDIS_URL=f"redis://127.0.0.1:{free_port()}/0")
    job = enqueue_in(app, "test.add", numbers=[20, 3])
    running = workers(app)
    running.start()
    wait_for(job, "done", running)
    assert running.log.read_text().count("Error reading from queue") <= 1


def test_a_worker_ends_when_it_is_asked_to(queued_app, workers):
    running = workers(queued_app)
    for number in (signal.SIGINT, signal.SIGTERM):
        process = running.start()
        wait_for(enqueue_in(queued_app, "test.add", str(number), numbers=[1]), "done", running)
        assert stop(process, sign=number, within=15) == 0


def test_wake_ups_that_wait_already_are_not_sent_again(queued_app):
    queue = queued_app.extensions["queue"]
    queue.huey.flush()
    enqueue_in(queued_app, "test.add", numbers=[1])
    assert (queue.sweep(), queue.huey.pending_count()) == (0, 1)
    queue.huey.flush()
    assert (queue.sweep(), queue.huey.pending_count()) == (1, 1)
    queue.huey.flush()
