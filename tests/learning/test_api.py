"""Enrolments, activities and events through the JSON API."""

from __future__ import annotations

import uuid

import pytest

from tests.courses.documents import activity, callout, file, link, page, practice, text, video
from tests.learning.building import a_person, draft, enrolled, published, signed_in
from tests.quizzes.documents import quiz, single_choice, true_false

FINAL = activity("quiz", quiz())
QUESTION = practice(single_choice(key="p1", text="Which **cable** is live?", explanation="Orange means danger."))


def reason(response, status):
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    return response.json["reason"]


# --- enrolments


def test_enrolling_answers_201_and_later_200_with_the_same(app, session):
    client = signed_in(app, a_person())
    published()
    first = client.post("/api/v1/courses/safety/enrolments")
    again = client.post("/api/v1/courses/safety/enrolments")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert first.json["activities"] == [{"key": key, "state": "open", "reason": None} for key in ("one", "two")]


def test_a_guest_can_not_enrol(client, session):
    published()
    assert reason(client.post("/api/v1/courses/safety/enrolments"), 401) == "core.not_signed_in"


def test_a_course_by_invitation_says_so_with_a_next_step(app, session):
    published(enrolment="invited")
    answer = signed_in(app, a_person()).post("/api/v1/courses/safety/enrolments")
    assert reason(answer, 403) == "learning.invited_only"
    assert answer.json["next_step"]


@pytest.mark.parametrize("slug", ["drafted", "nothing"])
def test_what_is_not_published_is_404(app, session, slug):
    draft(slug="drafted")
    answer = signed_in(app, a_person()).post(f"/api/v1/courses/{slug}/enrolments")
    assert reason(answer, 404) == "course.unknown"


def test_an_enrolment_says_where_the_learner_stands(reader_of):
    reader = reader_of(activity("a"), activity("b", release={"completed": "a"}))
    found = reader.api().json
    assert (found["course"], found["revision"], found["cycle"], found["status"]) == ("safety", 1, 1, "active")
    locked = found["activities"][1]
    assert (locked["state"], locked["reason"]["code"]) == ("locked", "learning.opens_after")
    assert locked["reason"]["sentence"] == "Opens when 1.1 “About a” is completed."


ADDRESSES = [("GET", ""), ("GET", "/activities/one"), ("POST", "/activities/one/events")]


@pytest.mark.parametrize(("method", "rest"), ADDRESSES)
def test_an_enrolment_is_nobody_elses_to_know_of(app, reader, method, rest):
    foreign = signed_in(app, a_person())
    for enrolment in (reader.enrolment, uuid.uuid4()):
        body = {"json": {"kind": "done"}} if method == "POST" else {}
        answer = foreign.open(f"/api/v1/enrolments/{enrolment}{rest}", method=method, **body)
        assert reason(answer, 404) == "learning.not_enrolled"


def test_my_enrolments_are_mine_with_the_newest_first(reader):
    enrolled(a_person(), "safety")
    enrolled(reader.person, published(slug="other"))
    found = reader.client.get("/api/v1/me/enrolments").json
    assert ([one["course"] for one in found["items"]], found["next"]) == (["other", "safety"], None)


def test_my_enrolments_come_in_pages_that_do_not_shift(reader):
    mine = [reader.enrolment] + [str(enrolled(reader.person, published(slug=f"c{n}")).id) for n in range(4)]
    pages, cursor = [], ""
    while cursor is not None:
        found = reader.client.get(f"/api/v1/me/enrolments?limit=2&cursor={cursor}").json
        pages.append([one["id"] for one in found["items"]])
        cursor = found["next"]
    assert pages == [mine[:2:-1], mine[2:0:-1], mine[:1]]


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJhIl0"], ids=["no base64", "nothing", "no key"])
def test_a_cursor_that_we_did_not_make_is_refused(reader, cursor):
    assert reason(reader.client.get(f"/api/v1/me/enrolments?cursor={cursor}"), 422) == "core.cursor"


# --- content


def test_a_page_comes_as_blocks_with_html(reader_of):
    reader = reader_of(activity("a", page(text("Read **this**."), callout("Stop.", style="danger"), QUESTION)))
    found = reader.api("a").json
    assert (found["kind"], found["state"], found["requirement"]) == ("page", "open", {"kind": "view"})
    assert [block["type"] for block in found["blocks"]] == ["text", "callout", "question"]
    assert "<strong>this</strong>" in found["blocks"][0]["html"]
    assert found["blocks"][1]["style"] == "danger"


def test_practice_questions_keep_the_key_to_themselves(reader_of):
    reader = reader_of(activity("a", page(QUESTION)))
    answer = reader.api("a")
    slot = answer.json["blocks"][0]["slot"]
    assert [set(option) for option in slot["options"]] == [{"id", "html"}] * 3
    assert "right" not in answer.text
    assert "Orange" not in answer.text


@pytest.mark.parametrize(("body", "kind"), [(video(), "video"), (file(), "file"), (link(), "link")])
def test_every_other_kind_comes_as_one_block(reader_of, body, kind):
    found = reader_of(activity("a", body)).api("a").json
    assert [block["type"] for block in found["blocks"]] == [kind]
    assert found.get("url") == ("https://example.org/more" if kind == "link" else None)


