"""Two organisations that are strangers to each other, with all that a route can be asked about in each."""

from __future__ import annotations

import io
import re
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from lms.accounts.models import ApiToken, DataExport, Person, SignIn, TotpFactor
from lms.accounts.rules import scope_of as scope_of_role
from lms.accounts.services import grant_role
from lms.compliance.queries.filters import scope_of
from lms.compliance.rules.due import Due
from lms.compliance.services import Audience, assign, request_pack
from lms.core.actor import SYSTEM, Actor
from lms.core.db import db
from lms.core.ids import hash_secret, new_id, new_secret
from lms.core.jobs.services import enqueue
from lms.core.mail.models import Mail
from lms.core.storage import storage
from lms.courses.queries import find_course
from lms.credentials.models import Award
from lms.learning.services import record_event
from lms.organisations.models import DeclinedInvitation
from lms.organisations.services import add_member, add_team, find_organisation, match_columns, send_table
from lms.quizzes.services import start_attempt
from tests.courses.documents import activity, link, page, practice, stored, text
from tests.learning.building import a_person, enrolled, published
from tests.quizzes.documents import quiz, single_choice

SHOWN = (
    "Safety at work",
    "Module m1",
    "About page",
    "About link",
    "About quiz",
    "Night",
    "ZM",
    "phone",
    "tests.nothing",
    "a.png",
    "people.csv",
)
"""What people wrote, as pages show it: titles, initials, a device, a kind of work."""
ROLES = ("guest", "learner", "author", "teacher", "hr", "manager", "editor", "reviewer", "administrator")
PICTURE = b"\x89PNG\r\n\x1a\n"


@dataclass
class Side:
    """What belongs to one organisation: a course, its learner, what became of the learning. `values` fill addresses."""

    slug: str
    organisation: str
    learner: Person
    values: dict[str, Any] = field(default_factory=dict)

    def data(self) -> list[str]:
        """Words that a page may show as they are: names and titles of this side."""
        return [self.slug, self.organisation, self.organisation.title(), self.learner.email, "Sample Academy", *SHOWN]

    def course_zip(self) -> tuple[io.BytesIO, str]:
        return io.BytesIO(b"PK\x05\x06" + bytes(18)), "course.zip"


def a_side(slug: str, organisation: str) -> Side:
    """A course whose page alone is required, and a learner who completed it and has an open attempt at its quiz."""
    picture = stored(PICTURE + slug.encode())
    storage().put(PICTURE + slug.encode())
    body = page(text(), practice(single_choice(key="p1")), files={"a.png": picture})
    optional = [activity("link", link(), requires="none"), activity("quiz", quiz(), requires="none")]
    certificate = {"kind": "achievement", "valid_months": None}
    groups = [{"key": "page", "title": "Night"}]
    published(
        activity("page", body), *optional, slug=slug, organisation=organisation, certificate=certificate, groups=groups
    )
    learner = a_person("learner", scope=find_course(slug).organisation_id)
    side = Side(slug, organisation, learner)
    side.values = {"slug": slug, "digest": picture["digest"], "name": "a.png", **_learned(side)}
    return side


def _learned(side: Side) -> dict[str, Any]:
    now, person, by = datetime.now(UTC), side.learner, Actor(side.learner.id)
    enrolment = enrolled(person, side.slug)
    record_event(enrolment.id, "page", "viewed", by=by, at=now)
    attempt, _is_new = start_attempt(enrolment.id, "quiz", by=by, at=now)
    job = enqueue("tests.nothing", f"nothing-{side.slug}", {}, at=now, person_id=person.id)
    device = SignIn(id=new_id(), person_id=person.id, secret_hash=hash_secret(new_secret()), device="phone")
    device.created_at, device.expires_at = now, now + timedelta(days=1)
    db.session.add(device)
    db.session.flush()
    return {
        "enrolment_id": enrolment.id,
        "attempt_id": attempt.id,
        "job_id": job.id,
        "public_id": partial(an_award, side),
        "sign_in_id": device.id,
        "ref": side.organisation,
        "person_id": partial(a_member, side),
        "organisation_id": partial(an_invitation, side),
        "team_id": partial(a_team, side),
        "import_id": partial(a_table, side),
        "declined_id": partial(a_note, side),
        "assignment_id": partial(an_assignment, side),
        "pack_id": partial(a_pack, side),
        "role": "author",
        "kind": "csv",
        "factor_id": partial(a_factor, person.id),
        "export_id": partial(an_export, person.id),
        "token_id": token_of(person.id)[0],
        "grant_id": partial(a_grant, person.id),
        "mail_id": partial(a_mail, person.id),
        "key": "page",
        "question": "p1",
        "slot": 1,
        "status": 404,
    }


def token_of(person_id: uuid.UUID) -> tuple[uuid.UUID, str]:
    """(key, secret) of a new API token; as create_token makes it, without a password to hash."""
    now, secret = datetime.now(UTC), new_secret()
    token = ApiToken(id=new_id(), person_id=person_id, secret_hash=hash_secret(secret), created_at=now)
    token.proved_at = now
    token.second_step = True  # as with a code: some of these people have a factor
    token.expires_at = now + timedelta(hours=1)
    db.session.add(token)
    return token.id, secret


