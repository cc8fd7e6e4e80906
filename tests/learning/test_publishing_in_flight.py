"""Random edits, publications and moves while people learn: nothing is taken away, everything can still be read."""

from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from lms.core.actor import SYSTEM, Actor
from lms.core.canonical import digest
from lms.core.db import db
from lms.core.reasons import Refused
from lms.courses.models import CourseRevision
from lms.courses.publication import preview_publication
from lms.courses.queries import find_course, find_published, load_draft, load_revision
from lms.courses.rules.outline import Outline
from lms.courses.services import body_of, change_draft, publish_course, save_body, undo
from lms.learning.presenting import present_activity
from lms.learning.queries import view_enrolment
from lms.learning.queries.learners import Wanted
from lms.learning.services import (
    differences_of_projections,
    effect_of_moves,
    give_tries,
    grant_activity,
    move_learner,
    move_learners,
    put_into_group,
    record_event,
    take_out_of_group,
)
from lms.quizzes.rules.papers import question_slots
from lms.quizzes.services import save_answer, start_attempt, submit_attempt
from tests.courses.documents import activity, callout, module, page, text
from tests.learning.building import AT, a_person, actor, draft, enrolled, publish, scope_on
from tests.quizzes.documents import quiz, shown, single_choice

pytestmark = pytest.mark.usefixtures("session")

FIELDS = st.one_of(
    st.sampled_from(["view", "done", "none", "pass"]).map(lambda word: ("requirement", {"kind": word})),
    st.sampled_from(["40", "60"]).map(lambda percent: ("requirement", {"kind": "score", "percent": percent})),
    st.sampled_from(["First", "Second"]).map(lambda title: ("title", title)),
    st.sampled_from(
        [None, {"completed": "one"}, {"not": {"completed": "two"}}, {"completed": "gone"}, {"group": "night"}]
    ).map(lambda release: ("release", release)),
)
PAGES = st.lists(st.sampled_from([text("Wait."), text("Measure."), callout()]), min_size=1, max_size=3)
QUIZZES = st.builds(
    lambda attempts, words: quiz({"question": single_choice(text=words)}, attempts=attempts),
    st.sampled_from([None, 1, 2]),
    st.sampled_from(["Which?", "Which one?"]),
)
PICK = st.integers(0, 99)
"""Which of those that are there, counted round."""