def test_a_quiz_comes_with_its_settings(reader_of):
    found = reader_of(FINAL).api("quiz").json
    assert found["kind"] == "quiz"
    assert found["quiz"]["may_start"] is True
    assert "blocks" not in found


def test_a_locked_activity_is_409_with_the_reason(reader_of):
    reader = reader_of(activity("a"), activity("b", release={"completed": "a"}))
    answer = reader.api("b")
    assert reason(answer, 409) == "learning.opens_after"
    assert answer.json["values"]["activity"] == "a"


def test_an_activity_that_is_not_there_is_404(reader):
    assert reason(reader.api("nothing"), 404) == "learning.activity_unknown"


def test_looking_through_the_api_records_nothing(reader):
    reader.api("one")
    assert reader.api("one").json["state"] == "open"


# --- events


def test_an_event_answers_with_the_activity_and_the_enrolment_after_it(reader):
    found = reader.event("one", "viewed").json
    assert found["activity"] == {"key": "one", "state": "completed", "reason": None}
    assert (found["enrolment"]["percent"], found["enrolment"]["status"]) == (50, "active")


def test_completion_is_in_the_answer_that_caused_it(reader):
    reader.event("one", "viewed")
    found = reader.event("two", "done").json["enrolment"]
    assert (found["percent"], found["status"]) == (100, "completed")
    assert found["completed_at"] is not None
    assert reader.api().json == found


def test_an_event_may_open_what_was_locked(reader_of):
    reader = reader_of(activity("a"), activity("b", release={"completed": "a"}))
    found = reader.event("a", "viewed").json["enrolment"]
    assert [one["state"] for one in found["activities"]] == ["completed", "open"]


def test_a_retried_event_is_answered_alike(reader):
    answers = [reader.event("one", "done", idempotency_key="k1").json for _ in range(2)]
    assert answers[0] == answers[1]


def test_an_idempotency_key_with_other_content_is_422(reader):
    reader.event("one", "viewed", idempotency_key="k1")
    assert reason(reader.event("one", "done", idempotency_key="k1"), 422) == "core.idempotency_key_reused"


def test_the_position_of_a_video_is_kept(reader_of):
    reader = reader_of(activity("v", video()))
    assert reader.event("v", "position", seconds=95).json["activity"]["state"] == "started"
    assert reader.api("v").json["position"] == 95


@pytest.mark.parametrize(
    ("key", "event", "status", "code"),
    [
        ("quiz", {"kind": "done"}, 409, "learning.not_by_hand"),
        ("quiz", {"kind": "position", "seconds": 1}, 409, "learning.no_position"),
        ("nothing", {"kind": "done"}, 404, "learning.activity_unknown"),
        ("quiz", {"kind": "dreamt"}, 422, "core.fields"),
        ("quiz", {"kind": "position"}, 422, "core.fields"),
        ("quiz", {"kind": "done", "seconds": 1}, 422, "core.fields"),
        ("quiz", {"kind": "position", "seconds": -1}, 422, "core.fields"),
        ("quiz", {"kind": "viewed", "at": "2020-01-01"}, 422, "core.fields"),
    ],
    ids=str,
)
def test_events_that_are_refused(reader_of, key, event, status, code):
    assert reason(reader_of(FINAL).event(key, **event), status) == code


def test_an_event_that_is_not_json_is_400(reader):
    address = f"/api/v1/enrolments/{reader.enrolment}/activities/one/events"
    answer = reader.client.post(address, data="{", content_type="application/json")
    assert reason(answer, 400) == "core.malformed"


# --- practice


def practise(reader, answer, question="p1"):
    address = f"/api/v1/enrolments/{reader.enrolment}/activities/a/practice/{question}"
    return reader.client.post(address, json={"answer": answer})


def option(reader, words):
    slot = reader.api("a").json["blocks"][0]["slot"]
    return next(one["id"] for one in slot["options"] if words in one["html"])


def test_practice_is_marked_at_once_with_the_explanation(reader_of):
    reader = reader_of(activity("a", page(QUESTION)))
    found = practise(reader, {"choice": option(reader, "Option a")}).json
    assert (found["right"], found["fraction"]) == (True, "1")
    assert "Orange means danger." in found["explanation"]


def test_a_wrong_practice_answer_says_what_is_right_and_counts_for_nothing(reader_of):
    reader = reader_of(activity("a", page(QUESTION), requires="done"))
    found = practise(reader, {"choice": option(reader, "Option b")}).json
    assert (found["right"], found["fraction"]) == (False, "0")
    assert "Option a" in found["right_answer"]
    assert reader.api().json["percent"] == 0


@pytest.mark.parametrize("answer", [{"choice": "nothing"}, {"choices": []}, {}])
def test_a_practice_answer_that_does_not_fit_is_422(reader_of, answer):
    reader = reader_of(activity("a", page(QUESTION)))
    assert reason(practise(reader, answer), 422) == "quiz.answer_misfit"


def test_a_practice_question_that_is_not_on_the_page_is_404(reader_of):
    reader = reader_of(activity("a", page(practice(true_false(key="p2")))))
    assert reason(practise(reader, {"choice": "true"}), 404) == "learning.question_unknown"
