"""What is asked for: an installation with so many learners, and the requests that they and their HR make."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask
from flask.testing import FlaskClient

from bench.asking import counting
from bench.servers import line
from bench.sitting import QUESTIONS, TEST, publish_test, some_answer
from lms.accounts.models import ApiToken, Person
from lms.accounts.services import grant_role
from lms.app import create_app
from lms.core.actor import SYSTEM
from lms.core.config import Settings
from lms.core.db import db
from lms.core.ids import hash_secret, new_id, new_secret
from lms.courses.models import Course
from lms.credentials.models import Award
from lms.home.scaling import PLANT
from lms.learning.models import Enrolment
from lms.learning.services import enrol_people
from lms.organisations.services import find_organisation
from tests.services.server import LMS

COURSE = "high-voltage-safety"
ASKING = 200
"""People who take part in the test of writes, and whose pages are asked for in turn."""


@dataclass
class World:
    """One installation: `tokens` by person, in the order of `people`."""

    name: str
    app: Flask
    people: list[Any]
    tokens: dict[Any, str]
    hr: str

    def client(self) -> FlaskClient:
        return self.app.test_client()


def fill(url: str, folder: Path, learners: int) -> None:
    """So many learners with all that they did."""
    command = [str(LMS), "scale", "seed", "--learners", str(learners)]
    subprocess.run(command, env=_settings(url, folder), check=True, capture_output=True)


def _settings(url: str, folder: Path) -> dict[str, str]:
    return {"LMS_DATABASE_URL": url, "LMS_DATA_DIR": str(folder)}


def a_world(name: str, url: str, folder: Path) -> World:
    """Publishes a test of 20 questions, and lets 200 of the people and their HR in."""
    app = create_app(Settings.from_env(_settings(url, folder)))
    structlog.configure(logger_factory=structlog.WriteLoggerFactory((folder / "log").open("w")))
    with app.app_context():
        people = list(db.session.scalars(sa.select(Person.id).where(Person.email.like("scale.%")).limit(ASKING)))
        tokens = {person_id: _token(person_id) for person_id in people}
        organisation = find_organisation(PLANT)
        grant_role(people[0], "hr", scope_kind="organisation", scope_id=organisation.id, by=SYSTEM, at=_now())
        publish_test()
        enrol_people(people, TEST, organisation_id=organisation.id, by=SYSTEM, at=_now())
        db.session.execute(sa.text("ANALYZE"))  # else the planner knows nothing of rows that came just now
        db.session.commit()
    return World(name, app, people, tokens, tokens[people[0]])


def _now() -> datetime:
    return datetime.now(UTC)


def _token(person_id: Any) -> str:
    secret = new_secret()
    row = ApiToken(id=new_id(), person_id=person_id, secret_hash=hash_secret(secret), created_at=_now())
    row.expires_at = _now() + timedelta(days=1)
    db.session.add(row)
    return secret


def reads(world: World) -> dict[str, list[str]]:
    """The requests that change nothing, by name."""
    with world.app.app_context():
        rows = sa.select(Enrolment.person_id, Enrolment.id).join(Course, Course.id == Enrolment.course_id)
        found = db.session.execute(rows.where(Course.slug == COURSE, Enrolment.person_id.in_(world.people))).all()
        public = db.session.scalars(sa.select(Award.public_id).where(Award.person_id.in_(world.people))).all()
    mine = [(world.tokens[person_id], enrolment_id) for person_id, enrolment_id in found]
    page = _first_page(world)
    return {
        "home": [line("GET", "/", token) for token in world.tokens.values()],
        "course page": [line("GET", f"/courses/{COURSE}", token) for token in world.tokens.values()],
        "activity page": [line("GET", f"/learn/{one}/{page}", token) for token, one in mine],
        "enrolment (API)": [line("GET", f"/api/v1/enrolments/{one}", token) for token, one in mine],
        "verify page": [line("GET", f"/verify/{one}") for one in public],
        "HR list": [line("GET", f"/organisations/{PLANT}/people", world.hr)],
    }


def _first_page(world: World) -> str:
    outline = world.client().get(f"/api/v1/courses/{COURSE}").get_json()
    return str(next(one["key"] for one in outline["modules"][0]["activities"] if one["kind"] == "page"))


def starts(world: World) -> list[str]:
    """One attempt for each of the people."""
    with world.app.app_context():
        rows = sa.select(Enrolment.person_id, Enrolment.id).join(Course, Course.id == Enrolment.course_id)
        found = db.session.execute(rows.where(Course.slug == TEST)).all()
    path = "/api/v1/enrolments/{}/activities/quiz/attempts"
    return [line("POST", path.format(enrolment), world.tokens[person], {}) for person, enrolment in found]


@dataclass(frozen=True)
class OpenAttempt:
    token: str
    id: str
    slots: list[dict[str, Any]]


def open_attempts(world: World) -> list[OpenAttempt]:
    """What the people see who have just begun."""
    found = []
    for start in starts(world):
        _method, path, token, _body = start.split("\t")
        answer = world.client().post(path, json={}, headers={"Authorization": f"Bearer {token}"}).get_json()
        found.append(OpenAttempt(token, answer["id"], [one for one in answer["slots"] if "slot" in one]))
    return found


def saves(attempts: list[OpenAttempt]) -> list[str]:
    """Every question of every attempt is answered once, question by question."""
    return [
        line(
            "PUT",
            f"/api/v1/attempts/{attempt.id}/answers/{attempt.slots[at]['slot']}",
            attempt.token,
            {"step": 1, "answer": some_answer(attempt.slots[at])},
        )
        for at in range(QUESTIONS)
        for attempt in attempts
    ]


def submissions(attempts: list[OpenAttempt]) -> list[str]:
    return [line("POST", f"/api/v1/attempts/{one.id}/submission", one.token, {}) for one in attempts]


def cost(world: World, asked: str) -> tuple[list[str], int]:
    """(the statements of one such request, bytes of its answer)"""
    method, path, token, body = asked.split("\t")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    content: dict[str, Any] = {"data": body, "content_type": "application/json"} if body else {}
    with counting() as statements:
        answer = world.client().open(path, method=method, headers=headers, **content)
    if answer.status_code >= 400:
        raise RuntimeError(f"{path}: {answer.status_code} {answer.get_data(as_text=True)[:300]}")
    return statements, len(answer.get_data())
