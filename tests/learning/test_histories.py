"""Whatever a learner, a quiz and the course's staff do in whatever order: the promises of progress hold."""

from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from lms.core.actor import SYSTEM, Actor
from lms.core.db import db
from lms.core.reasons import Refused
from lms.learning.queries import events_of
from lms.learning.services import differences_of_projections, move_learner, record_event, record_outcome
from tests.courses.documents import activity, video
from tests.learning.building import AT, a_person, draft, enrolled, publish, published
from tests.quizzes.documents import quiz

pytestmark = pytest.mark.usefixtures("session")
REVISIONS = (
    (activity("page"), activity("film", video(), release={"completed": "page"}), activity("quiz", quiz())),
    (activity("page", requires="done"), activity("quiz", quiz(), requires={"kind": "score", "percent": "60"})),
    (activity("film", video()), activity("page", requires="none"), activity("extra", release={"completed": "film"})),
)
KEYS = st.sampled_from(["page", "film", "quiz", "extra"])


class Learner(RuleBasedStateMachine):
    """One enrolment; what was true once is remembered beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.at = AT
        self.completed: dict[str, str] = {}
        self.percent = 0

    @initialize()
    def enrol(self) -> None:
        slug = f"course-{uuid.uuid4().hex}"
        self.enrolment = enrolled(a_person(), published(*REVISIONS[0], slug=slug))
        self.slug, self.by = slug, Actor(self.enrolment.person_id)

    def attempt(self, use_case, *arguments, **named) -> None:
        """What is refused changes nothing; time goes on all the same."""
        self.at += timedelta(minutes=1)
        with suppress(Refused):
            use_case(self.enrolment.id, *arguments, at=self.at, **named)

    @rule(key=KEYS, kind=st.sampled_from(["viewed", "done"]), again=st.sampled_from([None, "k1", "k2"]))
    def do(self, key, kind, again) -> None:
        self.attempt(record_event, key, kind, by=self.by, idempotency_key=again)

    @rule(key=KEYS, seconds=st.integers(0, 600))
    def play(self, key, seconds) -> None:
        self.attempt(record_event, key, "position", by=self.by, data={"seconds": seconds})

    @rule(fraction=st.fractions(0, 1, max_denominator=10), is_final=st.booleans())
    def hand_in(self, fraction, is_final) -> None:
        facts = {
            "fraction": fraction,
            "passed": fraction >= Fraction(1, 2),
            "used": 1,
            "allowed": 1 if is_final else None,
        }
        self.attempt(record_outcome, "quiz", attempt_id=uuid.uuid4(), **facts)

    @rule(revision=st.sampled_from(REVISIONS))
    def revise_and_move(self, revision) -> None:
        publish(draft(*revision, slug=self.slug))
        self.attempt(move_learner, by=SYSTEM)

    @invariant()
    def nothing_is_taken_away(self) -> None:
        entries = self.enrolment.progress.items()
        completed = {key: entry["completed_at"] for key, entry in entries if "completed_at" in entry}
        assert completed.items() >= self.completed.items()
        assert self.enrolment.percent >= self.percent
        self.completed, self.percent = completed, self.enrolment.percent

    @invariant()
    def events_are_numbered_without_gaps(self) -> None:
        assert [event.number for event in events_of(self.enrolment.id)] == list(range(1, self.enrolment.events + 1))

    @invariant()
    def status_and_instant_agree(self) -> None:
        completed_at = self.enrolment.completed_at
        assert (self.enrolment.status == "completed") == (completed_at is not None)
        assert completed_at is None or completed_at <= self.at

    def teardown(self) -> None:
        db.session.flush()
        mine = str(self.enrolment.id)
        assert [one for one in differences_of_projections() if one["enrolment"] == mine] == []
        db.session.rollback()


def test_no_history_breaks_a_promise():
    few = settings(
        max_examples=12, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    run_state_machine_as_test(Learner, settings=few)
