"""Many people at once, for measuring: copies of the demo's employees with all that they did, inserted as rows.

Each copy is whole (events, attempts with receipts, certificates), so that `lms progress rebuild --check` holds; only
the PDF of a certificate is that of the employee whose copy holds it. Sample content, like all of the demo.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import sqlalchemy as sa

from lms.compliance.queries.filters import Scope
from lms.compliance.rules.due import Due
from lms.compliance.services import Audience, assign
from lms.core.actor import SYSTEM
from lms.core.db import db
from lms.core.ids import new_id, new_public_id
from lms.core.jobs.services import claimable_jobs, run_job
from lms.credentials.rules.snapshots import award_digest, name_digest
from lms.home.demo import load_companies
from lms.home.demo.companies import COMPANIES, Company, employees_of
from lms.organisations.services import add_organisation, find_or_add_path, list_organisations
from lms.quizzes.rules.receipts import answer_digest

PLANT, NAME = "scale-test", "Scale test plant"
ARCHETYPES, TEAM, BATCH = 60, 50, 200
DAYS = 60
Row = dict[str, Any]
Progress = Callable[[int, int], None]
"""Commits, and says how many are there."""

OF_PERSON = ("membership", "enrolment", "award")
OF_ENROLMENT = ("enrolment_sponsor", "learning_event", "attempt")
OF_ATTEMPT = ("answer_step", "response")
OF_AWARD = ("award_holder", "award_document", "award_event")
ORDER = ("person", *OF_PERSON, *OF_ENROLMENT, *OF_ATTEMPT, *OF_AWARD, "team_member", "assignee")


@dataclass(frozen=True)
class Plant:
    """The organisation that the copies work for; `assignments` by course."""

    id: uuid.UUID
    teams: Sequence[uuid.UUID]
    assignments: dict[uuid.UUID, uuid.UUID]


def seed(learners: int, progress: Progress, *, at: datetime, company: Company = COMPANIES[0]) -> None:
    """Adds copies of a company's people until the plant has `learners`; called again it adds what is missing."""
    load_companies(lambda _done, _total: db.session.commit(), at=at, companies=[company])
    while jobs := claimable_jobs(at):  # the employees' certificates, so that copies have one too
        for job_id in jobs:
            run_job(job_id)
    plant = _plant(company, learners, at)
    db.session.commit()
    archetypes = [rows for rows in map(_archetype, _first_employees(company)) if rows["enrolment"]]
    there = _people_of(plant)
    wanted = iter(range(there, learners))
    while numbers := list(islice(wanted, BATCH)):
        _insert(_copy(archetypes[number % len(archetypes)], number, plant, at) for number in numbers)
        progress(numbers[-1] + 1, learners)


def _first_employees(company: Company) -> list[uuid.UUID]:
    emails = [employee.email for employee in islice(employees_of(company), ARCHETYPES)]
    return [row["id"] for row in _rows("person", "email", emails)]


