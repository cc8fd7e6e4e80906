"""Learners go on to another revision, and see before what that does."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from lms.core.actor import Actor
from lms.core.reasons import Refused
from lms.courses.queries import PinnedRevision, find_published, load_revision
from lms.learning import queries
from lms.learning.models import Enrolment
from lms.learning.reasons import LearningReason
from lms.learning.rules.progress import MOVED, Fact, Standing, apply
from lms.learning.services.projecting import add_fact, standing_of


@dataclass(frozen=True)
class Move:
    """What moving a learner on would change, to be shown before it is done: `standing` as it would be then."""

    enrolment: Enrolment
    to: PinnedRevision
    standing: Standing

    @property
    def completes(self) -> bool:
        return self.standing.completed_at is not None and self.enrolment.completed_at is None


def effect_of_move(enrolment_id: uuid.UUID, *, by: Actor, at: datetime, lock: bool = False) -> Move:
    """How the learner would stand on the course's newest revision, changing nothing.

    Refused: learning.not_enrolled for who is not the course's staff; learning.on_newest_revision.
    """
    enrolment = queries.find_learners_enrolment(enrolment_id, by, lock=lock)
    to = load_revision(find_published(load_revision(enrolment.revision_id).slug).revision_id)
    if to.id == enrolment.revision_id:
        raise Refused(LearningReason.NEWEST_ALREADY, revision=to.number)
    return Move(enrolment, to, apply(standing_of(enrolment), Fact(MOVED, None, {}, at), to.outline))


def move_learner(enrolment_id: uuid.UUID, *, by: Actor, at: datetime) -> Enrolment:
    """Pins the learner to the course's newest revision: what was completed stays so, percent never falls.

    Refused: as `effect_of_move`.
    """
    move = effect_of_move(enrolment_id, by=by, at=at, lock=True)
    enrolment, data = move.enrolment, {"from": str(move.enrolment.revision_id), "to": str(move.to.id)}
    enrolment.revision_id = move.to.id
    return add_fact(enrolment, Fact(MOVED, None, data, at), by=by)
