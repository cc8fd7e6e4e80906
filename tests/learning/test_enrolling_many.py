"""Many people on a course at once, in an organisation's name: few statements, nothing twice, each told once."""

from __future__ import annotations

import time
import uuid

import pytest
import sqlalchemy as sa

from lms.accounts.models import Person
from lms.accounts.queries import actor_of
from lms.core.actor import SYSTEM, Actor
from lms.core.db import db, insert_ignore
from lms.core.ids import new_id
from lms.core.jobs.models import Job
from lms.core.jobs.services import claimable_jobs, run_job
from lms.core.mail.models import Mail
from lms.core.reasons import Refused
from lms.courses.models import Course
from lms.courses.queries import find_course
from lms.learning import queries as learning
from lms.learning.models import Enrolment, EnrolmentSponsor, LearningEvent
from lms.learning.services import (
    differences_of_projections,
    effect_of_enrolling,
    enrol_learner,
    enrol_people,
    enrol_selection,
    record_event,
    take_name_off,
    withdraw_enrolment,
)
from lms.learning.services.selecting import JOB, enrol_by_job
from lms.organisations.models import Membership
from lms.organisations.services import give_role, leave_organisation, put_into_team, remove_members
from tests.courses.documents import activity
from tests.learning.building import AT, a_person, enrolled, published
from tests.organisations.building import a_member, a_team, accepted, hr_of, invited


def many(organisation, count: int) -> list[uuid.UUID]:
    """So many members at once."""
    ids = [new_id() for _ in range(count)]
    people = [{"id": one, "email": f"{one}@example.org", "name": "P", "created_at": AT} for one in ids]
    insert_ignore(Person, people)
    membership = {"organisation_id": organisation.id, "joined_at": AT, "accepted_at": AT}
    insert_ignore(Membership, [membership | {"person_id": one} for one in ids])
    return ids


def course(slug: str = "safety", **facts) -> str:
    return published(activity("page"), slug=slug, **facts)


def enrol(organisation, by, *people, slug: str = "safety"):
    return enrol_people([*people], slug, organisation_id=organisation.id, by=by, at=AT)


def enrolment_of(person_id, slug: str = "safety") -> Enrolment:
    found = learning.enrolment_in(person_id, find_course(slug).id)
    assert found
    return found


def seen_by(organisation) -> set[uuid.UUID]:
    """Whose enrolments the organisation sees with their progress."""
    return set(db.session.scalars(sa.select(Enrolment.person_id).where(learning.visible_to(organisation.id))))


def test_hundreds_are_withdrawn_in_a_few_statements_and_the_projections_agree(session, queries):
    north, hr = hr_of()
    course()
    people = many(north, 300)
    enrol(north, hr, *people)
    session.commit()
    with queries() as run:
        gone = take_name_off(north.id, people, reason="left_audience", by=hr, at=AT)
        session.commit()
    assert len(gone) == 300
    assert len(run) <= 12, len(run)
    assert {enrolment_of(one).status for one in people[:3]} == {"withdrawn"}
    assert list(differences_of_projections()) == []


def test_two_thousand_are_enrolled_in_at_most_forty_statements_and_a_second_time_changes_nothing(session, queries):
    north, hr = hr_of()
    course()
    people = many(north, 2000)
    session.commit()
    began = time.monotonic()
    with queries() as run:
        done = enrol(north, hr, *people)
        session.commit()
    assert len(run) <= 40, len(run)
    assert time.monotonic() - began < 5
    assert (done.new, done.standing, done.outside) == (people, [], [])
    with queries() as run:
        again = enrol(north, hr, *people)
    assert (again.new, again.standing) == ([], people)
    assert len(run) <= 10
    assert not [statement for statement in run if statement.startswith("INSERT")]
    assert session.scalar(sa.select(sa.func.count()).select_from(Enrolment)) == 2000
    assert session.scalar(sa.select(sa.func.count()).select_from(EnrolmentSponsor)) == 2000


def test_only_ones_own_people_are_enrolled_and_a_manager_only_those_of_the_team(session):
    north, hr = hr_of()
    south, _other = hr_of("south")
    course()
    team, mia, bo, theirs = a_team(north, hr), a_member(north), a_member(north), a_member(south)
    put_into_team(north.id, team.id, [mia.id], by=hr, at=AT)
    boss = a_member(north)
    give_role(north.id, boss.id, "manager", by=hr, at=AT, team_id=team.id)
    session.flush()
    done = enrol(north, actor_of(boss.id), mia.id, bo.id, theirs.id)
    assert (done.new, done.outside) == ([mia.id], [bo.id, theirs.id])
    assert enrol(north, hr, bo.id, theirs.id).new == [bo.id]
    assert enrol(north, Actor(mia.id), bo.id).outside == [bo.id]


