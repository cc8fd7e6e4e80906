"""A learner of the demo at the pages and at the API, and the statements of what they ask for."""

from __future__ import annotations

import contextlib
import re
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine import Engine
from werkzeug.test import TestResponse

from lms.home.demo import PASSWORD

API = "/api/v1"
LEARNER = "new@example.org"
Ask = Callable[[], TestResponse]


@contextlib.contextmanager
def counting() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield statements
    event.remove(Engine, "before_cursor_execute", note)


def sent(answer: TestResponse) -> TestResponse:
    """The answer; ends the program where it is a refusal."""
    if answer.status_code >= 400:
        sys.exit(f"{answer.request.path}: {answer.status_code} {answer.get_data(as_text=True)[:300]}")
    return answer


def timed(ask: Ask) -> float:
    """CPU seconds of this process for one request."""
    began = time.process_time()
    ask()
    return time.process_time() - began


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
        return sent(self.ask("POST", path, body or {})).get_json()
