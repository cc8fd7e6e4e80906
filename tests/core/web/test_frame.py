"""The frame of pages: whose page it is, and what it shows while the database fails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import html

from lms.accounts.rules import scope_of
from lms.accounts.services import grant_role
from lms.core.actor import GUEST, SYSTEM, Actor, Grant
from lms.core.ids import new_id
from lms.core.web.frame import _teaches
from tests.fixtures.database import environment
from tests.learning.building import AT, a_person, an_organisation, signed_in


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


@pytest.mark.parametrize(
    ("roles", "under_the_thumb"),
    [
        ([], ["Home", "Courses", "Certificates", "You"]),
        (["author"], ["Home", "Courses", "Certificates", "Teach", "You"]),
        (["author", "hr"], ["Home", "Courses", "Certificates", "People", "Teach"]),
        (["administrator"], ["Home", "Certificates", "People", "Teach", "Admin"]),
    ],
    ids=str,
)
def test_a_phone_has_five_places_and_teaching_is_one_of_them(app, session, roles, under_the_thumb) -> None:
    """What is left out there stands in the bar above: the account by one's name, the courses by the search."""
    person, organisation = a_person(), an_organisation()
    for role in roles:
        scope_id = None if role == "administrator" else organisation.id
        grant_role(person.id, role, scope_kind=scope_of(role), scope_id=scope_id, by=SYSTEM, at=AT)
    page: Any = html.fromstring(signed_in(app, person).get("/courses").text)
    links = page.find_class("nav")[0].findall("a")
    assert [link.text_content().strip() for link in links if link.get("class") != "wide-only"] == under_the_thumb
    above = page.find_class("tools")[0]
    assert [link.get("href") for link in above.findall("a")] == ["/courses", "/you"]
