"""The learner's journey by a program: what a page can do, the API can."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.journeys.answers import Key
from tests.journeys.test_from_import_to_verification import EVERYTHING, OPTIONAL_OF_OTHERS, PASSWORD, activities, add
from tests.services.server import Server


class Api:
    """A learner's program: a bearer token and JSON."""

    def __init__(self, server: Server, email: str) -> None:
        self.base, self.token = f"{server.url}/api/v1", ""
        self.token = self.ask("POST", "/auth/tokens", {"email": email, "password": PASSWORD})["token"]

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        data = None if body is None else json.dumps(body).encode()
        sent = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}", **headers}
        with urlopen(Request(self.base + path, data, sent, method=method), timeout=30) as answer:
            content = answer.read()
        return content if content[:5] == b"%PDF-" else json.loads(content)


@pytest.fixture
def course(server: Server) -> str:
    slug = f"by-api-{uuid.uuid4().hex[:6]}"
    server.lms("courses", "import", EVERYTHING, "--publish", "--slug", slug)
    return slug


def test_a_program_takes_a_course_and_holds_the_certificate(server: Server, course: str) -> None:
    api = Api(server, add(server, "learner", "Νίκος Παπανδρέου"))
    enrolment = api.ask("POST", f"/courses/{course}/enrolments", {})
    key = Key(EVERYTHING)
    for activity in activities(api.ask("GET", f"/courses/{course}")["modules"]):
        if activity["key"] not in OPTIONAL_OF_OTHERS:
            do(api, f"/enrolments/{enrolment['id']}/activities/{activity['key']}", activity["kind"], key)
    assert api.ask("GET", f"/enrolments/{enrolment['id']}")["percent"] == 100
    ((award,), following) = api.ask("GET", "/me/credentials").values()
    assert following is None
    assert wait_for(lambda: api.ask("GET", f"/credentials/{award['id']}/pdf"))[:5] == b"%PDF-"
    assert api.ask("GET", f"/credentials/{award['id']}")["status"] == "issued"


def do(api: Api, path: str, kind: str, key: Key) -> None:
    """A quiz is answered rightly, everything else is seen and marked as done."""
    content = api.ask("GET", path)
    assert content["state"] in ("open", "started", "completed")
    if kind != "quiz":
        for event in ("viewed", "done"):
            api.ask("POST", f"{path}/events", {"kind": event}, **{"Idempotency-Key": uuid.uuid4().hex})
        return
    attempt = api.ask("POST", f"{path}/attempts", {})
    for slot in attempt["slots"]:
        if slot.get("slot"):
            answer = {"step": 1, "answer": key.answer(slot)}
            receipt = api.ask("PUT", f"/attempts/{attempt['id']}/answers/{slot['slot']}", answer)
            assert receipt["step"] == 1
    assert api.ask("POST", f"/attempts/{attempt['id']}/submission", {})["passed"] is True


def wait_for(ask: Callable[[], Any], *, within: float = 20) -> Any:
    """The document is made by the worker: until then the API answers 409 with the reason."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            return ask()
        except HTTPError as refused:
            if refused.code != 409:
                raise
        time.sleep(0.1)
    raise TimeoutError(f"no document within {within} s")
