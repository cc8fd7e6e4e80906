"""Clients that repeat a call until it is answered, as our pages do, and remember what was acknowledged."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass, field
from http.client import HTTPException
from random import Random
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

PATIENCE = 60.0
TRANSIENT = (429, 500, 502, 503, 504)


@dataclass
class Learner:
    """One person at the API: `answers` are the saves acknowledged, slot → (step, answer)."""

    base: str
    token: str
    random: Random
    answers: dict[int, tuple[int, Any]] = field(default_factory=dict)
    completed: list[str] = field(default_factory=list)
    attempt: str = ""
    repeats: int = 0

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer's JSON; repeated through broken connections and a server that is not there."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return self._once(method, path, body, headers)
            except HTTPError as error:
                if error.code not in TRANSIENT or time.monotonic() > end:
                    raise AssertionError(f"{method} {path}: {error.code} {error.read()[:300]!r}") from None
            except (OSError, HTTPException, ValueError):
                if time.monotonic() > end:
                    raise
            self.repeats += 1
            time.sleep(0.05)

    def _once(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        data = None if body is None else json.dumps(body).encode()
        known = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **headers}
        request = Request(f"{self.base}/api/v1{path}", data, known, method=method)
        with urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())

    def take(self, slug: str, *, saves: int) -> None:
        """One course to its end: its page read; with `saves` its quiz too, so many answers saved, then handed in."""
        enrolment = self.call("POST", f"/courses/{slug}/enrolments", {})
        path = f"/enrolments/{enrolment['id']}/activities"
        if saves:
            self.attempt = self.call("POST", f"{path}/quiz/attempts", {})["id"]
            for _ in range(saves):
                time.sleep(self.random.uniform(0, 0.4))  # people think
                self.save(self.random.randint(1, 5))
            self.check_answers(self.call("GET", f"/attempts/{self.attempt}"))
            self.call("POST", f"/attempts/{self.attempt}/submission", {})
        key = {"Idempotency-Key": uuid.uuid4().hex}
        outcome = self.call("POST", f"{path}/page/events", {"kind": "viewed"}, **key)
        assert outcome["enrolment"]["status"] == "completed"
        self.completed.append(enrolment["id"])

    def save(self, slot: int) -> None:
        step = self.answers.get(slot, (0, None))[0] + 1
        answer = {"text": f"answer {self.random.randint(1, 10**9)}"}
        receipt = self.call("PUT", f"/attempts/{self.attempt}/answers/{slot}", {"step": step, "answer": answer})
        assert (receipt["slot"], receipt["step"]) == (slot, step)
        self.answers[slot] = (step, answer)

    def check_answers(self, attempt: Any) -> None:
        """Every acknowledged answer is held, and no other."""
        held = {one["slot"]: (one["step"], one["answer"]) for one in attempt["slots"] if one.get("answer")}
        assert held == self.answers
