"""The wake-up: huey carries the id of a row of work to a worker. Losing one costs seconds, never the work."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flask import Flask

from lms.core.clock import now
from lms.core.config import Settings
from lms.core.db import db
from lms.core.jobs import services
from lms.core.jobs.regular import enqueue_regular

if TYPE_CHECKING:
    from huey import Huey

SWEEP_SECONDS = 3
POLL_SECONDS = 0.2
REDIS_PATIENCE = "socket_connect_timeout=2&socket_timeout=5"
"""Seconds; longer than the one second for which a worker waits at Redis for the next wake-up."""
log = logging.getLogger(__name__)


def open_queue(settings: Settings) -> Huey:
    """Redis where it is configured, else a file in the data directory."""
    from huey import RedisHuey, SqliteHuey  # noqa: PLC0415 - loads the drivers of every queue it knows: 0.3 s

    if settings.redis_url:
        joint = "&" if "?" in settings.redis_url else "?"
        return RedisHuey("lms", url=settings.redis_url + joint + REDIS_PATIENCE, results=False)
    return SqliteHuey("lms", filename=str(settings.data_dir / "queue.db"), results=False, fsync=False)


class WakeUps:
    """Sends and receives wake-ups for one app."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self.app = app
        self._settings = settings
        self._planned = ""

    @cached_property
    def huey(self) -> Huey:
        """Opened by the first who wakes or waits, so that the web starts without it."""
        return open_queue(self._settings)

    @cached_property
    def _wake(self) -> Any:
        return self.huey.task(name="wake")(self._run)

    def send(self, job_id: uuid.UUID) -> bool:
        """Tells a worker; an unreachable queue is only logged, since the sweep finds the row."""
        try:
            self._wake(job_id.hex)
        except Exception as error:  # noqa: BLE001 - the work is in the database, whatever the queue says
            log.warning("no wake-up for job %s: %s", job_id, type(error).__name__)
            return False
        return True

    def _run(self, job_id: str) -> None:
        with self.app.app_context():
            services.run_job(uuid.UUID(job_id))

    def sweep(self) -> int:
        """Wakes for every row that waits, and does the work here where no queue answers; returns how many waited."""
        if self._is_busy():
            return 0
        with self.app.app_context():
            waiting = services.claimable_jobs(now())
        for job_id in waiting:
            if not self.send(job_id):
                self._run(job_id.hex)
        return len(waiting)

    def plan(self) -> None:
        """Once an hour: the rows of what is due regularly."""
        at = now()
        if self._planned == f"{at:%Y-%m-%dT%H}":
            return
        with self.app.app_context():
            enqueue_regular(at)
            db.session.commit()
        self._planned = f"{at:%Y-%m-%dT%H}"

    def _is_busy(self) -> bool:
        """Wake-ups that nobody has taken yet: to send them again would only make the queue longer."""
        try:
            return bool(self.huey.pending_count())
        except Exception:  # noqa: BLE001 - a queue that does not answer holds no wake-ups
            return False

    def work(self, *, threads: int = 2) -> None:
        """Runs until a signal ends it: takes wake-ups, and sweeps every few seconds for what none reached."""
        logging.getLogger("huey.consumer.Worker").addFilter(_OnceAMinute())
        self._wake  # noqa: B018 - a task that the consumer does not know yet would be lost
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
                self.plan()
                self.sweep()
            except Exception as error:  # noqa: BLE001 - the edge of the sweeping thread, which must live on
                log.warning("sweep failed, next in %s s: %s", SWEEP_SECONDS, type(error).__name__)
            if stop.wait(SWEEP_SECONDS):
                return


class _OnceAMinute(logging.Filter):
    """A queue that is away is met five times a second: said once a minute, in one line."""

    def __init__(self) -> None:
        super().__init__()
        self._said = -60.0

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.exc_info:
            return True
        record.exc_info, due = None, time.monotonic() - self._said >= 60
        if due:
            self._said = time.monotonic()
        return due