class Flight(RuleBasedStateMachine):
    """One course, its authors, up to four learners; what was true once is remembered beside them."""

    def __init__(self) -> None:
        super().__init__()
        self.at = AT
        self.learners: list[Any] = []
        self.running: dict[Any, Any] = {}
        self.seen: dict[uuid.UUID, tuple[set[str], int, str]] = {}
        self.digests: dict[uuid.UUID, str] = {}

    @initialize()
    def begin(self) -> None:
        parts = (activity("one"), activity("two", release={"completed": "one"}), activity("test", quiz_body()))
        groups = [{"key": "night", "title": "Night shift"}]
        self.slug = draft(module("m1", *parts), slug=f"course-{uuid.uuid4().hex}", groups=groups)
        publish(self.slug)
        self.author = actor(a_person(), scope_on(self.slug, "author"))
        self.enrol()

    def later(self):
        self.at += timedelta(minutes=1)
        return self.at

    def attempt(self, use_case, *arguments, **named):
        """What is refused changes nothing."""
        with suppress(Refused), db.session.begin_nested():
            return use_case(*arguments, at=self.later(), **named)

    def keys(self):
        document = load_draft(find_course(self.slug).id).outline
        return [one.key for one in Outline.of(document).activities]

    def edit(self, **operation) -> None:
        self.attempt(change_draft, self.slug, operation, by=self.author)

    # what authors do

    @rule(kind=st.sampled_from(["page", "quiz", "video"]))
    def add(self, kind) -> None:
        self.edit(op="add_activity", kind=kind, title=f"New {kind}", module="m1", after=None)

    @precondition(lambda self: self.keys())
    @rule(pick=PICK, change=FIELDS)
    def change(self, pick, change) -> None:
        key, (field, value) = self.keys()[pick % len(self.keys())], change
        document = load_draft(find_course(self.slug).id).outline
        was = getattr(Outline.of(document).by_key[key], field)
        self.edit(op="set", on="activity", key=key, field=field, value=value, was=was)

    @precondition(lambda self: self.keys())
    @rule(pick=PICK, way=st.sampled_from(["up", "down"]))
    def move_activity(self, pick, way) -> None:
        self.edit(op="move", on="activity", key=self.keys()[pick % len(self.keys())], way=way)

    @precondition(lambda self: len(self.keys()) > 1)
    @rule(pick=PICK)
    def archive(self, pick) -> None:
        self.edit(op="archive", on="activity", key=self.keys()[pick % len(self.keys())])

    @rule(key=st.sampled_from(["one", "two", "test"]))
    def put_back(self, key) -> None:
        self.edit(op="put_back", on="activity", key=key)

    @precondition(lambda self: self.keys())
    @rule(pick=PICK, blocks=PAGES, asked=QUIZZES)
    def write(self, pick, blocks, asked) -> None:
        key = self.keys()[pick % len(self.keys())]
        based_on, standing = body_of(self.slug, key, by=SYSTEM)
        document = {"page": page(*blocks), "quiz": asked}.get(standing["kind"])
        if document:
            self.attempt(save_body, self.slug, key, document, based_on=based_on, by=self.author)

    @rule()
    def take_back(self) -> None:
        self.attempt(undo, self.slug, by=self.author)

    @rule()
    def publish(self) -> None:
        """The preview never fails, and counts everybody."""
        found = preview_publication(self.slug, by=SYSTEM, at=self.at)
        assert sum(on.active + on.completed for on in found.people) == len(self.learners)
        revision = self.attempt(publish_course, self.slug, by=SYSTEM, version=found.version)
        assert (revision is None) == bool(found.mistakes and found.changed)

    # what learners do, and what is done for them

    @precondition(lambda self: len(self.learners) < 4)
    @rule()
    def enrol(self) -> None:
        self.learners.append(enrolled(a_person(), self.slug, at=self.later()))

    @rule(pick=PICK, which=PICK, count=st.integers(1, 3), kind=st.sampled_from(["viewed", "done"]))
    def learn(self, pick, which, count, kind) -> None:
        enrolment, activities = self.picked(pick)
        for one in activities[which % max(1, len(activities)) :][:count]:
            self.attempt(record_event, enrolment.id, one.key, kind, by=Actor(enrolment.person_id))

    @rule(pick=PICK)
    def start(self, pick) -> None:
        """A quiz may be open while its course is published and its learner moved on."""
        enrolment, activities = self.picked(pick)
        asked = next((one for one in activities if one.kind == "quiz"), None)
        if asked:
            begun = self.attempt(start_attempt, enrolment.id, asked.key, by=Actor(enrolment.person_id))
            self.running |= {begun[0].id: begun[0]} if begun else {}

    @precondition(lambda self: self.running)
    @rule(right=st.booleans())
    def hand_in(self, right) -> None:
        _key, begun = self.running.popitem()
        by = Actor(begun.person_id)
        for slot in question_slots(begun.paper):
            answer = {"choice": shown(slot["draw"])["a" if right else "b"]}
            save_answer(begun.id, slot["slot"], step=1, answer=answer, by=by, at=self.at)
        submit_attempt(begun.id, by=by, at=self.later())

    @rule(pick=PICK, which=PICK)
    def grant(self, pick, which) -> None:
        enrolment, activities = self.picked(pick)
        if activities:
            key = activities[which % len(activities)].key
            self.attempt(grant_activity, enrolment.id, key, words="Shown by hand.", by=SYSTEM)

    @rule(pick=PICK, which=PICK)
    def give_tries(self, pick, which) -> None:
        enrolment, activities = self.picked(pick)
        if activities:
            key = activities[which % len(activities)].key
            self.attempt(give_tries, enrolment.id, key, more=1, words="The network was down.", by=SYSTEM)

    @rule(pick=PICK, act=st.sampled_from([put_into_group, take_out_of_group]))
    def regroup(self, pick, act) -> None:
        """Who joins or leaves a group has other steps open, and keeps what is done."""
        wanted = Wanted(ids=(str(self.picked(pick)[0].id),))
        self.attempt(act, self.slug, "night", wanted, by=SYSTEM)

    @rule(pick=PICK)
    def move_one(self, pick) -> None:
        self.attempt(move_learner, self.picked(pick)[0].id, by=SYSTEM)

    @rule()
    def move_all(self) -> None:
        """What was shown is what happens."""
        effect = effect_of_moves(self.slug, Wanted(), by=SYSTEM, at=self.at)
        completed = sum(one.completed_at is not None for one in self.learners)
        to = load_revision(find_published(self.slug).revision_id)
        named = {"by": SYSTEM, "at": self.later(), "asked_at": self.at, "report": lambda *_: None}
        assert move_learners(self.slug, Wanted(), to, **named) == effect.total
        assert sum(one.completed_at is not None for one in self.learners) == completed + effect.complete

    def picked(self, pick):
        enrolment = self.learners[pick % len(self.learners)]
        return enrolment, load_revision(enrolment.revision_id).outline.activities

    # what must hold whatever they do

    @invariant()
    def nothing_is_taken_away(self) -> None:
        for one in self.learners:
            completed = {key for key, entry in one.progress.items() if "completed_at" in entry}
            before, percent, status = self.seen.get(one.id, (set(), 0, "active"))
            assert before <= completed
            assert one.percent >= percent
            assert status != "completed" or one.status == "completed"
            self.seen[one.id] = (completed, one.percent, one.status)

    @invariant()
    def each_learners_content_renders(self) -> None:
        for one in self.learners:
            for state in view_enrolment(one, self.at).states:
                assert present_activity(one.id, state, self.at)["title"] == state.activity.title

    @invariant()
    def revisions_never_change(self) -> None:
        mine = sa.select(CourseRevision).where(CourseRevision.course_id == find_course(self.slug).id)
        for revision in db.session.scalars(mine.execution_options(populate_existing=True)):
            assert digest(revision.outline) == revision.digest == self.digests.setdefault(revision.id, revision.digest)

    def teardown(self) -> None:
        db.session.flush()
        mine = {str(one.id) for one in self.learners}
        assert [one for one in differences_of_projections() if one["enrolment"] in mine] == []
        db.session.rollback()


def quiz_body():
    return quiz({"question": single_choice()}, attempts=2)


def test_no_edit_and_no_publication_breaks_a_promise():
    few = settings(
        max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    run_state_machine_as_test(Flight, settings=few)
