"""Who may write a course: an author names colleagues as teachers, and nothing is told of anybody else."""

from __future__ import annotations

import pytest

from lms.core.actor import SYSTEM, Actor
from lms.courses.queries import find_course
from lms.organisations.services import add_member, leave_organisation
from tests.learning.building import AT, a_person, draft, signed_in

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def organisation_id():
    return find_course(draft()).organisation_id


@pytest.fixture
def ana(app, organisation_id):
    return signed_in(app, a_person("author", scope=organisation_id, name="Ana Author"))


@pytest.fixture
def ben(organisation_id, session):
    person = a_person(name="Ben Teacher")
    add_member(organisation_id, person.id, by=SYSTEM, at=AT)
    session.flush()
    return person


def test_an_author_names_a_colleague_who_then_may_write(app, ana, ben):
    teacher = signed_in(app, ben)
    assert teacher.get("/teach/safety").status_code == 404
    assert ana.post("/teach/safety/people", data={"email": ben.email.upper()}).status_code == 303
    assert "Ben Teacher" in ana.get("/teach/safety/people").text
    assert teacher.get("/teach/safety").status_code == 200
    assert teacher.post("/teach/safety/people", data={"email": ben.email}).status_code == 403
    assert ana.post(f"/teach/safety/people/{ben.id}/remove").status_code == 303
    assert teacher.get("/teach/safety").status_code == 404
    assert ana.post(f"/teach/safety/people/{ben.id}/remove").status_code == 404


def test_who_leaves_the_organisation_teaches_none_of_its_courses_any_more(app, ana, ben, organisation_id):
    ana.post("/teach/safety/people", data={"email": ben.email})
    teacher = signed_in(app, ben)
    assert teacher.get("/teach/safety").status_code == 200
    leave_organisation(organisation_id, by=Actor(ben.id), at=AT)
    assert teacher.get("/teach/safety").status_code == 404
    assert teacher.get("/teach/safety/learners").status_code == 404


def test_of_an_address_outside_the_organisation_nothing_is_told(ana, session):
    stranger = a_person(name="Stranger")
    session.flush()
    answers = [ana.post("/teach/safety/people", data={"email": email}) for email in (stranger.email, "no@example.org")]
    told = [answer.text.replace(stranger.email, "X").replace("no@example.org", "X") for answer in answers]
    sentences = [text.split('id="email-error"')[1].split("</p>")[0] for text in told]
    assert answers[0].status_code == answers[1].status_code == 422
    assert sentences[0] == sentences[1]
    assert "Nobody who belongs to the organisation" in sentences[0]
