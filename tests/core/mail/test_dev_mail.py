"""/dev/mail: what was sent while developing, and nothing else of the disk."""

from __future__ import annotations

import os
import re
from datetime import timedelta

import pytest

from lms.core.clock import now
from lms.core.ids import new_id
from lms.core.jobs.services import JobContext
from lms.core.mail.services import send
from lms.core.mail.tasks import tidy
from tests.accounts.posting import messages
from tests.accounts.visiting import a_person

VALUES = {"path": "/links/secret-of-mia", "until": "2026-11-25T08:30:00+00:00"}


@pytest.fixture
def name(app, client, session) -> str:
    """The message's name in the folder."""
    send("password", person_id=a_person(name="Mia <b>Çelik</b>").id, values=VALUES, key="k", at=now())
    assert messages("mia@example.org")
    found = re.search(r'/dev/mail/([\w-]+)"', client.get("/dev/mail").text)
    assert found
    return found[1]


def test_messages_are_listed_and_shown_as_text_with_their_links(client, name):
    page = client.get(f"/dev/mail/{name}").text
    assert "Choose a new password for Sample Skills Alliance" in page
    assert 'href="http://127.0.0.1:8000/links/secret-of-mia"' in page
    assert "<b>Çelik</b>" not in page


def test_the_html_is_shown_where_nothing_of_it_runs_or_loads(client, name):
    answer = client.get(f"/dev/mail/{name}/html")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "Mia &lt;b&gt;Çelik" in answer.text
    assert not re.search(r"(src|@import|url\()", answer.text)


@pytest.mark.parametrize("wrong", ["nothing", "..%2f..%2fsecret_key", "20260101-000000-" + "0" * 36, "%00"])
def test_nothing_else_is_there(client, name, wrong):
    assert client.get(f"/dev/mail/{wrong}").status_code == 404
    assert client.get(f"/dev/mail/{wrong}/html").status_code == 404


def test_after_a_month_the_files_go_as_the_rows_do(app, client, session, name):
    (path,) = (app.extensions["settings"].data_dir / "mail").glob("*.eml")
    facts = {"id": new_id(), "kind": "mail.tidy", "payload": {}, "person_id": None, "attempt": 1}
    for days in (29, 31):
        written = (now() - timedelta(days=days)).timestamp()
        os.utime(path, (written, written))
        tidy(JobContext(**facts, at=now()))
        assert path.exists() == (days == 29)
    assert client.get(f"/dev/mail/{name}").status_code == 404


def test_before_the_first_message_the_page_says_how_to_get_one(client, session):
    page = client.get("/dev/mail")
    assert page.status_code == 200
    assert "/sign-up" in page.text


def test_production_shows_no_mail(make_app):
    secret = "a-secret-of-many-characters-0123456789"
    app = make_app(LMS_ENV="production", LMS_SECRET_KEY=secret, LMS_BASE_URL="https://learn.example.org")
    assert app.test_client().get("/dev/mail").status_code == 404
