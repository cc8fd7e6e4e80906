"""What authors see of their courses: the list."""

from __future__ import annotations

import pytest

from lms.courses.queries import find_course
from tests.courses.documents import activity
from tests.learning.building import a_person, an_organisation, draft, published, signed_in

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def author(app, session):
    """Signed in, of the organisation `academy`."""
    publisher = an_organisation()
    session.flush()
    return signed_in(app, a_person("author", scope=publisher.id))


def test_an_author_sees_the_courses_of_the_organisation_each_with_its_state(author):
    draft(slug="new", title="A new one")
    published(slug="out", title="B published")
    published(slug="changed", title="C changed")
    draft(activity("other"), slug="changed", title="C changed")
    draft(slug="foreign", organisation="elsewhere", title="D foreign")
    found = author.get("/teach").text
    new, out, changed = (found.split(title)[1].split("</li>")[0] for title in ("A new one", "B published", "C changed"))
    assert "Draft, not published yet" in new
    assert "Revision 1 is what learners see" in out
    assert "Revision 1, and a changed draft" in changed
    assert "D foreign" not in found


def test_a_teacher_sees_the_own_course_alone(app):
    draft(slug="mine", title="Mine")
    draft(slug="other", title="Other")
    found = signed_in(app, a_person("teacher", scope=find_course("mine").id)).get("/teach").text
    assert "Mine" in found
    assert "Other" not in found
