"""What is inside an activity, edited by forms without script."""

from __future__ import annotations

import pytest

from lms.core.canonical import digest
from lms.courses import queries
from lms.courses.queries import find_course
from lms.courses.rules.outline import Outline
from tests.courses.documents import activity, page, practice, text, video
from tests.courses.html_forms import form_of
from tests.learning.building import a_person, an_organisation, draft, signed_in
from tests.quizzes.documents import quiz, single_choice

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def author(app, session):
    """Signed in, of the organisation `academy`."""
    publisher = an_organisation()
    session.flush()
    return signed_in(app, a_person("author", scope=publisher.id))


def body_of(key="a", slug="safety"):
    outline = Outline.of(queries.load_draft(find_course(slug).id).outline)
    return queries.load_body(outline.by_key[key].body)


def opened(author, key="a", slug="safety"):
    return form_of(author.get(f"/teach/{slug}/activities/{key}").text, "editor-form")


def press(author, form, button, status=200):
    answer = author.post(form.action, data=_as_data(form.sent(button)))
    assert answer.status_code == status, answer.text[:3000]
    return form_of(answer.text, "editor-form") if status != 303 else None


def save(author, form):
    press(author, form, "save", 303)


def _as_data(pairs):
    data = {}
    for name, value in pairs:
        data.setdefault(name, []).append(value)
    return data


def test_a_page_opened_and_saved_untouched_stays_the_same(author, session):
    body = page(text("One.\n\n- two\n- three"), practice(single_choice(key="p1")))
    draft(activity("a", body))
    save(author, opened(author))
    session.expire_all()
    assert digest(body_of()) == digest(body)


def test_a_text_is_changed_and_saved(author, session):
    draft(activity("a", page(text("Old."))))
    save(author, opened(author).put({"blocks.0.markdown": "New."}))
    session.expire_all()
    assert body_of()["blocks"] == [text("New.")]


def test_a_quiz_opened_and_saved_untouched_stays_the_same(author, session):
    body = quiz()
    draft(activity("a", body))
    save(author, opened(author))
    session.expire_all()
    assert digest(body_of()) == digest(body)


def test_the_preview_shows_the_draft_and_may_stand_in_a_frame_of_ours(author):
    draft(activity("a", page(text("Look **here**."))), activity("v", video()), activity("q", quiz()))
    found = author.get("/teach/safety/activities/a/preview")
    assert "Look <strong>here</strong>." in found.text
    assert "frame-ancestors 'self'" in found.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in author.get("/teach/safety").headers["Content-Security-Policy"]
    assert author.get("/teach/safety/activities/v/preview").status_code == 200
    assert "Mark these answers" in author.get("/teach/safety/activities/q/preview").text
