"""Pages of an organisation's people: found by links and forms alone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from lms.accounts.services import grant_role
from lms.compliance.pages import people as people_pages
from lms.compliance.services import Audience
from lms.core.actor import SYSTEM
from lms.core.clock import now
from lms.core.db import db
from lms.learning.models import Enrolment
from lms.organisations.models import TeamMember
from lms.quizzes.services import start_attempt, submit_attempt
from tests.compliance.building import a_firm, a_team, an_employee, asked, steps
from tests.courses.documents import activity
from tests.credentials.conftest import CERTIFICATE
from tests.learning.building import a_person, actor, enrolled, published, signed_in
from tests.quizzes.documents import quiz

pytestmark = pytest.mark.usefixtures("session")
AT = "/organisations/north-cells"


@pytest.fixture
def course():
    return published(slug="safety", title="Safety at work", certificate=CERTIFICATE)


@pytest.fixture
def hr(app):
    firm = a_firm()
    return signed_in(app, a_person("hr", scope=firm.id, name="Jana Nováková"))


def a_manager(app, team):
    boss = a_person(name="Team Boss")
    grant_role(boss.id, "manager", scope_kind="team", scope_id=team.id, by=SYSTEM, at=now())
    return signed_in(app, boss)


def day(days):
    return (now() + timedelta(days=days)).date()


def test_navigation_leads_hr_to_their_people_and_nobody_else(app, hr):
    assert hr.get("/").text.count('href="/organisations"') == 1
    assert hr.get("/organisations").location == f"{AT}/people"
    learner = signed_in(app, a_person())
    assert 'href="/organisations"' not in learner.get("/").text
    assert learner.get("/organisations").status_code == 404


def test_who_looks_after_several_organisations_chooses(app, hr):
    a_firm("elsewhere")
    found = signed_in(app, a_person("administrator")).get("/organisations").text
    assert f'href="{AT}/people"' in found
    assert 'href="/organisations/elsewhere/people"' in found


def test_the_list_shows_each_person_with_cells_that_lead_to_the_why(hr, course):
    ana = an_employee(team=a_team())
    asked(course, on=day(-3))
    found = hr.get(f"{AT}/people").text
    assert "Ana Žnidaršič" in found
    assert "3 days over" in found
    assert f'href="{AT}/people/{ana.id}/courses/safety"' in found
    why = hr.get(f"{AT}/people/{ana.id}/courses/safety").text
    assert f"Late: due on {day(-3).strftime('%-d %b %Y')}, and not begun." in why
    assert "About one" in why
    person = hr.get(f"{AT}/people/{ana.id}").text
    assert "Battery line" in person
    assert "Safety at work" in person


def test_filters_stand_in_the_address_and_go_on_to_the_next_page(hr, course, monkeypatch):
    for number in range(53):
        an_employee(f"Person {number:02}")
    first = hr.get(f"{AT}/people?q=person&sort=name").text
    assert first.count('name="person"') == 50
    assert "53 people of " in first
    following = re.search(rf'href="({AT}/people\?[^"]*cursor=[^"]*)"', first)
    assert following
    second = hr.get(following[1].replace("&amp;", "&")).text
    assert second.count('name="person"') == 3
    assert "Person 52" in second
    monkeypatch.setattr(people_pages, "MOST_COUNTED", 52)
    assert "More than 52 people of " in hr.get(f"{AT}/people?q=person").text
    assert ", more than 52 people." in hr.get(f"{AT}/people").text


def test_nobody_matches_is_said_with_the_way_out(hr):
    an_employee()
    found = hr.get(f"{AT}/people?q=zzz").text
    assert "Nobody matches" in found
    assert f'href="{AT}/people"' in found


def test_an_empty_organisation_says_what_will_be_here(app):
    firm = a_firm("empty")
    client = signed_in(app, a_person("hr", scope=firm.id))
    assert "Nobody is here yet" in client.get("/organisations/empty/people").text


def test_key_figures_lead_to_exactly_those_people(hr, course):
    an_employee("Ana")
    an_employee("Jan")
    asked(course, on=day(-1))
    steps(an_employee("Eva"), course, "one", "two")
    page = hr.get(f"{AT}/people/figures").text
    assert f'href="{AT}/people?status=late"' in page
    assert "Safety at work" in page
    late = hr.get(f"{AT}/people?status=late").text
    assert "2 people of North-Cells match." in late
    assert "Eva" not in late


def test_the_why_tells_results_of_attempts_and_no_answer(app, hr):
    slug = published(activity("quiz", quiz(pass_percent="60"), requires="pass"), slug="tested", title="Tested")
    ana = an_employee()
    enrolment = enrolled(ana, slug, at=now())
    attempt, _new = start_attempt(enrolment.id, "quiz", by=actor(ana), at=now())
    submit_attempt(attempt.id, by=actor(ana), at=now())
    found = hr.get(f"{AT}/people/{ana.id}/courses/tested").text
    assert "Attempt 1 on" in found
    assert "0 %, not passed" in found
    assert "The right one" not in found


def test_a_course_is_assigned_to_the_ticked(hr, course):
    ana, jan = an_employee("Ana"), an_employee("Jan")
    form = hr.get(f"{AT}/people/assign?person={ana.id}").text
    assert "The 1 person chosen" in form
    sent = {"person": str(ana.id), "on": "safety", "audience": "people", "due_on": day(30).isoformat()}
    answer = hr.post(f"{AT}/people/assign", data=sent)
    assert answer.location == f"{AT}/assignments"
    listed = hr.get(f"{AT}/assignments").text
    assert "1 person" in listed
    assert _enrolled(ana) == 1
    assert _enrolled(jan) == 0


def test_all_that_match_are_asked_without_naming_each(hr, course):
    people = [an_employee(f"Person {number}") for number in range(3)]
    an_employee("Somebody else")
    sent = {"q": "person", "all": "yes", "on": "safety", "audience": "people", "due_days": "30"}
    hr.post(f"{AT}/people/assign", data=sent)
    assert [_enrolled(person) for person in people] == [1, 1, 1]


def test_everybody_is_offered_where_all_are_chosen(hr, course):
    an_employee()
    assert re.search(r'value="organisation"[^>]*checked', hr.get(f"{AT}/people/assign?all=yes").text)
    team = a_team()
    an_employee(team=team)
    page = hr.get(f"{AT}/people/assign?all=yes&team={team.id}").text
    assert re.search(rf'value="team:{team.id}"[^>]*checked', page)


@pytest.mark.parametrize("due", [{}, {"due_on": "soon"}, {"due_days": "0"}, {"due_on": "2026-05-01", "due_days": "3"}])
def test_a_form_without_a_day_comes_back_with_the_reason(hr, course, due):
    an_employee()
    answer = hr.post(f"{AT}/people/assign", data={"on": "safety", "audience": "organisation", **due})
    assert answer.status_code == 422
    assert "Say until when" in answer.text


def test_nobody_chosen_is_refused_with_a_way_back(hr, course):
    answer = hr.get(f"{AT}/people/enrol")
    assert answer.status_code == 422
    assert "Nobody was chosen." in answer.text


def test_an_assignment_gets_another_day_and_is_withdrawn(hr, course):
    ana = an_employee()
    assignment = asked(course, on=day(10))
    at = f"{AT}/assignments/{assignment.id}"
    assert "Change the day" in hr.get(at).text
    hr.post(at, data={"due_on": day(-1).isoformat()})
    assert "1 day over" in hr.get(f"{AT}/people").text
    hr.post(f"{at}/withdraw")
    assert "Withdrawn" in hr.get(at).text
    assert "Nothing is assigned yet" in hr.get(f"{AT}/assignments").text
    assert _enrolled(ana, "withdrawn") == 1


def test_a_manager_looks_at_what_hr_asks_and_is_offered_no_change(app, course):
    team = a_team()
    an_employee(team=team)
    assignment = asked(course, of=Audience("team", team.id), on=day(10))
    page = a_manager(app, team).get(f"{AT}/assignments/{assignment.id}")
    assert page.status_code == 200
    assert "Where each stands" in page.text
    assert "Change the day" not in page.text
    assert "Withdraw" not in page.text


def test_enrolling_shows_what_it_does_before(hr, course):
    ana = an_employee()
    looked = hr.get(f"{AT}/people/enrol?person={ana.id}&on=safety").text
    assert "1 person comes new on the course." in looked
    assert _enrolled(ana) == 0
    answer = hr.post(f"{AT}/people/enrol", data={"person": str(ana.id), "on": "safety"})
    assert answer.location == f"{AT}/people?course=safety"
    assert _enrolled(ana) == 1


def test_people_are_put_in_a_team(hr):
    ana, team = an_employee(), a_team()
    assert "Battery line" in hr.get(f"{AT}/people/team?person={ana.id}").text
    answer = hr.post(f"{AT}/people/team", data={"person": str(ana.id), "into": str(team.id)})
    assert answer.location == f"{AT}/people?team={team.id}"
    assert db.session.get(TeamMember, (team.id, ana.id))


def test_a_manager_makes_no_teams(app):
    team = a_team()
    ana = an_employee(team=team)
    client = a_manager(app, team)
    assert "Ana Žnidaršič" in client.get(f"{AT}/people").text
    assert client.get(f"{AT}/people/team?person={ana.id}").status_code == 403


def _enrolled(person, status="active"):
    return db.session.query(Enrolment).filter_by(person_id=person.id, status=status).count()
