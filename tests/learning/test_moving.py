"""Moving a learner on to another revision: explicit, shown first, never taking anything away."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lms.core.actor import SYSTEM, Actor
from lms.core.db import db
from lms.core.reasons import Refused
from lms.learning.models import LearningEvent
from lms.learning.queries import events_of
from lms.learning.services import differences_of_projections, effect_of_move, move_learner, record_event
from tests.courses.documents import activity
from tests.learning.building import AT, a_person, actor, draft, enrolled, publish, published, scope_on

pytestmark = pytest.mark.usefixtures("session")
LATER = AT + timedelta(days=1)


def a_learner_with(*keys, done=()):
    """Enrolled on a course of these activities, some of them done."""
    enrolment = enrolled(a_person(), published(*(activity(key) for key in keys)))
    for key in done:
        record_event(enrolment.id, key, "done", by=Actor(enrolment.person_id), at=AT)
    return enrolment


def revise(*activities):
    return publish(draft(*activities))


def move(enrolment, *, by=SYSTEM):
    return move_learner(enrolment.id, by=by, at=LATER)


def test_a_learner_is_moved_to_the_newest_revision():
    enrolment = a_learner_with("a", "b")
    revise(activity("b"))
    newest = revise(activity("c"))
    assert move(enrolment).revision_id == newest.id


def test_the_effect_is_shown_first_and_changes_nothing():
    enrolment = a_learner_with("a", "b", done=["a"])
    before = enrolment.revision_id
    revise(activity("a"))
    effect = effect_of_move(enrolment.id, by=SYSTEM, at=LATER)
    assert (effect.standing.percent, effect.completes) == (100, True)
    assert (enrolment.revision_id, enrolment.percent, enrolment.status) == (before, 50, "active")


def test_percent_does_not_fall_where_more_is_required_now():
    enrolment = a_learner_with("a", "b", done=["a"])
    revise(*(activity(key) for key in "abcd"))
    assert move(enrolment).percent == 50


def test_completed_stays_completed():
    enrolment = a_learner_with("a", done=["a"])
    revise(activity("a"), activity("b"))
    moved = move(enrolment)
    assert (moved.status, moved.percent, moved.completed_at) == ("completed", 100, AT)


def test_what_the_new_requirement_finds_met_counts_from_the_move_on():
    enrolment = enrolled(a_person(), published(activity("a", requires="done"), activity("b")))
    record_event(enrolment.id, "a", "viewed", by=Actor(enrolment.person_id), at=AT)
    revise(activity("a", requires="view"))
    moved = move(enrolment)
    assert moved.progress["a"]["completed_at"] == LATER.isoformat()
    assert (moved.status, moved.completed_at) == ("completed", LATER)


def test_the_move_is_an_event_that_says_who_and_from_where():
    enrolment = a_learner_with("a")
    before, staff = enrolment.revision_id, actor(a_person(), scope_on("safety", "teacher"))
    newest = revise(activity("b"))
    move(enrolment, by=staff)
    (event,) = events_of(enrolment.id)
    assert (event.kind, event.person_id) == ("moved", staff.person_id)
    assert event.data == {"from": str(before), "to": str(newest.id)}


def test_the_projection_follows_from_the_events_on_each_ones_own_revision():
    enrolment = a_learner_with("a", "b", done=["a"])
    for later in (["a", "b", "c", "d"], ["a", "b"]):
        revise(*(activity(key) for key in later))
        move(enrolment)
    assert enrolment.percent == 50
    assert list(differences_of_projections()) == []


def test_who_is_on_the_newest_revision_is_not_moved():
    with pytest.raises(Refused, match=r"learning\.on_newest_revision"):
        move(a_learner_with("a"))
    assert db.session.query(LearningEvent).count() == 0


@pytest.mark.parametrize("who", ["the learner", "a stranger", "staff of another course"])
def test_only_the_courses_own_staff_moves(who):
    published(slug="other", organisation="elsewhere")
    enrolment = a_learner_with("a")
    revise(activity("b"))
    by = {
        "the learner": Actor(enrolment.person_id),
        "a stranger": actor(a_person()),
        "staff of another course": actor(a_person(), scope_on("other", "author")),
    }[who]
    with pytest.raises(Refused, match=r"learning\.not_enrolled"):
        move(enrolment, by=by)
