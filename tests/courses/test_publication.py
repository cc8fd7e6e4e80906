"""What publishing would change and do to people, what blocks it, and that a draft which moved on is looked at again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lms.core.actor import SYSTEM, Actor
from lms.core.reasons import Refused
from lms.courses.publication import preview_publication
from lms.courses.queries import find_published
from lms.courses.services import publish_course
from lms.learning.services import record_event
from lms.quizzes.services import start_attempt, submit_attempt
from tests.courses.documents import activity, module, page, text, video
from tests.learning.building import (
    AT,
    a_person,
    actor,
    an_organisation,
    draft,
    enrolled,
    published,
    scope_on,
    signed_in,
)
from tests.quizzes.documents import options, quiz, single_choice

pytestmark = pytest.mark.usefixtures("session")
ADDRESS = "/teach/safety/publish"
API = "/api/v1/courses/safety/draft/publication"


@pytest.fixture
def author(app, session):
    """Signed in, of the organisation `academy`."""
    publisher = an_organisation()
    session.flush()
    return signed_in(app, a_person("author", scope=publisher.id))


def preview(slug="safety", role="author"):
    return preview_publication(slug, by=actor(a_person(), scope_on(slug, role)), at=AT)


def learner(*done):
    """Somebody on the course as it is published, these activities done."""
    enrolment = enrolled(a_person(), "safety")
    for key in done:
        record_event(enrolment.id, key, "done", by=Actor(enrolment.person_id), at=AT)
    return enrolment


def asked(*questions):
    return [{"question": question} for question in questions]


def kinds(found):
    return {one.activity.key: one.kinds for one in found.activities}


def test_the_preview_says_what_is_added_changed_moved_and_removed():
    published(activity("a"), activity("b"), activity("c"), activity("d"))
    draft(activity("a", page(text("New words."))), activity("c"), activity("b"), activity("e"))
    found = kinds(preview())
    assert (found["a"], found["e"], found["d"]) == (("changed",), ("added",), ("removed",))
    assert {key for key, of in found.items() if "moved" in of} & {"b", "c"}


def test_a_changed_text_is_shown_word_by_word(author):
    published(activity("a", page(text("Wait 2 minutes. Then measure."))))
    draft(activity("a", page(text("Wait 5 minutes. Then measure."))))
    shown = author.get(ADDRESS).text
    assert '<del><span class="sr">removed: </span>2</del>' in shown
    assert '<ins><span class="sr">added: </span>5</ins>' in shown


def test_requirement_and_release_are_told_as_sentences(author):
    published(activity("a"), activity("b"))
    draft(activity("a", requires="done"), activity("b", release={"completed": "a"}))
    shown = author.get(ADDRESS).text
    assert "Before: Must be read. Now: Must be marked as done." in shown
    assert "Now: Opens when 1.1 “About a” is completed." in shown


def test_questions_that_come_go_and_change_are_named_with_their_words(author):
    was = [single_choice(key="q1"), single_choice(key="q2", text="What for?")]
    is_now = [single_choice(key="q1", text="Which one?"), single_choice(key="q3", text="Why not?")]
    published(activity("quiz", quiz(*asked(*was))))
    draft(activity("quiz", quiz(*asked(*is_now), pass_percent="80")))
    shown = author.get(ADDRESS).text
    for sentence in ("q1 is worded otherwise", "q3 is new", "Why not?", "q2 is gone", "What for?", "pass mark is 80"):
        assert sentence in shown


def test_an_unchanged_draft_changes_nothing(author):
    published()
    found = preview()
    assert (found.changed, found.activities, found.facts, found.mistakes) == (False, [], [], [])
    assert "Publish revision" not in author.get(ADDRESS).text


def test_renamed_modules_alone_are_a_change(author):
    published(module("m", activity("a")))
    draft(module("m", activity("a"), title="Other"))
    assert "Only modules change" in author.get(ADDRESS).text


def test_what_the_certificate_becomes_is_said(author):
    published(certificate={"kind": "participation", "valid_months": None})
    draft(certificate=None)
    assert "no certificate any more. Those that were issued stay" in author.get(ADDRESS).text


def test_a_mistake_is_a_sentence_with_the_way_to_its_place(author):
    draft(activity("a"), activity("b", release={"completed": "gone"}))
    shown = author.get(ADDRESS).text
    assert "opens after the activity “gone”, which is not in the course" in shown
    assert 'href="/teach/safety/activities/b"' in shown
    assert "1 mistake stops publishing" in shown
    assert "Publish revision 1</span></button>" not in shown


@pytest.mark.parametrize(
    ("parts", "facts", "place"),
    [
        ([activity("a", requires="none")], {}, "/teach/safety"),
        ([activity("a")], {"certificate": {"kind": "micro_credential", "valid_months": None}}, "/teach/safety/facts"),
        (
            [activity("q", quiz(*asked(single_choice(options=options("", "ab")))))],
            {},
            "/teach/safety/activities/q#question-q1",
        ),
    ],
)
def test_each_mistake_leads_to_where_it_is_mended(parts, facts, place):
    draft(*parts, **facts)
    assert place in [one.href for one in preview().mistakes]


def test_what_an_author_should_know_does_not_block(author):
    draft(activity("v", video(captions={}, transcript=None)))
    (warning,) = preview().warnings
    assert warning.href == "/teach/safety/activities/v"
    assert "Publish revision 1" in author.get(ADDRESS).text


def test_a_teacher_looks_and_an_author_publishes():
    draft()
    assert [preview(role=role).may_publish for role in ("teacher", "author")] == [False, True]


def test_the_button_publishes_what_was_shown(author):
    draft()
    version = preview().version
    assert author.post(ADDRESS, data={"version": version}).location == ADDRESS
    assert find_published("safety").number == 1
    assert "Revision 1 is published" in author.get(ADDRESS).text


def test_a_draft_that_moved_on_is_looked_at_again_first(author):
    draft()
    version = preview().version
    draft(activity("a"), activity("another"))
    answer = author.post(ADDRESS, data={"version": version})
    assert (answer.status_code, "was changed after you looked" in answer.text) == (409, True)
    assert "About another" in answer.text
    with pytest.raises(Refused, match=r"course\.unknown"):
        find_published("safety")


def test_publishing_twice_gives_one_revision(author):
    draft()
    version = preview().version
    numbers = [publish_course("safety", by=SYSTEM, at=AT, version=version).number for _ in range(2)]
    assert numbers == [1, 1]


def test_a_blocked_draft_is_refused_by_the_button_too(author):
    draft(activity("a", requires="none"))
    answer = author.post(ADDRESS)
    assert (answer.status_code, "The course requires nothing" in answer.text) == (409, True)


def test_people_are_counted_by_revision_and_by_what_would_become_of_them(author):
    published(activity("a"), activity("b"))
    learner("a"), learner("a", "b"), learner()
    draft(activity("a"), activity("c"))
    found = preview()
    assert [(on.number, on.active, on.completed) for on in found.people] == [(1, 2, 1)]
    assert (found.effects.learners, found.effects.more) == (2, {"c": 2})
    assert [one.key for one in found.asked_anew] == ["c"]
    shown = author.get(ADDRESS).text
    for sentence in (
        "2 people learn on revision 1",
        "1 person has finished",
        "2 people would have this to do: 1.2 About c",
    ):
        assert sentence in shown


def test_who_would_gain_complete_and_keep_is_counted():
    published(activity("a", requires="done"), activity("b"), activity("c"))
    seen, half, _new = learner(), learner("c"), learner()
    record_event(seen.id, "a", "viewed", by=Actor(seen.person_id), at=AT)
    record_event(half.id, "a", "viewed", by=Actor(half.person_id), at=AT)
    draft(activity("a", requires="view"))
    effects = preview().effects
    assert (effects.learners, effects.gain, effects.complete, effects.keep) == (3, 2, 2, 1)


def test_a_mended_text_reads_no_learner(queries):
    published(activity("a"))
    learner()
    draft(activity("a", page(text("Other words."))))
    with queries() as run:
        assert preview().effects.learners == 1
    assert not [statement for statement in run if "enrolment.progress" in statement]


def test_a_quiz_in_flight_is_counted_and_goes_on_as_it_began():
    published(activity("quiz", quiz(*asked(single_choice()))))
    enrolment = learner()
    by = Actor(enrolment.person_id)
    attempt, _new = start_attempt(enrolment.id, "quiz", by=by, at=AT)
    draft(activity("quiz", quiz(*asked(single_choice(text="Another?")))))
    assert preview().in_quiz == [("1.1 “About quiz”", 1)]
    publish_course("safety", by=SYSTEM, at=AT)
    submit_attempt(attempt.id, by=by, at=AT + timedelta(minutes=1))
    assert attempt.body == find_body_of(enrolment)


def find_body_of(enrolment):
    from lms.courses.queries import load_outline

    return load_outline(enrolment.revision_id).by_key["quiz"].body


def test_the_api_tells_the_same(author):
    published(activity("a", page(text("Wait 2 minutes."))))
    draft(activity("a", page(text("Wait 5 minutes."))))
    found = author.get(API).json
    assert (found["revision"], found["changed"], found["activities"][0]["kinds"]) == (1, True, ["changed"])
    assert found["activities"][0]["changes"][0]["parts"] == [
        ["same", "Wait "],
        ["removed", "2"],
        ["added", "5"],
        ["same", " minutes."],
    ]


def test_the_api_refuses_an_older_version_of_the_draft(author):
    draft()
    version = author.get(API).json["version"]
    draft(activity("another"))
    answer = author.post("/api/v1/courses/safety/revisions", json={"version": version})
    assert (answer.status_code, answer.json["reason"]) == (409, "course.draft_moved_on")
    assert author.post("/api/v1/courses/safety/revisions").status_code == 201


@pytest.mark.parametrize("slug", ["foreign", "nothing"])
def test_what_is_not_ones_own_is_404(author, slug):
    draft(slug="foreign", organisation="elsewhere")
    for answer in (author.get(f"/teach/{slug}/publish"), author.post(f"/teach/{slug}/publish")):
        assert answer.status_code == 404
