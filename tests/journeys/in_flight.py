"""Two people on a course while its author corrects it: one in the middle of a quiz, one who has finished."""

from __future__ import annotations

import re
import uuid
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.test_by_api_alone import Api, wait_for
from tests.journeys.test_from_import_to_verification import add, sign_in
from tests.services.server import Server

ASKED = "Which cable carries high voltage?"


class InTheQuiz:
    """Has read the page, started the quiz and given an answer; asked along the way, the percent never falls."""

    def __init__(self, server: Server, page: Page, slug: str) -> None:
        self.page, self.name = page, f"Lea {uuid.uuid4().hex[:6]}"
        email = add(server, "learner", self.name)
        self._api, self._percent = Api(server, email), 0
        sign_in(page, email)
        page.goto(f"/courses/{slug}")
        page.get_by_role("button", name="Take this course").locator("visible=true").click()
        page.wait_for_url("**/learn/**")
        page.goto(page.url.rsplit("/", 1)[0] + "/check")
        page.get_by_role("button", name="Start", exact=True).click()
        page.wait_for_url("**/attempts/**")
        page.get_by_label("The orange one").check()
        expect(page.locator("[data-saved]")).to_contain_text("Saved")
        self.has_at_least(50)

    def has_at_least(self, percent: int) -> dict[str, Any]:
        ((enrolment,), _next) = self._api.ask("GET", "/me/enrolments").values()
        assert enrolment["percent"] >= max(percent, self._percent)
        self._percent = enrolment["percent"]
        return dict(enrolment)

    def sees_what_was_asked(self) -> None:
        self.page.reload()
        expect(self.page.locator("main")).to_contain_text(ASKED)
        expect(self.page.get_by_label("The orange one")).to_be_checked()
        self.has_at_least(50)

    def hands_in_and_passes(self) -> None:
        """By what was right when it was asked."""
        self.page.get_by_role("button", name="Look over and hand in").click()
        self.page.get_by_role("button", name="Hand in", exact=True).click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(re.compile("passed", re.IGNORECASE))
        expect(self.page.locator("main")).to_contain_text(ASKED)
        assert self.has_at_least(100)["status"] == "completed"


class Finished:
    """Has completed the course, and holds the certificate."""

    def __init__(self, server: Server, slug: str) -> None:
        self._api = api = Api(server, add(server, "learner", "Ben Beneš"))
        enrolment = api.ask("POST", f"/courses/{slug}/enrolments", {})
        path = f"/enrolments/{enrolment['id']}/activities"
        again = {"Idempotency-Key": uuid.uuid4().hex}
        api.ask("POST", f"{path}/what-is-orange/events", {"kind": "viewed"}, **again)
        attempt = api.ask("POST", f"{path}/check/attempts", {})
        (slot,) = attempt["slots"]
        choice = next(option["id"] for option in slot["options"] if "orange" in option["html"])
        answer = {"step": 1, "answer": {"choice": choice}}
        api.ask("PUT", f"/attempts/{attempt['id']}/answers/1", answer)
        assert api.ask("POST", f"/attempts/{attempt['id']}/submission", {})["passed"] is True
        self._held = self._proof()

    def _proof(self) -> tuple[Any, ...]:
        ((enrolment,), _next) = self._api.ask("GET", "/me/enrolments").values()
        ((award,), _next) = self._api.ask("GET", "/me/credentials").values()
        document = wait_for(lambda: self._api.ask("GET", f"/credentials/{award['id']}/pdf"))
        status = self._api.ask("GET", f"/credentials/{award['id']}")["status"]
        return enrolment["status"], enrolment["percent"], enrolment["completed_at"], award["id"], status, document

    def has_lost_nothing(self) -> None:
        assert self._held[:2] == ("completed", 100)
        assert self._held[4] == "issued"
        assert self._proof() == self._held