def test_a_course_by_invitation_takes_only_its_own_organisations_people(session):
    north, hr = hr_of()
    south, other = hr_of("south")
    course(organisation="north", enrolment="invited")
    mia, theirs = a_member(north), a_member(south)
    assert enrol(north, hr, mia.id).new == [mia.id]
    with pytest.raises(Refused) as why:
        enrol(south, other, theirs.id)
    assert why.value.reason.code == "learning.invited_only"


def test_who_has_not_accepted_is_enrolled_and_their_own_learning_stays_hidden(session):
    """Whether the address had an account, and what its person does, is not to be found out by enrolling it."""
    north, hr = hr_of()
    course()
    known = a_person()
    enrolment = enrolled(known, "safety")
    record_event(enrolment.id, "page", "viewed", by=Actor(known.id), at=AT)
    ids = invited(north, hr, known.email, "new@example.org")
    session.flush()
    look = effect_of_enrolling(ids, "safety", organisation_id=north.id, by=hr)
    assert (look.new, look.standing) == (ids, [])
    assert enrol(north, hr, *ids).new == ids
    assert enrol(north, hr, *ids).standing == ids
    assert seen_by(north) == set()
    accepted(north, known.id)
    assert seen_by(north) == {known.id}
    assert enrolment_of(known.id).by_learner


def test_members_who_accepted_are_seen_in_what_they_began_and_in_what_the_organisation_arranged(session):
    north, hr = hr_of()
    south, other = hr_of("south")
    for slug in ("own", "ours", "theirs"):
        course(slug)
    mia = a_member(north)
    (same,) = invited(south, other, mia.email)
    accepted(south, same)
    enrolled(mia, "own")
    enrol(north, hr, mia.id, slug="ours")
    enrol(south, other, mia.id, slug="theirs")
    session.flush()
    rows = sa.select(Course.slug).join(Enrolment, Enrolment.course_id == Course.id)
    by_slug = {
        organisation.slug: set(session.scalars(rows.where(learning.visible_to(organisation.id))))
        for organisation in (north, south)
    }
    assert by_slug == {"north": {"own", "ours"}, "south": {"own", "theirs"}}
    assert effect_of_enrolling([mia.id], "theirs", organisation_id=north.id, by=hr).new == [mia.id]


def test_two_organisations_stand_behind_one_enrolment_and_each_may_take_its_name_off(session):
    north, hr = hr_of()
    south, other = hr_of("south")
    course()
    mia = a_member(north)
    (same,) = invited(south, other, mia.email)
    accepted(south, same)
    assert enrol(north, hr, mia.id).new == enrol(south, other, mia.id).new == [mia.id]
    assert session.scalar(sa.select(sa.func.count()).select_from(Enrolment)) == 1
    assert take_name_off(north.id, [mia.id], reason="left_audience", by=hr, at=AT) == []
    assert (seen_by(north), seen_by(south)) == (set(), {mia.id})
    assert enrolment_of(mia.id).status == "active"
    gone = take_name_off(south.id, [mia.id], reason="left_audience", by=other, at=AT)
    assert gone == [enrolment_of(mia.id).id]
    assert enrolment_of(mia.id).status == "withdrawn"


def test_what_was_begun_or_chosen_by_the_learner_goes_on_when_an_organisation_takes_its_name_off(session):
    north, hr = hr_of()
    published(activity("page"), activity("more"), slug="safety")
    course("other")
    mia, bo = a_member(north), a_member(north)
    enrol(north, hr, mia.id, bo.id)
    enrolled(bo, "other")
    enrol(north, hr, bo.id, slug="other")
    record_event(enrolment_of(mia.id).id, "page", "viewed", by=Actor(mia.id), at=AT)
    assert take_name_off(north.id, [mia.id, bo.id], reason="left_audience", by=hr, at=AT) == [enrolment_of(bo.id).id]
    assert enrolment_of(mia.id).status == "active"
    assert enrolment_of(bo.id, "other").status == "active"


