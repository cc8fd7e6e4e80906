"""What following a course's learners costs with 1,000 and with 20,000 of them: list, numbers, effects before a move.

`python -m bench.learners [KIND …]` with kinds sqlite and postgresql (default: both). Rows are written past the use
cases, since it is reading that is measured. Times are the best of several on a machine that may be busy.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.people import CHUNK, analyse, best, database
from lms.accounts.models import Person
from lms.app import create_app
from lms.core.config import Settings
from lms.core.db import db
from lms.core.ids import new_id
from lms.courses.queries import find_course, find_published, load_outline
from lms.learning.models import Enrolment
from lms.quizzes.models import Attempt
from tests.courses.documents import activity
from tests.fixtures.database import environment
from tests.learning.building import a_person, draft, published, signed_in
from tests.quizzes.documents import quiz, single_choice

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ACTIVITIES = 40
BASE = "/teach/safety"
ROUTES = {
    "list, by name": f"{BASE}/learners",
    "list, least done first": f"{BASE}/learners?sort=percent",
    "list, search": f"{BASE}/learners?q=person+00999",
    "list, may need help": f"{BASE}/learners?stuck=yes",
    "list, one activity": f"{BASE}/learners?activity=a20",
    "how far they got": f"{BASE}/learners/reached",
    "list, API": "/api/v1/courses/safety/learners",
    "numbers, API": "/api/v1/courses/safety/learners/numbers",
    "look before publishing": f"{BASE}/publish",
    "look before moving all": f"{BASE}/learners/move?all=yes",
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
            teacher_id = a_course()
            have = 0
            for size in (1000, 20_000):
                add_learners(have, size)
                have = size
                db.session.commit()
                analyse()
                client = signed_in(app, db.session.get_one(Person, teacher_id))
                db.session.commit()
                found[size] = {name: best(client, address) for name, address in ROUTES.items()}
                db.session.remove()
            db.engine.dispose()
    print(f"\n{kind}: milliseconds, statements\n{'':24}{'1,000':>16}{'20,000':>16}{'ratio':>8}")
    for name in ROUTES:
        (few, asked_few), (many, asked_many) = found[1000][name], found[20_000][name]
        print(f"{name:24}{few:>11.1f} {asked_few:>4}{many:>11.1f} {asked_many:>4}{many / few:>8.2f}")


def a_course() -> Any:
    """40 activities, every eighth a quiz. The id of somebody who teaches it."""
    parts = [activity(f"a{n}", _quiz() if n % 8 == 7 else None) for n in range(ACTIVITIES)]
    published(*parts)
    teacher = a_person("teacher", scope=find_course("safety").id).id
    db.session.commit()
    return teacher


def revise() -> None:
    """From here on the newest revision and the draft ask for other things than the learners' own."""
    parts = [activity(f"a{n}", _quiz() if n % 8 == 7 else None) for n in range(ACTIVITIES)]
    published(*parts[:-1], activity("new"))
    draft(*parts[:-2], activity("new"), activity("newer"))


def _quiz() -> dict[str, Any]:
    return quiz({"question": single_choice()}, attempts=3)


def add_learners(start: int, end: int) -> None:
    """Number `start` up to `end` on the first revision, each a little further; some have failed, some are idle."""
    course = find_course("safety")
    first = db.session.scalar(sa.select(Enrolment.revision_id).limit(1)) or find_published("safety").revision_id
    body = load_outline(first).by_key["a7"].body
    for begin in range(start, end, CHUNK):
        rows = [_learner(number, course.id, first, body) for number in range(begin, min(begin + CHUNK, end))]
        db.session.execute(sa.insert(Person), [person for person, _enrolment, _attempts in rows])
        db.session.execute(sa.insert(Enrolment), [enrolment for _person, enrolment, _attempts in rows])
        attempts = [attempt for _person, _enrolment, several in rows for attempt in several]
        if attempts:
            db.session.execute(sa.insert(Attempt), attempts)
    if start == 0:
        db.session.flush()
        revise()


def _learner(number: int, course_id: Any, revision_id: Any, body: str) -> tuple[Any, Any, list[Any]]:
    person_id, enrolment_id = new_id(), new_id()
    done = number % (ACTIVITIES + 1)
    at = AT + timedelta(days=number % 60)
    entry = {"viewed_at": at.isoformat(), "completed_at": at.isoformat()}
    person = {
        "id": person_id,
        "email": f"p{number}@example.org",
        "name": f"Person {number:05} Žnidaršič",
        "created_at": AT,
    }
    enrolment = {"id": enrolment_id, "person_id": person_id, "course_id": course_id, "revision_id": revision_id}
    enrolment |= {"cycle": 1, "events": done, "by_learner": True, "enrolled_at": AT, "touched_at": at}
    is_done = done == ACTIVITIES
    enrolment |= {"status": "completed" if is_done else "active", "percent": 100 * done // ACTIVITIES}
    enrolment |= {"progress": {f"a{n}": entry for n in range(done)}, "completed_at": at if is_done else None}
    tries = [_attempt(enrolment_id, person_id, body, n, at) for n in (1, 2)] if done == 7 else []
    return person, enrolment, tries


def _attempt(enrolment_id: Any, person_id: Any, body: str, number: int, at: datetime) -> dict[str, Any]:
    result = {"points": "0", "max_points": "1", "fraction": "0", "passed": False}
    ids = {"id": new_id(), "enrolment_id": enrolment_id, "person_id": person_id, "activity_key": "a7", "number": number}
    times = {"started_at": at, "deadline": None, "submitted_at": at, "finished_at": at, "abandoned_at": None}
    return ids | times | {"body": body, "paper": {"slots": []}, "flags": [], "result": result}


if __name__ == "__main__":
    main(sys.argv[1:])
