"""What an administrator sees and may set going again; roles given in words."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.accounts.models import RoleGrant
from lms.core.actor import SYSTEM
from lms.core.clock import now
from lms.core.db import db
from lms.core.jobs.models import Job
from lms.core.jobs.services import enqueue
from lms.core.reasons import Refused
from lms.courses.queries import find_course
from lms.home.administration import retry_job
from lms.home.people import grant_in_words
from lms.home.queries import overview
from lms.organisations.models import Membership
from tests.learning.building import AT, a_person, actor, an_organisation, draft, enrolled, published, signed_in

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def admin(app):
    return signed_in(app, a_person("administrator"))


def a_job(state):
    job = enqueue("interop.import", f"job-{state}", {"name": "course.zip"}, at=AT)
    job.state = state
    if state == "failed":
        job.reason = {"code": "job.gave_up", "values": {"attempts": 5}}
    db.session.flush()
    return job


def test_the_figures_count_what_is_there():
    a_job("failed")
    a_job("done")
    enrolled(a_person(), published())
    draft(slug="drafted")
    numbers = {count["icon"]: count["number"] for count in overview(now())["counts"]}
    assert numbers == {"stop": 1, "people": 1, "course": 1, "half": 1}


def test_the_page_shows_people_with_roles_and_failed_work_with_the_reason(admin):
    a_job("failed")
    found = admin.get("/admin").text
    assert "administrator" in found
    assert "broke off 5 times" in found


def test_a_failed_job_is_started_again_by_the_button(admin, session):
    job_id = a_job("failed").id
    session.commit()
    assert admin.post(f"/admin/jobs/{job_id}/retry").location == "/admin"
    session.expire_all()
    assert db.session.get_one(Job, job_id).state == "queued"


@pytest.mark.parametrize("role", [None, "hr"])
def test_nobody_else_starts_work_again(role):
    job = a_job("failed")
    with pytest.raises(Refused, match=r"core\.forbidden"):
        retry_job(job.id, by=actor(a_person()), at=AT)


# --- roles in words


def grants(person):
    rows = db.session.scalars(sa.select(RoleGrant).where(RoleGrant.person_id == person.id))
    return [(grant.role, grant.scope_kind, grant.scope_id) for grant in rows]


def give(person, role, *, organisation=None, course=None):
    grant_in_words(person.id, role, organisation=organisation, course=course, by=SYSTEM, at=AT)


def test_without_an_organisation_it_is_the_first_one():
    first, person = an_organisation("first"), a_person()
    an_organisation("second")
    give(person, "author")
    assert grants(person) == [("author", "organisation", first.id)]


def test_a_named_organisation_is_employer_and_scope():
    an_organisation("first")
    second, person = an_organisation("second"), a_person()
    give(person, "hr", organisation="second")
    assert grants(person) == [("hr", "organisation", second.id)]
    assert db.session.scalars(sa.select(Membership.organisation_id)).all() == [second.id]


def test_a_teacher_is_one_of_a_course():
    person, slug = a_person(), draft()
    give(person, "teacher", course=slug)
    assert grants(person) == [("teacher", "course", find_course(slug).id)]


@pytest.mark.parametrize("role", ["administrator", "editor"])
def test_a_role_on_everything_needs_no_scope(role):
    an_organisation("first")
    person = a_person()
    give(person, role)
    assert [scope for _role, _kind, scope in grants(person)] == [None]


@pytest.mark.parametrize(
    ("role", "named", "code"),
    [
        ("teacher", {}, "account.scope_missing"),
        ("teacher", {"course": "nothing"}, "course.unknown"),
        ("author", {"organisation": "nothing"}, "organisation.unknown"),
        ("king", {}, "account.role_unknown"),
    ],
)
def test_what_can_not_be_given_is_refused(role, named, code):
    an_organisation("first")
    person = a_person()
    with pytest.raises(Refused) as refused:
        give(person, role, **named)
    assert refused.value.reason.code == code
    assert grants(person) == []
