"""What authors see of their courses: the list, what publishing would change, what blocks it."""

from __future__ import annotations

import pytest

from lms.courses.queries import find_course, find_published
from lms.courses.teaching import preview_publication
from tests.courses.documents import activity, page, text, video
from tests.learning.building import a_person, actor, an_organisation, draft, enrolled, published, scope_on, signed_in

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def author(app, session):
    """Signed in, of the organisation `academy`."""
    publisher = an_organisation()
    session.flush()
    return signed_in(app, a_person("author", scope=publisher.id))


def preview(slug="safety", role="author"):
    return preview_publication(slug, by=actor(a_person(), scope_on(slug, role)))


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


def test_the_preview_says_what_is_added_changed_moved_and_removed():
    published(activity("a"), activity("b"), activity("c"), activity("d"))
    draft(activity("a", page(text("New words."))), activity("c"), activity("b"), activity("e"))
    found = {(kind, key) for kind, _title, key in preview().lines}
    assert {("changed", "a"), ("added", "e"), ("removed", "d")} <= found
    assert {key for kind, key in found if kind == "moved"} & {"b", "c"}


def test_an_unchanged_draft_changes_nothing():
    published()
    found = preview()
    assert (found.changed, found.lines, found.mistakes) == (False, [], [])


def test_mistakes_are_said_in_sentences_with_the_activity(author):
    draft(activity("a"), activity("b", release={"completed": "gone"}))
    found = author.get("/teach/safety/publish").text
    assert "opens after the activity “gone”, which is not in the course" in found
    assert "Publish revision" not in found


def test_what_an_author_should_know_does_not_block(author):
    draft(activity("v", video(captions={}, transcript=None)))
    assert preview().warnings
    assert "Publish revision 1" in author.get("/teach/safety/publish").text


def test_the_button_publishes_and_leads_to_the_course(author):
    draft()
    assert author.post("/teach/safety/publish").location == "/courses/safety"
    assert find_published("safety").number == 1


def test_a_blocked_draft_is_refused_by_the_button_too(author):
    draft(activity("a", requires="none"))
    answer = author.post("/teach/safety/publish")
    assert (answer.status_code, "The course requires nothing" in answer.text) == (409, True)


def test_the_preview_counts_who_is_on_which_revision(author):
    enrolled(a_person(), published(activity("a")))
    draft(activity("a"), activity("b"))
    assert "Revision 1: 1 active learner" in author.get("/teach/safety/publish").text


@pytest.mark.parametrize("slug", ["foreign", "nothing"])
def test_what_is_not_ones_own_is_404(author, slug):
    draft(slug="foreign", organisation="elsewhere")
    for answer in (author.get(f"/teach/{slug}/publish"), author.post(f"/teach/{slug}/publish")):
        assert answer.status_code == 404
