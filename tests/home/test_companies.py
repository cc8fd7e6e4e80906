"""The companies of the demonstration: like life, the same each time, and whole even when their loading was cut off."""

from __future__ import annotations

from collections import Counter

import pytest
import sqlalchemy as sa

from lms.accounts.models import Person
from lms.core.db import db
from lms.core.mail.models import Mail
from lms.courses.models import Course
from lms.credentials.models import Award
from lms.home.demo.companies import COMPANIES, Turn, employees_of
from lms.home.demo.life import load_companies
from lms.learning.models import Enrolment
from lms.learning.services import differences_of_projections
from lms.organisations.models import Membership, Team, TeamMember
from tests.home.conftest import AT, SMALLEST


def everybody():
    return [employee for company in COMPANIES for employee in employees_of(company)]


def test_some_300_people_of_three_companies_have_names_of_their_own_from_all_over_europe():
    people = everybody()
    assert len(COMPANIES) == 3
    assert 270 <= len(people) <= 330
    assert len({person.name for person in people}) == len({person.email for person in people}) == len(people)
    assert len({person.language for person in people}) >= 24


def test_the_plan_is_the_same_each_time():
    assert everybody() == everybody()


def test_some_are_done_in_time_some_late_some_failed_and_some_have_not_begun():
    turns = Counter(taking.turn for person in everybody() for taking in person.takings)
    assert set(turns) == set(Turn)
    asked = {(company.slug, one.course): one for company in COMPANIES for one in company.asked}
    last_days = [
        (taking.begun - taking.days, asked[person.email.split(".")[0], taking.course])
        for person in everybody()
        for taking in person.takings
        if taking.turn is Turn.DONE
    ]
    assert any(end > one.days_ago - one.days for end, one in last_days)
    assert any(end < one.days_ago - one.days for end, one in last_days)


def test_nobody_learns_before_being_asked_or_after_the_demo_was_loaded():
    for company in COMPANIES:
        first = {one.course: max(o.days_ago for o in company.asked if o.course == one.course) for one in company.asked}
        for person in employees_of(company):
            for taking in person.takings:
                assert first[taking.course] >= taking.begun >= taking.days >= 0


def loaded() -> dict[str, object]:
    """What stands of it, without ids."""
    learned = sa.select(Person.email, Course.slug, Enrolment.percent, Enrolment.status, Enrolment.completed_at)
    learned = learned.join(Enrolment, Enrolment.person_id == Person.id).join(Course, Course.id == Enrolment.course_id)
    return {
        "learned": sorted(map(tuple, db.session.execute(learned)), key=str),
        "counts": [
            db.session.scalar(sa.select(sa.func.count()).select_from(t)) for t in (Membership, Team, TeamMember, Award)
        ],
    }


@pytest.mark.slow
def test_a_company_is_loaded_through_the_use_cases_and_nobody_is_written_to(session, courses):
    load_companies(lambda _done, _total: session.commit(), at=AT, companies=[SMALLEST])
    found = loaded()
    people = list(employees_of(SMALLEST))
    assert found["counts"][:3] == [len(people) + 2, len(SMALLEST.teams), len(people)]
    statuses = Counter(row[3] for row in found["learned"])
    assert statuses["completed"] > len(people) / 3
    assert statuses["active"] > 5
    assert all(row[4] is None or row[4] <= AT for row in found["learned"])
    assert session.scalar(sa.select(sa.func.count()).select_from(Mail)) == 0
    assert list(differences_of_projections()) == []


@pytest.mark.slow
def test_what_was_cut_off_is_gone_on_with_and_nothing_is_done_twice(session, courses):
    class PowerCutError(Exception):
        pass

    def cut(done: int, _total: int) -> None:
        session.commit()
        if done == 20:
            raise PowerCutError

    with pytest.raises(PowerCutError):
        load_companies(cut, at=AT, companies=[SMALLEST])
    load_companies(lambda _done, _total: session.commit(), at=AT, companies=[SMALLEST])
    once = loaded()
    load_companies(lambda _done, _total: session.commit(), at=AT, companies=[SMALLEST])
    assert loaded() == once
