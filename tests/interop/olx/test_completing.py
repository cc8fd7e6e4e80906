"""A learner takes the imported courses to their end, through the API alone."""

import uuid

import pytest

from lms.core.actor import SYSTEM
from lms.interop.services import import_course
from tests.learning.building import AT, a_person, an_organisation, signed_in

API = "/api/v1"


class Taker:
    """A learner on one course, as a program sees it."""

    def __init__(self, client, slug):
        self._client = client
        self.enrolment = f"{API}/enrolments/{self.ask('POST', f'{API}/courses/{slug}/enrolments')['id']}"

    def ask(self, method, path, json=None):
        headers = {"Idempotency-Key": uuid.uuid4().hex} if path.endswith("/events") else {}
        answer = self._client.open(path, method=method, json=json if json is not None else {}, headers=headers)
        assert answer.status_code < 300, (path, answer.json)
        return answer.json

    def read(self, key):
        """Sees a page, and marks as done what is to be marked."""
        path = f"{self.enrolment}/activities/{key}"
        content = self._client.get(path).json
        for kind in ("viewed", "done"):
            self.ask("POST", f"{path}/events", {"kind": kind})
        return content

    def pass_quiz(self, key, answers):
        """Answers each slot by `answers(slot)` and hands in."""
        attempt = self.ask("POST", f"{self.enrolment}/activities/{key}/attempts")
        for slot in attempt["slots"]:
            if slot.get("slot"):
                path = f"{API}/attempts/{attempt['id']}/answers/{slot['slot']}"
                self.ask("PUT", path, {"step": 1, "answer": answers(slot)})
        return self.ask("POST", f"{API}/attempts/{attempt['id']}/submission")

    def practise(self, key, question, answer):
        return self.ask("POST", f"{self.enrolment}/activities/{key}/practice/{question}", {"answer": answer})

    @property
    def percent(self):
        return self._client.get(self.enrolment).json["percent"]


@pytest.fixture
def take(app, session, shared_data):
    """`take(name)`: the course of a real export, and a learner on it."""

    def take(name):
        an_organisation("academy")
        session.flush()  # the use case looks for the first organisation
        path = shared_data / "olx" / f"{name}.tar.gz"
        slug = import_course(path, publish=True, slug=None, organisation=None, by=SYSTEM, at=AT).course
        client = signed_in(app, a_person())
        return list(_activities(client.get(f"{API}/courses/{slug}").json["modules"])), Taker(client, slug)

    return take


def _activities(modules):
    for module in modules:
        yield from module["activities"]
        yield from _activities(module["modules"])


def option(text):
    """An answer that chooses the option with this text."""
    return lambda slot: {"choice": next(o["id"] for o in slot["options"] if text in o["html"])}


def test_the_kitchen_sink_is_completed_through_its_quiz(take):
    activities, taker = take("oxa-kitchen-sink")
    for activity in activities:
        if activity["kind"] != "quiz":
            taker.read(activity["key"])
    assert taker.percent < 100
    (quiz,) = [activity["key"] for activity in activities if activity["kind"] == "quiz"]
    assert taker.pass_quiz(quiz, option("Brazil"))["passed"] is False
    assert taker.pass_quiz(quiz, option("Indonesia"))["passed"] is True
    assert taker.percent == 100


def test_the_finnish_course_is_completed_by_views_and_its_problems_answer_at_once(take):
    activities, taker = take("math-percent-fi")
    contents = {activity["key"]: taker.read(activity["key"]) for activity in activities}
    assert taker.percent == 100
    decimals = "020ccd4c0a354a748e00026429c6a0bd"
    blocks = [(key, block) for key, content in contents.items() for block in content.get("blocks", [])]
    page, slot = next((key, block["slot"]) for key, block in blocks if block.get("key") == decimals)
    numbers = ["0,1", "0.45", "0.8", "0.015", "0.002", "1.25"]
    parts = {part["id"]: {"number": number} for part, number in zip(slot["parts"], numbers, strict=True)}
    assert taker.practise(page, decimals, {"parts": parts})["fraction"] == "1"


def test_the_grading_library_is_completed_by_views(take):
    activities, taker = take("mitx-grading-library-demo")
    for activity in activities:
        taker.read(activity["key"])
    assert taker.percent == 100
