"""The use cases of attempts, on both databases."""

from __future__ import annotations

import threading
from datetime import timedelta
from fractions import Fraction
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from lms.core.actor import Actor
from lms.core.events import subscribe
from lms.core.jobs.models import Job
from lms.core.reasons import Refused
from lms.learning.queries import find_enrolment
from lms.learning.services import record_event
from lms.quizzes import services
from lms.quizzes.events import AttemptFinished
from lms.quizzes.models import AnswerStep, Attempt, QuestionVersion, Response
from lms.quizzes.queries import attempts_of, held_answers, look_up_versions, view_attempt
from lms.quizzes.rules.deadlines import State
from lms.quizzes.rules.receipts import answer_digest
from lms.quizzes.rules.versions import quiz_versions
from tests.quizzes import documents as make

MINUTE = timedelta(minutes=1)
STATEMENT = {"question": make.true_false(key="q1", outcome="o1")}
NUMBER = {"question": make.numeric(key="q2", outcome="o2", points="2")}
TEXT = {"question": make.short_text(key="q3")}


def code_of(call, *args, **kwargs) -> str:
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return caught.value.reason.code


def save(learner, attempt, slot, answer, *, step=1, at):
    return services.save_answer(attempt.id, slot, step=step, answer=answer, by=learner.by, at=at)


def outcome_of(learner):
    return find_enrolment(learner.enrolment_id, learner.by).progress.get("final", {})


def test_publishing_keeps_each_question_as_a_version(session, publish):
    body = make.quiz()
    publish(body)
    kept = dict(session.execute(sa.select(QuestionVersion.digest, QuestionVersion.document)).all())
    assert kept == quiz_versions(body)


def test_a_start_makes_a_paper_and_a_second_start_gives_the_same_attempt(learner, clock, start):
    first = start(learner)
    again, is_new = services.start_attempt(learner.enrolment_id, "final", by=learner.by, at=clock + MINUTE)
    assert (again.id, is_new) == (first.id, False)
    assert len(first.paper["slots"]) == 9
    assert (first.number, first.state(clock)) == (1, State.IN_PROGRESS)


def test_only_a_quiz_is_started_and_only_by_its_learner(learner, clock):
    start = services.start_attempt
    assert code_of(start, learner.enrolment_id, "read", by=learner.by, at=clock) == "quiz.not_a_quiz"
    assert code_of(start, learner.enrolment_id, "final", by=Actor(None), at=clock) == "learning.not_enrolled"


def test_attempts_are_counted(publish, enrol, clock, start):
    publish(make.quiz(STATEMENT, attempts=2))
    learner = enrol()
    for _ in range(2):
        services.submit_attempt(start(learner).id, by=learner.by, at=clock)
    with pytest.raises(Refused) as caught:
        start(learner)
    assert caught.value.as_dict() == {"code": "quiz.attempts_exhausted", "values": {"used": 2, "allowed": 2}}


def test_a_saved_answer_has_a_receipt_that_anyone_can_check(learner, clock, start):
    attempt = start(learner)
    answer = {"text": "orange \u0000 \"'; DROP TABLE attempt; -- ٣ 🚗"}
    receipt = save(learner, attempt, 5, answer, step=3, at=clock)
    assert receipt.digest == answer_digest(str(attempt.id), 5, 3, answer)
    assert (receipt.slot, receipt.step, receipt.saved_at) == (5, 3, clock)
    assert held_answers(attempt.id)[5].document == answer


def test_the_same_step_with_the_same_answer_gives_the_same_receipt(learner, clock, start):
    attempt = start(learner)
    first = save(learner, attempt, 5, {"text": "orange"}, at=clock)
    assert save(learner, attempt, 5, {"text": "orange"}, at=clock + MINUTE) == first


@pytest.mark.parametrize(
    ("step", "text", "code"),
    [(3, "red", "quiz.step_taken"), (2, "red", "quiz.step_old"), (2, "orange", "quiz.step_old")],
)
def test_a_taken_or_older_step_is_refused_with_what_is_held(learner, clock, start, step, text, code):
    attempt = start(learner)
    receipt = save(learner, attempt, 5, {"text": "orange"}, step=3, at=clock)
    with pytest.raises(Refused) as caught:
        save(learner, attempt, 5, {"text": text}, step=step, at=clock)
    assert (caught.value.reason.code, caught.value.status) == (code, 409)
    held = {"step": 3, "digest": receipt.digest, "saved_at": clock.isoformat(), "answer": {"text": "orange"}}
    assert caught.value.values["held"] == held


