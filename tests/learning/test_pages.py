"""The catalogue, a course's page and the player, as HTML."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from lms.learning.models import LearningEvent
from tests.courses.documents import FILM_FILES, activity, callout, file, film, link, module, page, practice, text, video
from tests.learning.building import a_person, draft, published, signed_in
from tests.quizzes.documents import every_type, quiz, single_choice

QUESTION = practice(single_choice(key="p1", explanation="Orange means danger."))
BLOCKED = activity("b", release={"completed": "a"})


def events(session):
    rows = sa.select(LearningEvent).order_by(LearningEvent.number)
    return [(event.kind, event.activity_key) for event in session.scalars(rows)]


# --- catalogue and course page


def test_the_catalogue_is_open_to_guests_and_finds_by_words_and_language(client, session):
    published(title="Öl wechseln", language="de", slug="oil")
    published(title="Safety at work")
    assert "Safety at work" in client.get("/courses").text
    found = client.get("/courses?q=ol&language=de").text
    assert "Öl wechseln" in found
    assert "Safety at work" not in found


def test_the_catalogue_shows_how_far_i_am(reader):
    reader.page("one")
    assert "50 %" in reader.client.get("/courses").text


def test_a_course_page_shows_a_guest_the_outline_and_where_to_sign_in(client, session):
    published(module("first", activity("a"), modules=(module("inner", activity("b")),)))
    found = client.get("/courses/safety")
    assert found.status_code == 200
    assert all(words in found.text for words in ("Module first", "About a", "Module inner", "About b"))
    assert "/sign-in?next=/courses/safety" in found.text


@pytest.mark.parametrize("slug", ["drafted", "nothing"])
def test_what_is_not_published_has_no_page(client, session, slug):
    draft(slug="drafted")
    answer = client.get(f"/courses/{slug}")
    assert answer.status_code == 404
    assert "course.unknown" in answer.text


def test_a_course_by_invitation_says_why_there_is_no_button(app, session):
    published(enrolment="invited")
    found = signed_in(app, a_person()).get("/courses/safety").text
    assert "only for people who were invited" in found
    assert "/courses/safety/enrol" not in found


def test_enrolling_leads_to_the_first_step(app, session):
    published()
    client = signed_in(app, a_person())
    answer = client.post("/courses/safety/enrol", follow_redirects=True)
    assert answer.request.path.endswith("/one")
    assert "About one" in answer.text


def test_the_course_page_leads_on_to_the_next_step(reader):
    reader.page("one")
    found = reader.client.get("/courses/safety").text
    assert f"/learn/{reader.enrolment}/two" in found
    assert "1 of 2 done, 50 %" in found


# --- the player


def test_looking_at_an_open_activity_records_the_view_once(reader, session):
    first = reader.page("one")
    reader.page("one")
    assert events(session) == [("viewed", "one")]
    assert "You have finished this step." in first.text


def test_the_page_that_completes_the_course_says_so_itself(reader_of):
    reader = reader_of(activity("a"))
    assert "Completed" in reader.page("a").text
    assert reader.api().json["status"] == "completed"


def test_a_locked_activity_shows_why_and_records_nothing(reader_of, session):
    reader = reader_of(activity("a"), BLOCKED)
    found = reader.page("b")
    assert found.status_code == 200
    assert "Opens when 1.1 “About a” is completed." in found.text
    assert "Read this." not in found.text
    assert events(session) == []


BODIES = [
    (page(text("Read **this**.")), "<strong>this</strong>"),
    (page(callout("Stop here.", style="danger")), "Danger"),
    (page({"type": "video", "title": "A film", **film()}, files=FILM_FILES), "A film"),
    (page({"type": "file", "title": "A sheet", "file": "media/a.webm"}, files=FILM_FILES), "A sheet"),
    (page(QUESTION), "Check my answer"),
    (video(), "What is said."),
    (file(), "sheet.pdf"),
    (link(), "Open example.org"),
    (quiz(), "/attempts"),
]
NAMES = ["text", "callout", "video block", "file block", "practice", "video", "file", "link", "quiz"]


@pytest.mark.parametrize(("body", "words"), BODIES, ids=NAMES)
def test_the_player_shows_every_kind_of_content(reader_of, body, words):
    found = reader_of(activity("a", body)).page("a")
    assert found.status_code == 200
    assert words in found.text


def test_a_video_goes_on_where_it_was_left(reader_of):
    reader = reader_of(activity("v", video()))
    reader.event("v", "position", seconds=95)
    assert 'data-position="95"' in reader.page("v").text


@pytest.mark.parametrize("attack", ["<script>alert(1)</script>", "[x](javascript:alert(1))", "<img src=x onerror=a>"])
def test_what_an_author_writes_can_not_run(reader_of, attack):
    found = reader_of(activity("a", page(text(f"Before {attack} after")))).page("a").text
    article = found.split("<article")[1].split("</article>")[0]
    assert "Before" in article
    assert not [word for word in ("<script", 'href="javascript', "onerror=") if word in article]


def test_an_activity_that_is_not_there_is_404(reader):
    assert reader.page("nothing").status_code == 404


@pytest.mark.parametrize("rest", ["", "/one", "/one/open"])
def test_the_player_is_nobody_elses_to_know_of(app, reader, rest):
    foreign = signed_in(app, a_person())
    for enrolment in (reader.enrolment, uuid.uuid4()):
        answer = foreign.get(f"/learn/{enrolment}{rest}")
        assert (answer.status_code, "learning.not_enrolled" in answer.text) == (404, True)


def test_a_guest_is_led_to_sign_in_and_back(client, reader):
    answer = client.get(f"/learn/{reader.enrolment}/one")
    assert (answer.status_code, answer.location.split("?")[0]) == (302, "/sign-in")


# --- going on


def test_going_on_leads_to_the_first_step_that_is_left(reader):
    assert reader.page().location.endswith("/one")
    reader.page("one")
    assert reader.page().location.endswith("/two")


def test_going_on_after_the_end_leads_back_into_the_course(reader):
    for key in ("one", "two"):
        reader.page(key)
    assert reader.page().location.endswith("/one")


def test_going_on_where_all_is_locked_leads_to_the_courses_page(reader_of):
    reader = reader_of(activity("a", release={"from": "2999-01-01"}))
    assert reader.page().location.endswith("/courses/safety")


def test_the_start_page_leads_back_to_where_i_was(reader):
    reader.page("one")
    assert f"/learn/{reader.enrolment}/two" in reader.client.get("/").text


# --- doing


def test_marking_as_done_leads_on_and_is_kept(reader_of, session):
    reader = reader_of(activity("a", requires="done"), activity("b"))
    assert "mark it as done" in reader.page("a").text
    answer = reader.post_page("a/done")
    assert answer.location.endswith("/b")
    assert events(session) == [("viewed", "a"), ("done", "a")]


def test_the_last_one_done_stays_where_it_is(reader_of):
    assert reader_of(activity("a", requires="done")).post_page("a/done").location.endswith("/a")


def test_a_quiz_is_not_done_by_hand(reader_of):
    answer = reader_of(activity("q", quiz())).post_page("q/done")
    assert (answer.status_code, "learning.not_by_hand" in answer.text) == (409, True)


def test_opening_a_link_counts_and_leads_there(reader_of):
    reader = reader_of(activity("l", link("https://example.org/more?a=1")))
    reader.page("l")
    assert reader.api().json["activities"][0]["state"] == "started"
    assert reader.page("l/open").location == "https://example.org/more?a=1"
    assert reader.api().json["status"] == "completed"


@pytest.mark.parametrize(("key", "status"), [("a", 404), ("b", 409), ("nothing", 404)], ids=["page", "locked", "none"])
def test_only_an_open_link_can_be_opened(reader_of, session, key, status):
    reader = reader_of(activity("a", requires="done"), BLOCKED)
    assert reader.page(f"{key}/open").status_code == status
    assert events(session) == []


def test_a_form_needs_its_token(app, reader):
    """Without a bearer token, as a browser with a session does."""
    client = app.test_client()
    client.set_cookie("session", "whatever")
    answer = client.post(f"/learn/{reader.enrolment}/one/done")
    assert (answer.status_code, "core.csrf" in answer.text) == (400, True)


# --- practice without script


def practise(reader, **form):
    return reader.post_page("a/practice/p1", **form)


def choice(reader, words):
    slot = reader.api("a").json["blocks"][0]["slot"]
    return next(one["id"] for one in slot["options"] if words in one["html"])


def test_practice_without_script_gives_the_page_back_with_feedback(reader_of, session):
    reader = reader_of(activity("a", page(QUESTION)))
    found = practise(reader, choice=choice(reader, "Option a"))
    assert found.status_code == 200
    assert "Orange means danger." in found.text
    assert events(session) == [("practised", "a")]


def test_a_wrong_answer_shows_the_right_one_in_its_place(reader_of):
    reader = reader_of(activity("a", page(QUESTION)))
    found = practise(reader, choice=choice(reader, "Option b")).text
    assert "Not right" in found
    assert "The answer:" in found


def test_an_empty_answer_is_refused_in_its_place(reader_of, session):
    found = practise(reader_of(activity("a", page(QUESTION))))
    assert found.status_code == 200
    assert "quiz.answer_misfit" in found.text
    assert events(session) == []


def test_the_player_shows_practice_of_every_type(reader_of):
    found = reader_of(activity("a", page(*map(practice, every_type())))).page("a")
    assert found.text.count("data-practice") == len(every_type())
