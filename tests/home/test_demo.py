"""The demonstration: made once, resumable, at different points of real courses."""

from __future__ import annotations

import sqlalchemy as sa

from lms.accounts.models import Person, RoleGrant
from lms.core.db import db
from lms.courses.queries import list_courses
from lms.credentials.models import Award
from lms.home.demo import LEARNERS, STAFF, account_lines, is_loaded, load_demo
from lms.learning.models import Enrolment
from lms.learning.services import differences_of_projections
from lms.organisations.models import Membership
from tests.learning.building import an_organisation


def rows(table):
    return db.session.scalar(sa.select(sa.func.count()).select_from(table))


def test_the_demo_shows_people_at_every_point_and_is_loaded_once(session):
    an_organisation("first")
    session.commit()
    assert not is_loaded()
    load_demo()
    assert is_loaded()
    counts = [rows(table) for table in (Person, Enrolment, Award)]
    assert counts[0] == len(STAFF) + len(LEARNERS)
    assert len(list_courses(drafts=False)) >= 6
    percents = set(db.session.scalars(sa.select(Enrolment.percent)))
    assert 100 in percents
    assert any(0 < percent < 100 for percent in percents)
    assert counts[2] >= 3
    assert list(differences_of_projections()) == []
    load_demo()
    assert [rows(table) for table in (Person, Enrolment, Award)] == counts


def test_only_the_whole_demo_tells_of_companies():
    whole, small = ("\n".join(account_lines(demo)) for demo in ("whole", "small"))
    assert ("hr.nordzellen@" in whole, "hr.nordzellen@" in small) == (True, False)
    assert all(email in small for email, _name in LEARNERS)


def test_what_was_not_finished_is_gone_on_with(session):
    an_organisation("first")
    session.commit()
    load_demo()
    last = db.session.scalars(sa.select(Person).where(Person.email == list(LEARNERS)[-1][0])).one()
    for table in (Membership, RoleGrant):
        session.execute(sa.delete(table).where(table.person_id == last.id))
    session.delete(last)
    session.commit()
    assert not is_loaded()
    load_demo()
    assert is_loaded()
