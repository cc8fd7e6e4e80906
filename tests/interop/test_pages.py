"""An author sends a course on a page or by the API, waits for the job, and sees what came of it."""

from __future__ import annotations

import io
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

CHECKOUT = Path(__file__).parents[2]
EVERYTHING = CHECKOUT / "tests" / "courses" / "everything"


@dataclass
class Author:
    client: FlaskClient
    organisation: uuid.UUID

    def send(self, path: Path, **form: str) -> Any:
        data = {"file": (io.BytesIO(path.read_bytes()), path.name), "organisation": str(self.organisation), **form}
        return self.client.post("/teach/import", data=data, content_type="multipart/form-data")


@pytest.fixture
def author(app: Flask, session: Any) -> Author:
    from tests.learning.building import a_person, an_organisation, signed_in

    organisation = an_organisation("academy")
    session.flush()
    person = a_person("author", scope=organisation.id)
    session.commit()
    return Author(signed_in(app, person), organisation.id)


@pytest.fixture
def run_jobs(session: Any) -> Callable[[], None]:
    """Does what waits, as a worker would."""
    from lms.core.clock import now
    from lms.core.jobs.services import claimable_jobs, run_job

    def run() -> None:
        session.commit()
        for job_id in claimable_jobs(now()):
            run_job(job_id)
        session.rollback()

    return run


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return Path(shutil.make_archive(str(tmp_path / "everything"), "zip", EVERYTHING))


def test_an_author_sends_a_course_and_sees_the_ledger(
    author: Author, archive: Path, run_jobs: Callable[[], None]
) -> None:
    assert author.client.get("/teach/import").status_code == 200
    sent = author.send(archive, publish="yes")
    assert sent.status_code == 302
    waiting = author.client.get(sent.location)
    assert "everything.zip" in waiting.text
    run_jobs()
    page = author.client.get(sent.location)
    assert page.status_code == 200
    assert "can't draw the formula" in page.text.replace("&#39;", "'")
    assert "Published as revision 1" in page.text
    assert 'href="/courses/everything"' in page.text
    assert author.client.get("/courses/everything").status_code == 200


def test_a_hostile_upload_ends_with_a_reason(author: Author, shared_data: Path, run_jobs: Callable[[], None]) -> None:
    sent = author.send(shared_data / "evil" / "zip-traversal.imscc")
    run_jobs()
    assert "archive.path" in author.client.get(sent.location).text
    job = author.client.get("/api/v1" + sent.location).get_json()
    assert (job["state"], job["reason"], job["result"]) == ("failed", "archive.path", None)
    assert "evil-traversal.txt" in job["detail"]


def test_a_form_without_a_file_comes_back(author: Author) -> None:
    page = author.client.post("/teach/import", data={"slug": "x"})
    assert page.status_code == 422
    assert "No file was sent." in page.text


def test_a_form_sent_twice_is_one_job(author: Author, archive: Path) -> None:
    places = {author.send(archive, token="the-same").location for _ in range(2)}
    assert len(places) == 1


def test_a_cancelled_import_never_begins(author: Author, archive: Path, run_jobs: Callable[[], None]) -> None:
    sent = author.send(archive)
    assert author.client.post(f"{sent.location}/cancel").status_code == 302
    run_jobs()
    assert author.client.get("/api/v1" + sent.location).get_json()["state"] == "cancelled"
    assert author.client.get("/teach/everything").status_code == 404


