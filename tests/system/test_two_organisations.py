"""Two organisations with people in common: nothing that HR of one can open or download tells of the other.

Every GET route of the HR area is walked, those that other hands add too: a route whose address has a part that is not
known here fails until `places` says what may stand there. The bytes are searched, inside zips and workbooks as well.
"""

from __future__ import annotations

import io
import itertools
import re
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from lms.accounts.models import Person
from lms.accounts.queries import actor_of
from lms.compliance.models import Assignment, EvidencePack
from lms.core.actor import Actor
from lms.core.clock import now
from lms.core.db import db
from lms.core.jobs.models import Job
from lms.core.jobs.services import claimable_jobs, run_job
from lms.credentials.models import Award
from lms.learning.models import Enrolment
from lms.learning.services import enrol_people, record_event
from lms.organisations.models import Membership, Organisation, PeopleImport, Team
from lms.organisations.services import change_number, match_columns, put_into_team, send_table
from tests.courses.documents import activity
from tests.learning.building import AT, enrolled, published
from tests.organisations.building import a_member, a_team, accepted, hr_of, invited, table
from tests.system.world import token_of

HR_AREA = re.compile(r"^(/api/v1)?/(organisations|evidence-packs|jobs)")
OTHERS = ("Hidden Paint Shop", "Confidential at South", "S-4711", "Only Known In South", "only-south@example.org")
REAL_NAME, CERTIFICATE = "Real Name Of Bo", {"kind": "achievement", "valid_months": None}
SECRETS = (*OTHERS, REAL_NAME, "Table Of South", "Hera of south")
"""Of South, and of the person who has not accepted North's invitation."""


@dataclass
class Two:
    """North looks, South is looked for. `common` accepted both, `pending` has not answered North."""

    north: uuid.UUID
    south: uuid.UUID
    north_hr: uuid.UUID
    south_hr: uuid.UUID
    common: uuid.UUID
    pending: uuid.UUID


@pytest.fixture
def two(session, app: Flask) -> Two:
    north, hr = hr_of("north")
    south, other = hr_of("south")
    certified = activity("page")
    for slug, organisation, title in (("ours", "north", "Ours"), ("secret", "south", "Confidential at South")):
        invitation = {"enrolment": "invited"} if organisation == "south" else {}
        published(certified, slug=slug, organisation=organisation, title=title, certificate=CERTIFICATE, **invitation)
    published(certified, slug="open", organisation="north", title="Open to all", certificate=CERTIFICATE)
    common, pending = a_member(south, name="Ana Common"), a_member(south, name=REAL_NAME)
    only = a_member(south, name="Only Known In South")
    only.email = "only-south@example.org"
    for person in (common, pending, only):
        put_into_team(south.id, a_team(south, other, f"Hidden Paint Shop {person.id}").id, [person.id], by=other, at=AT)
    change_number(south.id, common.id, "S-4711", by=other, at=AT)
    change_number(south.id, pending.id, "S-4711b", by=other, at=AT)
    session.flush()
    invited(north, hr, common.email, pending.email, name="As North Typed")
    accepted(north, common.id)
    put_into_team(north.id, a_team(north, hr, "Ours").id, [common.id, pending.id], by=hr, at=AT)
    enrol_people([common.id, pending.id, only.id], "secret", organisation_id=south.id, by=other, at=AT)
    enrol_people([common.id, pending.id], "ours", organisation_id=north.id, by=hr, at=AT)
    enrolled(pending, "open")
    session.flush()
    assert hr.person_id
    assert other.person_id
    found = Two(north.id, south.id, hr.person_id, other.person_id, common.id, pending.id)
    _learn()
    _arrange(found, app)
    return found


def _learn() -> None:
    """Everybody completes everything they are on, and holds the certificates."""
    for enrolment in db.session.scalars(sa.select(Enrolment)):
        record_event(enrolment.id, "page", "viewed", by=Actor(enrolment.person_id), at=now())


