"""Reads about learning."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.core.actor import Actor
from lms.core.db import db, in_portions
from lms.core.reasons import Refused
from lms.core.web.cursors import PAGE, decode_cursor, key_of, page_of
from lms.core.zones import zone_named
from lms.courses.models import Course
from lms.courses.queries import PinnedRevision, load_revision
from lms.learning.models import Enrolment, EnrolmentSponsor, GroupMember, LearningEvent
from lms.learning.permissions import may_follow, may_learn
from lms.learning.ports import credentials_held
from lms.learning.reasons import LearningReason
from lms.learning.rules.progress import ACTIVE, COMPLETED, MOVED, WITHDRAWN
from lms.learning.rules.release import Situation
from lms.learning.rules.states import ActivityState, next_step, state_of, states_of
from lms.organisations.models import Membership, Organisation
from lms.organisations.permissions import manages_people
from lms.organisations.queries import organisations_seen, people_within


@dataclass(frozen=True)
class EnrolmentView:
    """An enrolment with its revision and what each activity looks like to the learner at `at`."""

    enrolment: Enrolment
    revision: PinnedRevision
    states: list[ActivityState]
    at: datetime

    @property
    def next_step(self) -> ActivityState | None:
        return next_step(self.states)

    @property
    def completed(self) -> int:
        """Required activities completed."""
        return sum(s.state == "completed" and s.activity.is_required for s in self.states)


def find_enrolment(enrolment_id: uuid.UUID, by: Actor, *, lock: bool = False) -> Enrolment:
    """The learner's own enrolment, with `lock` held for a write; Refused(learning.not_enrolled) for anybody else."""
    enrolment = _enrolment(enrolment_id, lock=lock)
    if enrolment is None or not may_learn(by, enrolment.person_id):
        raise Refused(LearningReason.NOT_ENROLLED)
    return enrolment


def find_learners_enrolment(enrolment_id: uuid.UUID, by: Actor, *, lock: bool = False) -> Enrolment:
    """Any enrolment on a course, for its staff; Refused(learning.not_enrolled) for anybody else, learners too."""
    enrolment = _enrolment(enrolment_id, lock=lock)
    if enrolment is None or not _follows(by, load_revision(enrolment.revision_id)):
        raise Refused(LearningReason.NOT_ENROLLED)
    return enrolment


def _enrolment(enrolment_id: uuid.UUID, *, lock: bool) -> Enrolment | None:
    rows = sa.select(Enrolment).where(Enrolment.id == enrolment_id)
    return db.session.scalar(rows.with_for_update() if lock else rows)


def _follows(by: Actor, revision: PinnedRevision) -> bool:
    return may_follow(by, course_id=revision.course_id, organisation_id=revision.organisation_id)


def situation_of(enrolment: Enrolment, revision: PinnedRevision, at: datetime) -> Situation:
    """What release conditions may ask about this enrolment."""

    def holds(slug: str) -> bool:
        return credentials_held.call.holds(enrolment.person_id, slug, at)

    zone = cache(partial(zone_of, revision.organisation_id))  # asked by every date of the outline
    groups = cache(lambda: groups_of([enrolment.id]).get(enrolment.id, []))
    return Situation(revision.outline, enrolment.progress, at, zone, cache(holds), lambda key: key in groups())


