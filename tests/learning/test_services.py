"""Use cases of learning: enrol, view, do, practise, report; what is refused, and with which reason."""

from __future__ import annotations

import uuid
from datetime import timedelta
from fractions import Fraction

import pytest
import sqlalchemy as sa

from lms.core.actor import SYSTEM, Actor
from lms.core.audit import AuditEntry
from lms.core.db import db
from lms.core.events import subscribe
from lms.core.reasons import Refused
from lms.learning.events import EnrolmentCompleted
from lms.learning.models import Enrolment, LearningEvent
from lms.learning.services import (
    differences_of_projections,
    enrol_learner,
    open_activity,
    rebuild_projection,
    record_event,
    record_outcome,
    record_practice,
    view_activity,
)
from tests.courses.documents import activity, link, video
from tests.learning.building import (
    AT,
    a_person,
    actor,
    draft,
    enrolled,
    publish,
    published,
    scope_on,
)

pytestmark = pytest.mark.usefixtures("session")
LATER = AT + timedelta(minutes=5)


def refusal(use_case, *arguments, **named):
    with pytest.raises(Refused) as refused:
        use_case(*arguments, **named)
    return refused.value.reason.code


def done(enrolment, key, *, kind="done", at=AT, **more):
    return record_event(enrolment.id, key, kind, by=Actor(enrolment.person_id), at=at, **more)


def events():
    return db.session.scalars(sa.select(LearningEvent).order_by(LearningEvent.number)).all()


# --- enrolling


def test_enrolling_pins_the_learner_to_the_published_revision():
    person, slug = a_person(), published()
    enrolment, is_new = enrol_learner(person.id, slug, by=actor(person), at=AT)
    assert is_new
    assert (enrolment.status, enrolment.percent, enrolment.cycle, enrolment.enrolled_at) == ("active", 0, 1, AT)
    assert enrolment.revision_id == publish(slug).id


def test_enrolling_again_gives_the_enrolment_that_runs():
    person = a_person()
    first = enrolled(person)
    again, is_new = enrol_learner(person.id, "safety", by=actor(person), at=LATER)
    assert (again.id, is_new, again.enrolled_at) == (first.id, False, AT)


def test_a_new_revision_does_not_move_who_is_enrolled():
    person = a_person()
    enrolment = enrolled(person, published(activity("a")))
    publish(draft(activity("a"), activity("b")))
    again, _is_new = enrol_learner(person.id, "safety", by=actor(person), at=LATER)
    other = enrolled(a_person(), "safety")
    assert again.revision_id == enrolment.revision_id != other.revision_id


def test_a_course_by_invitation_is_closed_to_who_was_not_invited():
    person = a_person()
    assert refusal(enrol_learner, person.id, published(enrolment="invited"), by=actor(person), at=AT) == (
        "learning.invited_only"
    )


@pytest.mark.parametrize("role", ["teacher", "author", "hr"])
def test_its_staff_may_enrol_others_on_it(role):
    person, slug = a_person(), published(enrolment="invited")
    staff = actor(a_person(), scope_on(slug, role))
    assert enrol_learner(person.id, slug, by=staff, at=AT)[1]


@pytest.mark.parametrize("role", ["teacher", "author", "hr"])
def test_the_staff_of_another_course_may_not(role):
    published(slug="other", organisation="elsewhere")
    person, slug = a_person(), published(enrolment="invited")
    staff = actor(a_person(), scope_on("other", role))
    assert refusal(enrol_learner, person.id, slug, by=staff, at=AT) == "learning.invited_only"


@pytest.mark.parametrize("slug", ["nothing", "drafted"])
def test_a_course_that_is_not_published_is_unknown(slug):
    draft(slug="drafted")
    person = a_person()
    assert refusal(enrol_learner, person.id, slug, by=actor(person), at=AT) == "course.unknown"


def test_enrolling_leaves_an_audit_entry_once():
    person = a_person()
    enrolment = enrolled(person)
    enrolled(person, "safety")
    (entry,) = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "learner.enrolled"))
    assert (entry.person_id, entry.subject_id) == (person.id, str(enrolment.id))


# --- doing


def look_at(enrolment, key, *, at=AT):
    """As a page does it: in a request that has only read so far."""
    db.session.commit()
    view_activity(db.session.get_one(Enrolment, enrolment.id), key, at=at)
    db.session.commit()


def test_a_view_is_recorded_once():
    enrolment = enrolled(a_person())
    for at in (AT, LATER):
        look_at(enrolment, "one", at=at)
    assert [(event.kind, event.activity_key, event.at) for event in events()] == [("viewed", "one", AT)]
    assert enrolment.percent == 50


def test_a_view_that_something_else_overtook_is_left_to_the_next_look(app, session):
    enrolment = enrolled(a_person())
    session.commit()
    read_before = db.session.get_one(Enrolment, enrolment.id)
    ids = (read_before.id, read_before.person_id)
    session.expunge(read_before)
    session.rollback()  # a request that reads holds no lock on SQLite
    with app.app_context():
        record_event(ids[0], "two", "viewed", by=Actor(ids[1]), at=AT)
        db.session.commit()
    session.add(read_before)
    view_activity(read_before, "one", at=LATER)
    assert [event.activity_key for event in events()] == ["two"]
    assert read_before.progress.keys() == {"two"}


def test_completion_is_raised_once_with_the_instant_of_the_last_step():
    heard = []
    subscribe(EnrolmentCompleted, heard.append)
    enrolment = enrolled(a_person(), published(activity("a"), activity("b", requires="none")))
    done(enrolment, "a", at=LATER)
    done(enrolment, "b", at=LATER + timedelta(days=1))
    assert [(event.enrolment_id, event.at) for event in heard if event.enrolment_id == enrolment.id] == [
        (enrolment.id, LATER)
    ]
    assert (enrolment.status, enrolment.percent, enrolment.completed_at) == ("completed", 100, LATER)


