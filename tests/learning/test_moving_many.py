"""Many learners are moved on: the effect is shown first, a job does it, and taken up again it moves nobody twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from lms.core.actor import SYSTEM, Actor
from lms.core.db import db
from lms.core.jobs import services as jobs
from lms.core.jobs.models import Job
from lms.core.reasons import Refused
from lms.courses.queries import find_course, find_published, load_revision
from lms.learning.models import Enrolment, LearningEvent
from lms.learning.queries.learners import Wanted
from lms.learning.services import (
    differences_of_projections,
    effect_of_moves,
    move_learners,
    record_event,
    request_moves,
    withdraw_enrolment,
)
from tests.courses.documents import activity
from tests.learning.building import AT, a_person, actor, draft, enrolled, publish, published, scope_on, signed_in

pytestmark = pytest.mark.usefixtures("session")
LATER = AT + timedelta(days=1)
ALL = Wanted()
API = "/api/v1/courses/safety/moves"


@pytest.fixture
def course(session):
    """Two activities published, of which learners have done some; the draft is changed, and published."""
    published(activity("a", requires="done"), activity("b"))


def learner(*done):
    enrolment = enrolled(a_person(), "safety")
    for key in done:
        record_event(enrolment.id, key, "done", by=Actor(enrolment.person_id), at=AT)
    return enrolment


def revise(*keys):
    return publish(draft(*(activity(key) for key in keys)))


def teacher():
    """Whose grant a job finds too."""
    return actor(a_person("teacher", scope=find_course("safety").id), scope_on("safety", "teacher"))


def run(job):
    db.session.commit()
    jobs.run_job(job.id)
    return db.session.get_one(Job, job.id, populate_existing=True)


def moved_events():
    return db.session.scalar(sa.select(sa.func.count()).where(LearningEvent.kind == "moved"))


def test_the_effect_counts_and_changes_nothing(course):
    learner("a"), learner("b"), learner("a", "b")
    withdraw_enrolment(learner().id, reason="asked", by=SYSTEM, at=AT)
    revise("b", "c")
    effect = effect_of_moves("safety", ALL, by=teacher(), at=LATER)
    assert (effect.to.number, effect.people, effect.total) == (2, {1: 3}, 3)
    assert (effect.finished, effect.complete, effect.more) == (1, 0, {"c": 2})
    assert moved_events() == 0


def test_the_effect_tells_who_completes_and_who_gains(course):
    seen = learner("b")
    record_event(seen.id, "a", "viewed", by=Actor(seen.person_id), at=AT)
    revise("a", "b")
    effect = effect_of_moves("safety", ALL, by=teacher(), at=LATER)
    assert (effect.complete, effect.gain) == (1, 1)


def test_what_was_shown_is_what_happens(course):
    for done in (["a"], ["b"], ["a", "b"], []):
        learner(*done)
    newest = revise("b")
    effect = effect_of_moves("safety", ALL, by=teacher(), at=LATER)
    finished = sa.select(sa.func.count()).where(Enrolment.status == "completed")
    before = db.session.scalar(finished)
    job = run(request_moves("safety", ALL, to=2, by=teacher(), at=LATER))
    assert (job.state, job.result["moved"]) == ("done", effect.total)
    assert db.session.scalar(finished) == before + effect.complete
    assert set(db.session.scalars(sa.select(Enrolment.revision_id))) == {newest.id}
    assert list(differences_of_projections()) == []


def test_only_those_chosen_move(course):
    chosen, _other = learner(), learner()
    revise("b")
    run(request_moves("safety", Wanted(ids=(str(chosen.id),)), by=teacher(), at=LATER))
    numbers = sa.select(Enrolment.id, Enrolment.revision_id)
    on = {key: load_revision(revision).number for key, revision in db.session.execute(numbers)}
    assert (on.pop(chosen.id), set(on.values())) == (2, {1})


def test_of_those_chosen_on_another_course_nobody_moves(course):
    published(activity("x"), slug="other", organisation="elsewhere")
    foreign = enrolled(a_person(), "other")
    publish(draft(activity("y"), slug="other", organisation="elsewhere"))
    revise("b")
    with pytest.raises(Refused, match=r"learning\.moves_nobody"):
        request_moves("safety", Wanted(ids=(str(foreign.id),)), by=teacher(), at=LATER)


def test_a_job_that_is_taken_up_again_moves_nobody_twice(course, monkeypatch):
    monkeypatch.setattr("lms.learning.services.moving.A_BATCH", 2)
    for _ in range(5):
        learner()
    to = load_revision(revise("b").id)
    reports = []

    def dies_after_four(done, total):
        reports.append((done, total))
        db.session.commit()
        if done == 4:
            raise RuntimeError("killed")

    by = teacher()
    with pytest.raises(RuntimeError):
        move_learners("safety", ALL, to, by=by, at=LATER, asked_at=LATER, report=dies_after_four)
    db.session.rollback()
    assert moved_events() == 4
    again = move_learners("safety", ALL, to, by=by, at=LATER, asked_at=LATER, report=lambda *_: None)
    assert (again, moved_events()) == (5, 5)


def test_what_is_published_while_the_job_waits_is_not_what_was_shown(course):
    learner()
    revise("b")
    job = request_moves("safety", ALL, by=teacher(), at=LATER)
    revise("b", "c")
    run(job)
    (on,) = db.session.scalars(sa.select(Enrolment.revision_id))
    assert load_revision(on).number == 2
    with pytest.raises(Refused, match=r"core\.conflict"):
        request_moves("safety", ALL, to=2, by=teacher(), at=LATER)


def test_the_same_key_gives_the_same_job_and_another_selection_is_refused(course):
    enrolment, by = learner(), teacher()
    revise("b")
    first = request_moves("safety", ALL, key="k", by=by, at=LATER)
    assert request_moves("safety", ALL, key="k", by=by, at=LATER + timedelta(minutes=1)).id == first.id
    with pytest.raises(Refused, match=r"core\.idempotency_key_reused"):
        request_moves("safety", Wanted(ids=(str(enrolment.id),)), key="k", by=by, at=LATER)


def test_staffs_acts_are_no_step_of_the_learner(course):
    enrolment = learner("a")
    touched = enrolment.touched_at
    revise("b")
    run(request_moves("safety", ALL, by=teacher(), at=LATER))
    assert db.session.get_one(Enrolment, enrolment.id, populate_existing=True).touched_at == touched


def test_by_the_page_the_effect_is_seen_and_confirmed(app, course):
    enrolment = learner("a")
    revise("b")
    client = signed_in(app, a_person("teacher", scope=find_course("safety").id))
    shown = client.get(f"/teach/safety/learners/move?ids={enrolment.id}").text
    for words in ("1 person moves on from revision 1", "Nobody loses anything", "Move 1 person on"):
        assert words in shown
    answer = client.post("/teach/safety/learners/move", data={"ids": str(enrolment.id), "to": 2, "token": "t"})
    assert answer.location.startswith("/jobs/")
    nobody = client.get("/teach/safety/learners/move").text
    assert "Nobody would move" in nobody


def test_who_chose_nobody_moves_nobody(app, course):
    learner()
    revise("b")
    client = signed_in(app, a_person("teacher", scope=find_course("safety").id))
    assert client.post("/teach/safety/learners/move", data={"to": 2}).status_code == 409


def test_by_the_api_too(app, course):
    enrolment = learner("b")
    revise("b", "c")
    client = signed_in(app, a_person("teacher", scope=find_course("safety").id))
    effect = client.post(f"{API}/effect", json={"enrolments": [str(enrolment.id)]}).json
    assert (effect["revision"], effect["people"], effect["more"]) == (2, {"1": 1}, {"c": 1})
    answer = client.post(API, json={"all": True, "to": 2}, headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json["kind"]) == (202, "learning.move")
    assert client.post(API, json={}).status_code == 422
    assert client.post(API, json={"all": True, "enrolments": [str(enrolment.id)]}).status_code == 422


def test_who_does_not_teach_the_course_learns_nothing(app, course):
    learner()
    revise("b")
    published(slug="other", organisation="elsewhere")
    stranger = actor(a_person(), scope_on("other", "author"))
    for act in (effect_of_moves, request_moves):
        with pytest.raises(Refused, match=r"course\.unknown"):
            act("safety", ALL, by=stranger, at=LATER)
    assert find_published("safety").number == 2


def test_who_would_not_have_to_be_read_is_not(course, queries):
    """Of who completed the course, and where the same is required as before, only numbers are asked for."""
    learner("a", "b"), learner("a")
    publish(draft(activity("a", requires="done"), activity("b"), activity("c", requires="none")))
    with queries() as run:
        effect = effect_of_moves("safety", ALL, by=teacher(), at=LATER)
    assert (effect.people, effect.finished, effect.complete, effect.gain, effect.more) == ({1: 2}, 1, 0, 0, {})
    assert not [one for one in run if "progress" in one]