def _arrange(two: Two, app: Flask) -> None:
    """Assignments, packs and tables of people of both."""
    sides = (("North", two.north, two.north_hr, "ours"), ("South", two.south, two.south_hr, "secret"))
    for called, organisation_id, person_id, slug in sides:
        client, at = a_client(app, person_id), f"/api/v1/organisations/{organisation_id}"
        asked = {"course": slug, "audience": {"kind": "organisation"}, "due_on": "2030-01-31"}
        answer = client.post(f"{at}/assignments", json=asked)
        assert answer.status_code == 201, answer.json
        answer = client.post(f"{at}/evidence-packs", json={})
        assert answer.status_code == 202, answer.json
        by, name = actor_of(person_id), f"Table Of {called}"
        db.session.commit()
        made = send_table(organisation_id, table(f"{name};nowhere;;"), name=f"{name}.csv", by=by, at=now())
        match_columns(organisation_id, made.id, {"name": 0, "email": 1}, make_teams=True, by=by, at=now())
    _work()


def a_client(app: Flask, person_id: uuid.UUID) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token_of(person_id)[1]}"
    return client


def _work() -> None:
    db.session.commit()
    for job_id in claimable_jobs(now()):
        run_job(job_id)


def places(two: Two) -> dict[str, list[Any]]:
    """What may stand in each part of an address: North's own, and South's, which must not be there for North."""
    ids: dict[str, list[Any]] = {
        "ref": ["north", "south", str(two.south)],
        "slug": ["ours", "secret", "open"],
        "role": ["hr"],
        "kind": ["csv", "xlsx"],
    }
    for name, column in (
        ("person_id", Person.id),
        ("team_id", Team.id),
        ("import_id", PeopleImport.id),
        ("assignment_id", Assignment.id),
        ("pack_id", EvidencePack.id),
        ("job_id", Job.id),
        ("organisation_id", Organisation.id),
    ):
        ids[name] = list(db.session.scalars(sa.select(column)))
    return ids


def queries_of(two: Two) -> list[str]:
    """Ends of an address: filters and selections, among them what North must not be able to ask about."""
    theirs = db.session.scalars(sa.select(Team.id).where(Team.organisation_id == two.south)).first()
    only = db.session.scalars(sa.select(Person.id).where(Person.email == "only-south@example.org")).one()
    chosen = f"person={two.common}&person={two.pending}&person={only}"
    return [
        "",
        "q=Paint",
        "q=4711",
        "q=real",
        f"team={theirs}",
        "course=secret",
        "course=ours",
        "all=yes&on=secret",
        "all=yes&on=open",
        f"{chosen}&on=open",
        f"{chosen}&on=ours",
        chosen,
    ]


def addresses(app: Flask, two: Two) -> Iterator[str]:
    ids, ends = places(two), queries_of(two)
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if HR_AREA.match(rule.rule) and "GET" in (rule.methods or ()):
            for path in _paths(app, rule, ids):
                yield from (f"{path}?{end}" if end else path for end in (ends if len(rule.arguments) < 2 else ends[:1]))


def _paths(app: Flask, rule: Rule, ids: dict[str, list[Any]]) -> Iterator[str]:
    unknown = rule.arguments - ids.keys()
    assert not unknown, f"say in `places` what may stand for {unknown} in {rule.rule}"
    names = sorted(rule.arguments)
    for values in itertools.product(*(ids[name] for name in names)):
        yield app.url_map.bind("localhost").build(rule.endpoint, dict(zip(names, values, strict=True)), "GET")


def texts(content: bytes) -> Iterator[str]:
    """What stands in the bytes, and in every file of a zip or workbook."""
    yield content.decode("utf-8", "replace")
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name
                yield from texts(archive.read(name))


def leaks(content: bytes) -> set[str]:
    return {secret for text in texts(content) for secret in SECRETS if secret in text}


def test_hr_of_one_organisation_finds_nothing_of_the_other_wherever_it_looks(app, two):
    client = a_client(app, two.north_hr)
    found, seen, answered = [], set(), 0
    for address in addresses(app, two):
        answer = client.get(address, buffered=True)  # what is streamed is made inside the request
        assert answer.status_code < 500, address
        answered += answer.status_code == 200
        if is_souths(two, address):
            assert answer.status_code in (403, 404), f"{address}: {answer.status_code}"
        seen.add((re.sub(r"[0-9a-f-]{36}", "ID", address.partition("?")[0]), answer.status_code))
        found += [f"{secret!r} in {address}" for secret in leaks(answer.data)]
    assert not found, "\n".join(found)
    assert answered > 60, answered
    for opened in ("/organisations/north/people", "/organisations/north/people.xlsx", "/organisations/north/teams"):
        assert (opened, 200) in seen


def is_souths(two: Two, address: str) -> bool:
    return address.startswith(
        tuple(f"{at}/organisations/{ref}" for at in ("", "/api/v1") for ref in ("south", two.south))
    )


