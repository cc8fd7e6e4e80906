"""An attempt in a real browser: with script and without, through a lost network, to its result."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from lms.quizzes.models import AnswerStep, Attempt
from tests.quizzes import documents as make
from tests.services.serving import serving

pytestmark = pytest.mark.browser

OPTIONS = [make.option("a", text="Wait", right=True, feedback="Yes, wait."), make.option("b", text="Open it at once")]


def questions() -> list[make.Document]:
    """Four slots: a text before the first question, one of them with parts."""
    return [
        {"text": "Read **each** situation to the end."},
        {
            "question": make.single_choice(
                key="q1", outcome="o1", text="What first?", options=OPTIONS, explanation="Safe."
            )
        },
        {"question": make.short_text(key="q2", outcome="o1", text="Which colour?")},
        {"question": make.parts(make.true_false(key="p1"), make.numeric(key="p2", unit="V"), key="q3", outcome="o2")},
    ]


class Visitor:
    """A learner with a browser of their own."""

    def __init__(self, page: Page, learner: Any, session: Any) -> None:
        self.page, self.learner, self.session = page, learner, session

    def start(self, *, until: Literal["load", "commit"] = "load") -> None:
        """`until` "load": the script is there; a click before that would load the next page whole."""
        self.page.goto(f"/learn/{self.learner.enrolment_id}/final")
        self.page.get_by_role("button", name=re.compile("Start|Go on with|Try again")).first.click()
        self.page.wait_for_url("**/attempts/*", wait_until=until)

    @property
    def flag(self) -> Any:
        """The box on the sheet that shows."""
        return self.page.locator("[data-sheet]:not([hidden])").get_by_label("Look at it again")

    def steps(self) -> dict[int, list[Any]]:
        """Slot → the answers acknowledged, as the database has them."""
        self.session.rollback()
        rows = self.session.execute(
            sa.select(AnswerStep.slot, AnswerStep.answer).order_by(AnswerStep.slot, AnswerStep.step)
        )
        found: dict[int, list[Any]] = {}
        for slot, answer in rows:
            found.setdefault(slot, []).append(json.loads(answer))
        self.session.rollback()  # on SQLite a transaction that is open keeps everybody else from writing
        return found


@pytest.fixture
def address(app) -> Iterator[str]:
    with serving(app) as at:
        yield at


@pytest.fixture
def visit(address, new_page, publish, enrol, session) -> Callable[..., Visitor]:
    """`visit(body, width=…, java_script_enabled=False)`: a signed-in learner in front of the quiz."""
    from lms.accounts.models import Person
    from lms.accounts.services import sign_in

    def visit(body: make.Document | None = None, **options: Any) -> Visitor:
        publish(make.quiz(*questions(), attempts=2, pass_percent="60") if body is None else body)
        learner = enrol()
        email = session.get_one(Person, learner.person_id).email
        entry = sign_in(email, "correct horse battery", address="127.0.0.1", device="test", at=datetime.now(UTC))
        session.commit()
        page = new_page(address, **options)
        page.context.add_cookies([{"name": "session", "value": entry.secret, "url": address}])
        return Visitor(page, learner, session)

    return visit


def test_a_phone_takes_the_quiz_to_its_result(visit, axe, picture):
    visitor = visit()
    page = visitor.page
    page.goto(f"/learn/{visitor.learner.enrolment_id}/final")
    axe(page)
    picture(page, "quiz-start")
    visitor.start()
    expect(page.get_by_role("heading", name="Question 1 of 3")).to_be_visible()
    expect(page.get_by_text("Read each situation")).to_be_visible()
    page.get_by_label("Wait", exact=True).check()
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    axe(page)
    picture(page, "quiz-question")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("textbox").fill("orange")
    visitor.flag.check()
    page.get_by_role("button", name="Next").click()
    expect(page).to_have_url(re.compile(r"q=3$"))
    page.get_by_label("Not true").check()
    page.get_by_role("textbox").fill("400,0")
    axe(page)
    picture(page, "quiz-parts")
    page.get_by_role("button", name="Look over and hand in").click()
    expect(page.get_by_text("All 3 questions have an answer.")).to_be_visible()
    expect(page.locator("[data-line='2']")).to_contain_text("answered, to look at again")
    axe(page)
    picture(page, "quiz-look-over")
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Passed: 4 of 4 points")
    axe(page)
    picture(page, "quiz-result")
    assert [answers[-1] for answers in visitor.steps().values()][1] == {"text": "orange"}


def test_the_desk_shows_all_questions_beside(visit, axe, picture):
    visitor = visit(width=1280, color_scheme="dark")
    visitor.start()
    page = visitor.page
    page.get_by_role("complementary").get_by_role("button", name="Question 3, open").click()
    expect(page.get_by_role("heading", name="Question 3 of 3")).to_be_focused()
    axe(page)
    picture(page, "quiz-desk")
    page.go_back()
    expect(page.get_by_role("heading", name="Question 1 of 3")).to_be_visible()


def test_without_script_every_way_saves_first(visit):
    visitor = visit(java_script_enabled=False)
    visitor.start()
    page = visitor.page
    page.get_by_label("Open it at once").check()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", name="Question 2 of 3")).to_be_visible()
    page.get_by_role("textbox").fill("orange")
    visitor.flag.check()
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_label("Open it at once")).to_be_checked()
    page.get_by_label("Wait", exact=True).check()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("textbox")).to_have_value("orange")
    expect(visitor.flag).to_be_checked()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Look over and hand in").click()
    expect(page.get_by_text("1 question has no answer yet.")).to_be_visible()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Not passed yet: 2 of 4 points")
    expect(page.get_by_role("heading", name="Repeat 1.1 About read, then try again")).to_be_visible()
    assert {slot: len(answers) for slot, answers in visitor.steps().items()} == {1: 2, 2: 1}


def test_answers_wait_for_the_network_and_survive_a_reload(visit):
    visitor = visit()
    visitor.start()
    page = visitor.page
    page.route("**/answers/*", lambda route: route.abort("internetdisconnected"))
    page.get_by_label("Wait", exact=True).check()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("textbox").fill("orange")
    expect(page.locator("[data-saved]")).to_have_text("2 answers waiting for the network")
    assert visitor.steps() == {}
    page.reload()
    expect(page.get_by_role("textbox")).to_have_value("orange")
    page.unroute("**/answers/*")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    assert list(visitor.steps()) == [1, 2]
    assert visitor.steps()[2] == [{"text": "orange"}]


def test_handing_in_without_a_network_keeps_the_page_and_says_so(visit):
    visitor = visit()
    visitor.start()
    page = visitor.page
    page.get_by_label("Wait", exact=True).check()
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    for name in ("Next", "Next", "Look over and hand in"):
        page.get_by_role("button", name=name).click()
    page.context.set_offline(True)
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator("[data-trouble]")).to_contain_text("There is no network.")
    page.context.set_offline(False)
    expect(page.locator("[data-trouble]")).to_be_hidden()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Not passed yet")


def test_what_was_given_before_the_script_was_there_is_saved_too(visit):
    visitor = visit()
    page, held = visitor.page, []
    page.route("**/js/outbox.js", lambda route: held.append(route))  # noqa: PLW0108 - a builtin can't be a handler
    with page.expect_request("**/js/outbox.js"):
        visitor.start(until="commit")
    page.get_by_label("Wait", exact=True).check()
    held[0].continue_()
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    assert list(visitor.steps()) == [1]


def test_an_acknowledgement_that_was_lost_costs_nothing(visit):
    visitor = visit()
    visitor.start()
    page = visitor.page

    loses = [True]

    def pass_on(route) -> None:
        if not loses[0]:
            route.continue_()
            return
        route.fetch()
        route.abort("internetdisconnected")

    page.route("**/answers/*", pass_on)
    page.get_by_label("Wait", exact=True).check()
    expect(page.locator("[data-saved]")).to_have_text("1 answer waiting for the network")
    page.get_by_label("Open it at once").check()
    loses[0] = False
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    chosen = [answer["choice"] for answer in visitor.steps()[1]]
    assert len(chosen) == len(set(chosen)) == 2


def test_another_device_is_told_and_the_person_decides(visit, client):
    visitor = visit()
    visitor.start()
    page = visitor.page
    attempt = page.url.split("/attempts/")[1].split("?")[0]
    page.goto(f"/attempts/{attempt}?q=2")
    for step in (1, 2):
        body = {"step": step, "answer": {"text": f"elsewhere {step}"}}
        client.put(f"/api/v1/attempts/{attempt}/answers/2", json=body, headers=visitor.learner.headers)
    page.get_by_role("textbox").fill("here")
    expect(page.get_by_text("You answered this question elsewhere too")).to_be_visible()
    page.get_by_role("button", name="The other one").click()
    expect(page.get_by_role("textbox")).to_have_value("elsewhere 2")
    page.get_by_role("textbox").fill("here at last")
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    assert visitor.steps()[2][-1] == {"text": "here at last"}


def test_who_comes_back_sees_what_was_saved_elsewhere_and_where_it_was_handed_in(visit, client):
    visitor = visit()
    visitor.start()
    page = visitor.page
    address = f"/api/v1/attempts/{page.url.split('/attempts/')[1].split('?')[0]}"
    page.get_by_label("Wait", exact=True).check()
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    other = page.get_by_label("Open it at once")
    body = {"step": 2, "answer": {"choice": other.get_attribute("value")}}
    assert client.put(f"{address}/answers/1", json=body, headers=visitor.learner.headers).status_code == 200
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(other).to_be_checked()
    assert client.post(f"{address}/submission", headers=visitor.learner.headers).status_code == 200
    page.get_by_label("Wait", exact=True).check()
    expect(page.get_by_text("It was handed in, or its time ran out.")).to_be_visible()
    page.get_by_role("link", name="See the result").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Not passed yet")


def test_an_answer_waits_while_somebody_else_is_signed_in_on_the_device(visit, enrol, session):
    from lms.accounts.models import Person
    from lms.accounts.services import sign_in

    visitor = visit()
    visitor.start()
    page, mine = visitor.page, visitor.page.context.cookies()
    email = session.get_one(Person, enrol().person_id).email
    entry = sign_in(email, "correct horse battery", address="127.0.0.1", device="test", at=datetime.now(UTC))
    session.commit()
    page.context.add_cookies([{"name": "session", "value": entry.secret, "url": page.url.split("/attempts/")[0]}])
    page.get_by_label("Wait", exact=True).check()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    page.context.add_cookies(mine)
    page.reload()
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    assert list(visitor.steps()) == [1]


def test_the_clock_of_the_browser_does_not_matter(visit):
    visitor = visit(make.quiz(*questions(), time_limit_minutes=30))
    visitor.page.add_init_script("const real = Date.now; Date.now = () => real() + 86400000;")
    visitor.start()
    expect(visitor.page.locator("[data-left]")).to_contain_text(re.compile("29:5|30:00"))


def test_when_the_time_is_over_it_is_handed_in(visit, session, axe, picture):
    visitor = visit(make.quiz(*questions(), time_limit_minutes=30))
    visitor.start()
    page = visitor.page
    page.get_by_label("Wait", exact=True).check()
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    session.rollback()
    session.execute(sa.update(Attempt).values(deadline=datetime.now(UTC) + timedelta(seconds=3)))
    session.commit()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Not passed yet: 1 of 4 points", timeout=15000)
    axe(page)
    picture(page, "quiz-not-passed")


def test_who_is_signed_out_keeps_the_answers_until_signing_in_again(visit):
    visitor = visit()
    visitor.start()
    page = visitor.page
    cookies = page.context.cookies()
    page.context.clear_cookies(name="session")
    page.get_by_label("Wait", exact=True).check()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    page.context.add_cookies(cookies)
    page.reload()
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    assert list(visitor.steps()) == [1]


def test_the_key_is_in_no_page_before_its_time(visit):
    secret = make.short_text("zq-secret", key="q1", explanation="zq-because")
    visitor = visit(make.quiz({"question": secret}, attempts=1))
    seen: list[str] = []
    visitor.page.on("response", lambda response: seen.append(response.text() if response.ok else ""))
    visitor.start()
    visitor.page.get_by_role("textbox").fill("wrong")
    expect(visitor.page.locator("[data-saved]")).to_contain_text("Saved")
    assert "zq-" not in "".join(seen)
    visitor.page.get_by_role("button", name="Look over and hand in").click()
    visitor.page.get_by_role("button", name="Hand in").click()
    expect(visitor.page.get_by_text("zq-secret")).to_be_visible()
    expect(visitor.page.get_by_text("zq-because")).to_be_visible()
