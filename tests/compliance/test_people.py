"""The list of an organisation's people: who is on it, what of each is shown, how often the database is asked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from lms.accounts.services import change_profile
from lms.compliance.queries.filters import Filters
from lms.compliance.queries.people import page_of_people
from lms.compliance.services import Audience
from lms.core.actor import SYSTEM, Actor
from lms.core.db import db
from lms.core.folding import fold_name
from lms.learning.models import Enrolment
from lms.learning.queries import seen_enrolments, visible_to
from lms.learning.services import enrol_people
from lms.organisations.models import Membership
from lms.organisations.services import accept_invitation, add_member
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
)
from tests.credentials.conftest import CERTIFICATE
from tests.learning.building import AT, a_person, published

pytestmark = pytest.mark.usefixtures("session")
LATER = date(2026, 5, 1)
AFTER = AT + timedelta(days=90)


@pytest.fixture
def course():
    return published(slug="safety", title="Safety at work", certificate=CERTIFICATE)


def names(filters=None, *, by=None, at=AT):
    found, _next = page_of_people(seen_by(by or hr_of(), at=at), filters or Filters())
    return [person.name for person in found]


def only(person, *, at=AT):
    found, _next = page_of_people(seen_by(hr_of(), at=at), Filters())
    return next(row for row in found if row.person_id == person.id)


def not_accepted(person, name="As typed"):
    row = db.session.get_one(Membership, (a_firm().id, person.id))
    row.accepted_at, row.name_given, row.email_given = None, name, "typed@example.org"
    row.sort_name = fold_name(name)
    db.session.flush()


# --- what of each is shown


def test_a_person_stands_there_with_courses_due_work_and_certificates(course):
    ana = an_employee(team=a_team())
    asked(course)
    steps(ana, course, "one", "two")
    row = only(ana)
    (safety,) = row.courses
    assert (row.name, row.teams) == ("Ana Žnidaršič", ["Battery line"])
    assert (safety.slug, safety.status, safety.percent, safety.standing.state) == ("safety", "completed", 100, "done")
    assert [one.status.name for one in row.certificates] == ["eligible"]


def test_what_somebody_began_themselves_is_shown_once_they_have_accepted(course):
    ana = an_employee()
    steps(ana, course, "one")
    assert [one.percent for one in only(ana).courses] == [50]
    not_accepted(ana)
    assert only(ana).courses == []


def test_of_who_has_not_accepted_only_what_was_arranged_is_shown(course):
    ana = an_employee()
    steps(ana, course, "one", "two")
    asked(course, of=Audience("people", person_ids=(ana.id,)))
    not_accepted(ana)
    row = only(ana)
    (safety,) = row.courses
    assert (row.name, row.email) == ("As typed", "typed@example.org")
    assert (safety.status, safety.percent, safety.work.completed_at) == ("active", 0, None)
    assert safety.standing.reason.code == "compliance.due_invited"
    assert row.certificates == []
    assert names(Filters(status="completed")) == []


def test_what_another_organisation_arranged_is_not_shown(course):
    ana, elsewhere = an_employee(), a_firm("elsewhere")
    add_member(elsewhere.id, ana.id, by=SYSTEM, at=AT)
    enrol_people([ana.id], course, organisation_id=elsewhere.id, by=SYSTEM, at=AT)
    asked(course, firm=elsewhere, by=SYSTEM)
    assert only(ana).courses == []
    for status in ("active", "due", "done", "completed"):
        assert names(Filters(status=status)) == [], status
    assert names(Filters(course="safety")) == []


# --- who is on it


def test_hr_sees_all_and_a_manager_the_own_teams():
    line = a_team()
    an_employee("Ana", team=line)
    below = a_team("Shift B", parent=line)
    an_employee("Jan", team=below)
    an_employee("Eva", team=a_team("Paint shop"))
    assert names() == ["Ana", "Eva", "Jan"]
    assert names(by=manager_of(line)) == ["Ana", "Jan"]
    assert [names(Filters(team=team.id), by=manager_of(line)) for team in (line, below)] == [["Ana", "Jan"], ["Jan"]]


def test_people_of_others_are_not_on_it():
    an_employee("Ana")
    a_person(name="Stranger")
    an_employee("Elsewhere", firm=a_firm("elsewhere"))
    assert names() == ["Ana"]


@pytest.mark.parametrize(
    ("words", "found"),
    [("ana", ["Ana Žnidaršič"]), ("nov jan", ["Jan Novák"]), ("4711", ["Jan Novák"]), ("100%", []), ("nobody", [])],
)
def test_words_are_looked_for_in_name_address_and_number(words, found):
    an_employee()
    jan = an_employee("Jan Novák")
    db.session.get_one(Membership, (a_firm().id, jan.id)).number = "4711"
    assert names(Filters(q=words)) == found


def test_accents_do_not_count_in_words_nor_in_the_order_and_a_new_name_is_sorted_anew():
    an_employee("Zoë Öz")
    lukas, ann = an_employee("Łukasz Wójcik"), an_employee("Ann")
    assert names() == ["Ann", "Łukasz Wójcik", "Zoë Öz"]
    assert names(Filters(q="WOJCIK lukasz")) == names(Filters(q="Łuk")) == ["Łukasz Wójcik"]
    change_profile(ann.id, name="Þóra", locale=None, timezone=None, by=Actor(ann.id), at=AT)
    not_accepted(lukas, "Aaron")
    change_profile(lukas.id, name="Zacharias", locale=None, timezone=None, by=Actor(lukas.id), at=AT)
    assert names() == ["Aaron", "Þóra", "Zoë Öz"]
    assert names(Filters(q="thora")) == ["Þóra"]
    assert names(Filters(q="zach")) == []
    accept_invitation(a_firm().id, person_id=lukas.id, by=SYSTEM, at=AT)
    assert names() == ["Þóra", "Zacharias", "Zoë Öz"]


def test_a_status_finds_exactly_who_it_is_true_of(course):
    late, due, done, new = (an_employee(name) for name in ("Late", "Due", "Done", "New"))
    asked(course, of=Audience("people", person_ids=(late.id,)), on=LATER)
    asked(course, of=Audience("people", person_ids=(due.id,)), on=LATER + timedelta(days=60))
    asked(course, of=Audience("people", person_ids=(done.id,)), on=LATER)
    steps(done, course, "one", "two")
    not_accepted(new, "New")
    found = {
        status: names(Filters(status=status), at=AFTER)
        for status in ("late", "due", "due_soon", "done", "active", "completed", "invited", "held", "expired")
    }
    assert found == {
        "late": ["Late"],
        "due": ["Due"],
        "due_soon": [],
        "done": ["Done"],
        "active": ["Due", "Late"],
        "completed": ["Done"],
        "invited": ["New"],
        "held": [],
        "expired": [],
    }
    assert names(Filters(status="expiring"), at=AT + timedelta(days=23 * 30)) == ["Done"]
    assert names(Filters(status="expired"), at=AT + timedelta(days=25 * 31)) == ["Done"]
    assert names(Filters(course="safety")) == ["Done", "Due", "Late"]


def test_a_team_filters_with_its_sub_teams():
    line = a_team()
    an_employee("Ana", team=line)
    an_employee("Jan", team=a_team("Shift B", parent=line))
    an_employee("Eva")
    assert names(Filters(team=line.id)) == ["Ana", "Jan"]


def test_who_is_due_first_comes_first_and_who_is_asked_nothing_last(course):
    ana, jan, _eva = (an_employee(name) for name in ("Ana", "Jan", "Eva"))
    asked(course, of=Audience("people", person_ids=(jan.id,)), on=LATER)
    asked(course, of=Audience("people", person_ids=(ana.id,)), on=LATER + timedelta(days=1))
    assert names(Filters(sort="due")) == ["Jan", "Ana", "Eva"]


@pytest.mark.parametrize("sort", ["name", "due"])
def test_pages_follow_each_other_without_gaps_and_repeats(course, sort):
    people = [an_employee(f"Person {number % 3}") for number in range(7)]
    asked(course, of=Audience("people", person_ids=tuple(person.id for person in people[:4])))
    scope, cursor, found = seen_by(hr_of()), "", []
    while cursor is not None:
        page, cursor = page_of_people(scope, Filters(sort=sort), cursor=cursor, limit=2)
        found += [row.person_id for row in page]
    assert sorted(found) == sorted(person.id for person in people)
    assert len(found) == len(set(found))


def test_a_page_asks_as_often_for_many_people_as_for_few(course, queries):
    def asks():
        scope = seen_by(hr)
        with queries() as run:
            page_of_people(scope, Filters())
        return run

    hr, team = hr_of(), a_team()
    asked(course)
    for number in range(2):
        put_in(team, person := an_employee(f"Person {number}"))
        steps(person, course, "one", "two")
    asks()
    few = asks()
    for number in range(2, 9):
        put_in(team, person := an_employee(f"Person {number}"))
        steps(person, course, "one", "two")
    many = asks()
    assert len(few) == len(many) <= 6, many


def test_the_select_of_seen_enrolments_is_the_condition_in_another_form(course):
    """Two forms of one rule (decision 0017): one for a page of people, one for all of them."""
    firm = a_firm()
    own, arranged, hidden, elsewhere = (an_employee(name) for name in ("Own", "Arranged", "Hidden", "Elsewhere"))
    for person in (own, hidden):
        steps(person, course, "one")
    not_accepted(hidden)
    enrol_people([arranged.id, hidden.id], course, organisation_id=firm.id, by=SYSTEM, at=AT)
    other = a_firm("elsewhere")
    add_member(other.id, elsewhere.id, by=SYSTEM, at=AT)
    enrol_people([elsewhere.id], course, organisation_id=other.id, by=SYSTEM, at=AT)
    steps(a_person(), course)
    for one in (firm, other):
        by_condition = set(db.session.scalars(sa.select(Enrolment.id).where(visible_to(one.id))))
        assert set(db.session.scalars(seen_enrolments(one.id))) == by_condition
        assert len(by_condition) == (2 if one is firm else 1)
