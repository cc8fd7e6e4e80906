"""A file for a course that is here already: what it would change is seen first, and nothing happens before a yes."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from lms.core.actor import SYSTEM
from lms.core.clock import now
from lms.core.jobs.models import Job
from lms.core.jobs.services import claimable_jobs, run_job
from lms.courses.queries import find_course, load_draft
from lms.courses.services import change_draft, publish_course
from lms.interop.services import KEPT
from tests.learning.building import a_person, an_organisation, signed_in

COURSE = """
format: 1
key: safety
title: Safety
language: en
modules:
  - {{key: m1, title: First, activities: [{names}]}}
"""
PAGE = "---\nkey: {key}\ntitle: About {key}\n---\n{words}\n"


def archive(**pages: str) -> io.BytesIO:
    """A course of these pages: key and words of each."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as course:
        course.writestr("course.yaml", COURSE.format(names=", ".join(f"{key}.md" for key in pages)))
        for key, words in pages.items():
            course.writestr(f"{key}.md", PAGE.format(key=key, words=words))
    file.seek(0)
    return file


@pytest.fixture
def author(app: Any, session: Any) -> FlaskClient:
    organisation = an_organisation("academy")
    session.flush()
    client = signed_in(app, a_person("author", scope=organisation.id))
    session.commit()
    return client


@pytest.fixture
def send(author: FlaskClient, session: Any) -> Callable[..., str]:
    """Sends a course by the page, lets a worker do what waits, and gives the address of the job."""

    def work(*, publish: str = "no", **pages: str) -> str:
        data = {"file": (archive(**pages), "safety.zip"), "publish": publish}
        sent = author.post("/teach/import", data=data, content_type="multipart/form-data")
        run(session)
        return str(sent.location)

    return work


def run(session: Any) -> None:
    session.commit()
    for job_id in claimable_jobs(now()):
        run_job(job_id)
    session.rollback()


def titles() -> list[str]:
    modules = load_draft(find_course("safety").id).outline["modules"]
    return [activity["title"] for module in modules for activity in module["activities"]]


def edit(by: Any = SYSTEM) -> None:
    wish = {"op": "set", "on": "activity", "key": "one", "field": "title", "value": "Mine", "was": "About one"}
    change_draft("safety", wish, by=by, at=now())


def test_a_new_course_comes_in_at_once(send: Callable[..., str]) -> None:
    send(one="Wait 2 minutes.")
    assert titles() == ["About one"]


def test_what_it_would_change_is_seen_first(send: Callable[..., str], author: FlaskClient) -> None:
    send(one="Wait 2 minutes.", two="Measure.")
    place = send(one="Wait 5 minutes.", three="Go on.")
    shown = author.get(place).text
    for words in ("Nothing is imported yet", ">2</del>", ">5</ins>", "About three", "Removed. It was required"):
        assert words in shown
    assert "Replace the draft" in shown
    assert titles() == ["About one", "About two"]


def test_after_a_yes_the_draft_is_replaced_once(send: Callable[..., str], author: FlaskClient, session: Any) -> None:
    send(one="Wait 2 minutes.")
    place = send(one="Wait 5 minutes.", three="Go on.")
    answer = [author.post(place.replace("/jobs/", "/teach/import/")).location for _ in range(2)]
    assert answer[0] == answer[1] != place
    run(session)
    assert titles() == ["About one", "About three"]
    assert "Saved as a draft" in author.get(answer[0]).text


def test_with_a_yes_to_publishing_it_is_published(send: Callable[..., str], author: FlaskClient, session: Any) -> None:
    send(one="Wait 2 minutes.", publish="yes")
    place = send(one="Wait 5 minutes.", publish="yes")
    assert "Replace the draft and publish" in author.get(place).text
    author.post(place.replace("/jobs/", "/teach/import/"))
    run(session)
    assert publish_course("safety", by=SYSTEM, at=now()).number == 2


def test_a_draft_that_moved_on_is_not_replaced_unseen(
    send: Callable[..., str], author: FlaskClient, session: Any
) -> None:
    send(one="Wait 2 minutes.")
    place = send(one="Wait 5 minutes.")
    edit()
    session.commit()
    assert "Import the file again" in author.get(place).text
    assert author.post(place.replace("/jobs/", "/teach/import/")).status_code == 409
    assert titles() == ["Mine"]


def test_a_draft_that_moves_on_while_the_import_waits_ends_it(
    send: Callable[..., str], author: FlaskClient, session: Any
) -> None:
    send(one="Wait 2 minutes.")
    place = send(one="Wait 5 minutes.")
    confirmed = author.post(place.replace("/jobs/", "/teach/import/")).location
    edit()
    run(session)
    job = author.get("/api/v1" + confirmed).get_json()
    assert (job["state"], job["reason"]) == ("failed", "import.draft_changed")
    assert titles() == ["Mine"]


def test_an_import_that_was_done_waits_for_no_answer(send: Callable[..., str], author: FlaskClient) -> None:
    place = send(one="Wait 2 minutes.")
    assert author.post(place.replace("/jobs/", "/teach/import/")).status_code == 409


def test_the_api_asks_and_is_answered(send: Callable[..., str], author: FlaskClient, session: Any) -> None:
    send(one="Wait 2 minutes.")
    academy = str(find_course("safety").organisation_id)
    data = {"file": (archive(one="Wait 5 minutes.", two="Go on."), "a.zip"), "organisation": academy, "ask": "true"}
    looked = author.post("/api/v1/course-imports", data=data).get_json()["job"]
    run(session)
    assert author.get(f"/api/v1/jobs/{looked}").get_json()["result"]["waits"]["version"] == 1
    answer = author.post(f"/api/v1/course-imports/{looked}/confirmation")
    assert answer.status_code == 202
    run(session)
    assert titles() == ["About one", "About two"]


def test_a_revision_goes_out_as_well_as_the_draft(send: Callable[..., str], author: FlaskClient, session: Any) -> None:
    send(one="Wait 2 minutes.", publish="yes")
    edit()
    session.commit()

    def course(address: str) -> str:
        with zipfile.ZipFile(io.BytesIO(author.get(address).data)) as found:
            return "".join(found.read(name).decode() for name in found.namelist() if name.endswith(".md"))

    assert "title: Mine" in course("/teach/safety/export")
    assert "title: About one" in course("/teach/safety/export?revision=1")
    assert "title: About one" in course("/api/v1/courses/safety/archive?revision=1")
    assert author.get("/teach/safety/export?revision=9").status_code == 404


def test_what_was_looked_at_and_left_says_so_when_its_file_is_gone(author, send, session) -> None:
    send(a="Old words.")
    address = send(a="New words.")
    assert "New" in author.get(address).text
    job = session.get_one(Job, uuid.UUID(address.rsplit("/", 1)[-1]))
    job.finished_at -= KEPT + timedelta(minutes=1)
    session.commit()
    page = author.get(address)
    assert (page.status_code, "is gone. Send it again." in page.text) == (200, True)