def test_an_import_cancelled_on_its_way_leaves_nothing(
    session: Any, author: Author, archive: Path, run_jobs: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another person presses the button while files are being stored."""
    import sqlalchemy as sa

    from lms.core.storage import Storage

    sent = author.send(archive)
    store = Storage.put_stream

    def put(self: Storage, source: Any) -> Any:
        session.execute(sa.text("update job set state = 'cancelled' where state = 'running'"))
        session.commit()
        return store(self, source)

    monkeypatch.setattr(Storage, "put_stream", put)
    run_jobs()
    assert author.client.get("/api/v1" + sent.location).get_json()["state"] == "cancelled"
    assert author.client.get("/teach/everything").status_code == 404


def test_nobody_waits_for_the_write_lock_while_an_archive_is_stored_and_read(
    session: Any, author: Author, archive: Path, run_jobs: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large course takes longer than a learner's answer can wait."""
    from lms.core.storage import Storage
    from lms.interop.formats import recognise

    busy: list[tuple[str, bool]] = []
    store = Storage.put_stream

    def put(self: Storage, source: Any) -> Any:
        busy.append(("stored", session().in_transaction()))
        return store(self, source)

    def read(tree: Any) -> Any:
        busy.append(("read", session().in_transaction()))
        return recognise(tree)

    monkeypatch.setattr(Storage, "put_stream", put)
    monkeypatch.setattr("lms.interop.services.recognise", read)
    author.send(archive, publish="yes")
    run_jobs()
    assert {what for what, _held in busy} == {"stored", "read"}
    assert [what for what, held in busy if held] == []


def test_a_job_is_its_owners_to_know_of(app: Flask, session: Any, author: Author, archive: Path) -> None:
    from tests.learning.building import a_person, signed_in

    sent = author.send(archive)
    stranger = signed_in(app, a_person("author", scope=author.organisation))
    session.commit()
    for place in (sent.location, "/api/v1" + sent.location):
        assert stranger.get(place).status_code == 404
        assert author.client.get(place).status_code == 200
    assert stranger.post(f"{sent.location}/cancel").status_code == 404
    administrator = signed_in(app, a_person("administrator"))
    session.commit()
    assert administrator.get(sent.location).status_code == 200


def test_who_is_no_author_may_not_import(app: Flask, session: Any, author: Author, archive: Path) -> None:
    from tests.learning.building import a_person, signed_in

    learner = signed_in(app, a_person())
    session.commit()
    assert learner.get("/teach/import").status_code == 403
    data = {"file": (io.BytesIO(archive.read_bytes()), "a.zip"), "organisation": "academy"}
    assert learner.post("/api/v1/course-imports", data=data).status_code == 403
    assert app.test_client().get("/teach/import").status_code == 302


def test_a_route_that_takes_files_reads_no_other_content(author: Author) -> None:
    for path in ("/api/v1/course-imports", "/api/v1/organisations/academy/people/imports"):
        answer = author.client.post(path, json={"file": "course.zip"})
        assert (answer.status_code, answer.get_json()["reason"]) == (415, "core.media_type")
        assert author.client.post(path).status_code == 422


def test_the_api_imports_and_exports(author: Author, archive: Path, run_jobs: Callable[[], None]) -> None:
    def send() -> Any:
        data = {"file": (io.BytesIO(archive.read_bytes()), "a.zip"), "organisation": "academy", "publish": "true"}
        return author.client.post("/api/v1/course-imports", data=data, headers={"Idempotency-Key": "k1"})

    first, second = send(), send()
    assert (first.status_code, first.get_json()) == (202, second.get_json())
    run_jobs()
    job = author.client.get(f"/api/v1/jobs/{first.get_json()['job']}").get_json()
    assert (job["state"], job["result"]["course"], job["result"]["revision"]) == ("done", "everything", 1)
    assert job["result"]["counts"]["questions"] == {"source": 25, "imported": 25, "approximated": 0, "left_out": 0}
    archives = [author.client.get("/api/v1/courses/everything/archive").data for _ in range(2)]
    assert archives[0] == archives[1]
    assert archives[0].startswith(b"PK")
    assert author.client.get("/teach/everything/export").data == archives[0]


def test_a_key_with_another_course_is_refused(author: Author, archive: Path) -> None:
    def send(**form: str) -> Any:
        data = {"file": (io.BytesIO(archive.read_bytes()), "a.zip"), **form}
        return author.client.post("/api/v1/course-imports", data=data, headers={"Idempotency-Key": "k2"})

    assert send().status_code == 202
    answer = send(slug="other")
    assert (answer.status_code, answer.get_json()["reason"]) == (422, "core.idempotency_key_reused")


def test_the_archive_of_a_course_is_its_authors(
    app: Flask, session: Any, author: Author, archive: Path, run_jobs: Callable[[], None]
) -> None:
    from tests.learning.building import a_person, signed_in

    author.send(archive, publish="yes")
    run_jobs()
    learner = signed_in(app, a_person())
    session.commit()
    assert learner.get("/api/v1/courses/everything/archive").status_code == 404


def test_an_upload_over_the_limit_is_refused(make_app: Callable[..., Flask]) -> None:
    from lms.core.db import db
    from tests.learning.building import a_person, signed_in

    app = make_app(LMS_MAX_UPLOAD="1000")
    with app.app_context():
        client = signed_in(app, a_person("administrator"))
        db.session.commit()
    answer = client.post("/api/v1/course-imports", data={"file": (io.BytesIO(b"x" * 5000), "a.zip")})
    assert (answer.status_code, answer.get_json()["reason"]) == (413, "core.too_large")


def test_the_ledger_shows_first_what_was_left_out_and_is_filtered_by_outcome(
    author: Author, archive: Path, run_jobs: Callable[[], None]
) -> None:
    sent = author.send(archive)
    run_jobs()
    job = author.client.get("/api/v1" + sent.location).get_json()
    as_it_was = [item["source"] for item in job["result"]["items"] if item["outcome"] == "imported"]
    differs = [item for item in job["result"]["items"] if item["outcome"] != "imported"]
    first, all_of_it = (author.client.get(sent.location + query).text for query in ("", "?outcome=imported"))
    assert differs
    assert all(item["source"] in first for item in differs)
    assert as_it_was[0] in all_of_it
    assert author.client.get(sent.location + "?outcome=evil&from=-5").status_code == 200
