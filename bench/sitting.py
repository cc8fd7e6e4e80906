"""A test of 20 questions, and one person who sits it as the pages of the platform would."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bench.asking import Api, Ask, counting, sent, timed
from tests.courses.documents import activity
from tests.learning.building import published
from tests.quizzes.documents import multiple_choice, numeric, quiz, single_choice

TEST = "bench-test"
QUESTIONS = 20
WHOLE = "a whole test, 20 questions"


def publish_test(**facts: Any) -> None:
    kinds = [single_choice, single_choice, multiple_choice, numeric]
    questions = [{"question": kinds[at % 4](key=f"q{at}")} for at in range(QUESTIONS)]
    test = quiz(*questions, attempts=None, **facts)
    published(activity("quiz", test, requires="none"), activity("page"), slug=TEST)


def some_answer(slot: dict[str, Any]) -> dict[str, Any]:
    """An answer that the question takes, right or wrong."""
    if slot["type"] == "numeric":
        return {"number": "401"}
    first = slot["options"][0]["id"]
    return {"choice": first} if slot["type"] == "single_choice" else {"choices": [first]}


@dataclass(frozen=True)
class Cost:
    """Of all requests of one name in one sitting: statements, CPU seconds, bytes of the last answer."""

    queries: int
    seconds: float
    size: int


def sit(page: FlaskClient, api: Api, enrolment: str) -> Iterator[tuple[str, Ask]]:
    """Every request of one sitting in its order, as something to call: pages as they are opened, answers as the
    page's script saves them."""
    yield "  the page before it", lambda: page.get(f"/learn/{enrolment}/quiz")
    begun: list[TestResponse] = []
    yield "  start of an attempt (API)", _kept(begun, lambda: api.ask("POST", _attempts(enrolment), {}))
    attempt = begun[0].get_json()
    yield "  attempt page", lambda: page.get(f"/attempts/{attempt['id']}")
    for slot in (one for one in attempt["slots"] if "slot" in one):
        path, answer = f"/attempts/{attempt['id']}/answers/{slot['slot']}", {"step": 1, "answer": some_answer(slot)}
        yield "  saves of 20 answers (API)", lambda path=path, answer=answer: api.ask("PUT", path, answer)  # type: ignore[misc]
    yield "  submission (API)", lambda: api.ask("POST", f"/attempts/{attempt['id']}/submission", {})
    yield "  page of the result", lambda: page.get(f"/attempts/{attempt['id']}")


def _attempts(enrolment: str) -> str:
    return f"/enrolments/{enrolment}/activities/quiz/attempts"


def _kept(answers: list[TestResponse], ask: Ask) -> Ask:
    def asking() -> TestResponse:
        answers.append(ask())
        return answers[-1]

    return asking


def measure_sittings(sitting: Callable[[], Iterator[tuple[str, Ask]]], times: int) -> dict[str, Cost]:
    """By name of the request; the last is all of a sitting. Times are medians, after sittings that do not count."""
    _seconds(sitting())
    costs: dict[str, Cost] = {}
    for name, ask in sitting():
        with counting() as statements:
            answer = sent(ask())
        known = costs.get(name, Cost(0, 0, 0))
        costs[name] = Cost(known.queries + len(statements), 0, len(answer.data))
    rounds = [_seconds(sitting()) for _ in range(times)]
    costs = {name: replace(cost, seconds=median(one[name] for one in rounds)) for name, cost in costs.items()}
    whole = Cost(
        sum(cost.queries for cost in costs.values()),
        median(sum(one.values()) for one in rounds),
        sum(cost.size for cost in costs.values()),
    )
    return costs | {WHOLE: whole}


def _seconds(asked: Iterator[tuple[str, Ask]]) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for name, ask in asked:
        found[name] += timed(ask)
    return found
