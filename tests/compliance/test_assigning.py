"""Assignments: who is asked, is enrolled; who comes later too; who goes keeps what was begun."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from lms.compliance import services
from lms.compliance.models import Assignee
from lms.compliance.queries import assignments as queries
from lms.compliance.queries.people import find_person
from lms.compliance.reasons import ComplianceReason
from lms.compliance.rules.due import Due
from lms.compliance.services import Audience
from lms.core.actor import SYSTEM
from lms.core.audit import AuditEntry
from lms.core.db import db
from lms.core.mail.models import Mail
from lms.core.reasons import CoreReason, Refused
from lms.learning.models import Enrolment
from lms.learning.services import enrol_people
from lms.organisations.services import move_team, put_into_team, remove_team
from lms.organisations.services.members import remove_members
from tests.compliance.building import (
    a_firm,
    a_team,
    an_employee,
    asked,
    hr_of,
    manager_of,
    put_in,
    seen_by,
    steps,
    take_out,
)
from tests.credentials.conftest import do_work
from tests.learning.building import AT, a_person, published

pytestmark = pytest.mark.usefixtures("session")
LATER = AT + timedelta(days=3)
DUE_ON = date(2026, 5, 1)


@pytest.fixture
def course():
    return published(slug="safety", title="Safety at work")


def status_of(person, slug="safety"):
    row = sa.select(Enrolment.status).where(Enrolment.person_id == person.id)
    return db.session.scalar(row)


def standing_of(person, *, at=AT):
    courses = find_person(seen_by(hr_of(), at=at), person.id).courses
    return courses[0].standing if courses else None


def mails_to(person):
    return db.session.scalars(sa.select(Mail.template).where(Mail.person_id == person.id)).all()


# --- whom it asks


def test_everybody_of_an_organisation_is_asked_enrolled_and_told(course):
    ana, jan = an_employee(), an_employee("Jan Novák")
    assignment = asked(course)
    assert queries.asked_by(assignment.id) == {ana.id, jan.id}
    assert status_of(ana) == status_of(jan) == "active"
    assert mails_to(ana) == mails_to(jan) == ["assigned"]


def test_a_team_is_asked_with_its_sub_teams_and_nobody_else(course):
    line = a_team()
    shift = a_team("Shift B", parent=line)
    ana, jan, eva = an_employee(team=line), an_employee(team=shift), an_employee(team=a_team("Paint shop"))
    assignment = asked(course, of=Audience("team", line.id))
    assert queries.asked_by(assignment.id) == {ana.id, jan.id}
    assert status_of(eva) is None


def test_some_people_are_asked_by_name(course):
    ana, jan = an_employee(), an_employee("Jan Novák")
    assignment = asked(course, of=Audience("people", person_ids=(ana.id, ana.id)))
    assert queries.asked_by(assignment.id) == {ana.id}
    assert status_of(jan) is None


def test_the_same_asked_again_is_the_assignment_that_stands(course):
    ana = an_employee()
    first, again = asked(course), asked(course)
    assert first.id == again.id
    assert mails_to(ana) == ["assigned"]
    assert asked(course, on=date(2026, 6, 1)).id != first.id


def test_who_has_completed_the_course_is_done_and_not_told(course):
    ana = an_employee()
    steps(ana, course, "one", "two")
    asked(course, at=LATER)
    assert standing_of(ana, at=LATER).reason is ComplianceReason.DONE_BEFORE
    assert mails_to(ana) == []


def test_days_count_from_the_day_of_being_assigned(course):
    an_employee()
    assignment = asked(course, on=None, days=30)
    late = an_employee("Late Comer", at=LATER)
    assert queries.due_day_of(assignment.id, late.id) == (LATER + timedelta(days=30)).date()


def test_a_large_audience_is_enrolled_by_the_worker(course, monkeypatch):
    monkeypatch.setattr("lms.compliance.services.assigning.MOST_AT_ONCE", 2)
    people = [an_employee(f"Person {number}") for number in range(5)]
    assignment = asked(course)
    assert len(queries.asked_by(assignment.id)) == 2
    do_work()
    assert queries.asked_by(assignment.id) == {person.id for person in people}


# --- who comes and goes


def test_who_joins_the_organisation_is_asked_what_all_of_it_is_asked(course):
    assignment = asked(course)
    ana = an_employee(at=LATER)
    assert queries.asked_by(assignment.id) == {ana.id}
    assert status_of(ana) == "active"


def test_who_comes_into_a_team_is_asked_and_who_goes_before_beginning_is_withdrawn(course):
    team, ana = a_team(), an_employee()
    assignment = asked(course, of=Audience("team", team.id))
    put_in(team, ana)
    assert status_of(ana) == "active"
    take_out(team, ana, at=LATER)
    assert queries.asked_by(assignment.id) == set()
    assert status_of(ana) == "withdrawn"


def test_who_comes_back_is_asked_anew(course):
    team, ana = a_team(), an_employee()
    assignment = asked(course, of=Audience("team", team.id), on=None, days=10)
    put_in(team, ana)
    take_out(team, ana, at=AT)
    put_in(team, ana, at=LATER)
    assert queries.due_day_of(assignment.id, ana.id) == (LATER + timedelta(days=10)).date()
    assert status_of(ana) == "active"
    assert mails_to(ana) == ["assigned"], "told once"


def test_who_has_begun_goes_on_and_stays_asked(course):
    team = a_team()
    ana = an_employee(team=team)
    assignment = asked(course, of=Audience("team", team.id))
    steps(ana, course, "one")
    take_out(team, ana, at=LATER)
    assert status_of(ana) == "active"
    assert queries.asked_by(assignment.id) == {ana.id}


def test_where_many_come_into_a_team_or_move_with_it_the_worker_follows(course, monkeypatch):
    """Two assignments times three people are more than a request does; so the request writes to nobody."""
    monkeypatch.setattr("lms.compliance.services.assigning.MOST_AT_ONCE", 5)
    plant, paint, hr = a_team("Plant"), a_team("Paint shop"), hr_of()
    people = {an_employee(f"Person {number}").id for number in range(3)}
    both = [asked(slug, of=Audience("team", plant.id)) for slug in (course, published(slug="other"))]
    put_into_team(a_firm().id, paint.id, people, by=hr, at=AT)
    do_work()
    assert [queries.asked_by(one.id) for one in both] == [set(), set()]
    move_team(a_firm().id, paint.id, plant.id, by=hr, at=AT)
    assert [queries.asked_by(one.id) for one in both] == [set(), set()]
    do_work()
    assert [queries.asked_by(one.id) for one in both] == [people, people]
    assert db.session.scalar(sa.select(sa.func.count()).where(Mail.template == "assigned")) == 6
    remove_team(a_firm().id, paint.id, by=hr, at=AT, drop_people=True)
    assert queries.asked_by(both[0].id) == people
    do_work()
    assert [queries.asked_by(one.id) for one in both] == [set(), set()]


def test_who_is_asked_by_another_assignment_too_stays_on_the_course(course):
    team = a_team()
    ana = an_employee(team=team)
    asked(course)
    asked(course, of=Audience("team", team.id))
    take_out(team, ana, at=LATER)
    assert status_of(ana) == "active"


def test_who_leaves_a_team_that_is_asked_twice_is_asked_by_neither_and_withdrawn(course):
    team = a_team()
    ana = an_employee(team=team)
    both = [asked(course, of=Audience("team", team.id)), asked(course, of=Audience("team", team.id), on=None, days=9)]
    take_out(team, ana, at=LATER)
    assert [queries.asked_by(one.id) for one in both] == [set(), set()]
    assert status_of(ana) == "withdrawn"


def test_who_was_put_on_the_course_before_stays_on_it(course):
    team = a_team()
    ana = an_employee(team=team)
    enrol_people([ana.id], course, organisation_id=a_firm().id, by=SYSTEM, at=AT)
    asked(course, of=Audience("team", team.id), at=LATER)
    take_out(team, ana, at=LATER + timedelta(days=1))
    assert status_of(ana) == "active"


def test_what_a_learner_began_alone_is_not_withdrawn(course):
    team = a_team()
    ana = an_employee(team=team)
    steps(ana, course)
    asked(course, of=Audience("team", team.id))
    take_out(team, ana, at=LATER)
    assert status_of(ana) == "active"


def test_who_leaves_the_organisation_is_asked_nothing_by_it(course):
    ana = an_employee()
    assignment = asked(course)
    remove_members(a_firm().id, [ana.id], by=hr_of(), at=LATER)
    assert queries.asked_by(assignment.id) == set()
    assert status_of(ana) == "withdrawn"
    assert queries.due_of(ana.id) == []


# --- another day, withdrawn


def test_another_day_counts_for_everybody(course):
    ana = an_employee()
    assignment = asked(course)
    services.change_due(seen_by(hr_of()), assignment.id, Due(days=5))
    assert queries.due_day_of(assignment.id, ana.id) == (AT + timedelta(days=5)).date()


def test_a_withdrawn_assignment_asks_nobody_and_what_was_begun_goes_on(course):
    ana, jan = an_employee(), an_employee("Jan Novák")
    assignment = asked(course)
    steps(ana, course, "one")
    services.withdraw(seen_by(hr_of(), at=LATER), assignment.id)
    assert (status_of(ana), status_of(jan)) == ("active", "withdrawn")
    assert queries.due_of(ana.id) == []
    assert standing_of(ana, at=LATER) is None
    again = services.withdraw(seen_by(hr_of(), at=LATER + timedelta(days=1)), assignment.id)
    assert again.withdrawn_at == LATER


def test_of_many_people_the_worker_changes_the_day_and_takes_the_places_back(course, monkeypatch):
    monkeypatch.setattr("lms.compliance.services.assigning.MOST_AT_ONCE", 2)
    monkeypatch.setattr("lms.compliance.tasks.MOST_AT_ONCE", 2)
    people = [an_employee(f"Person {number}") for number in range(5)]
    assignment = asked(course)
    do_work()
    steps(people[0], course, "one")
    day = date(2026, 6, 1)
    services.change_due(seen_by(hr_of()), assignment.id, Due(day))
    assert queries.due_day_of(assignment.id, people[0].id) != day
    do_work()
    assert {queries.due_day_of(assignment.id, one.id) for one in people} == {day}
    services.withdraw(seen_by(hr_of(), at=LATER), assignment.id)
    assert standing_of(people[1], at=LATER) is None
    assert {status_of(one) for one in people} == {"active"}
    do_work()
    assert [status_of(one) for one in people] == ["active", *["withdrawn"] * 4]


def test_a_withdrawn_assignment_gets_no_other_day(course):
    assignment = asked(course)
    services.withdraw(seen_by(hr_of()), assignment.id)
    with pytest.raises(Refused) as refused:
        services.change_due(seen_by(hr_of()), assignment.id, Due(days=5))
    assert refused.value.reason is ComplianceReason.WITHDRAWN


def test_what_is_asked_changed_and_withdrawn_stands_in_the_audit(course):
    assignment = asked(course)
    services.change_due(seen_by(hr_of()), assignment.id, Due(days=5))
    services.withdraw(seen_by(hr_of()), assignment.id)
    rows = sa.select(AuditEntry.action).where(AuditEntry.subject_id == str(assignment.id)).order_by(AuditEntry.id)
    actions = db.session.scalars(rows).all()
    assert actions == ["assignment.made", "assignment.due_changed", "assignment.withdrawn"]


# --- who may not


@pytest.mark.parametrize(
    ("audience", "due", "reason"),
    [
        (Audience(), Due(), ComplianceReason.DUE_MISSING),
        (Audience("team"), Due(days=1), ComplianceReason.AUDIENCE),
        (Audience("people"), Due(days=1), ComplianceReason.AUDIENCE),
        (Audience("everybody"), Due(days=1), ComplianceReason.AUDIENCE),
        (Audience("team", uuid.uuid4()), Due(days=1), CoreReason.NOT_FOUND),
        (Audience("people", person_ids=(uuid.uuid4(),)), Due(days=1), ComplianceReason.FOREIGN_PEOPLE),
    ],
)
def test_what_can_not_be_asked_is_refused_with_the_reason(course, audience, due, reason):
    with pytest.raises(Refused) as refused:
        services.assign(seen_by(hr_of()), course, audience=audience, due=due)
    assert refused.value.reason is reason


def test_a_manager_asks_the_own_team_and_nobody_else(course):
    team, other = a_team(), a_team("Paint shop")
    ana, jan = an_employee(team=team), an_employee("Jan Novák", team=other)
    scope = seen_by(manager_of(team))
    made, _new = services.assign(scope, course, audience=Audience("team", team.id), due=Due(on=DUE_ON))
    assert queries.asked_by(made.id) == {ana.id}
    for audience, reason in [
        (Audience(), CoreReason.FORBIDDEN),
        (Audience("team", other.id), CoreReason.NOT_FOUND),
        (Audience("people", person_ids=(jan.id,)), ComplianceReason.FOREIGN_PEOPLE),
    ]:
        with pytest.raises(Refused) as refused:
            services.assign(scope, course, audience=audience, due=Due(on=DUE_ON))
        assert refused.value.reason is reason


@pytest.mark.parametrize("act", [services.withdraw, partial(services.change_due, due=Due(days=9))])
def test_what_hr_asks_of_their_team_managers_see_and_do_not_change(course, act):
    team = a_team()
    an_employee(team=team)
    manager = manager_of(team)
    theirs = asked(course, of=Audience("team", team.id))
    own = asked(course, of=Audience("team", team.id), on=date(2026, 6, 1), by=manager)
    assert queries.find_assignment(seen_by(manager), theirs.id).people == 1
    with pytest.raises(Refused) as refused:
        act(seen_by(manager), theirs.id)
    assert refused.value.reason is CoreReason.FORBIDDEN
    assert (theirs.withdrawn_at, theirs.due_on, theirs.due_days) == (None, DUE_ON, None)
    assert act(seen_by(manager), own.id) is own
    assert act(seen_by(hr_of()), theirs.id) is theirs


def test_an_assignment_of_another_organisation_is_not_there(course):
    assignment = asked(course, firm=a_firm("elsewhere"))
    with pytest.raises(Refused) as refused:
        services.withdraw(seen_by(hr_of()), assignment.id)
    assert refused.value.reason is ComplianceReason.UNKNOWN


def test_people_of_another_organisation_are_not_asked(course):
    stranger = a_person()
    with pytest.raises(Refused):
        asked(course, of=Audience("people", person_ids=(stranger.id,)))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Assignee)) == 0
