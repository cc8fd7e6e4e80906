"""What those who teach a course see of its learners: who is where, who does not get on, one learner's whole way."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from lms.core.actor import Actor
from lms.core.reasons import Refused
from lms.core.web.cursors import PAGE
from lms.courses.queries import PinnedRevision, find_published, load_body, load_revision
from lms.courses.rules.outline import Activity
from lms.courses.rules.releases import leaves_of
from lms.learning import queries
from lms.learning.models import LearningEvent
from lms.learning.ports import Tries, credentials_held, tries
from lms.learning.queries.learners import (
    IDLE_DAYS,
    FollowedCourse,
    Group,
    Learner,
    Wanted,
    count_completed,
    count_learners,
    find_followed,
    find_learner,
    list_groups,
    names_of,
    page_of_learners,
)
from lms.learning.reasons import LearningReason
from lms.learning.rules.progress import ACTIVE, COMPLETED, WITHDRAWN
from lms.learning.rules.release import Situation
from lms.learning.rules.states import ActivityState, next_step, states_of
from lms.learning.rules.stuck import why_stuck
from lms.organisations.queries import find_team


@dataclass(frozen=True)
class Row:
    """A learner in the list: on which revision, where, how many tries at quizzes, and what is in the way, if anything.

    `groups`: keys of those that the learner is in. `step` is the next thing to do, None where nothing is left or open.
    """

    learner: Learner
    revision: PinnedRevision
    states: list[ActivityState]
    tries: dict[str, Tries]
    stuck: Refused | None
    groups: list[str]

    @property
    def step(self) -> Activity | None:
        state = next_step(self.states) if self.learner.enrolment.status == ACTIVE else None
        return state.activity if state else None

    @property
    def tried(self) -> int:
        return sum(one.used for one in self.tries.values())


@dataclass(frozen=True)
class Reached:
    """How many of a course's learners completed an activity, of all who have not left it."""

    activity: Activity
    completed: int


@dataclass(frozen=True)
class Numbers:
    """A course's learners in numbers: by status, and who may need help."""

    counts: dict[str, int]
    may_be_stuck: int


@dataclass(frozen=True)
class Learners:
    """A page of the list. `next` is the cursor of the following one, `total` counts all that fit, `groups` are the
    course's."""

    course: FollowedCourse
    revision: PinnedRevision
    rows: list[Row]
    next: str | None
    total: int
    numbers: Numbers
    groups: list[Group]


def list_learners(
    slug: str,
    wanted: Wanted,
    *,
    sort: str,
    cursor: str | None,
    by: Actor,
    at: datetime,
    limit: int = PAGE,
) -> Learners:
    """The learners of a course who fit. Of those who may need help, the ones who turn out to get on are left out.

    Refused: course.unknown for who does not teach the course, or where it was never published; core.not_found for a
    team that is not the person's to see; core.cursor.
    """
    course = find_followed(slug, by)
    check_team(wanted, by)
    newest = load_revision(find_published(slug).revision_id)
    found, following = page_of_learners(course.id, wanted, at, sort=sort, cursor=cursor, limit=limit)
    rows = _rows(course, found, at)
    shown = [row for row in rows if row.stuck] if wanted.stuck else rows
    total, numbers = count_learners(course.id, wanted, at), _numbers(course, at)
    return Learners(course, newest, shown, following, total, numbers, list_groups(course))


@dataclass(frozen=True)
class Chosen:
    """A course's groups, and how many learners were chosen to be put into one or taken out."""

    course: FollowedCourse
    revision: PinnedRevision
    groups: list[Group]
    learners: int


def look_at_groups(slug: str, wanted: Wanted, *, by: Actor, at: datetime) -> Chosen:
    """Refused: course.unknown for who does not teach the course; core.not_found as `list_learners`."""
    course = find_followed(slug, by)
    check_team(wanted, by)
    newest = load_revision(find_published(slug).revision_id)
    return Chosen(course, newest, list_groups(course), count_learners(course.id, wanted, at))


def check_team(wanted: Wanted, by: Actor) -> None:
    """Refused(core.not_found) where a team is asked for that the person may not see."""
    if wanted.team:
        organisation_id, team_id = wanted.team_ids()
        find_team(organisation_id, team_id, by)


def _rows(course: FollowedCourse, learners: Sequence[Learner], at: datetime) -> list[Row]:
    """In a number of statements that does not grow with the learners."""
    ids = [learner.enrolment.id for learner in learners]
    tried = tries.call.of(ids, at)
    held = credentials_held.call.why_held([one.enrolment.id for one in learners if one.enrolment.completed_at], at)
    groups = queries.groups_of(ids)
    situation = _Situations(course, learners, groups, at)
    found = []
    for learner in learners:
        enrolment = learner.enrolment
        mine = {key: one for (enrolment_id, key), one in tried.items() if enrolment_id == enrolment.id}
        states = states_of(situation.of(learner))
        stuck = _held(held.get(enrolment.id)) or _stuck(learner, states, mine, at)
        found.append(
            Row(learner, load_revision(enrolment.revision_id), states, mine, stuck, groups.get(enrolment.id, []))
        )
    return found


