"""The frame of pages: whose page it is, and what it shows while the database fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from lms.core.actor import GUEST, SYSTEM, Actor, Grant
from lms.core.ids import new_id
from lms.core.web.frame import _teaches
from tests.fixtures.database import environment


def test_a_page_about_a_failing_database_does_not_ask_it_who_is_reading(tmp_path: Path) -> None:
    """There is no table at all, and the reader has the cookie of a sign-in."""
    from lms.app import create_app
    from lms.core.config import Settings

    app = create_app(Settings.from_env(environment(f"sqlite:///{tmp_path}/empty.db", tmp_path)))
    client = app.test_client()
    client.set_cookie("session", "0" * 43)
    answer = client.get("/courses", headers={"Accept": "text/html"})
    assert answer.status_code in (500, 503)
    assert "Try again" in answer.text
    assert answer.headers["X-Request-Id"] in answer.text


@pytest.mark.parametrize(
    ("actor", "teaches"),
    [
        (GUEST, False),
        (SYSTEM, True),
        (Actor(new_id()), False),
        (Actor(new_id(), frozenset({Grant("author", "organisation", new_id())})), True),
        (Actor(new_id(), frozenset({Grant("teacher", "course", new_id())})), True),
        (Actor(new_id(), frozenset({Grant("hr", "organisation", new_id())})), False),
    ],
)
def test_who_teaches_finds_the_way_to_their_courses(actor: Actor, teaches: bool) -> None:
    assert _teaches(actor) is teaches
