"""What the list of an organisation's people costs with 1,000 and with 20,000 of them: time, statements, exports.

`python -m bench.people [KIND …]` with kinds sqlite and postgresql (default: both). Rows are written past the use cases,
since it is reading that is measured. Times are the best of several on a machine that may be busy.
"""

from __future__ import annotations

import gc
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine

from lms.accounts.models import Person
from lms.app import create_app
from lms.compliance.models import Assignee, Assignment
from lms.core.config import Settings
from lms.core.db import db
from lms.core.folding import fold_name
from lms.core.ids import new_id, new_public_id
from lms.courses.queries import find_published
from lms.credentials.models import Award, AwardDocument, AwardEvent, AwardHolder
from lms.learning.models import Enrolment, EnrolmentSponsor
from lms.organisations.models import Membership, Organisation, Team, TeamMember
from tests.fixtures.database import environment
from tests.learning.building import a_person, published, signed_in
from tests.services.postgresql import RunningCluster

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
COURSES = ("safety", "lean", "battery", "hydrogen")
CHUNK = 2000
TIMES = 7
ROUTES = {
    "people": "/organisations/works/people",
    "people, page 2": None,
    "people, search": "/organisations/works/people?q=person+0999",
    "people, late": "/organisations/works/people?status=late",
    "people, due first": "/organisations/works/people?sort=due",
    "people, by team": "/organisations/works/people?team=TEAM",
    "people, API": "/api/v1/organisations/works/people",
    "key figures": "/organisations/works/people/figures",
    "assignments, status": "/api/v1/organisations/works/assignments/status",
    "CSV of all": "/organisations/works/people.csv?all=yes",
    "XLSX of all": "/organisations/works/people.xlsx?all=yes",
}


def main(kinds: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for kind in kinds or ["sqlite", "postgresql"]:
            measure(kind, Path(folder) / kind)


def measure(kind: str, folder: Path) -> None:
    folder.mkdir()
    with database(kind, folder) as url:
        app = create_app(Settings.from_env(environment(url, folder)))
        app.testing = True
        found: dict[int, dict[str, tuple[float, int]]] = {}
        with app.app_context():
            db.create_all()
            firm_id, hr_id = firm_of()
            have = 0
            for size in (1000, 20_000):
                add_people(firm_id, have, size)
                have = size
                db.session.commit()
                analyse()
                found[size] = _ask(signed_in(app, db.session.get_one(Person, hr_id)))
                db.session.remove()
            db.engine.dispose()
    print(f"\n{kind}: milliseconds, statements\n{'':24}{'1,000':>16}{'20,000':>16}{'ratio':>8}")
    for name in ROUTES:
        (few, asked_few), (many, asked_many) = found[1000][name], found[20_000][name]
        print(f"{name:24}{few:>11.1f} {asked_few:>4}{many:>11.1f} {asked_many:>4}{many / few:>8.2f}")


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder}/bench.db"
        return
    running = RunningCluster()
    try:
        running.cluster.execute("CREATE DATABASE bench")
        yield running.cluster.url("bench")
    finally:
        running.end()