class _Situations:
    """What release conditions may ask about each of several learners: what they hold is asked once for all."""

    def __init__(
        self, course: FollowedCourse, learners: Sequence[Learner], groups: dict[uuid.UUID, list[str]], at: datetime
    ) -> None:
        self._at = at
        self._groups = groups
        self._zone = cache(lambda: queries.zone_of(course.organisation_id))
        outlines = [load_revision(key).outline for key in {one.enrolment.revision_id for one in learners}]
        slugs = {slug for outline in outlines for activity in outline.activities for slug in _asked(activity)}
        people = [learner.enrolment.person_id for learner in learners]
        self._held = credentials_held.call.held_by(people, sorted(slugs), at) if slugs else set()

    def of(self, learner: Learner) -> Situation:
        enrolment = learner.enrolment
        outline = load_revision(enrolment.revision_id).outline

        def holds(slug: str) -> bool:
            return (enrolment.person_id, slug) in self._held

        def is_in(key: str) -> bool:
            return key in self._groups.get(enrolment.id, ())

        return Situation(outline, enrolment.progress, self._at, self._zone, holds, is_in)


def _asked(activity: Activity) -> Iterator[str]:
    """Slugs of the courses whose credential its release condition asks for."""
    return (slug for kind, slug in leaves_of(activity.release) if kind == "credential")


def _held(why: Refused | None) -> Refused | None:
    return Refused(LearningReason.STUCK_HELD, why=why.sentence()) if why else None


def _stuck(learner: Learner, states: list[ActivityState], mine: dict[str, Tries], at: datetime) -> Refused | None:
    if learner.enrolment.status != ACTIVE:
        return None
    idle = timedelta(days=IDLE_DAYS)
    why = why_stuck(states, mine, touched_at=learner.enrolment.touched_at, at=at, idle=idle)
    return Refused(why.reason, **why.values) if why else None


@dataclass(frozen=True)
class Overview(Numbers):
    """The same with how far they got in the newest revision."""

    revision: PinnedRevision
    reached: list[Reached]

    @property
    def on_course(self) -> int:
        return self.counts[ACTIVE] + self.counts[COMPLETED]


def look_at_learners(slug: str, *, by: Actor, at: datetime) -> Overview:
    """Reads the progress of all of them: about 10 ms for 1,000. Refused: as `list_learners`."""
    course = find_followed(slug, by)
    revision = load_revision(find_published(slug).revision_id)
    completed = count_completed(course.id)
    reached = [Reached(activity, completed.get(activity.key, 0)) for activity in revision.outline.activities]
    numbers = _numbers(course, at)
    return Overview(numbers.counts, numbers.may_be_stuck, revision, reached)


def _numbers(course: FollowedCourse, at: datetime) -> Numbers:
    return Numbers(queries.count_by_status(course.id), count_learners(course.id, Wanted(stuck=True), at))


@dataclass(frozen=True)
class Happened:
    """One event in words' raw form, with the name of who acted, where it was not the learner."""

    event: LearningEvent
    activity: Activity | None
    actor: str


@dataclass(frozen=True)
class Way:
    """One learner's way through the course: activity by activity, with attempts, and all that happened."""

    row: Row
    course: FollowedCourse
    newest: PinnedRevision
    attempts: dict[str, list[dict[str, Any]]]
    happened: list[Happened]
    certificate: str | None
    groups: list[Group]

    @property
    def limited(self) -> list[str]:
        """Keys of the quizzes that allow only so many attempts."""
        quizzes = (one for one in self.row.revision.outline.activities if one.kind == "quiz")
        return [quiz.key for quiz in quizzes if load_body(quiz.body)["attempts"] is not None]

    @property
    def can_move(self) -> bool:
        return self.row.revision.number < self.newest.number and self.row.learner.enrolment.status != WITHDRAWN


def follow_learner(slug: str, enrolment_id: uuid.UUID, *, by: Actor, at: datetime) -> Way:
    """Refused: course.unknown for who does not teach the course; learning.not_enrolled."""
    course = find_followed(slug, by)
    learner = find_learner(course.id, enrolment_id)
    if learner is None:
        raise Refused(LearningReason.NOT_ENROLLED)
    (row,) = _rows(course, [learner], at)
    newest = load_revision(find_published(slug).revision_id)
    events = queries.events_of(enrolment_id)
    names = names_of([event.person_id for event in events if event.person_id])
    happened = [_happened(event, row, newest, names) for event in events]
    certificate = credentials_held.call.url_for(enrolment_id) if learner.enrolment.completed_at else None
    return Way(row, course, newest, tries.call.lines(enrolment_id, at), happened, certificate, list_groups(course))


def _happened(event: LearningEvent, row: Row, newest: PinnedRevision, names: dict[uuid.UUID, str]) -> Happened:
    key = event.activity_key or ""
    activity = row.revision.outline.by_key.get(key) or newest.outline.by_key.get(key)
    return Happened(event, activity, names.get(event.person_id, "") if event.person_id else "")
