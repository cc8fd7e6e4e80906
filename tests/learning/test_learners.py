"""Who is where in a course and who does not get on, for those who teach it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lms.core.actor import Actor, Grant
from lms.core.clock import now
from lms.core.db import db
from lms.core.reasons import Refused
from lms.courses.queries import find_course
from lms.learning.queries.learners import IDLE_DAYS, SORTS, Wanted, page_of_learners
from lms.learning.services import grant_activity, record_event, withdraw_enrolment
from lms.learning.teaching import follow_learner, list_learners, look_at_learners
from lms.quizzes.services import start_attempt, submit_attempt
from tests.courses.documents import activity
from tests.learning.building import AT, a_person, actor, draft, enrolled, publish, published, scope_on, signed_in
from tests.quizzes.documents import quiz, single_choice

pytestmark = pytest.mark.usefixtures("session")
ADDRESS = "/teach/safety/learners"
LATE = AT + timedelta(days=IDLE_DAYS + 1)
HARD = [{"question": single_choice()}]


def learner(*done, name="Zoë Müller-Łukasz", at=AT):
    enrolment = enrolled(a_person(name=name), "safety", at=at)
    for key in done:
        record_event(enrolment.id, key, "done", by=Actor(enrolment.person_id), at=at)
    return enrolment


def teacher():
    return actor(a_person(), scope_on("safety", "teacher"))


def listed(*, by=None, at=AT, sort="name", cursor=None, **wanted):
    return list_learners("safety", Wanted(**wanted), sort=sort, cursor=cursor, by=by or teacher(), at=at)


def names(found):
    return [row.learner.name for row in found.rows]


def fail(enrolment, times):
    for _ in range(times):
        attempt, _new = start_attempt(enrolment.id, "quiz", by=Actor(enrolment.person_id), at=AT)
        submit_attempt(attempt.id, by=Actor(enrolment.person_id), at=AT)


def reasons(**options):
    return [row.stuck.reason.code for row in listed(stuck=True, **options).rows]


@pytest.fixture
def page(app, session):
    published(activity("a"), activity("b"))
    return signed_in(app, a_person("teacher", scope=find_course("safety").id))


def test_each_learner_is_listed_with_what_comes_next():
    published(activity("a"), activity("b"))
    learner("a", name="Ana"), learner("a", "b", name="Bo")
    ana, bo = listed().rows
    assert (ana.learner.name, ana.learner.enrolment.percent, ana.step.key) == ("Ana", 50, "b")
    assert (bo.learner.name, bo.learner.enrolment.status, bo.step) == ("Bo", "completed", None)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"q": "an"}, ["Ana", "Dan"]),
        ({"q": "%"}, []),
        ({"q": "cedric lukasz"}, ["Cédric Łukasz"]),
        ({"status": "completed"}, ["Bo"]),
        ({"status": "withdrawn"}, ["Dan"]),
        ({"revision": 1}, ["Ana", "Bo", "Dan"]),
        ({"revision": 2}, ["Cédric Łukasz"]),
        ({"activity": "a"}, ["Cédric Łukasz"]),
        ({"activity": "a", "done": True}, ["Ana", "Bo"]),
    ],
)
def test_the_list_is_searched_and_filtered(wanted, expected):
    published(activity("a"), activity("b"))
    learner("a", name="Ana"), learner("a", "b", name="Bo")
    withdraw_enrolment(learner(name="Dan").id, reason="asked", by=teacher(), at=AT)
    publish(draft(activity("a"), activity("b"), activity("c")))
    learner(name="Cédric Łukasz")
    assert names(listed(**wanted)) == expected


@pytest.mark.parametrize("sort", SORTS)
def test_every_order_goes_on_where_the_page_before_ended(sort):
    published(activity("a"), activity("b"))
    for number in range(5):
        learner(*(["a"] if number % 2 else []), name=f"Learner {number % 3}", at=AT + timedelta(hours=number % 2))
    whole = names(listed(sort=sort))
    pages, cursor = [], None
    for _ in range(3):
        found, cursor = page_of_learners(find_course("safety").id, Wanted(), AT, sort=sort, cursor=cursor, limit=2)
        pages += [one.name for one in found]
    assert (len(whole), pages, cursor) == (5, whole, None)


def test_who_took_no_step_for_long_may_need_help():
    published(activity("a"))
    learner(name="Idle"), learner(name="Busy", at=LATE)
    found = listed(stuck=True, at=LATE)
    assert names(found) == ["Idle"]
    assert found.rows[0].stuck.sentence() == "No step for 15 days, and 1.1 “About a” is open."


def test_who_failed_twice_is_told_apart_from_who_used_all_tries():
    published(activity("quiz", quiz(*HARD, attempts=3)))
    fail(learner(name="Twice"), 2)
    fail(learner(name="Thrice"), 3)
    fail(learner(name="Once"), 1)
    assert reasons() == ["learning.stuck_tries_used", "learning.stuck_failed_twice"]
    assert names(listed(stuck=True)) == ["Thrice", "Twice"]


def test_who_waits_for_what_can_never_come_is_told_why():
    published(activity("a", release={"until": "2026-01-01"}))
    learner()
    (row,) = listed(stuck=True, at=LATE).rows
    assert row.stuck.reason.code == "learning.stuck_nothing_open"
    assert "Closed since" in row.stuck.sentence()


def test_who_waits_for_a_day_to_come_is_not_stuck():
    published(activity("a", release={"from": "2027-01-01"}))
    learner()
    assert listed(stuck=True, at=LATE).rows == []


def test_who_was_helped_over_it_is_not_stuck_any_more():
    published(activity("quiz", quiz(*HARD, attempts=2)), activity("b"))
    enrolment = learner()
    fail(enrolment, 2)
    grant_activity(enrolment.id, "quiz", words="Shown by hand.", by=teacher(), at=AT)
    assert listed(stuck=True).rows == []


def test_numbers_and_how_far_they_got():
    published(activity("a"), activity("b"))
    learner("a"), learner("a", "b"), learner()
    withdraw_enrolment(learner("a").id, reason="asked", by=teacher(), at=AT)
    found = look_at_learners("safety", by=teacher(), at=LATE)
    assert found.counts == {"active": 2, "completed": 1, "withdrawn": 1}
    assert [(one.activity.key, one.completed) for one in found.reached] == [("a", 2), ("b", 1)]
    assert (found.may_be_stuck, found.on_course) == (2, 3)


def test_one_learners_way_tells_attempts_and_events():
    published(activity("a"), activity("quiz", quiz(*HARD)))
    enrolment = learner("a")
    fail(enrolment, 1)
    way = follow_learner("safety", enrolment.id, by=teacher(), at=AT)
    assert [one.event.kind for one in way.happened] == ["done", "outcome"]
    assert [(one["number"], one["passed"], one["percent"]) for one in way.attempts["quiz"]] == [(1, False, 0)]


@pytest.mark.parametrize("role", ["hr", "manager", "nobody", "author elsewhere"])
def test_only_who_teaches_the_course_knows_of_its_learners(role):
    published()
    published(slug="other", organisation="elsewhere")
    course = find_course("safety")
    grants = {
        "hr": [Grant("hr", "organisation", course.organisation_id)],
        "manager": [Grant("manager", "organisation", course.organisation_id)],
        "nobody": [],
        "author elsewhere": [scope_on("other", "author")],
    }[role]
    with pytest.raises(Refused, match=r"course\.unknown"):
        listed(by=actor(a_person(), *grants))


def test_the_list_asks_as_often_however_long_it_is(page, queries):
    def asked():
        for _ in range(2):
            db.session.commit()
            with queries() as run:
                assert page.get(ADDRESS).status_code == 200
        return run

    learner("a")
    short = asked()
    for number in range(30):
        learner("a", name=f"Learner {number}")
    long = asked()
    assert len(short) == len(long) <= 16, long


def test_the_page_shows_names_progress_and_the_way_to_more(page):
    enrolment = learner("a", name="Ana Žagar")
    shown = page.get(ADDRESS).text
    for words in (
        "Ana Žagar",
        "50",
        "1.2 About b",
        f"{ADDRESS}/{enrolment.id}",
        f"{ADDRESS}/reached",
    ):
        assert words in shown


def test_how_far_they_got_is_a_picture_with_a_table_behind_it(page):
    assert "Nothing to draw yet" in page.get(f"{ADDRESS}/reached").text
    learner("a"), learner()
    shown = page.get(f"{ADDRESS}/reached").text
    assert "<svg" in shown
    assert f'{ADDRESS}?activity=a&amp;done=yes">1<' in shown
    assert f'{ADDRESS}?activity=b">2<' in shown


def test_filters_stand_in_the_address_and_come_back_in_the_form(page):
    learner("a", name="Ana Žagar"), learner(name="Bo")
    shown = page.get(f"{ADDRESS}?q=ana&status=active&sort=-percent").text
    assert "Ana Žagar" in shown
    assert ">Bo<" not in shown
    assert 'value="ana"' in shown


@pytest.mark.parametrize(
    "query", ["revision=x", "sort=evil", "status=x", "activity=%00", "revision=99999999999999999999"]
)
def test_what_an_address_says_wrongly_is_left_out(page, query):
    assert page.get(f"{ADDRESS}?{query}").status_code == 200


@pytest.mark.parametrize("query", ["cursor=x", "team=x"])
def test_a_place_or_a_team_that_is_none_is_refused(page, query):
    assert page.get(f"{ADDRESS}?{query}").status_code == 422


def test_one_learners_page_shows_the_whole_way(page):
    enrolment = learner("a", name="Ana Žagar")
    shown = page.get(f"{ADDRESS}/{enrolment.id}").text
    for words in ("Ana Žagar", "Marked 1.1 “About a” as done.", "Mark as completed", "Open again"):
        assert words in shown


def test_an_override_needs_a_reason_and_is_told_with_who_and_why(page):
    enrolment = learner(name="Ana Žagar", at=now())
    address = f"{ADDRESS}/{enrolment.id}/activities/a/override"
    refused = page.post(address, data={"kind": "complete", "words": " "})
    assert (refused.status_code, "Say why" in refused.text) == (422, True)
    done = page.post(address, data={"kind": "complete", "words": "Shown in the workshop."})
    assert done.status_code == 302
    shown = page.get(f"{ADDRESS}/{enrolment.id}").text
    assert "Shown in the workshop." in shown
    assert "was marked as completed." in shown


def test_the_api_lists_learners_with_the_why(app, page):
    learner("a", name="Ana"), learner(name="Bo")
    found = page.get("/api/v1/courses/safety/learners?stuck=true").json
    assert [(one["name"], one["step"], one["stuck"]["code"]) for one in found["items"]] == [
        ("Ana", "b", "learning.stuck_idle"),
        ("Bo", "a", "learning.stuck_idle"),
    ]
    numbers = page.get("/api/v1/courses/safety/learners/numbers").json
    assert (numbers["counts"]["active"], numbers["reached"][0]["completed"]) == (2, 1)
