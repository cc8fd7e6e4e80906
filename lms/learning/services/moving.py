"""Learners go on to another revision, one or many, and those who move them see before what that does."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.db import db
from lms.core.ids import new_id
from lms.core.jobs.models import Job
from lms.core.jobs.services import enqueue
from lms.core.reasons import CoreReason, Refused
from lms.courses.queries import PinnedRevision, find_published, load_revision
from lms.learning import queries
from lms.learning.models import Enrolment
from lms.learning.queries.learners import Wanted, find_followed, still_to_move
from lms.learning.queries.standings import standings
from lms.learning.reasons import LearningReason
from lms.learning.rules.leads import Lead
from lms.learning.rules.progress import MOVED, Fact, Standing, apply
from lms.learning.services.projecting import add_fact, standing_of

JOB = "learning.move"
A_BATCH = 50
Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Move:
    """What moving a learner on would change, to be shown before it is done: `standing` as it would be then."""

    enrolment: Enrolment
    to: PinnedRevision
    standing: Standing

    @property
    def completes(self) -> bool:
        return self.standing.completed_at is not None and self.enrolment.completed_at is None


def effect_of_move(
    enrolment_id: uuid.UUID, *, by: Actor, at: datetime, lock: bool = False, to: PinnedRevision | None = None
) -> Move:
    """How the learner would stand on a revision of the course, its newest where none is named, changing nothing.

    Refused: learning.not_enrolled for who does not teach the course; learning.on_newest_revision where the learner is
    on it already, or on a later one.
    """
    enrolment = queries.find_learners_enrolment(enrolment_id, by, lock=lock)
    here = load_revision(enrolment.revision_id)
    to = to or load_revision(find_published(here.slug).revision_id)
    if to.course_id != here.course_id or to.number <= here.number:
        raise Refused(LearningReason.NEWEST_ALREADY, revision=to.number)
    return Move(enrolment, to, apply(standing_of(enrolment), Fact(MOVED, None, {}, at), to.outline))


def move_learner(enrolment_id: uuid.UUID, *, by: Actor, at: datetime, to: PinnedRevision | None = None) -> Enrolment:
    """Pins the learner to a later revision, the newest where none is named: what was completed stays so, percent
    never falls.

    Refused: as `effect_of_move`.
    """
    move = effect_of_move(enrolment_id, by=by, at=at, lock=True, to=to)
    enrolment, data = move.enrolment, {"from": str(move.enrolment.revision_id), "to": str(move.to.id)}
    enrolment.revision_id = move.to.id
    return add_fact(enrolment, Fact(MOVED, None, data, at), by=by)


@dataclass
class Moves:
    """What moving many on would do. `people`: how many would move, by number of the revision on which they are.

    `complete`: who would have completed the course at once. `gain`: who has met something required that they have not
    met now. `more`: key of an activity to how many would have it to do and had not before. `finished`: those among
    them who have completed the course, and keep that.
    """

    to: PinnedRevision
    people: Counter[int] = field(default_factory=Counter)
    complete: int = 0
    gain: int = 0
    finished: int = 0
    more: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return sum(self.people.values())


def effect_of_moves(slug: str, wanted: Wanted, *, by: Actor, at: datetime) -> Moves:
    """What moving these learners to the newest revision would do, changing nothing.

    Refused: course.unknown for who does not teach the course, or where nothing is published.
    """
    course = find_followed(slug, by)
    to = load_revision(find_published(slug).revision_id)
    moving = still_to_move(course.id, wanted, to.number, at).order_by(None)
    is_over = Enrolment.completed_at.is_not(None)
    counts = sa.select(Enrolment.revision_id, is_over, sa.func.count()).where(Enrolment.id.in_(moving))
    counted = db.session.execute(counts.group_by(Enrolment.revision_id, is_over)).all()
    moves = Moves(to)
    for revision_id, has_completed, number in counted:
        here = load_revision(revision_id)
        moves.people[here.number] += number
        moves.finished += number if has_completed else 0
        lead = Lead.between(here.outline, to.outline)
        if lead.matters and not has_completed:
            tally = lead.count(standings(Enrolment.id.in_(moving), Enrolment.revision_id == revision_id, ~is_over))
            moves.complete += tally.complete
            moves.gain += tally.gain
            moves.more.update({key: tally.more[key] for key in lead.added if tally.more[key]})
    return moves


def request_moves(
    slug: str, wanted: Wanted, *, to: int | None = None, key: str | None = None, by: Actor, at: datetime
) -> Job:
    """Leaves it to a worker to move these learners to the newest revision; the same `key` again gives the same job.

    `to` is the number of the revision that was looked at. Refused: course.unknown; core.conflict where another one is
    the newest by now; learning.moves_nobody; core.idempotency_key_reused.
    """
    course = find_followed(slug, by)
    newest = load_revision(find_published(slug).revision_id)
    if to is not None and newest.number != to:
        raise Refused(CoreReason.CONFLICT)
    moving = still_to_move(course.id, wanted, newest.number, at)
    if db.session.scalar(moving.limit(1)) is None:
        raise Refused(LearningReason.MOVES_NOBODY, revision=newest.number)
    payload = {"course": slug, "to": str(newest.id), "wanted": wanted.as_document(), "asked_at": at.isoformat()}
    job = enqueue(JOB, f"{JOB}:{course.id}:{key or new_id().hex}", payload, at=at, person_id=by.person_id)
    if job.person_id != by.person_id or {**job.payload, "asked_at": payload["asked_at"]} != _as_json(payload):
        raise Refused(CoreReason.IDEMPOTENCY)
    record("learners.move_requested", by=by, subject=("course", course.id), at=at, job=str(job.id), to=newest.number)
    return job


def _as_json(payload: dict[str, Any]) -> dict[str, Any]:
    ids = payload["wanted"]["ids"]
    return payload | {"wanted": payload["wanted"] | {"ids": None if ids is None else list(ids)}}


def move_learners(
    slug: str, wanted: Wanted, to: PinnedRevision, *, by: Actor, at: datetime, asked_at: datetime, report: Report
) -> int:
    """Moves them one by one; how many `by` moved since `asked_at`, at which `wanted` is what it was.

    `report(done, total)` may end the transaction: who was moved before it stays moved, and is passed over where this
    runs again. Refused: course.unknown; whatever `report` raises.
    """
    course = find_followed(slug, by)
    ids = list(db.session.scalars(still_to_move(course.id, wanted, to.number, asked_at)))
    before = queries.count_moved(course.id, to.id, by=by, since=asked_at)
    total = before + len(ids)
    for number, enrolment_id in enumerate(ids):
        if number % A_BATCH == 0:
            report(before + number, total)
        try:
            move_learner(enrolment_id, by=by, at=at, to=to)
        except Refused as refused:  # moved on by somebody else since, or gone
            if refused.reason not in (LearningReason.NEWEST_ALREADY, LearningReason.NOT_ENROLLED):
                raise
    report(total, total)
    return queries.count_moved(course.id, to.id, by=by, since=asked_at)