def a_member(side: Side) -> uuid.UUID:
    """The side's learner, who belongs to its organisation (again)."""
    add_member(find_organisation(side.organisation).id, side.learner.id, by=SYSTEM, at=datetime.now(UTC))
    return side.learner.id


def an_award(side: Side) -> str | None:
    """The number of the certificate of the side's learner, who belongs to its organisation (again)."""
    return db.session.scalar(sa.select(Award.public_id).where(Award.person_id == a_member(side)))


def an_invitation(side: Side) -> uuid.UUID:
    """The key of the organisation, to which its learner belongs (again)."""
    a_member(side)
    return find_organisation(side.organisation).id


def a_team(side: Side) -> uuid.UUID:
    """The key of a team of the organisation, made for this one look at it."""
    organisation_id = find_organisation(side.organisation).id
    return add_team(organisation_id, str(uuid.uuid4().int), None, by=SYSTEM, at=datetime.now(UTC)).id


def an_assignment(side: Side) -> uuid.UUID:
    """The key of an assignment of the side's course to all of its organisation, made where there is none."""
    scope = scope_of(side.organisation, SYSTEM, datetime.now(UTC))
    return assign(scope, side.slug, audience=Audience(), due=Due(days=7))[0].id


def a_pack(side: Side) -> uuid.UUID:
    """The key of a pack that the side's learner asked for when she looked after people: she does so no more."""
    scope = scope_of(side.organisation, SYSTEM, datetime.now(UTC))
    return request_pack(replace(scope, by=Actor(side.learner.id)), [a_member(side)])[0].id


def a_table(side: Side) -> uuid.UUID:
    """The key of a table of people of whom one is new and one is wrong, looked at."""
    organisation_id, now = find_organisation(side.organisation).id, datetime.now(UTC)
    file = io.BytesIO(f"Name,E-mail\nIda,{uuid.uuid4().hex}@example.org\nNobody,\n".encode())
    table = send_table(organisation_id, file, name="people.csv", by=SYSTEM, at=now)
    columns = {"name": 0, "email": 1}
    return match_columns(organisation_id, table.id, columns, make_teams=False, by=SYSTEM, at=now).id


def a_note(side: Side) -> uuid.UUID:
    """The key of the note that somebody said "this is not me"."""
    note = DeclinedInvitation(id=new_id(), organisation_id=find_organisation(side.organisation).id, name_given="Ida")
    note.email_given, note.at = "ida@example.org", datetime.now(UTC)
    db.session.add(note)
    db.session.flush()
    return note.id


def a_grant(person_id: uuid.UUID) -> uuid.UUID:
    """The key of a role that the person holds (again)."""
    now = datetime.now(UTC)
    grant = grant_role(person_id, "editor", scope_kind="hub", scope_id=None, by=SYSTEM, at=now)
    db.session.flush()
    return grant.id


def a_mail(person_id: uuid.UUID) -> uuid.UUID:
    """The key of a message to the person that waits."""
    now = datetime.now(UTC)
    mail = Mail(id=new_id(), key=uuid.uuid4().hex, batch="tests", template="password", person_id=person_id, values={})
    mail.state, mail.created_at, mail.due_at = "queued", now, now
    db.session.add(mail)
    db.session.flush()
    return mail.id


def a_factor(person_id: uuid.UUID) -> uuid.UUID:
    """The key of an app that shows codes, added for this one look at it."""
    factor = TotpFactor(id=new_id(), person_id=person_id, name="phone", secret="sealed", last_step=0)
    factor.created_at = datetime.now(UTC)
    db.session.add(factor)
    return factor.id


def an_export(person_id: uuid.UUID) -> uuid.UUID:
    """The key of a copy of the person's data that is there."""
    now, data = datetime.now(UTC), b"zip of " + person_id.bytes
    export = DataExport(id=new_id(), person_id=person_id, asked_at=now, made_at=now, expires_at=now + timedelta(days=7))
    export.digest, export.size = storage().put(data), len(data)
    db.session.add(export)
    return export.id


@dataclass
class World:
    """`people` by role; all of them belong to `own`. The learner of `own` is the one whose things are asked about."""

    app: Flask
    own: Side
    foreign: Side
    people: dict[str, Person]

    def client(self, role: str) -> FlaskClient:
        """A new client each time: a request may have ended the one before."""
        client = self.app.test_client()
        if role == "guest":
            form = client.get("/sign-in").text
            found = re.search(r'name="csrf_token" value="([^"]+)"', form)
            assert found
            client.environ_base["HTTP_X_CSRFTOKEN"] = found[1]
            return client
        _key, secret = token_of(self.people[role].id)
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
        return client


def a_world(app: Flask) -> World:
    own, foreign = a_side("safety", "academy"), a_side("other", "elsewhere")
    course = find_course(own.slug)
    scopes = {"organisation": course.organisation_id, "course": course.id, "hub": None, "system": None}
    people = {role: a_person(role, scope=scopes[scope_of_role(role)]) for role in ROLES[2:]}
    return World(app, own, foreign, {"learner": own.learner, **people})