def test_what_is_hidden_from_north_is_there_for_south(app, two):
    """Else the search above would find nothing because there is nothing."""
    client = a_client(app, two.south_hr)
    shown = {secret for address in addresses(app, two) for secret in leaks(client.get(address, buffered=True).data)}
    assert shown == set(SECRETS)


def test_a_pending_persons_learning_and_certificates_are_not_there(app, two):
    client = a_client(app, two.north_hr)
    people = client.get("/api/v1/organisations/north/people").json["items"]
    by_id = {one["person"]: one for one in people}
    assert by_id[str(two.pending)]["name"] == "As North Typed"
    assert by_id[str(two.pending)]["credentials"] == []
    assert {one["course"]: one["percent"] for one in by_id[str(two.pending)]["enrolments"]} == {"ours": 0}
    assert {one["course"] for one in by_id[str(two.common)]["enrolments"]} == {"ours"}
    award = db.session.scalars(sa.select(Award.public_id).where(Award.person_id == two.common)).all()
    assert len(award) == 2
    assert len(by_id[str(two.common)]["credentials"]) == 1


FORMS = [
    ("POST", "/organisations/north/people/add", {"name": "Ida", "email": "{email}"}),
    ("POST", "/api/v1/organisations/north/people", {"name": "Ida", "email": "{email}"}),
]


@pytest.mark.parametrize(("method", "path", "form"), FORMS)
def test_adding_a_known_address_is_answered_as_an_unknown_one(app, two, method, path, form):
    client = a_client(app, two.north_hr)
    answers = []
    for email in ("only-south@example.org", "nobody-new@example.org"):
        filled = {name: value.format(email=email) for name, value in form.items()}
        answer = client.open(path, method=method, **({"json": filled} if "/api/" in path else {"data": filled}))
        page = client.get(answer.location).text if answer.status_code == 302 else answer.text
        answers.append((answer.status_code, masked(page, email)))
    assert answers[0] == answers[1]
    assert answers[0][0] in (201, 302)


def test_a_table_with_known_addresses_is_answered_as_one_with_unknown_ones(app, two):
    client = a_client(app, two.north_hr)
    answers = []
    for email in ("only-south@example.org", "nobody-new@example.org"):
        sent = client.post("/organisations/north/people/import", data={"file": (table(f"Ida;{email};;"), "t.csv")})
        chosen = {"column-0": "name", "column-1": "email"}
        pages = [client.get(sent.location).text, client.post(f"{sent.location}/columns", data=chosen).text]
        pages.append(client.get(sent.location).text)
        client.post(f"{sent.location}/confirm")
        _work()
        pages.append(client.get(sent.location).text)
        answers.append([masked(page, email) for page in pages])
        people = client.get("/api/v1/organisations/north/people?q=Ida").json["items"]
        answers[-1].append(str([{**one, "person": None} for one in people[:1]]))
    assert answers[0] == answers[1]


def masked(page: str, email: str) -> str:
    """The page without what is another in each: ids, the address itself, the token of forms."""
    page = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", page.replace(email, "EMAIL"))
    return re.sub(r'name="csrf_token" value="[^"]*"', "CSRF", page)


def test_nobody_elses_people_come_into_a_team_or_on_a_course(app, two):
    client = a_client(app, two.north_hr)
    only = db.session.scalars(sa.select(Person.id).where(Person.email == "only-south@example.org")).one()
    unknown = uuid.uuid4()
    for asked in ({"course": "ours", "look": True}, {"course": "ours"}):
        people = [str(only), str(unknown)]
        answer = client.post("/api/v1/organisations/north/enrolments", json=asked | {"people": people})
        assert (answer.json["new"], answer.json["outside"]) == ([], people)
    answers = [answer_for(client, person) for person in (only, unknown)]
    assert answers[0] == answers[1]
    assert db.session.get(Membership, (two.north, only)) is None


def answer_for(client: FlaskClient, person_id: uuid.UUID) -> list[tuple[int, str]]:
    """What every use case about one person answers."""
    at = f"/api/v1/organisations/north/people/{person_id}"
    answers = [
        client.patch(at, json={"number": "1"}),
        client.delete(at),
        client.post(f"{at}/roles", json={"role": "hr"}),
        client.get(f"/organisations/north/people/{person_id}/membership"),
    ]
    return [(answer.status_code, masked(answer.text, str(person_id))) for answer in answers]
