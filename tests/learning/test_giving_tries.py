"""One learner is given more tries at a quiz: an event like the rest, counted wherever tries are counted."""

from __future__ import annotations

import pytest

from lms.accounts.models import Person
from lms.core.actor import Actor
from lms.core.db import db
from lms.core.reasons import Refused
from lms.courses.queries import find_course
from lms.learning.queries import events_of, view_enrolment
from lms.learning.services import differences_of_projections, give_tries, reopen_activity
from lms.quizzes.services import save_answer, start_attempt, submit_attempt
from tests.courses.documents import activity
from tests.learning.building import AT, a_person, actor, enrolled, published, scope_on, signed_in
from tests.quizzes.documents import quiz, shown, single_choice

pytestmark = pytest.mark.usefixtures("session")
WHY = "The network was down."
KEY_AT_THE_END = {"during": [], "after": ["marks"], "closed": ["marks", "right_answers"]}


@pytest.fixture
def learner():
    body = quiz({"question": single_choice()}, attempts=1, review=KEY_AT_THE_END)
    published(activity("page"), activity("test", body))
    return enrolled(a_person(), "safety")


def teacher():
    return actor(a_person(), scope_on("safety", "teacher"))


def give(enrolment, more=1, *, key="test", by=None, words=WHY):
    return give_tries(enrolment.id, key, more=more, words=words, by=by or teacher(), at=AT)


def take(enrolment, answer="b"):
    """An attempt from its start to its end."""
    by = Actor(enrolment.person_id)
    attempt, _is_new = start_attempt(enrolment.id, "test", by=by, at=AT)
    choice = {"choice": shown(attempt.paper["slots"][0]["draw"])[answer]}
    save_answer(attempt.id, 1, step=1, answer=choice, by=by, at=AT)
    return submit_attempt(attempt.id, by=by, at=AT)


def state(enrolment):
    return view_enrolment(enrolment, AT).states[1].state


def test_who_used_all_tries_may_try_again_and_pass(learner):
    take(learner)
    assert state(learner) == "failed"
    with pytest.raises(Refused, match=r"quiz\.attempts_exhausted"):
        take(learner)
    give(learner, 2)
    assert state(learner) == "started"
    take(learner)
    assert state(learner) == "started"  # one is left
    take(learner, "a")
    assert (state(learner), learner.percent) == ("completed", 50)
    assert [one for one in differences_of_projections() if one["enrolment"] == str(learner.id)] == []


def test_tries_add_up_and_the_last_of_them_is_the_last(learner):
    give(learner), give(learner)
    assert state(learner) == "open"  # nothing was done yet
    for _ in range(3):
        take(learner)
    assert state(learner) == "failed"
    with pytest.raises(Refused) as refused:
        take(learner)
    assert refused.value.values == {"used": 3, "allowed": 3}


def test_the_right_answers_wait_for_the_last_try(learner):
    give(learner)
    assert "right_answers" not in take(learner).shows
    assert "right_answers" in take(learner).shows


def test_what_was_opened_again_keeps_the_tries_that_were_given(learner):
    give(learner)
    take(learner), take(learner)
    reopen_activity(learner.id, "test", words=WHY, by=teacher(), at=AT)
    assert learner.progress["test"] == {"more_tries": 1}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"key": "page"}, "learning.tries_not_limited"),
        ({"key": "gone"}, "learning.activity_unknown"),
        ({"words": " "}, "learning.override_needs_reason"),
        ({"by": Actor(None)}, "learning.not_enrolled"),
    ],
)
def test_what_does_not_fit_is_refused(learner, given, code):
    with pytest.raises(Refused) as refused:
        give(learner, **given)
    assert refused.value.reason.code == code


def test_nobody_gives_tries_to_themselves(learner):
    with pytest.raises(Refused) as refused:
        give(learner, by=Actor(learner.person_id, frozenset([scope_on("safety", "teacher")])))
    assert refused.value.reason.code == "learning.own_steps"


def test_an_instructor_gives_them_on_the_learners_page_and_the_learner_reads_of_it(app, learner):
    by = signed_in(app, a_person("teacher", scope=find_course("safety").id))
    path = f"/teach/safety/learners/{learner.id}"
    assert "Give more tries" in by.get(path).text
    refused = by.post(f"{path}/activities/test/tries", data={"more": "2", "words": ""})
    assert (refused.status_code, "Say why" in refused.text) == (422, True)
    assert by.post(f"{path}/activities/test/tries", data={"more": "2", "words": WHY}).status_code == 302
    page = by.get(path).text
    assert "2 more tries at 1.2 “About test” were given." in page
    assert WHY in page
    mine = signed_in(app, db.session.get_one(Person, learner.person_id))
    assert "Your instructor gave you 2 more." in mine.get(f"/learn/{learner.id}/test").text
    told = mine.get(f"/api/v1/enrolments/{learner.id}/activities/test").json["quiz"]
    assert (told["attempts_allowed"], told["attempts_given"]) == (3, 2)


def test_a_program_gives_them(app, learner):
    by = signed_in(app, a_person("teacher", scope=find_course("safety").id))
    path = f"/api/v1/enrolments/{learner.id}/activities/test/tries"
    assert by.post(path, json={"more": 1, "reason": WHY}).status_code == 200
    assert by.post(path, json={"more": 0, "reason": WHY}).status_code == 422
    (event,) = events_of(learner.id)
    assert (event.kind, event.data) == ("tries_given", {"more": 1, "words": WHY})
