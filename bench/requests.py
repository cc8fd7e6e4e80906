"""What a request costs on PostgreSQL: SQL queries and CPU time of the web process, beside a route that does nothing.

`make bench`, or `python -m bench.requests 20` for fewer repetitions than 200. CPU time includes the test client that
asks; the first line, which asks for /health/live, shows how much that is. Times of a busy machine vary by 15 %;
queries are exact.
"""

from __future__ import annotations

import contextlib
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine import Engine
from werkzeug.test import TestResponse

from lms.app import create_app
from lms.core.config import Settings
from lms.core.db import db
from lms.home.demo import PASSWORD
from lms.home.setup import prepare
from tests.services.postgresql import RunningCluster

TIMES = 200
API = "/api/v1"
LEARNER = "new@example.org"
COURSE = "high-voltage-safety"
Ask = Callable[[], TestResponse]


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
        print(f"{name:44} {queries:7} {milliseconds:7.2f} {size:7}")
    with app.app_context():
        db.engine.dispose()


def measure(ask: Ask, times: int) -> tuple[int, float, int]:
    """Queries of one request after the first ones, CPU milliseconds a request, bytes of the answer."""
    for _ in range(3):
        answer = ask()
    if answer.status_code >= 400:
        sys.exit(f"{answer.request.path}: {answer.status_code} {answer.get_data(as_text=True)[:300]}")
    with counting() as statements:
        answer = ask()
    began = time.process_time()
    for _ in range(times):
        ask()
    return len(statements), (time.process_time() - began) * 1000 / times, len(answer.data)


@contextlib.contextmanager
def counting() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield statements
    event.remove(Engine, "before_cursor_execute", note)


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


def activities(modules: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for module in modules:
        yield from module["activities"]
        yield from activities(module.get("modules", []))


def signed_in(client: FlaskClient) -> FlaskClient:
    form = client.get("/sign-in").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
    assert token is not None, "the sign-in page has no CSRF token"
    client.post("/sign-in", data={"csrf_token": token[1], "email": LEARNER, "password": PASSWORD})
    return client


class Api:
    """The learner at the JSON API."""

    def __init__(self, client: FlaskClient) -> None:
        self.client, self.headers = client, {"Accept": "application/json"}
        token = self.post("/auth/tokens", {"email": LEARNER, "password": PASSWORD})["token"]
        self.headers["Authorization"] = f"Bearer {token}"

    def ask(self, method: str, path: str, body: Any = None) -> TestResponse:
        return self.client.open(API + path, method=method, json=body, headers=self.headers)

    def get(self, path: str) -> Any:
        return self.ask("GET", path).get_json()

    def post(self, path: str, body: Any = None) -> Any:
        answer = self.ask("POST", path, body or {})
        if answer.status_code >= 400:
            sys.exit(f"{path}: {answer.status_code} {answer.get_data(as_text=True)[:300]}")
        return answer.get_json()


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
