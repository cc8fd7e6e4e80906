"""People at the application, on a published course, for tests of pages and of the API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.accounts.models import Person
from tests.courses.documents import Document
from tests.learning.building import a_person, enrolled, published, signed_in


@dataclass
class Reader:
    """Somebody enrolled on a course, with a browser of theirs."""

    person: Person
    client: FlaskClient
    enrolment: str

    def page(self, key: str = "") -> TestResponse:
        return self.client.get(f"/learn/{self.enrolment}" + (f"/{key}" if key else ""))

    def post_page(self, rest: str, **form: str) -> TestResponse:
        return self.client.post(f"/learn/{self.enrolment}/{rest}", data=form)

    def api(self, key: str = "") -> TestResponse:
        return self.client.get(f"/api/v1/enrolments/{self.enrolment}" + (f"/activities/{key}" if key else ""))

    def event(self, key: str, kind: str, *, idempotency_key: str | None = None, **facts: int) -> TestResponse:
        address = f"/api/v1/enrolments/{self.enrolment}/activities/{key}/events"
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        return self.client.post(address, json={"kind": kind, **facts}, headers=headers)


@pytest.fixture
def reader_of(app: Flask, session: object) -> Callable[..., Reader]:
    """`reader_of(activity("a"), …)`: a learner on a course of these, at the application."""

    def make(*parts: Document, slug: str = "safety", **facts: Any) -> Reader:
        person = a_person()
        enrolment = enrolled(person, published(*parts, slug=slug, **facts))
        return Reader(person, signed_in(app, person), str(enrolment.id))

    return make


@pytest.fixture
def reader(reader_of: Callable[..., Reader]) -> Reader:
    """A learner on a course of two pages, `one` and `two`."""
    return reader_of()
