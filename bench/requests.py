"""What a request costs on PostgreSQL: SQL queries and CPU time of the web process, beside a route that does nothing.

Then what a whole test costs one person: each kind of request, and all together.

`make bench`, or `python -m bench.requests 20` for fewer repetitions than 200. CPU time includes the test client that
asks; the first line, which asks for /health/live, shows how much that is. Times of a busy machine vary by 15 % and
more; queries are exact.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import structlog
from flask import Flask
from werkzeug.test import TestResponse

from bench.asking import Api, Ask, counting, sent, signed_in, timed
from bench.sitting import TEST, Cost, measure_sittings, publish_test, sit
from lms.app import create_app
from lms.core.config import Settings
from lms.core.db import db
from lms.home.setup import prepare
from tests.services.postgresql import RunningCluster

TIMES = 200
COURSE = "high-voltage-safety"
LINE = "{:44} {:7} {:7.2f} {:7}"


def main(times: int) -> None:
    running = RunningCluster()
    try:
        running.cluster.execute("CREATE DATABASE bench")
        with tempfile.TemporaryDirectory() as folder:
            report(application(running.cluster.url("bench"), Path(folder)), times)
    finally:
        running.end()


def application(url: str, folder: Path) -> Flask:
    """The platform with its demo. What it logs goes nowhere, but is made."""
    app = create_app(Settings.from_env({"LMS_DATABASE_URL": url, "LMS_DATA_DIR": str(folder)}))
    structlog.configure(logger_factory=structlog.WriteLoggerFactory((folder / "log").open("w")))
    with app.app_context():
        prepare(app.extensions["settings"])
        db.session.commit()
    return app


def report(app: Flask, times: int) -> None:
    print(f"{'request':44} {'queries':>7} {'CPU ms':>7} {'bytes':>7}")
    for name, ask in requests(app):
        queries, milliseconds, size = measure(ask, times)
        print(LINE.format(name, queries, milliseconds, size))
    for name, cost in sittings(app, max(2, times // 10)).items():
        print(LINE.format(name, cost.queries, cost.seconds * 1000, cost.size))
    with app.app_context():
        db.engine.dispose()


def measure(ask: Ask, times: int) -> tuple[int, float, int]:
    """Queries of one request after the first ones, the median of its CPU milliseconds, bytes of the answer."""
    for _ in range(3):
        sent(ask())
    with counting() as statements:
        answer = ask()
    seconds = [timed(ask) for _ in range(times)]
    return len(statements), statistics.median(seconds) * 1000, len(answer.data)


def requests(app: Flask) -> Iterator[tuple[str, Ask]]:
    """The requests that learners make most, each as something to call; the work between them is done once."""
    page, api = signed_in(app.test_client()), Api(app.test_client())
    yield "floor: /health/live", lambda: page.get("/health/live")
    enrolment = api.post(f"/courses/{COURSE}/enrolments")
    keys = {one["kind"]: one["key"] for one in activities(api.get(f"/courses/{COURSE}")["modules"])}
    yield "home", lambda: page.get("/")
    yield "catalogue", lambda: page.get("/courses")
    yield "course page", lambda: page.get(f"/courses/{COURSE}")
    yield "activity page", lambda: page.get(f"/learn/{enrolment['id']}/{keys['page']}")
    yield "quiz page", lambda: page.get(f"/learn/{enrolment['id']}/{keys['quiz']}")
    yield "enrolment (API)", lambda: api.ask("GET", f"/enrolments/{enrolment['id']}")
    attempt = api.post(f"/enrolments/{enrolment['id']}/activities/{keys['quiz']}/attempts")
    yield "attempt page", lambda: page.get(f"/attempts/{attempt['id']}")
    yield "save of an answer (API)", Saving(api, attempt)
    yield "verify page", verifying(app)


def sittings(app: Flask, times: int) -> dict[str, Cost]:
    """What one person's test costs, request by request and whole."""
    with app.app_context():
        publish_test(time_limit_minutes=30)
        db.session.commit()
    page, api = signed_in(app.test_client()), Api(app.test_client())
    enrolment = api.post(f"/courses/{TEST}/enrolments")["id"]
    return measure_sittings(lambda: sit(page, api, enrolment), times)


def activities(modules: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for module in modules:
        yield from module["activities"]
        yield from activities(module.get("modules", []))


class Saving:
    """Each call saves the next step of the first choice of an attempt."""

    def __init__(self, api: Api, attempt: dict[str, Any]) -> None:
        slot = next(one for one in attempt["slots"] if one.get("type") == "single_choice")
        self.path = f"/attempts/{attempt['id']}/answers/{slot['slot']}"
        self.answer = {"choice": slot["options"][0]["id"]}
        self.api, self.step = api, 0

    def __call__(self) -> TestResponse:
        self.step += 1
        return self.api.ask("PUT", self.path, {"step": self.step, "answer": self.answer})


def verifying(app: Flask) -> Ask:
    """The public page of some certificate of the demo, asked for by a guest."""
    from lms.credentials.models import Award

    with app.app_context():
        public_id = db.session.query(Award.public_id).limit(1).scalar()
    guest = app.test_client()
    return lambda: guest.get(f"/verify/{public_id}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else TIMES)
