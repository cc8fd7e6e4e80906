"""docs/learners.md: from signing up to a certificate, on a phone."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pypdfium2
from PIL import Image
from playwright.sync_api import expect

from lms.accounts.services import find_person
from lms.core.actor import Actor
from lms.core.clock import now
from lms.core.db import db
from lms.home.demo import PASSWORD
from lms.home.demo.first import COURSES
from lms.home.demo.taking import take
from tests.journeys.answers import Key
from tests.journeys.forms import fill

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tools.pictures.camera import Camera

NAME, EMAIL, COURSE = "Ilze Bērziņa", "ilze@example.org", "hydrogen-basics"
BEFORE_THE_LAST_TEST = 16
"""Activities of the course that come first."""
GAP = 24
"""Pixels between two pages on paper."""


def story(camera: Camera) -> None:
    page = camera.phone()
    sign_up(camera, page)
    begin(camera, page)
    go_on(camera, page)
    pass_the_test(camera, page)
    show_the_certificate(camera, page)


def sign_up(camera: Camera, page: Page) -> None:
    page.goto("/sign-up")
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("E-mail").fill(EMAIL)
    camera.take(page, "learn-sign-up")
    page.get_by_role("button", name="Send me the link").click()
    page.goto("/dev/mail")
    while not (message := page.locator("main .lines li", has_text=EMAIL)).count():
        page.wait_for_timeout(500)  # the worker sends it
        page.reload()
    message.first.get_by_role("link").click()
    page.goto(page.url + "/html")
    camera.take(page, "learn-message")
    page.goto(page.locator("a[href*='/links/']").first.get_attribute("href") or "")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make my account").click()
    page.wait_for_url(re.compile(r"/$"))


def begin(camera: Camera, page: Page) -> None:
    page.goto(f"/courses/{COURSE}")
    camera.take(page, "learn-course")
    page.get_by_role("button", name="Take this course").locator("visible=true").click()
    page.wait_for_url("**/learn/**")
    form = page.locator("form[data-practice]").first
    form.get_by_label("We need gas detection high up").check()
    form.get_by_role("button", name="Check my answer").click()
    expect(form.locator("[data-feedback] .reason")).to_be_visible()
    camera.take(page, "learn-practice", at="form[data-practice] .choices label:nth-of-type(2)")


def go_on(camera: Camera, page: Page) -> None:
    """Some evenings later only the last test is left."""
    with camera.beside() as app, app.app_context():
        learner = Actor(find_person(EMAIL).id)
        take(learner, COURSE, at=now() - timedelta(hours=3), steps=BEFORE_THE_LAST_TEST)
        db.session.commit()
    page.goto("/")
    camera.take(page, "learn-home")


def pass_the_test(camera: Camera, page: Page) -> None:
    page.locator("main a[href*='/learn/']").first.click()
    page.get_by_role("button", name=re.compile("^Start")).click()
    page.wait_for_url("**/attempts/**")
    attempt = page.request.get(f"/api/v1/attempts/{page.url.split('/attempts/')[1].split('?')[0]}").json()
    key = Key(COURSES / COURSE)
    for number, slot in enumerate((slot for slot in attempt["slots"] if slot.get("slot")), 1):
        if number != 2:  # one is left out: a result is more than a figure
            fill(page.locator(f"form[data-slot='{slot['slot']}']"), key.answer(slot))
            expect(page.locator("[data-saved]")).to_contain_text("Saved")
        if number == 1:
            camera.take(page, "learn-quiz")
        page.locator("[data-next]").click()
    page.locator("[data-hand-in]").click()
    expect(page.locator("h1")).to_have_text(re.compile("^Passed"))
    camera.take(page, "learn-result")


def show_the_certificate(camera: Camera, page: Page) -> None:
    page.goto("/certificates")
    page.locator("a[href^='/certificates/']").first.click()
    expect(page.get_by_role("link", name="Download PDF")).to_be_visible(timeout=30_000)
    camera.take(page, "learn-certificate")
    pdf = page.request.get(page.get_by_role("link", name="Download PDF").get_attribute("href") or "").body()
    camera.keep(on_paper(pdf), "certificate")
    number = page.url.rsplit("/", 1)[-1]
    employer = camera.phone()
    employer.goto(f"/verify/{number}")
    camera.take(employer, "learn-verification")


def on_paper(pdf: bytes) -> Image.Image:
    """Its two pages side by side."""
    pages = [page.render(scale=1.2).to_pil().convert("RGB") for page in pypdfium2.PdfDocument(pdf)]
    wide = Image.new("RGB", (sum(page.width + GAP for page in pages) - GAP, pages[0].height), "white")
    for number, page in enumerate(pages):
        wide.paste(page, (number * (page.width + GAP), 0))
    return wide