def _plant(company: Company, learners: int, at: datetime) -> Plant:
    found = next((one for one in list_organisations() if one.slug == PLANT), None)
    plant = found or add_organisation(PLANT, name=NAME, by=SYSTEM, at=at - timedelta(days=400))
    db.session.flush()  # teams and assignments refer to it
    paths = [[f"Hall {number // 10 + 1}", f"Shift {number % 10 + 1}"] for number in range(1 + learners // TEAM)]
    teams = [find_or_add_path(plant.id, path, by=SYSTEM, at=at).id for path in paths]
    scope = Scope(plant, SYSTEM, at - timedelta(days=DAYS))
    courses = sorted({asked.course for asked in company.asked})
    made = [assign(scope, slug, audience=Audience(), due=Due(days=DAYS))[0] for slug in courses]
    return Plant(plant.id, teams, {one.course_id: one.id for one in made})


def _people_of(plant: Plant) -> int:
    members = db.metadata.tables["membership"]
    counted = sa.select(sa.func.count()).select_from(members).where(members.c.organisation_id == plant.id)
    return db.session.scalar(counted) or 0


def _rows(table: str, column: str, values: Iterable[Any]) -> list[Row]:
    found = db.metadata.tables[table]
    rows = sa.select(found).where(found.c[column].in_(list(values)))
    return [dict(row) for row in db.session.execute(rows).mappings()]


def _archetype(person_id: uuid.UUID) -> dict[str, list[Row]]:
    """One employee's rows, by table."""
    rows = {"person": _rows("person", "id", [person_id])}
    rows |= {table: _rows(table, "person_id", [person_id]) for table in OF_PERSON}
    for column, tables in (("enrolment", OF_ENROLMENT), ("attempt", OF_ATTEMPT), ("award", OF_AWARD)):
        ids = [row["id"] for row in rows[column]]
        rows |= {table: _rows(table, f"{column}_id", ids) for table in tables}
    return rows


def _copy(archetype: dict[str, list[Row]], number: int, plant: Plant, at: datetime) -> dict[str, list[Row]]:
    """The rows of one more person who did the same, with ids of their own."""
    ids = {row["id"]: new_id() for table in ("person", "enrolment", "attempt", "award") for row in archetype[table]}
    rows = {table: [_renewed(row, ids) for row in found] for table, found in archetype.items()}
    person = rows["person"][0]
    person["email"] = f"scale.{number}@example.org"
    rows["membership"] = [row | {"organisation_id": plant.id, "number": str(number)} for row in rows["membership"][:1]]
    rows["enrolment_sponsor"] = [row | {"organisation_id": plant.id} for row in rows["enrolment_sponsor"]]
    for step in rows["answer_step"]:
        step["digest"] = answer_digest(str(step["attempt_id"]), step["slot"], step["step"], json.loads(step["answer"]))
    holders = {holder["award_id"]: holder for holder in rows["award_holder"]}
    for award in rows["award"]:
        _seal(award, holders[award["id"]], person["email"])
    asked = [row["course_id"] for row in rows["enrolment"] if row["course_id"] in plant.assignments]
    team = {"team_id": plant.teams[number // TEAM], "person_id": person["id"], "joined_at": at}
    return rows | {"team_member": [team], "assignee": [_asked(plant, person["id"], course, at) for course in asked]}


def _renewed(row: Row, ids: dict[uuid.UUID, uuid.UUID]) -> Row:
    new = {name: ids.get(value, value) if isinstance(value, uuid.UUID) else value for name, value in row.items()}
    if "id" in new and new["id"] == row["id"]:
        new["id"] = new_id()
    for name in ("progress", "data"):
        if new.get(name):
            new[name] = _named_anew(new[name], ids)
    return new


def _named_anew(document: Any, ids: dict[uuid.UUID, uuid.UUID]) -> Any:
    text = json.dumps(document)
    for old, new in ids.items():
        text = text.replace(str(old), str(new))
    return json.loads(text)


def _seal(award: Row, holder: Row, email: str) -> None:
    """A number of its own, and the digest over what it says now."""
    holder["email"] = email
    award["public_id"] = new_public_id()
    award["name_digest"] = name_digest(holder["salt"], holder["name"])
    award["digest"] = award_digest(
        public_id=award["public_id"],
        achievement=award["achievement"],
        cycle=award["cycle"],
        facts=award["facts"],
        name=award["name_digest"],
        evidence=award["evidence_digest"],
        issued_at=award["issued_at"],
        expires_on=award["expires_on"],
    )


def _asked(plant: Plant, person_id: uuid.UUID, course_id: uuid.UUID, at: datetime) -> Row:
    assigned = at - timedelta(days=DAYS)
    row = {"assignment_id": plant.assignments[course_id], "person_id": person_id, "assigned_at": assigned}
    return row | {"due_on": at.date(), "left_at": None}


def _insert(copies: Iterator[dict[str, list[Row]]]) -> None:
    together: dict[str, list[Row]] = {table: [] for table in ORDER}
    for copy in copies:
        for table, rows in copy.items():
            together[table] += rows
    for table, rows in together.items():
        if rows:
            db.session.execute(sa.insert(db.metadata.tables[table]), rows)
