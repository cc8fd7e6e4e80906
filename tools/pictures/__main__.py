"""Plays the stories that are named, or all of them, and writes their pictures into docs/pictures."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa

from lms.core.clock import now
from lms.core.db import begin_reading, db, end_reading
from lms.core.jobs.models import Job
from tests.services.beside import application
from tests.services.browser import chromium
from tests.services.processes import wait_until
from tests.services.server import Server
from tools.pictures import hr, instructors, learners, operators
from tools.pictures.camera import Camera

STORIES = {"learners": learners.story, "instructors": instructors.story, "hr": hr.story, "operators": operators.story}
SECONDS_FOR_THE_COMPANIES = 900


def main(names: list[str]) -> int:
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        server = Server(Path(folder) / "data", LMS_DEMO="whole")
        server.start()
        try:
            wait_for_the_worker(server)
            camera = Camera(server, browser)
            for name in names or STORIES:
                STORIES[name](camera)
                print(f"{name}: done")
        finally:
            server.stop()
    troubles = [trouble for found in camera.troubles for trouble in found]
    print("\n".join(troubles), file=sys.stderr)
    return bool(troubles)


def wait_for_the_worker(server: Server) -> None:
    """The worker loads them after the start, and then makes their certificates."""
    with application(server.env) as app, app.app_context():
        begin_reading()  # on SQLite a look waits for nobody then, and nobody for it

        def done() -> bool:
            time.sleep(0.5)
            waiting = sa.select(Job.id).where(Job.state.in_(("queued", "running")), Job.run_after <= now())
            found = db.session.scalar(waiting.limit(1))
            db.session.rollback()
            return found is None

        wait_until(done, within=SECONDS_FOR_THE_COMPANIES, process=server.process, log=server.log)
        end_reading()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
