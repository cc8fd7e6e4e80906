"""The editor of an activity in a real browser: it saves itself, by keyboard alone, on a phone and at a desk.

On SQLite alone: it is about pages.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask

from lms.accounts.services import add_person, grant_role, sign_in
from lms.core.actor import SYSTEM
from lms.core.clock import now
from lms.core.db import db
from lms.courses import queries
from lms.courses.rules.outline import Outline
from tests.fixtures.database import environment, make_schema
from tests.services.serving import serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

COURSE = Path(__file__).resolve().parent / "everything"
PASSWORD = "correct horse battery"
MakePage = Callable[..., "Page"]


@dataclass
class Academy:
    """An installation with one course, and its address."""

    app: Flask
    address: str

    def author(self) -> str:
        """The cookie of an author who is signed in."""
        email = f"{uuid.uuid4()}@example.org"
        with self.app.app_context():
            person = add_person(email, name="Ioannis Papadopoulos", password=PASSWORD, by=SYSTEM, at=now())
            db.session.flush()  # the grant refers to the person
            publisher = queries.find_course("everything").organisation_id
            grant_role(person.id, "author", scope_kind="organisation", scope_id=publisher, by=SYSTEM, at=now())
            db.session.commit()
            secret = sign_in(email, PASSWORD, address="127.0.0.1", device="test", at=now())
            db.session.commit()
            return str(getattr(secret, "secret", secret))

    def body(self, key: str) -> dict[str, Any]:
        """What stands in the draft."""
        with self.app.app_context():
            outline = Outline.of(queries.load_draft(queries.find_course("everything").id).outline)
            return queries.load_body(outline.by_key[key].body)


@pytest.fixture(scope="module")
def academy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Academy]:
    from lms.app import create_app
    from lms.core.config import Settings
    from lms.interop.services import import_course
    from lms.organisations.services import add_organisation, list_organisations

    data = tmp_path_factory.mktemp("editor")
    url = f"sqlite:///{data}/lms.db"
    make_schema(url, data)
    app = create_app(Settings.from_env(environment(url, data)))
    with app.app_context():
        if not list_organisations():
            add_organisation("school", name="School", by=SYSTEM, at=now())
        import_course(COURSE, publish=True, slug=None, organisation=None, by=SYSTEM, at=now())
        db.session.commit()
    with serving(app) as address:
        yield Academy(app, address)


@pytest.fixture
def edit(academy: Academy, new_page: MakePage) -> Callable[..., Page]:
    """`edit("page", width=1280)`: the editor of an activity, opened by an author of its own."""

    def start(key: str, *, path: str = "", **options: Any) -> Page:
        page = new_page(academy.address, **options)
        page.context.add_cookies([{"name": "session", "value": academy.author(), "url": academy.address}])
        page.goto(f"/teach/everything/activities/{key}{path}")
        return page

    return start


KINDS = ("page", "clip", "sheet", "standard", "blocks", "practice", "types", "settings")


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_every_kind_of_activity_can_be_edited_by_everybody(
    edit: Callable[..., Page],
    axe: Callable[[Page], None],
    picture: Callable[[Page, str], Path],
    width: int,
    scheme: str,
) -> None:
    page = edit("page", width=width, color_scheme=scheme)
    for key in KINDS:
        page.goto(f"/teach/everything/activities/{key}")
        picture(page, f"editor-{key}-{scheme}")
        axe(page)
        page.goto(f"/teach/everything/activities/{key}/preview")
        axe(page)