def test_a_handler_that_fails_makes_the_step_fail():
    def fail(event):
        if event.enrolment_id == enrolment.id:
            raise LookupError("no certificate for this")

    enrolment = enrolled(a_person(), published(activity("a")))
    subscribe(EnrolmentCompleted, fail)
    with pytest.raises(LookupError):
        done(enrolment, "a")


def test_done_twice_is_one_event():
    enrolment = enrolled(a_person())
    done(enrolment, "one")
    done(enrolment, "one", at=LATER)
    assert [event.at for event in events()] == [AT]


def test_the_same_idempotency_key_again_changes_nothing():
    enrolment = enrolled(a_person(), published(activity("a", video())))
    for at in (AT, LATER):
        done(enrolment, "a", kind="position", data={"seconds": 12}, idempotency_key="k1", at=at)
    assert [event.idempotency_key for event in events()] == ["k1"]


@pytest.mark.parametrize(
    "other",
    [{"kind": "done"}, {"key": "b"}, {"kind": "position", "data": {"seconds": 13}}],
    ids=["kind", "activity", "data"],
)
def test_an_idempotency_key_with_other_content_is_refused(other):
    enrolment = enrolled(a_person(), published(activity("a", video()), activity("b", video())))
    first = {"kind": "position", "data": {"seconds": 12}}
    done(enrolment, "a", idempotency_key="k1", **first)
    changed = {"key": "a", **first, **other}
    assert refusal(done, enrolment, idempotency_key="k1", **changed) == "core.idempotency_key_reused"


def test_the_key_of_a_view_that_stood_already_is_kept_too():
    enrolment = enrolled(a_person())
    look_at(enrolment, "one")
    done(enrolment, "one", kind="viewed", idempotency_key="k1", at=LATER)
    assert refusal(done, enrolment, "two", idempotency_key="k1") == "core.idempotency_key_reused"
    assert enrolment.progress["one"]["viewed_at"] == AT.isoformat()


def test_keys_of_different_learners_do_not_meet():
    first, second = enrolled(a_person()), enrolled(a_person(), "safety")
    done(first, "one", idempotency_key="k1")
    done(second, "two", idempotency_key="k1")
    assert [event.activity_key for event in events()] == ["one", "two"]


def test_a_video_keeps_its_position_and_only_something_played_has_one():
    enrolment = enrolled(a_person(), published(activity("v", video()), activity("l", link())))
    done(enrolment, "v", kind="position", data={"seconds": 95})
    assert enrolment.progress["v"] == {"position": 95}
    assert refusal(done, enrolment, "l", kind="position", data={"seconds": 1}) == "learning.no_position"


def test_what_is_locked_can_be_neither_opened_nor_done():
    enrolment = enrolled(a_person(), published(activity("a"), activity("b", release={"completed": "a"})))
    by = Actor(enrolment.person_id)
    for use_case in (
        lambda: done(enrolment, "b"),
        lambda: open_activity(enrolment.id, "b", by=by, at=AT),
        lambda: record_practice(enrolment.id, "b", "p1", Fraction(1), by=by, at=AT),
    ):
        assert refusal(use_case) == "learning.opens_after"
    done(enrolment, "a")
    assert open_activity(enrolment.id, "b", by=by, at=AT).activity.key == "b"


def test_an_activity_that_the_course_does_not_have_is_unknown():
    assert refusal(done, enrolled(a_person()), "nothing") == "learning.activity_unknown"


@pytest.mark.parametrize("role", [None, "teacher", "author", "hr", "administrator"])
def test_nobody_else_learns_for_the_learner(role):
    enrolment = enrolled(a_person())
    grants = [] if role in (None, "administrator") else [scope_on("safety", role)]
    other = SYSTEM if role == "administrator" else actor(a_person(), *grants)
    assert refusal(record_event, enrolment.id, "one", "done", by=other, at=AT) == "learning.not_enrolled"


def test_an_enrolment_that_does_not_exist_is_no_other_than_a_foreign_one():
    assert refusal(record_event, uuid.uuid4(), "one", "done", by=actor(a_person()), at=AT) == "learning.not_enrolled"


# --- the projection


def test_the_projection_is_what_the_events_say():
    enrolment = enrolled(a_person())
    done(enrolment, "one")
    record_practice(enrolment.id, "two", "p1", Fraction(1, 2), by=Actor(enrolment.person_id), at=LATER)
    attempt = {"attempt_id": uuid.uuid4(), "used": 1, "allowed": None}
    record_outcome(enrolment.id, "two", fraction=Fraction(1, 3), passed=False, at=LATER, **attempt)
    assert list(differences_of_projections()) == []


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("percent", 51), ("status", "completed"), ("completed_at", LATER), ("progress", {}), ("events", 7)],
)
def test_a_projection_that_is_wrong_is_named_and_put_right(session, field, wrong):
    enrolment = enrolled(a_person())
    done(enrolment, "one")
    session.flush()
    right = getattr(enrolment, field)
    session.execute(sa.update(Enrolment).values({field: wrong}))
    session.expire_all()
    (found,) = rebuild_projection(enrolment.id)
    assert (found["field"], found["stored"], found["derived"]) == (field, wrong, right)
    assert list(differences_of_projections()) == []
    assert getattr(db.session.get_one(Enrolment, enrolment.id), field) == right


def test_checking_changes_nothing(session):
    enrolment = enrolled(a_person())
    session.execute(sa.update(Enrolment).values(percent=99))
    session.expire_all()
    assert [one["field"] for one in differences_of_projections()] == ["percent"]
    assert db.session.get_one(Enrolment, enrolment.id).percent == 99
