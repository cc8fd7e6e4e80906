"""People, organisations, published courses and enrolments for tests, made through the use cases.

Everything has a default; a test says only what it is about. All of it needs an application context (`session`).
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from lms.accounts.models import Person
from lms.accounts.rules import scope_of
from lms.accounts.services import add_person, create_token, grant_role
from lms.core.actor import SYSTEM, Actor, Grant
from lms.core.db import db
from lms.courses.models import CourseRevision
from lms.courses.queries import find_course
from lms.courses.services import publish_course, save_draft
from lms.learning.models import Enrolment
from lms.learning.services import enrol_learner
from lms.organisations.models import Organisation
from lms.organisations.services import add_organisation, find_organisation, list_organisations
from tests.courses.documents import Document, course

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PASSWORD = "correct horse battery"


def an_organisation(slug: str = "academy") -> Organisation:
    """The one with this slug, made where it is not there yet."""
    if any(one.slug == slug for one in list_organisations()):
        return find_organisation(slug)
    return add_organisation(slug, name=slug.title(), by=SYSTEM, at=AT)


def a_person(role: str | None = None, *, scope: uuid.UUID | None = None, name: str = "Zoë Müller-Łukasz") -> Person:
    """Somebody new who may sign in, with a role on a scope where one is named."""
    email = f"{uuid.uuid4().hex[:12]}@example.org"
    person = add_person(email, name=name, password=PASSWORD, by=SYSTEM, at=AT)
    db.session.flush()  # the grant refers to the person
    if role:
        grant_role(person.id, role, scope_kind=scope_of(role), scope_id=scope, by=SYSTEM, at=AT)
    return person


def actor(person: Person, *grants: Grant) -> Actor:
    return Actor(person.id, frozenset(grants))


def signed_in(app: Flask, person: Person) -> FlaskClient:
    """A client that asks as this person, for pages and for the API."""
    token, _expires = create_token(person.email, PASSWORD, address="127.0.0.1", at=datetime.now(UTC))
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


def draft(*parts: Document, slug: str = "safety", organisation: str = "academy", **facts: Any) -> str:
    """The slug of a course with a draft of these modules or activities (default: two pages)."""
    outline, bodies = course(*parts, **{"key": slug, **facts})
    publisher = an_organisation(organisation)
    db.session.flush()  # the course refers to its publisher
    save_draft(slug, organisation_id=publisher.id, outline=outline, bodies=bodies, by=SYSTEM, at=AT)
    return slug


def published(*parts: Document, slug: str = "safety", organisation: str = "academy", **facts: Any) -> str:
    """The same, published."""
    publish(draft(*parts, slug=slug, organisation=organisation, **facts))
    return slug


def publish(slug: str) -> CourseRevision:
    return publish_course(slug, by=SYSTEM, at=AT)


def enrolled(person: Person, slug: str | None = None, *, at: datetime = AT) -> Enrolment:
    """The person on the course (default: two pages)."""
    enrolment, _is_new = enrol_learner(person.id, slug or published(), by=actor(person), at=at)
    db.session.flush()
    return enrolment


def scope_on(slug: str, role: str) -> Grant:
    """The grant of a role on the course, or on the organisation that publishes it."""
    found, kind = find_course(slug), scope_of(role)
    return Grant(role, kind, found.id if kind == "course" else found.organisation_id)
