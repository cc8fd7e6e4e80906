"""People and their browsers, for tests of accounts."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.accounts.models import Person
from lms.accounts.services import add_person
from lms.core.actor import SYSTEM
from lms.core.db import db

PASSWORD = "correct horse battery 9!"
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SESSION = "session"


def a_person(email: str = "mia@example.org", *, name: str = "Mia Çelik", password: str | None = PASSWORD) -> Person:
    """Somebody who may sign in, committed."""
    person = add_person(email, name=name, password=password, by=SYSTEM, at=AT)
    db.session.commit()
    return person


class Visitor:
    """A browser: keeps cookies, and sends back the token of the form it was shown."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()

    def get(self, path: str, **more: object) -> TestResponse:
        return self.client.get(path, **more)

    def csrf_token(self) -> str:
        """Of the form on the page for signing in, or of any other once signed in."""
        mine = self.client.get("/you")
        page = mine.text if mine.status_code == 200 else self.client.get("/sign-in").text
        return re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]

    def post(self, path: str, **fields: str) -> TestResponse:
        return self.client.post(path, data={"csrf_token": self.csrf_token(), **fields})

    def sign_in(self, email: str = "mia@example.org", password: str = PASSWORD, **fields: str) -> TestResponse:
        return self.post("/sign-in", email=email, password=password, **fields)

    @property
    def secret(self) -> str | None:
        cookie = self.client.get_cookie(SESSION)
        return cookie.value if cookie else None

    def name_shown(self) -> str | None:
        """Whose account the browser is shown; None where it is sent to sign in."""
        answer = self.client.get("/api/v1/me")
        return (answer.json or {}).get("name")