def test_every_step_is_kept_and_the_greatest_is_held(session, learner, clock, start):
    attempt = start(learner)
    for step in (1, 2, 7):
        save(learner, attempt, 5, {"text": f"answer {step}"}, step=step, at=clock)
    steps = session.scalars(sa.select(AnswerStep.step).order_by(AnswerStep.step)).all()
    assert steps == [1, 2, 7]
    assert held_answers(attempt.id)[5].document == {"text": "answer 7"}


def test_an_answer_must_fit_its_slot_and_its_slot_must_be_there(learner, clock, start):
    attempt = start(learner)
    assert code_of(save, learner, attempt, 5, {"choice": "true"}, at=clock) == "quiz.answer_misfit"
    assert code_of(save, learner, attempt, 10, {"text": "x"}, at=clock) == "quiz.slot_unknown"


def test_nobody_else_reaches_an_attempt(learner, enrol, clock, start):
    attempt, other = start(learner), enrol()
    assert code_of(save, other, attempt, 5, {"text": "x"}, at=clock) == "quiz.attempt_unknown"
    assert code_of(services.submit_attempt, attempt.id, by=other.by, at=clock) == "quiz.attempt_unknown"
    assert code_of(services.look_at_attempt, attempt.id, by=Actor(None), at=clock) == "quiz.attempt_unknown"
    assert attempt.submitted_at is None


def test_all_right_answers_give_all_points_and_complete_the_quiz(learner, clock, start, right_answers):
    attempt = start(learner)
    for slot, answer in right_answers(attempt).items():
        save(learner, attempt, slot, answer, at=clock)
    view = services.submit_attempt(attempt.id, by=learner.by, at=clock + MINUTE)
    assert view.attempt.result == {"points": "11", "max_points": "11", "fraction": "1", "passed": True}
    assert (view.state, view.attempt.finished_at) == (State.FINISHED, clock + MINUTE)
    assert outcome_of(learner)["completed_at"] == (clock + MINUTE).isoformat()


def test_responses_keep_what_each_answer_earned(session, publish, enrol, clock, start):
    publish(make.quiz(STATEMENT, NUMBER))
    learner = enrol()
    attempt = start(learner)
    save(learner, attempt, 2, {"number": "400"}, step=4, at=clock)
    services.submit_attempt(attempt.id, by=learner.by, at=clock)
    rows = session.execute(sa.select(Response.slot, Response.step, Response.share).order_by(Response.slot)).all()
    assert [tuple(row) for row in rows] == [(1, None, 0.0), (2, 4, 1.0)]
    assert attempt.result == {"points": "2", "max_points": "3", "fraction": "2/3", "passed": True}


def test_handing_in_twice_changes_nothing(learner, clock, start):
    attempt = start(learner)
    services.submit_attempt(attempt.id, by=learner.by, at=clock)
    view = services.submit_attempt(attempt.id, by=learner.by, at=clock + MINUTE)
    assert view.attempt.submitted_at == clock
    assert find_enrolment(learner.enrolment_id, learner.by).events == 1


def test_after_handing_in_only_the_receipt_is_repeated(learner, clock, start):
    attempt = start(learner)
    receipt = save(learner, attempt, 5, {"text": "orange"}, at=clock)
    services.submit_attempt(attempt.id, by=learner.by, at=clock)
    assert save(learner, attempt, 5, {"text": "orange"}, at=clock) == receipt
    assert code_of(save, learner, attempt, 5, {"text": "red"}, step=2, at=clock) == "quiz.attempt_over"
    assert code_of(save, learner, attempt, 3, {"choice": "true"}, at=clock) == "quiz.attempt_over"


@pytest.mark.parametrize(
    ("grading", "fraction", "passed"),
    [("highest", "1", True), ("average", "1/2", False), ("first", "1/2", False), ("last", "0", False)],
)
def test_the_grade_over_several_attempts_is_reported(
    publish, enrol, clock, start, right_answers, grading, fraction, passed
):
    publish(make.quiz(STATEMENT, {"question": make.true_false(key="q2")}, pass_percent="60", grading=grading))
    learner = enrol()
    for right in (1, 2, 0):
        attempt = start(learner)
        for slot, answer in list(right_answers(attempt).items())[:right]:
            save(learner, attempt, slot, answer, at=clock)
        services.submit_attempt(attempt.id, by=learner.by, at=clock)
    found = outcome_of(learner)
    assert (Fraction(found["fraction"]), found["passed"], found["is_final"]) == (Fraction(fraction), passed, False)