def analyse() -> None:
    """What PostgreSQL's autovacuum and SQLite's `PRAGMA optimize` do sooner or later."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def firm_of() -> tuple[uuid.UUID, uuid.UUID]:
    """(an organisation with teams, courses and two assignments to all of it, the person who looks after its people)"""
    for slug in COURSES:
        certificate = {"kind": "achievement", "valid_months": 24}
        published(slug=slug, title=slug.title(), organisation="works", certificate=certificate)
    firm = db.session.scalars(sa.select(Organisation).where(Organisation.slug == "works")).one()
    hr = a_person("hr", scope=firm.id)
    db.session.add_all(
        Team(id=new_id(), organisation_id=firm.id, name=f"Team {number}", created_at=AT) for number in range(20)
    )
    for slug in COURSES[:2]:
        made = Assignment(id=new_id(), organisation_id=firm.id, course_id=find_published(slug).id, fingerprint=slug)
        made.audience_kind, made.due_on, made.created_at = "organisation", date(2026, 5, 1), AT
        db.session.add(made)
    ids = firm.id, hr.id
    db.session.commit()
    return ids


def add_people(firm_id: uuid.UUID, start: int, end: int, *, document: tuple[str, int] = ("0" * 64, 28_000)) -> None:
    """People number `start` up to `end`, each on two courses: half have completed one and hold its certificate."""
    teams = db.session.scalars(sa.select(Team.id).where(Team.organisation_id == firm_id).order_by(Team.id)).all()
    asked = {row.course_id: row for row in db.session.scalars(sa.select(Assignment))}
    courses = [find_published(slug) for slug in COURSES]
    for first in range(start, end, CHUNK):
        rows: dict[type, list[dict[str, Any]]] = {}
        for number in range(first, min(first + CHUNK, end)):
            _person(rows, firm_id, number, teams, courses, asked, document)
        for table in (
            Person, Membership, TeamMember, Enrolment, EnrolmentSponsor, Assignee, Award, AwardHolder, AwardDocument,
            AwardEvent,
        ):  # fmt: skip
            if rows.get(table):
                db.session.execute(sa.insert(table), rows[table])
        db.session.commit()


def _person(
    rows: dict[type, list[dict[str, Any]]],
    firm_id: uuid.UUID,
    number: int,
    teams: Any,
    courses: Any,
    asked: dict[uuid.UUID, Assignment],
    document: tuple[str, int],
) -> None:
    person_id = new_id()

    def add(table: type, **values: Any) -> None:
        rows.setdefault(table, []).append(values)

    name = f"Person {number:05} Žnidaršič"
    add(Person, id=person_id, email=f"p{number}@example.org", name=name, created_at=AT)
    add(
        Membership,
        organisation_id=firm_id,
        person_id=person_id,
        joined_at=AT,
        accepted_at=AT,
        number=str(number),
        sort_name=fold_name(name),
    )
    if teams:
        add(TeamMember, team_id=teams[number % len(teams)], person_id=person_id, joined_at=AT)
    for place in range(2):
        course = courses[(number + place) % len(courses)]
        is_done = place == 0 and number % 2 == 0
        progress = {"one": {"viewed_at": AT.isoformat(), "completed_at": AT.isoformat()}}
        enrolment = {"id": new_id(), "person_id": person_id, "course_id": course.id, "revision_id": course.revision_id}
        enrolment |= {"cycle": 1, "status": "completed" if is_done else "active", "percent": 100 if is_done else 50}
        enrolment |= {
            "progress": progress | ({"two": progress["one"]} if is_done else {}),
            "events": 1,
            "by_learner": False,
        }
        add(Enrolment, **enrolment, enrolled_at=AT, touched_at=AT, completed_at=AT if is_done else None)
        add(EnrolmentSponsor, enrolment_id=enrolment["id"], organisation_id=firm_id, at=AT)
        if course.id in asked:
            day = date(2026, 5, 1) if number % 10 == 0 else date(2027, 5, 1)
            add(Assignee, assignment_id=asked[course.id].id, person_id=person_id, assigned_at=AT, due_on=day)
        if is_done:
            _award(add, firm_id, person_id, enrolment, name, document)


def _award(
    add: Any, firm_id: uuid.UUID, person_id: uuid.UUID, enrolment: dict[str, Any], name: str, document: tuple[str, int]
) -> None:
    award_id = new_id()
    ids = {"person_id": person_id, "course_id": enrolment["course_id"], "revision_id": enrolment["revision_id"]}
    facts = {"facts": {}, "name_digest": "", "evidence_digest": "", "digest": "", "cycle": 1, "number": 1}
    expires = datetime(2028, 3, 1, 23, 59, 59, tzinfo=UTC)
    add(
        Award,
        id=award_id,
        public_id=new_public_id(),
        organisation_id=firm_id,
        enrolment_id=enrolment["id"],
        achievement=f"course:{enrolment['course_id']}",
        issued_at=AT,
        expires_on=expires.date(),
        expires_at=expires,
        **ids,
        **facts,
    )
    add(AwardHolder, award_id=award_id, name=name, language="", email="x@example.org", salt="")
    digest, size = document
    add(AwardDocument, award_id=award_id, digest=digest, size=size, picture_digest=digest, picture_size=1, made_at=AT)
    for number, kind in enumerate(("issued", "document_made"), 1):
        add(
            AwardEvent,
            id=new_id(),
            award_id=award_id,
            number=number,
            kind=kind,
            at=AT + timedelta(seconds=number),
            data={},
        )


def _ask(client: Any) -> dict[str, tuple[float, int]]:
    team_id = db.session.scalars(sa.select(Team.id).order_by(Team.id).limit(1)).one()
    following = client.get(ROUTES["people, API"]).json["next"]
    db.session.commit()
    addresses = {
        name: (route or f"/organisations/works/people?cursor={following}").replace("TEAM", str(team_id))
        for name, route in ROUTES.items()
    }
    gc.collect()
    gc.freeze()  # as the web process does (lms/cli/serving.py)
    return {name: best(client, address) for name, address in addresses.items()}


def best(client: Any, address: str) -> tuple[float, int]:
    """(the best time in milliseconds, statements)"""
    times, asked = [], 0
    for _ in range(TIMES if "." not in address else 2):
        began = time.perf_counter()
        with _counting() as run:
            answer = client.get(address)
            assert answer.status_code == 200, answer.text[:500]
            assert answer.data
        times.append(time.perf_counter() - began)
        asked = len(run)
    return min(times) * 1000, asked


@contextmanager
def _counting() -> Iterator[list[str]]:
    run: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            run.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield run
    finally:
        event.remove(Engine, "before_cursor_execute", note)


if __name__ == "__main__":
    main(sys.argv[1:])