def test_leaving_takes_back_what_was_not_begun_and_nothing_stays_of_who_never_accepted(session):
    north, hr = hr_of()
    course()
    course("begun")
    mia = a_member(north)
    (pending,) = invited(north, hr, "new@example.org")
    enrol(north, hr, mia.id, pending)
    enrol(north, hr, mia.id, slug="begun")
    begun = enrolment_of(mia.id, "begun")
    record_event(begun.id, "page", "viewed", by=Actor(mia.id), at=AT)
    assert begun.status == "completed"
    session.flush()
    leave_organisation(north.id, by=Actor(mia.id), at=AT)
    remove_members(north.id, [pending], by=hr, at=AT)
    session.flush()
    assert enrolment_of(mia.id).status == enrolment_of(pending).status == "withdrawn"
    assert begun.status == "completed"
    assert seen_by(north) == set()
    until = sa.select(Enrolment.person_id).where(learning.proof_until(north.id) >= AT)
    assert set(session.scalars(until)) == {mia.id}
    assert not list(differences_of_projections())


def test_a_withdrawn_enrolment_runs_again_by_the_same_person_or_by_an_organisation(session):
    north, hr = hr_of()
    course()
    mia, bo = a_member(north), a_member(north)
    enrol(north, hr, mia.id, bo.id)
    for person in (mia, bo):
        one = withdraw_enrolment(enrolment_of(person.id).id, reason="left_audience", by=hr, at=AT)
        assert withdraw_enrolment(one.id, reason="left_audience", by=hr, at=AT).events == 1
    with pytest.raises(Refused) as why:
        record_event(enrolment_of(mia.id).id, "page", "viewed", by=Actor(mia.id), at=AT)
    assert why.value.reason.code == "learning.withdrawn"
    again, is_new = enrol_learner(mia.id, "safety", by=Actor(mia.id), at=AT)
    assert (again.status, is_new, again.by_learner) == ("active", False, True)
    assert enrol(north, hr, bo.id).new == [bo.id]
    session.expire_all()
    assert (enrolment_of(bo.id).status, enrolment_of(bo.id).by_learner) == ("active", False)
    assert not list(differences_of_projections())
    kinds = session.scalars(sa.select(LearningEvent.kind).order_by(LearningEvent.number)).all()
    assert sorted(kinds) == ["resumed", "resumed", "withdrawn", "withdrawn"]


def test_what_is_completed_can_not_be_withdrawn(session):
    course()
    mia = a_person()
    enrolment = enrolled(mia, "safety")
    record_event(enrolment.id, "page", "viewed", by=Actor(mia.id), at=AT)
    with pytest.raises(Refused) as why:
        withdraw_enrolment(enrolment.id, reason="left_audience", by=SYSTEM, at=AT)
    assert why.value.reason.code == "learning.completed"


def test_each_who_is_new_and_belongs_there_is_told_once(session):
    north, hr = hr_of()
    course()
    mia = a_member(north)
    (pending,) = invited(north, hr, "new@example.org")
    for _ in range(2):
        enrol_selection([mia.id, pending], "safety", organisation_id=north.id, by=hr, at=AT)
    told = session.scalars(sa.select(Mail).where(Mail.template == "enrolled")).all()
    assert [(one.person_id, one.values["organisation"]) for one in told] == [(mia.id, "North")]


def test_a_large_selection_is_a_job_that_dies_and_goes_on(session):
    north, hr = hr_of()
    course()
    people = many(north, 1200)
    session.commit()
    done = enrol_selection(people, "safety", organisation_id=north.id, by=hr, at=AT)
    assert done.job
    assert len(done.effect.new) == 1200
    asked = dict(done.job.payload)
    session.commit()

    def dies(at: int, _total: int) -> None:
        db.session.commit()
        if at >= 1000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        enrol_by_job(asked, by=hr, report=dies)
    session.rollback()
    assert session.scalar(sa.select(sa.func.count()).select_from(Enrolment)) == 1000
    session.commit()
    for job_id in claimable_jobs(AT.replace(year=2100)):
        if session.get_one(Job, job_id).kind == JOB:
            session.rollback()
            run_job(job_id)
    job = session.get_one(Job, done.job.id)
    assert (job.state, job.result) == ("done", {"course": "safety", "new": 1200})
    for counted in (Enrolment, EnrolmentSponsor):
        assert session.scalar(sa.select(sa.func.count()).select_from(counted)) == 1200
    told = sa.select(sa.func.count()).select_from(Mail).where(Mail.template == "enrolled")
    assert session.scalar(told) == 1200
