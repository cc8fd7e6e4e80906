"""Whatever a learner, a bad network and a late sweep do in whatever order: no acknowledged answer is lost."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from lms.core.db import db
from lms.core.reasons import Refused
from lms.learning.queries import find_enrolment
from lms.quizzes import services
from lms.quizzes.queries import attempts_of, held_answers
from lms.quizzes.rules.deadlines import NETWORK_ALLOWANCE, State
from tests.quizzes import documents as make

LIMIT = timedelta(minutes=30)
WORDS = ["orange", "red", "blue \u0000"]
QUIZ = make.quiz(
    {"question": make.short_text("orange", key="q1")},
    {"question": make.short_text("orange", key="q2", points="2")},
    time_limit_minutes=30,
    attempts=3,
)


def outcome_of(call, *args, **kwargs) -> tuple[Any, str | None]:
    """(what it returned, None) or (None, the code of the reason)."""
    try:
        return call(*args, **kwargs), None
    except Refused as refused:
        return None, refused.reason.code


class History(RuleBasedStateMachine):
    """One learner; beside the database it remembers each receipt that went out."""

    def __init__(self, learner, at) -> None:
        super().__init__()
        self.learner, self.at = learner, at
        self.receipts: dict[Any, dict[int, dict[int, tuple[str, Any]]]] = {}
        self.results: dict[Any, Any] = {}

    def attempts(self) -> Any:
        return attempts_of(self.learner.enrolment_id, "final")

    def last(self) -> Any:
        return self.attempts()[-1]

    @rule(minutes=st.sampled_from([0, 1, 10, 29, 31]))
    def time_passes(self, minutes) -> None:
        self.at += timedelta(minutes=minutes)

    @rule()
    def start(self) -> None:
        before = self.attempts()
        start = services.start_attempt
        found, code = outcome_of(start, self.learner.enrolment_id, "final", by=self.learner.by, at=self.at)
        if code:
            assert (code, len(before)) == ("quiz.attempts_exhausted", 3)
            return
        attempt, is_new = found
        assert is_new == (attempt.id not in {one.id for one in before})
        assert attempt.state(self.at) in (State.IN_PROGRESS, State.OVERDUE)
        self.receipts.setdefault(attempt.id, {})

    @precondition(lambda self: self.attempts())
    @rule(slot=st.sampled_from([1, 2]), step=st.integers(1, 6), word=st.sampled_from(WORDS))
    def save(self, slot, step, word) -> None:
        attempt, answer = self.last(), {"text": word}
        given = self.receipts[attempt.id].setdefault(slot, {})
        greatest = max(given, default=0)
        is_open = attempt.submitted_at is None and self.at <= attempt.deadline + NETWORK_ALLOWANCE
        facts = {"step": step, "answer": answer, "by": self.learner.by, "at": self.at}
        receipt, code = outcome_of(services.save_answer, attempt.id, slot, **facts)
        if code:
            assert not is_open or step < greatest or (step == greatest and given[step][1] != answer)
            return
        assert step > greatest if step not in given else given[step] == (receipt.digest, answer)
        assert is_open or step in given
        given[step] = (receipt.digest, answer)

    @precondition(lambda self: self.attempts())
    @rule()
    def hand_in(self) -> None:
        services.submit_attempt(self.last().id, by=self.learner.by, at=self.at)

    @precondition(lambda self: self.attempts())
    @rule(times=st.integers(1, 2))
    def sweep(self, times) -> None:
        for _ in range(times):
            services.end_overdue_attempt(self.last().id, at=self.at)

    @invariant()
    def what_was_acknowledged_last_is_held(self) -> None:
        for attempt_id, slots in self.receipts.items():
            held = held_answers(attempt_id)
            for slot, steps in slots.items():
                if steps:
                    last = max(steps)
                    assert (held[slot].step, (held[slot].digest, held[slot].document)) == (last, steps[last])

    @invariant()
    def a_result_follows_from_the_answers_held_and_never_changes(self) -> None:
        for attempt in self.attempts():
            if attempt.result is None:
                continue
            held = held_answers(attempt.id)
            right = sum(slot for slot, step in held.items() if step.document == {"text": "orange"})
            assert Fraction(attempt.result["fraction"]) == Fraction(right, 3)
            facts = (attempt.result, attempt.finished_at)
            assert self.results.setdefault(attempt.id, facts) == facts

    @invariant()
    def nothing_ends_after_its_deadline_and_at_most_one_runs(self) -> None:
        attempts = self.attempts()
        assert all(one.submitted_at is None or one.submitted_at <= one.started_at + LIMIT for one in attempts)
        assert sum(one.state(self.at).takes_answers for one in attempts) <= 1
        assert [one.number for one in attempts] == list(range(1, len(attempts) + 1))

    @invariant()
    def learning_knows_the_best_of_the_results(self) -> None:
        fractions = [Fraction(one.result["fraction"]) for one in self.attempts() if one.result]
        known = find_enrolment(self.learner.enrolment_id, self.learner.by).progress.get("final", {})
        assert Fraction(known.get("fraction", 0)) == max(fractions, default=0)

    def teardown(self) -> None:
        db.session.flush()
        db.session.expire_all()


def test_no_history_loses_an_answer_or_changes_a_result(publish, enrol, clock):
    publish(QUIZ)
    few = settings(
        max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    run_state_machine_as_test(lambda: History(enrol(), clock), settings=few)
