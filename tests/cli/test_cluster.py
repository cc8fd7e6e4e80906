"""Two web servers and two workers, as on four machines, on one PostgreSQL, one Redis and one S3: by settings alone.

Each has a data directory of its own, so nothing that they share lies on a disk.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import sqlalchemy as sa
from flask import Flask

from lms.app import create_app
from lms.core.clock import now
from lms.core.config import Settings
from lms.core.db import db
from lms.core.jobs.models import Job
from lms.core.jobs.services import enqueue
from lms.quizzes.services import END_ATTEMPT
from tests.courses.documents import activity
from tests.learning.building import PASSWORD, a_person, an_organisation, published
from tests.services.postgresql import Cluster
from tests.services.processes import free_port, start, stop, wait_until
from tests.services.s3 import BUCKET
from tests.services.server import CHECKOUT, LMS

pytestmark = pytest.mark.slow
EVERYTHING = CHECKOUT / "tests" / "courses" / "everything"
CERTIFICATE = {"kind": "achievement", "valid_months": None}


@dataclass
class Machine:
    """A process of its own with its own disk."""

    folder: Path
    env: dict[str, str]
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def is_ready(self) -> bool:
        try:
            return requests.get(f"{self.url}/health/ready", timeout=2).ok
        except requests.RequestException:
            return False


@dataclass
class Machines:
    """What runs, and an application of ours on the same database to prepare and to look."""

    webs: list[Machine]
    workers: list[Machine]
    beside: Flask


@pytest.fixture(scope="module")
def machines(
    tmp_path_factory: pytest.TempPathFactory, cluster: Cluster, redis_url: str, s3_url: str, worker_id: str
) -> Iterator[Machines]:
    name = f"cluster_{worker_id}"
    cluster.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    cluster.execute(f"CREATE DATABASE {name}")
    shared = {
        "LMS_DATABASE_URL": cluster.url(name),
        "LMS_REDIS_URL": redis_url,
        "LMS_STORAGE_URL": f"s3://{BUCKET}/cluster-{worker_id}?endpoint={s3_url}",
        "LMS_STORAGE_KEY": "key",
        "LMS_STORAGE_SECRET": "secret",
        "LMS_SECRET_KEY": "one secret for all machines, 32 characters at least",
        "LMS_BASE_URL": "http://127.0.0.1:8000",
    }
    folder = tmp_path_factory.mktemp("cluster")
    beside = create_app(Settings.from_env({**shared, "LMS_DATA_DIR": str(folder / "beside")}))
    subprocess.run(
        [LMS, "db", "upgrade"], check=True, env=_env(shared, folder / "first", 8000), cwd=CHECKOUT, capture_output=True
    )
    webs = [_machine("serve", folder / f"web-{number}", shared) for number in (1, 2)]
    workers = [_machine("worker", folder / f"worker-{number}", shared) for number in (1, 2)]
    for web in webs:
        wait_until(web.is_ready, within=90, process=web.process, log=web.folder.with_suffix(".log"))
    yield Machines(webs, workers, beside)
    for machine in (*webs, *workers):
        stop(machine.process)
    with beside.app_context():
        db.session.remove()
        db.engine.dispose()


def _env(shared: dict[str, str], folder: Path, port: int) -> dict[str, str]:
    return {**os.environ, **shared, "LMS_DATA_DIR": str(folder), "PORT": str(port)}


def _machine(command: str, folder: Path, shared: dict[str, str]) -> Machine:
    port = free_port()
    env = _env(shared, folder, port)
    options = ["--workers", "1"] if command == "serve" else []
    process = start([LMS, command, *options], log=folder.with_suffix(".log"), env=env, cwd=CHECKOUT, new_session=True)
    return Machine(folder, env, port, process)


@pytest.fixture
def prepared(machines: Machines) -> Iterator[dict[str, Any]]:
    """An author who may import, and a course of one page with a certificate."""
    with machines.beside.app_context():
        organisation = an_organisation("academy")
        db.session.flush()
        author = a_person("author", scope=organisation.id, name="Ioannis Papadopoulos")
        published(activity("page"), slug="clustered", certificate=CERTIFICATE)
        db.session.commit()
        yield {"email": author.email, "organisation": str(organisation.id)}
        db.session.rollback()


def signed_in(web: Machine, email: str) -> requests.Session:
    """A browser with the cookies of one web server; a jar does not look at ports."""
    browser = requests.Session()
    form = browser.get(f"{web.url}/sign-in", timeout=10).text
    fields = {"email": email, "password": PASSWORD, "csrf_token": token_in(form)}
    assert browser.post(f"{web.url}/sign-in", fields, allow_redirects=False, timeout=10).status_code == 302
    return browser


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def job_of(machines: Machines, kind: str) -> Job:
    with machines.beside.app_context():
        job = db.session.scalars(sa.select(Job).where(Job.kind == kind).order_by(Job.id.desc())).first()
        assert job
        db.session.expunge(job)
        db.session.rollback()
    return job


def test_who_signed_in_at_one_goes_on_at_the_other(machines: Machines, prepared: dict[str, Any]):
    one, other = machines.webs
    browser = signed_in(one, prepared["email"])
    assert "Ioannis Papadopoulos" in browser.get(f"{other.url}/you", timeout=10).text
    page = browser.get(f"{one.url}/courses/clustered", timeout=10).text
    enrolled = browser.post(  # the form of one, sent to the other: one secret signs both
        f"{other.url}/courses/clustered/enrol", {"csrf_token": token_in(page)}, allow_redirects=False, timeout=10
    )
    assert enrolled.status_code in (302, 303), enrolled.text[:500]
    home = browser.get(f"{other.url}/you", timeout=10).text
    browser.post(f"{one.url}/sign-out", {"csrf_token": token_in(home)}, timeout=10)
    assert "Ioannis" not in browser.get(f"{other.url}/", timeout=10).text


def test_static_files_have_one_address_everywhere(machines: Machines):
    pages = [requests.get(f"{web.url}/", timeout=10).text for web in machines.webs]
    names = [sorted(re.findall(r'href="(/static/[^"]+)"', page)) for page in pages]
    assert names[0] == names[1] != []
    contents = [requests.get(f"{web.url}{names[0][0]}", timeout=10).content for web in machines.webs]
    assert contents[0] == contents[1]


def test_wrong_passwords_count_together(machines: Machines, prepared: dict[str, Any]):
    answers = []
    for number in range(6):
        web = machines.webs[number % 2]
        wrong = {"email": "nobody@example.org", "password": "not the right one"}
        answers.append(requests.post(f"{web.url}/api/v1/auth/tokens", json=wrong, timeout=30).status_code)
    assert answers == [401] * 5 + [429]


def test_an_upload_at_one_is_imported_once_by_a_worker_and_seen_at_the_other(
    machines: Machines, prepared: dict[str, Any], tmp_path: Path
):
    one, other = machines.webs
    archive = Path(shutil.make_archive(str(tmp_path / "everything"), "zip", EVERYTHING))
    browser = signed_in(one, prepared["email"])
    form = browser.get(f"{one.url}/teach/import", timeout=10).text
    fields = {"organisation": prepared["organisation"], "csrf_token": token_in(form)}
    with archive.open("rb") as file:
        sent = browser.post(f"{one.url}/teach/import", fields, files={"file": file}, allow_redirects=False, timeout=60)
    path = sent.headers["Location"].removeprefix(one.url)

    def is_done() -> bool:
        job = browser.get(f"{other.url}/api/v1{path}", timeout=10).json()
        assert job["state"] in ("queued", "running", "done"), job
        return bool(job["state"] == "done")

    wait_until(is_done, within=60)
    assert job_of(machines, "interop.import").attempts == 1
    slug = browser.get(f"{other.url}/api/v1{path}", timeout=10).json()["result"]["course"]
    pages = [browser.get(f"{web.url}/teach/{slug}", timeout=10) for web in machines.webs]
    assert [page.status_code for page in pages] == [200, 200]
    for machine in (*machines.webs, *machines.workers):
        assert not (machine.folder / "files").exists(), "files belong in S3"
        assert not (machine.folder / "queue.db").exists(), "wake-ups belong in Redis"


def test_a_certificate_is_drawn_once_and_fetched_anywhere(machines: Machines, prepared: dict[str, Any]):
    browser = signed_in(machines.webs[0], prepared["email"])
    base = f"{machines.webs[0].url}/api/v1"
    headers = {"X-CSRFToken": token_in(browser.get(f"{machines.webs[0].url}/you", timeout=10).text)}
    enrolment = browser.post(f"{base}/courses/clustered/enrolments", json={}, headers=headers, timeout=10).json()
    step = f"/enrolments/{enrolment['id']}/activities/page/events"
    key = {**headers, "Idempotency-Key": "once"}
    done = browser.post(f"{machines.webs[1].url}/api/v1{step}", json={"kind": "viewed"}, headers=key, timeout=10).json()
    assert done["enrolment"]["status"] == "completed"
    credential = browser.get(f"{base}/me/credentials", timeout=10).json()["items"][0]["id"]

    def document(web: Machine) -> bytes:
        answer = browser.get(f"{web.url}/api/v1/credentials/{credential}/pdf", timeout=30)
        return answer.content if answer.ok else b""

    wait_until(lambda: document(machines.webs[0]).startswith(b"%PDF"), within=90)
    assert document(machines.webs[0]) == document(machines.webs[1])
    assert job_of(machines, "credentials.document").attempts == 1


def test_the_death_of_one_web_and_one_worker_stops_nobody(machines: Machines, prepared: dict[str, Any]):
    """kill -9; the others go on with the same sessions, and take up the work."""
    one, other = machines.webs
    browser = signed_in(one, prepared["email"])
    for machine in (one, machines.workers[0]):
        machine.process.kill()
        machine.process.wait()
    assert browser.get(f"{other.url}/you", timeout=10).ok
    with machines.beside.app_context():
        ids = [enqueue(END_ATTEMPT, f"cluster {n}", {"attempt": str(uuid.uuid4())}, at=now()).id for n in range(20)]
        db.session.commit()

    def are_done() -> bool:
        with machines.beside.app_context():
            states = db.session.scalars(sa.select(Job.state).where(Job.id.in_(ids))).all()
            db.session.rollback()
        return set(states) == {"done"}

    wait_until(are_done, within=30)
