"""kill -9 while people are brought in by the thousand and put on a course: whole after it, nothing double."""

from __future__ import annotations

import io
import uuid
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.models import Person
from lms.accounts.queries import actor_of
from lms.core.clock import now
from lms.core.db import db, snapshot
from lms.core.jobs.models import Job
from lms.core.mail.models import Mail
from lms.learning.models import Enrolment, EnrolmentSponsor
from lms.learning.services import enrol_selection
from lms.organisations.models import Membership, TeamMember
from lms.organisations.services import match_columns, send_table, start_adding
from tests.courses.documents import activity
from tests.faults.chaos import kill, victims
from tests.learning.building import published
from tests.organisations.building import hr_of
from tests.services.processes import wait_until
from tests.services.server import Server

pytestmark = pytest.mark.slow
PEOPLE, TIMES = 3000, 2


@dataclass
class Work:
    """An organisation of its own, whose HR asks for bulk work."""

    app: Flask
    organisation_id: uuid.UUID
    hr_id: uuid.UUID
    course: str

    def ask_for_import(self) -> uuid.UUID:
        rows = [f"Person {n};{n}.{self.course}@example.org;Plant / Line {n % 9};{n}" for n in range(PEOPLE)]
        content = io.BytesIO("\n".join(("Name;E-mail;Team;Number", *rows)).encode())
        with self.app.app_context():
            by, at = actor_of(self.hr_id), now()
            table = send_table(self.organisation_id, content, name="people.csv", by=by, at=at)
            columns = {"name": 0, "email": 1, "team": 2, "number": 3}
            match_columns(self.organisation_id, table.id, columns, make_teams=True, by=by, at=at)
            found = start_adding(self.organisation_id, table.id, by=by, at=at).job_id
            db.session.commit()
        assert found
        return found

    def ask_for_enrolment(self) -> uuid.UUID:
        with self.app.app_context():
            by, here = actor_of(self.hr_id), Membership.organisation_id == self.organisation_id
            db.session.execute(sa.update(Membership).where(here).values(accepted_at=now()))
            people = db.session.scalars(sa.select(Membership.person_id).where(here)).all()
            done = enrol_selection(people, self.course, organisation_id=self.organisation_id, by=by, at=now())
            assert done.job
            found = done.job.id
            db.session.commit()
        return found

    def state(self, job_id: uuid.UUID) -> tuple[str, dict[str, int] | None]:
        with self.app.app_context(), snapshot():  # a look that would take SQLite's one lock keeps the worker from work
            job = db.session.get_one(Job, job_id)
            return job.state, job.result

    def done(self, job_id: uuid.UUID) -> int:
        """How far the job says that it is."""
        with self.app.app_context(), snapshot():
            return db.session.get_one(Job, job_id).done

    def count(self, *conditions: sa.ColumnElement[bool], what: type) -> int:
        with self.app.app_context():
            members = sa.select(Membership.person_id).where(Membership.organisation_id == self.organisation_id)
            rows = sa.select(sa.func.count()).select_from(what).where(what.person_id.in_(members), *conditions)  # type: ignore[attr-defined]
            found = db.session.scalar(rows)
            db.session.rollback()
        return found or 0


def some_work(app: Flask) -> Work:
    mark = uuid.uuid4().hex[:8]
    with app.app_context():
        organisation, hr = hr_of(f"killed-{mark}")
        slug = published(activity("page"), slug=f"killed-{mark}", organisation=organisation.slug)
        assert hr.person_id
        work = Work(app, organisation.id, hr.person_id, slug)
        db.session.commit()
    return work


def kill_at_work(server: Server, work: Work, job_id: uuid.UUID) -> int:
    """Kills the worker whenever the job got on, while it still has something to do; gives how often."""
    seen = kills = 0
    while kills < TIMES:
        wait_until(lambda: work.done(job_id) > seen or work.state(job_id)[0] in ("done", "failed"), within=60)  # noqa: B023 - called before `seen` changes
        seen = work.done(job_id)
        if work.state(job_id)[0] in ("done", "failed"):
            break
        kills += any(kill(pid) for pid in victims(server, "lms worker:"))
    return kills


def test_bulk_work_that_is_killed_again_and_again_ends_whole_and_nothing_is_double(beside: Flask, server: Server):
    wait_until(server.ready, within=20)
    work = some_work(beside)
    importing = work.ask_for_import()
    assert kill_at_work(server, work, importing) >= 1
    wait_until(lambda: work.state(importing)[0] in ("done", "failed"), within=90)
    assert work.state(importing) == ("done", {"added": PEOPLE, "changed": 0, "members": 0, "wrong": 0})
    assert work.count(what=Membership) == PEOPLE + 1
    assert work.count(what=TeamMember) == PEOPLE
    assert work.count(Mail.template == "invitation", what=Mail) == PEOPLE
    enrolling = work.ask_for_enrolment()
    kill_at_work(server, work, enrolling)  # on a quick machine it may be done before the first look
    wait_until(lambda: work.state(enrolling)[0] in ("done", "failed"), within=90)
    assert work.state(enrolling) == ("done", {"course": work.course, "new": PEOPLE + 1})
    assert work.count(what=Enrolment) == PEOPLE + 1
    assert work.count(Mail.template == "enrolled", what=Mail) == PEOPLE + 1
    with beside.app_context():
        named = sa.select(sa.func.count()).select_from(EnrolmentSponsor)
        assert db.session.scalar(named.where(EnrolmentSponsor.organisation_id == work.organisation_id)) == PEOPLE + 1
        emails = sa.select(sa.func.count(sa.distinct(Person.email))).where(Person.email.contains(f".{work.course}@"))
        assert db.session.scalar(emails) == PEOPLE
        db.session.rollback()
    assert server.lms_json("progress", "rebuild", "--check") == {"differences": []}
