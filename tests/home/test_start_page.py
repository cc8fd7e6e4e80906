"""The start page: what I was doing is on it, whatever else there is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lms.compliance.services import Audience
from lms.core.actor import SYSTEM, Actor
from lms.core.clock import now
from lms.learning.services import record_event
from lms.organisations.services import add_member
from tests.compliance.building import a_firm, asked
from tests.courses.documents import activity
from tests.learning.building import a_person, enrolled, published, signed_in

pytestmark = pytest.mark.usefixtures("session")
CERTIFICATE = {"kind": "achievement", "valid_months": None}


@pytest.fixture
def me(app):
    """(somebody, the text of her start page as a function)"""
    person = a_person(name="Žofia Kowalska")
    return person, lambda: signed_in(app, person).get("/").text


def begun(person, slug, *keys, at=None, **facts):
    """A course of two pages begun; `keys` are done."""
    at = at or now()
    enrolment = enrolled(person, published(slug=slug, **facts), at=at)
    for key in keys:
        record_event(enrolment.id, key, "done", by=Actor(person.id), at=at)
    return enrolment


def test_a_guest_sees_what_this_is_and_some_courses(client):
    published(title="Safety at work")
    found = client.get("/").text
    assert "Safety at work" in found
    assert "/verify" in found


def test_who_is_new_is_led_to_the_catalogue(me):
    published(title="Safety at work")
    found = me[1]()
    assert "Žofia" in found
    assert "You have not started a course yet" in found
    assert "Safety at work" in found


def test_the_next_step_of_the_course_last_touched_is_the_biggest_thing(me):
    person, start = me
    begun(person, "older", "one", at=now() - timedelta(days=3), title="Older course")
    enrolment = begun(person, "newer", "one", title="Newer course")
    stage, also = start().split("Also started")
    assert f"/learn/{enrolment.id}/two" in stage
    assert "1 of 2 done, 50 %" in stage
    assert "Older course" in also


def test_a_course_whose_next_step_is_locked_says_why_and_is_not_the_stage(me):
    person, start = me
    locked = activity("a", release={"from": "2999-01-01"})
    enrolled(person, published(locked, slug="later", title="Later course"))
    enrolment = begun(person, "open")
    stage, also = start().split("Also started")
    assert str(enrolment.id) in stage
    assert "Opens on" in also


def test_who_has_finished_everything_is_not_told_to_have_started_nothing(me):
    person, start = me
    begun(person, "done", "one", "two", certificate=CERTIFICATE, title="Finished course")
    found = start()
    assert "You have not started a course yet" not in found
    assert "All your courses are done" in found
    assert "Finished course" in found.split('aria-label="Certificates"')[1]


# --- the language


def test_a_shipped_language_is_kept_in_this_browser(client):
    answer = client.post("/language", data={"language": "en", "next": "/courses"}, headers=_with_token(client))
    assert answer.location == "/courses"
    assert "language=en" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_choosing_a_language_leads_nowhere_else(client, target):
    answer = client.post("/language", data={"language": "en", "next": target}, headers=_with_token(client))
    assert answer.location == "/"


def test_a_language_that_is_not_shipped_is_refused(client):
    answer = client.post("/language", data={"language": "xx"}, headers=_with_token(client))
    assert answer.status_code == 422


def _with_token(client):
    form = client.get("/sign-in").text
    return {"X-CSRFToken": form.split('name="csrf_token" value="')[1].split('"')[0]}


# --- what is asked of me


def ask(person, slug, *, days, organisation="north-cells"):
    """The organisation, to which the person belongs, asks for a course `days` from now."""
    firm = a_firm(organisation)
    add_member(firm.id, person.id, by=SYSTEM, at=now())
    asked(slug, of=Audience("people", person_ids=(person.id,)), on=now().date() + timedelta(days=days), firm=firm)


def test_what_an_organisation_asks_is_due_with_the_why(me):
    person, start = me
    ask(person, published(slug="safety", title="Safety at work"), days=-4)
    ask(person, published(slug="lean", title="Lean production"), days=40)
    begun(person, "other", "one", title="Other course")
    due = start().split("<h2>Due</h2>")[1].split("</ul>")[0]
    assert due.index("Safety at work") < due.index("Lean production")
    assert "Was due on" in due
    assert "and not begun. Asked by North-Cells." in due
    assert "Other course" not in due


def test_what_is_due_is_not_told_twice_nor_when_it_is_done(me):
    person, start = me
    ask(person, published(slug="safety", title="Safety at work"), days=4)
    begun(person, "other", title="Other course")
    assert start().count("Safety at work") == 1
    for key in ("one", "two"):
        record_event(enrolled(person, "safety").id, key, "viewed", by=Actor(person.id), at=now())
    assert "<h2>Due</h2>" not in start()