def test_the_last_attempt_is_final(publish, enrol, clock, start):
    publish(make.quiz(STATEMENT, attempts=1))
    learner = enrol()
    services.submit_attempt(start(learner).id, by=learner.by, at=clock)
    assert outcome_of(learner)["is_final"] is True


def test_listeners_hear_that_an_attempt_ended(learner, clock, start):
    heard = []
    subscribe(AttemptFinished, heard.append)
    attempt = start(learner)
    services.submit_attempt(attempt.id, by=learner.by, at=clock + MINUTE)
    assert heard[-1] == AttemptFinished(attempt.id, learner.enrolment_id, "final", clock + MINUTE)


@pytest.fixture
def timed(publish, enrol, start):
    """(learner, attempt) with 30 minutes from `clock`, one statement (false) and a text."""
    publish(make.quiz(STATEMENT, TEXT, time_limit_minutes=30, pass_percent="50", attempts=2))
    learner = enrol()
    return learner, start(learner)


def test_answers_count_until_the_allowance_is_over(timed, clock):
    learner, attempt = timed
    late = clock + 30 * MINUTE + timedelta(seconds=30)
    save(learner, attempt, 1, {"choice": "false"}, at=late)
    code = code_of(save, learner, attempt, 2, {"text": "orange"}, at=late + timedelta(seconds=1))
    assert code == "quiz.attempt_over"


def test_handing_in_late_counts_at_the_deadline(timed, clock):
    learner, attempt = timed
    view = services.submit_attempt(attempt.id, by=learner.by, at=clock + 30 * MINUTE + timedelta(seconds=20))
    assert view.attempt.submitted_at == clock + 30 * MINUTE


@pytest.mark.parametrize("way", ["sweep", "look", "submit", "start"])
def test_whoever_finds_it_overdue_ends_it_with_the_same_result(session, timed, clock, start, way):
    learner, attempt = timed
    save(learner, attempt, 1, {"choice": "false"}, at=clock + MINUTE)
    session.commit()
    late = clock + timedelta(days=3)
    if way == "sweep":
        assert services.end_overdue_attempt(attempt.id, at=late) is not None
    elif way == "look":
        services.look_at_attempt(attempt.id, by=learner.by, at=late)
    elif way == "submit":
        services.submit_attempt(attempt.id, by=learner.by, at=late)
    else:
        assert start(learner, minutes=3 * 24 * 60).number == 2
    view = view_attempt(attempts_of(learner.enrolment_id, "final")[0], late)
    assert view.attempt.finished_at == view.attempt.submitted_at == clock + 30 * MINUTE
    assert view.attempt.result["fraction"] == "1/2"
    assert outcome_of(learner)["completed_at"] == (clock + 30 * MINUTE).isoformat()


def test_the_sweep_ends_nothing_before_its_time_and_nothing_twice(timed, clock):
    _learner, attempt = timed
    assert services.end_overdue_attempt(attempt.id, at=clock + 30 * MINUTE) is None
    assert services.end_overdue_attempt(attempt.id, at=clock + 31 * MINUTE) is not None
    assert services.end_overdue_attempt(attempt.id, at=clock + 32 * MINUTE) is None


def test_a_row_of_work_waits_for_the_deadline(session, timed, clock):
    _learner, attempt = timed
    job = session.scalars(sa.select(Job).where(Job.kind == services.END_ATTEMPT)).one()
    assert job.payload == {"attempt": str(attempt.id)}
    assert job.run_after == clock + 30 * MINUTE + timedelta(seconds=31)


def test_the_paper_stays_whatever_is_published_later(publish, enrol, clock, start):
    publish(make.quiz({"question": make.true_false(key="q1", text="Old words", answer=False)}))
    learner = enrol()
    attempt = start(learner)
    publish(make.quiz({"question": make.true_false(key="q1", text="New words", answer=True)}))
    save(learner, attempt, 1, {"choice": "false"}, at=clock)
    view = services.submit_attempt(attempt.id, by=learner.by, at=clock)
    assert view.attempt.result["fraction"] == "1"
    assert [version["question"]["text"] for version in view.versions.values()] == ["Old words"]


