"""The wake-up: huey carries the id of a row of work to a worker. Losing one costs seconds, never the work."""

from __future__ import annotations

import logging
import threading
import uuid
from typing import Any

from flask import Flask
from huey import Huey, RedisHuey, SqliteHuey

from lms.core.clock import now
from lms.core.config import Settings
from lms.core.db import db
from lms.core.jobs import services

SWEEP_SECONDS = 3
POLL_SECONDS = 0.2
log = logging.getLogger(__name__)


def open_queue(settings: Settings) -> Huey:
    """Redis where it is configured, else a file in the data directory."""
    if settings.redis_url:
        return RedisHuey("lms", url=settings.redis_url, results=False)
    return SqliteHuey("lms", filename=str(settings.data_dir / "queue.db"), results=False, fsync=False)


class WakeUps:
    """Sends and receives wake-ups for one app."""

    def __init__(self, app: Flask, huey: Huey) -> None:
        self.app = app
        self.huey = huey
        self._task = huey.task(name="wake")(self._run)

    def send(self, job_id: uuid.UUID) -> None:
        """Tells a worker; an unreachable queue is only logged, since the sweep finds the row."""
        try:
            self._task(job_id.hex)
        except Exception as error:
            log.warning("no wake-up for job %s: %s", job_id, error)

    def _run(self, job_id: str) -> None:
        with self.app.app_context():
            services.run_job(uuid.UUID(job_id))

    def sweep(self) -> int:
        """Wakes for every row that waits; returns how many."""
        with self.app.app_context():
            waiting = services.claimable_jobs(now())
            db.session.rollback()
        for job_id in waiting:
            self.send(job_id)
        return len(waiting)

    def work(self, *, threads: int = 2) -> None:
        """Runs until a signal ends it: takes wake-ups, and sweeps every few seconds for what none reached."""
        stop = threading.Event()
        sweeper = threading.Thread(target=self._sweep_until, args=(stop,), daemon=True)
        sweeper.start()
        consumer: Any = self.huey.create_consumer(
            workers=threads,
            periodic=False,
            initial_delay=POLL_SECONDS,
            max_delay=POLL_SECONDS,
            check_worker_health=True,
        )
        try:
            consumer.run()
        finally:
            stop.set()

    def _sweep_until(self, stop: threading.Event) -> None:
        while True:
            try:
                self.sweep()
            except Exception as error:
                log.warning("sweep failed, next in %s s: %s", SWEEP_SECONDS, error)
            if stop.wait(SWEEP_SECONDS):
                return
