"""A correction with learners in flight, in a real browser: look, publish, see who is where, move on, help one over it.

On SQLite alone: it is about pages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page, expect

from lms.core.actor import Actor
from lms.core.clock import now
from lms.core.db import db
from lms.core.jobs import services as jobs
from lms.core.jobs.models import Job
from lms.courses.queries import find_course
from lms.learning.services import record_event
from lms.quizzes.services import start_attempt, submit_attempt
from tests.courses.documents import activity, module, page, text, video
from tests.learning.building import PASSWORD, a_person, draft, enrolled, published
from tests.quizzes.documents import quiz, single_choice
from tests.services.serving import serving

MakePage = Callable[..., Page]
NAMES = ("Ana Žagar", "Björn Åkesson", "Chloé D’Amico", "Đorđe Ćosić", "Zoë Müller-Łukasz", "Νίκος Παπαδόπουλος")
WORDS = "The capacitor discharges by itself, but it needs up to {} minutes. Measure before you touch anything."


def parts(minutes, *more, **settings):
    asked = quiz({"question": single_choice()}, attempts=2, **settings)
    first = activity("why", page(text("High voltage is different.")), title="Why high voltage is different")
    second = activity("discharge", page(text(WORDS.format(minutes))), title="Discharging safely")
    test = activity("quiz", asked, title="Quiz: reading the vehicle", release={"completed": "discharge"})
    return module("m1", first, second, test, *more, title="Before you open the vehicle")


@pytest.fixture
def database_kind() -> str:
    return "sqlite"  # what a browser shows does not depend on the database


@pytest.fixture
def course(session) -> str:
    """Learners here and there on revision 1, and a draft that mends a number and adds a video without captions."""
    title = "High-voltage safety for technicians"
    published(parts(2), title=title)
    at = now() - timedelta(days=20)
    for number, name in enumerate(NAMES):
        enrolment = enrolled(a_person(name=name), "safety", at=at)
        by = Actor(enrolment.person_id)
        for key in ("why", "discharge")[: number % 3]:
            record_event(enrolment.id, key, "done", by=by, at=at + timedelta(days=number))
        if number % 3 == 2:
            attempt, _new = start_attempt(enrolment.id, "quiz", by=by, at=now())
            submit_attempt(attempt.id, by=by, at=now())
            start_attempt(enrolment.id, "quiz", by=by, at=now())
    film = activity("film", video(captions={}, transcript=None), title="Service disconnect")
    return draft(parts(5, film, pass_percent="80"), title=title)


@pytest.fixture
def address(app: Flask, course: str) -> Iterator[str]:
    with serving(app) as address:
        yield address


@pytest.fixture
def as_author(session, address, course, new_page) -> Callable[..., Page]:
    def make(**options: object) -> Page:
        person = a_person("author", scope=find_course(course).organisation_id)
        email = person.email
        session.commit()  # and nothing is read after it: this thread would hold SQLite's one lock
        page = new_page(address, **options)
        page.goto("/sign-in")
        page.fill("input[name=email]", email)
        page.fill("input[name=password]", PASSWORD)
        page.click("main button:not([type=button])")
        page.wait_for_url(re.compile(r"/$"))
        return page

    return make


def run_jobs(session):
    session.rollback()
    waiting = db.session.scalars(sa.select(Job.id).where(Job.kind == "learning.move")).all()
    session.rollback()
    for job_id in waiting:
        jobs.run_job(job_id)
    session.rollback()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark"), (1280, "light")])
def test_a_correction_reaches_learners_in_flight(
    session,
    as_author: Callable[..., Page],
    axe: Callable[[Page], None],
    picture: Callable[[Page, str], Path],
    width: int,
    scheme: str,
) -> None:
    page = as_author(width=width, color_scheme=scheme)

    def look(name: str) -> None:
        axe(page)
        picture(page, f"{name}-{scheme}")

    page.goto("/teach/safety/publish")
    expect(page.locator("ins", has_text="5")).to_be_visible()
    expect(page.get_by_text("2 people are in a quiz now")).to_be_visible()
    look("publish")
    page.get_by_role("button", name="Publish revision 2").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Revision 2 is published")
    look("published")

    page.get_by_role("link", name="Look at moving them on").click()
    expect(page.get_by_text("6 people move on from revision 1")).to_be_visible()
    look("move")
    page.goto("/teach/safety/learners")
    expect(page.get_by_role("link", name="Νίκος Παπαδόπουλος")).to_be_visible()
    look("learners")
    page.goto("/teach/safety/learners/reached")
    page.get_by_text("As a table, with who is behind each number").click()
    look("reached")
    page.goto("/teach/safety/learners")
    page.get_by_role("link", name="Look at them").first.click()
    expect(page.get_by_text("No step for").first).to_be_visible()
    look("stuck")

    page.goto("/teach/safety/learners?q=Ana")
    page.locator("tbody input[type=checkbox]").check()
    page.get_by_role("button", name="Look at moving the chosen ones on").click()
    page.get_by_role("button", name="Move 1 person on").click()
    page.wait_for_url("**/jobs/**")
    run_jobs(session)
    page.reload()
    expect(page.get_by_text("1 learner was moved on.")).to_be_visible()
    look("moved")

    page.goto("/teach/safety/learners?q=Ana")
    page.get_by_role("link", name="Ana Žagar").click()
    page.locator("#activity-why summary").first.click()
    page.locator("#activity-why input[name=words]").fill("Shown in the workshop.")
    look("learner")
    page.locator("#activity-why button").click()
    expect(page.get_by_text("Shown in the workshop.")).to_be_visible()
    look("helped")


@pytest.mark.browser
def test_it_works_without_script(as_author: Callable[..., Page]) -> None:
    page = as_author(java_script_enabled=False)
    page.goto("/teach/safety/publish")
    page.get_by_role("button", name="Publish revision 2").click()
    page.goto("/teach/safety/learners")
    page.get_by_role("button", name="Look at moving all of these on").click()
    page.get_by_role("button", name="Move 6 people on").click()
    expect(page.locator("h1")).to_have_text("Move learners on")