def test_a_flag_is_set_and_taken_off_while_it_runs(learner, clock, start):
    attempt = start(learner)
    for slot in (5, 2):
        services.flag_slot(attempt.id, slot, flagged=True, by=learner.by, at=clock)
    assert attempt.flags == [2, 5]
    assert services.flag_slot(attempt.id, 2, flagged=False, by=learner.by, at=clock).flags == [5]
    services.submit_attempt(attempt.id, by=learner.by, at=clock)
    flag = services.flag_slot
    assert code_of(flag, attempt.id, 2, flagged=True, by=learner.by, at=clock) == "quiz.attempt_not_running"


def together(app, *calls) -> list[Any]:
    """Runs calls at once, each in a context and a transaction of its own; what they return or raise, in order."""
    from lms.core.db import db

    results: list[Any] = [None] * len(calls)
    gate = threading.Barrier(len(calls))

    def run(place, call):
        with app.app_context():
            gate.wait()
            try:
                results[place] = call()
                db.session.commit()
            except Refused as refused:
                db.session.rollback()
                results[place] = refused.reason.code

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_two_starts_at_once_give_one_attempt(app, session, learner, clock):
    session.commit()

    def start():
        return services.start_attempt(learner.enrolment_id, "final", by=learner.by, at=clock)[0].id

    found = together(app, *[start] * 4)
    assert len(set(found)) == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(Attempt)) == 1


def test_a_save_beside_the_handing_in_counts_or_is_refused_and_never_lands_after_it(
    app, session, learner, clock, start
):
    for round_number in range(5):
        attempt = start(learner, seed=round_number)
        attempt_id = attempt.id
        session.commit()

        def submit(attempt_id=attempt_id):
            return services.submit_attempt(attempt_id, by=learner.by, at=clock).attempt.result["points"]

        def answer(attempt_id=attempt_id):
            return services.save_answer(attempt_id, 5, step=1, answer={"text": "orange"}, by=learner.by, at=clock).step

        points, saved = together(app, submit, answer)
        assert (points, saved) in [("1", 1), ("0", "quiz.attempt_over")]
        session.rollback()


def test_many_saves_at_once_leave_the_greatest_step_held(app, session, learner, clock, start):
    attempt_id = start(learner).id
    session.commit()

    def saving(step):
        def call():
            text = {"text": f"answer {step}"}
            return services.save_answer(attempt_id, 5, step=step, answer=text, by=learner.by, at=clock).step

        return call

    found = together(app, *(saving(step) for step in range(1, 7)))
    assert all(result in (step, "quiz.step_old") for step, result in enumerate(found, start=1))
    held = held_answers(attempt_id)[5]
    assert (held.step, held.document) == (6, {"text": "answer 6"})


def test_versions_come_from_the_database_where_this_process_has_not_kept_them(session, publish, queries, monkeypatch):
    body = make.quiz()
    publish(body)
    versions = quiz_versions(body)
    session.flush()
    monkeypatch.setattr("lms.quizzes.queries._kept", {})
    with queries() as run:
        assert look_up_versions(versions) == versions
        assert look_up_versions(versions) == versions
    assert len(run) == 1


def test_the_same_chance_gives_the_same_paper(learner, clock):
    first, _ = services.start_attempt(learner.enrolment_id, "final", by=learner.by, at=clock, chance=Random(7))
    services.submit_attempt(first.id, by=learner.by, at=clock)
    second, _ = services.start_attempt(learner.enrolment_id, "final", by=learner.by, at=clock, chance=Random(7))
    assert (second.number, second.paper) == (2, first.paper)


def test_the_result_that_completes_a_course_leads_to_its_certificate(session, client, publish, enrol, start, clock):
    publish(make.quiz(STATEMENT), certificate={"kind": "achievement", "valid_months": 24})
    learner = enrol()
    record_event(learner.enrolment_id, "read", "viewed", by=learner.by, at=clock)
    attempt = start(learner)
    save(learner, attempt, 1, {"choice": "false"}, at=clock)
    services.submit_attempt(attempt.id, by=learner.by, at=clock + MINUTE)
    page = client.get(f"/attempts/{attempt.id}", headers=learner.headers).text
    assert page.count('href="/certificates/') == 1
    assert "You have completed the course" in page
