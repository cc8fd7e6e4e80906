"""Staff marks a step as completed, or opens it again: events like the rest, with who, when and why."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lms.accounts.services import erase_person
from lms.core.actor import SYSTEM, Actor
from lms.core.reasons import Refused
from lms.courses.queries import find_course
from lms.learning.queries import events_of, view_enrolment
from lms.learning.services import (
    differences_of_projections,
    enrol_learner,
    grant_activity,
    record_event,
    reopen_activity,
    withdraw_enrolment,
    withdraw_learner,
)
from tests.courses.documents import activity
from tests.learning.building import AT, a_person, actor, enrolled, published, scope_on, signed_in
from tests.quizzes.documents import quiz, single_choice

pytestmark = pytest.mark.usefixtures("session")
LATER = AT + timedelta(days=1)


def a_learner(*parts):
    return enrolled(a_person(), published(*(parts or (activity("a"), activity("b", release={"completed": "a"})))))


def teacher():
    return actor(a_person(), scope_on("safety", "teacher"))


def grant(enrolment, key="a", *, by=None, words="Shown in the workshop."):
    return grant_activity(enrolment.id, key, words=words, by=by or teacher(), at=LATER)


def reopen(enrolment, key="a", *, by=None):
    return reopen_activity(enrolment.id, key, words="Take it once more.", by=by or teacher(), at=LATER)


def states(enrolment):
    return {state.activity.key: state.state for state in view_enrolment(enrolment, LATER).states}


def test_what_is_granted_counts_and_opens_what_waits_for_it():
    enrolment = grant(a_learner())
    assert (enrolment.percent, states(enrolment)) == (50, {"a": "completed", "b": "open"})


def test_of_who_is_erased_the_words_go_and_the_step_stays_granted():
    enrolment = grant(a_learner(), words="Mia was ill, and showed it later.")
    erase_person(enrolment.person_id, by=SYSTEM, at=LATER)
    granted = events_of(enrolment.id)[0]
    assert (granted.kind, granted.data) == ("granted", {})
    assert states(enrolment)["a"] == "completed"
    assert list(differences_of_projections()) == []


def test_the_event_says_who_and_why():
    enrolment, by = a_learner(), teacher()
    grant(enrolment, by=by)
    (event,) = events_of(enrolment.id)
    assert (event.kind, event.person_id, event.at) == ("granted", by.person_id, LATER)
    assert event.data == {"words": "Shown in the workshop."}


def test_the_last_required_step_completes_the_course():
    enrolment = a_learner(activity("quiz", quiz({"question": single_choice()})))
    assert grant(enrolment, "quiz").status == "completed"


def test_what_is_opened_again_has_to_be_done_again_and_no_percent_falls():
    enrolment = grant(a_learner())
    again = reopen(enrolment)
    assert (again.percent, states(again)) == (50, {"a": "open", "b": "locked"})
    record_event(enrolment.id, "a", "done", by=Actor(enrolment.person_id), at=LATER)
    assert states(enrolment)["a"] == "completed"


def test_the_projection_follows_from_the_events():
    enrolment = grant(a_learner())
    reopen(enrolment)
    grant(enrolment)
    assert list(differences_of_projections()) == []


def test_a_completed_course_is_not_taken_away():
    enrolment = grant(a_learner(activity("a")))
    with pytest.raises(Refused, match=r"learning\.course_completed"):
        reopen(enrolment)


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (lambda one: grant(one, "nothing"), "learning.activity_unknown"),
        (lambda one: grant(one, words="  "), "learning.override_needs_reason"),
        (lambda one: grant(one, words="x" * 501), "learning.override_needs_reason"),
        (lambda one: grant(grant(one)), "learning.activity_completed_already"),
        (reopen, "learning.nothing_to_reopen"),
        (lambda one: grant(one, by=Actor(one.person_id)), "learning.not_enrolled"),
    ],
)
def test_what_does_not_fit_is_refused(act, reason):
    with pytest.raises(Refused) as refused:
        act(a_learner())
    assert refused.value.reason.code == reason


@pytest.mark.parametrize(("act", "role"), [(grant, "teacher"), (grant, "author"), (reopen, "teacher")])
def test_nobody_certifies_themselves(act, role):
    enrolment = a_learner()
    own = Actor(enrolment.person_id, frozenset({scope_on("safety", role)}))
    with pytest.raises(Refused, match=r"learning\.own_steps"):
        act(enrolment, by=own)
    assert enrolment.percent == 0


def test_the_page_of_ones_own_steps_offers_no_mark_and_says_why_where_one_is_sent(app):
    published(activity("a"))
    person = a_person("teacher", scope=find_course("safety").id)
    enrolment, client = enrolled(person, "safety"), signed_in(app, person)
    address = f"/teach/safety/learners/{enrolment.id}"
    assert "/override" not in client.get(address).text
    answer = client.post(f"{address}/activities/a/override", data={"words": "I know it."})
    assert answer.status_code == 403
    assert "This is your own progress" in answer.text
    other = signed_in(app, a_person("teacher", scope=find_course("safety").id))
    assert "/override" in other.get(address).text


def test_who_has_left_is_not_helped():
    enrolment = a_learner()
    withdraw_enrolment(enrolment.id, reason="asked", by=teacher(), at=AT)
    with pytest.raises(Refused, match=r"learning\.withdrawn"):
        grant(enrolment)


def test_by_the_api(app):
    enrolment = a_learner()
    client = signed_in(app, a_person("teacher", scope=find_course("safety").id))
    address = f"/api/v1/enrolments/{enrolment.id}/activities/a/overrides"
    answer = client.post(address, json={"kind": "complete", "reason": "Shown in the workshop."})
    assert (answer.status_code, answer.json["percent"]) == (200, 50)
    way = client.get(f"/api/v1/courses/safety/learners/{enrolment.id}").json
    assert [(one["kind"], one["words"]) for one in way["events"]] == [("granted", "Shown in the workshop.")]


def test_a_learner_is_taken_off_with_a_reason_and_comes_back_to_where_they_were(app):
    enrolment = grant(a_learner())
    client = signed_in(app, a_person("teacher", scope=find_course("safety").id))
    address = f"/teach/safety/learners/{enrolment.id}"
    unexplained = client.post(f"{address}/withdrawal", data={})
    assert (unexplained.status_code, "Say why the learner is taken off" in unexplained.text) == (422, True)
    assert client.post(f"{address}/withdrawal", data={"reason": "asked"}).status_code == 302
    assert "Left the course: the learner asked for it." in client.get(address).text
    again, is_new = enrol_learner(enrolment.person_id, "safety", by=Actor(enrolment.person_id), at=LATER)
    assert (again.id, again.status, again.percent, is_new) == (enrolment.id, "active", 50, False)


def test_who_does_not_teach_the_course_takes_nobody_off_it():
    enrolment = a_learner()
    with pytest.raises(Refused, match=r"learning\.not_enrolled"):
        withdraw_learner(enrolment.id, reason="asked", by=Actor(enrolment.person_id), at=LATER)