def groups_of(enrolment_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    """Keys of the groups that each of these learners is in; who is in none is not in it."""
    rows = sa.select(GroupMember.enrolment_id, GroupMember.group_key).order_by(GroupMember.group_key)
    found: dict[uuid.UUID, list[str]] = {}
    for some in in_portions(enrolment_ids):
        for enrolment_id, key in db.session.execute(rows.where(GroupMember.enrolment_id.in_(some))):
            found.setdefault(enrolment_id, []).append(key)
    return found


def zone_of(organisation_id: uuid.UUID) -> ZoneInfo:
    """The organisation's time zone, else the installation's."""
    name = db.session.scalar(sa.select(Organisation.timezone).where(Organisation.id == organisation_id))
    return zone_named(name)


def view_enrolment(enrolment: Enrolment, at: datetime) -> EnrolmentView:
    revision = load_revision(enrolment.revision_id)
    return EnrolmentView(enrolment, revision, states_of(situation_of(enrolment, revision, at)), at)


def more_tries(enrolment_id: uuid.UUID, key: str) -> int:
    """Attempts that the learner was given beyond what the quiz allows; the enrolment is mostly at hand already."""
    enrolment = db.session.get(Enrolment, enrolment_id)
    return tries_given(enrolment, key) if enrolment else 0


def tries_given(enrolment: Enrolment, key: str) -> int:
    return int(enrolment.progress.get(key, {}).get("more_tries", 0))


def state_of_activity(enrolment: Enrolment, key: str, at: datetime) -> ActivityState:
    """Refused(learning.activity_unknown)."""
    revision = load_revision(enrolment.revision_id)
    activity = revision.outline.by_key.get(key)
    if activity is None:
        raise Refused(LearningReason.ACTIVITY_UNKNOWN, key=key)
    return state_of(activity, situation_of(enrolment, revision, at))


def enrolments_of(person_id: uuid.UUID) -> Sequence[Enrolment]:
    """The last touched first."""
    rows = sa.select(Enrolment).where(Enrolment.person_id == person_id)
    return db.session.scalars(rows.order_by(Enrolment.touched_at.desc(), Enrolment.id.desc())).all()


def page_of_enrolments(
    person_id: uuid.UUID, *, cursor: str | None = None, limit: int = PAGE
) -> tuple[list[Enrolment], str | None]:
    """The newest first: (page, next cursor)."""
    rows = sa.select(Enrolment).where(Enrolment.person_id == person_id).order_by(Enrolment.id.desc()).limit(limit + 1)
    if after := decode_cursor(cursor, 1):
        rows = rows.where(Enrolment.id < key_of(after[0]))
    return page_of(db.session.scalars(rows).all(), limit, lambda enrolment: [enrolment.id])


def enrolment_in(person_id: uuid.UUID, course_id: uuid.UUID) -> Enrolment | None:
    """The one of the latest cycle."""
    rows = sa.select(Enrolment).where(Enrolment.person_id == person_id, Enrolment.course_id == course_id)
    return db.session.scalar(rows.order_by(Enrolment.cycle.desc()).limit(1))


def count_by_status(course_id: uuid.UUID) -> dict[str, int]:
    """Learners of a course: active, completed, withdrawn."""
    counts = sa.select(Enrolment.status, sa.func.count().label("learners")).where(Enrolment.course_id == course_id)
    rows = {row.status: row.learners for row in db.session.execute(counts.group_by(Enrolment.status))}
    return {status: rows.get(status, 0) for status in (ACTIVE, COMPLETED, WITHDRAWN)}


def enrolment_ids() -> Sequence[uuid.UUID]:
    """Of everybody, the oldest first."""
    return db.session.scalars(sa.select(Enrolment.id).order_by(Enrolment.id)).all()


def events_of(enrolment_id: uuid.UUID) -> Sequence[LearningEvent]:
    """All facts of an enrolment, in order."""
    rows = sa.select(LearningEvent).where(LearningEvent.enrolment_id == enrolment_id)
    return db.session.scalars(rows.order_by(LearningEvent.number)).all()


def count_moved(course_id: uuid.UUID, revision_id: uuid.UUID, *, by: Actor, since: datetime) -> int:
    """How many learners the person moved to a revision of the course, from an instant on."""
    rows = sa.select(sa.func.count()).select_from(LearningEvent)
    rows = rows.join(Enrolment, Enrolment.id == LearningEvent.enrolment_id).where(Enrolment.course_id == course_id)
    theirs = (LearningEvent.kind == MOVED, LearningEvent.at >= since, LearningEvent.person_id == by.person_id)
    return db.session.scalar(rows.where(*theirs, LearningEvent.data["to"].as_string() == str(revision_id))) or 0


def visible_to(organisation_id: uuid.UUID) -> sa.ColumnElement[bool]:
    """Enrolments whose progress the organisation may see (decision 0017), as a condition on `Enrolment`.

    Those of members who accepted, which they began themselves or which stand in the organisation's name.
    """
    member = sa.select(Membership.person_id).where(Membership.person_id == Enrolment.person_id)
    accepted = member.where(Membership.organisation_id == organisation_id, Membership.accepted_at.is_not(None))
    return sa.and_(accepted.exists(), sa.or_(Enrolment.by_learner, arranged_by(organisation_id)))


def is_in_sight(enrolment_id: uuid.UUID, by: Actor) -> bool:
    """Whether an organisation sees the enrolment, and the actor its learner there, as its hr or manager."""
    rows = sa.select(Enrolment.id).where(Enrolment.id == enrolment_id)
    return any(
        db.session.scalar(rows.where(Enrolment.person_id.in_(people_within(by, one.id)), visible_to(one.id)))
        is not None
        for one in organisations_seen(by)
    )


def is_kept_as_proof(enrolment_id: uuid.UUID, achieved_at: datetime, by: Actor) -> bool:
    """Whether the learner left an organisation, whose hr the actor is, after that was achieved in its name."""
    named = EnrolmentSponsor.enrolment_id == enrolment_id, EnrolmentSponsor.ended_at >= achieved_at
    rows = sa.select(EnrolmentSponsor.organisation_id).where(*named)
    return any(manages_people(by, organisation_id) for organisation_id in db.session.scalars(rows))


def seen_enrolments(organisation_id: uuid.UUID) -> sa.Select[uuid.UUID]:
    """The ids of the same enrolments as a select with joins: quicker than a condition where all of them are asked for.

    `Enrolment` is its first table: take other columns of it, or more conditions on it.
    """
    member = aliased(Membership)
    named = (EnrolmentSponsor.enrolment_id == Enrolment.id, EnrolmentSponsor.organisation_id == organisation_id)
    rows = sa.select(Enrolment.id).join(member, member.person_id == Enrolment.person_id)
    rows = rows.outerjoin(EnrolmentSponsor, sa.and_(*named, EnrolmentSponsor.ended_at.is_(None)))
    rows = rows.where(member.organisation_id == organisation_id, member.accepted_at.is_not(None))
    return rows.where(sa.or_(Enrolment.by_learner, EnrolmentSponsor.enrolment_id.is_not(None)))


def arranged_by(organisation_id: uuid.UUID) -> sa.ColumnElement[bool]:
    """Enrolments that stand in the organisation's name now. Of who has not accepted it sees that, and no progress."""
    named = EnrolmentSponsor.enrolment_id == Enrolment.id, EnrolmentSponsor.organisation_id == organisation_id
    return sa.select(EnrolmentSponsor.enrolment_id).where(*named, EnrolmentSponsor.ended_at.is_(None)).exists()


def proof_until(organisation_id: uuid.UUID) -> sa.ScalarSelect[datetime | None]:
    """When the learner of `Enrolment` left the organisation in whose name it stood: awards up to then stay its proof.

    NULL where that does not apply.
    """
    named = EnrolmentSponsor.enrolment_id == Enrolment.id, EnrolmentSponsor.organisation_id == organisation_id
    return sa.select(EnrolmentSponsor.ended_at).where(*named).correlate(Enrolment).scalar_subquery()


def arranged_by_anybody(enrolment_ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the enrolments that stand in any organisation's name now: for rules, never to be shown."""
    rows = sa.select(EnrolmentSponsor.enrolment_id).where(EnrolmentSponsor.ended_at.is_(None))
    return {
        one
        for some in in_portions(enrolment_ids)
        for one in db.session.scalars(rows.where(EnrolmentSponsor.enrolment_id.in_(some)))
    }


def people_of(person_ids: Sequence[uuid.UUID], organisation_id: uuid.UUID, by: Actor) -> set[uuid.UUID]:
    """Those of these people who are the organisation's, and whom the actor sees there."""
    seen = people_within(by, organisation_id)
    return {
        found
        for some in in_portions(person_ids)
        for found in db.session.scalars(seen.where(Membership.person_id.in_(some)))
    }


@dataclass(frozen=True)
class InWhoseName:
    """Somebody's enrolment on a course, and how it stands to an organisation: in its sight, in its name."""

    id: uuid.UUID
    person_id: uuid.UUID
    status: str
    events: int
    is_seen: bool
    is_sponsored: bool


def in_whose_name(
    person_ids: Sequence[uuid.UUID], course_id: uuid.UUID, organisation_id: uuid.UUID
) -> list[InWhoseName]:
    """The enrolment of the latest cycle of each of these people on the course, where there is one."""
    sponsored = arranged_by(organisation_id)
    columns = (Enrolment.id, Enrolment.person_id, Enrolment.status, Enrolment.events)
    rows = sa.select(*columns, sa.or_(visible_to(organisation_id), sponsored), sponsored).order_by(Enrolment.cycle)
    found = {
        row.person_id: InWhoseName(*row)
        for some in in_portions(person_ids)
        for row in db.session.execute(rows.where(Enrolment.course_id == course_id, Enrolment.person_id.in_(some)))
    }
    return list(found.values())


ENROL_JOB = "learning.enrol_selection"
"""The kind of the row of work that puts many people on a course."""


def accepted_among(person_ids: Sequence[uuid.UUID], organisation_id: uuid.UUID) -> list[uuid.UUID]:
    """Those of these people who said that they belong to the organisation."""
    rows = sa.select(Membership.person_id).where(Membership.organisation_id == organisation_id)
    rows = rows.where(Membership.accepted_at.is_not(None)).order_by(Membership.person_id)
    return [
        found
        for some in in_portions(person_ids)
        for found in db.session.scalars(rows.where(Membership.person_id.in_(some)))
    ]


def count_put_on(organisation_id: uuid.UUID, slug: str, at: datetime) -> int:
    """How many people the organisation put on a course by what it asked for at this instant."""
    named = (EnrolmentSponsor.organisation_id == organisation_id, EnrolmentSponsor.at == at)
    rows = sa.select(sa.func.count()).select_from(EnrolmentSponsor)
    rows = rows.join(Enrolment, Enrolment.id == EnrolmentSponsor.enrolment_id)
    return (
        db.session.scalar(rows.join(Course, Course.id == Enrolment.course_id).where(*named, Course.slug == slug)) or 0
    )
