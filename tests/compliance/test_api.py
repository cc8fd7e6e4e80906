"""The API of an organisation's people, assignments and packs: exactly contract.md's shapes."""

from __future__ import annotations

import csv
import io
import uuid
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from lms.compliance.models import EvidencePack
from lms.core.clock import now
from lms.core.db import db
from tests.compliance.building import a_firm, a_team, an_employee, asked, steps
from tests.compliance.test_packs import certified, run
from tests.credentials.conftest import CERTIFICATE
from tests.learning.building import a_person, published, signed_in

pytestmark = pytest.mark.usefixtures("session")
AT = "/api/v1/organisations/north-cells"


@pytest.fixture
def course():
    return published(slug="safety", title="Safety at work", certificate=CERTIFICATE)


@pytest.fixture
def hr(app):
    return signed_in(app, a_person("hr", scope=a_firm().id, name="Jana Nováková"))


def day(days):
    return (now().date() + timedelta(days=days)).isoformat()


def test_people_have_the_shape_of_the_contract(hr, course):
    ana = certified("Ana Žnidaršič", course)
    asked(course, on=now().date() + timedelta(days=3))
    found = hr.get(f"{AT}/people").json
    assert found["next"] is None
    (item,) = found["items"]
    assert set(item) == {"person", "name", "team", "enrolments", "credentials"}
    assert (item["person"], item["name"], item["team"]) == (str(ana.id), "Ana Žnidaršič", None)
    (enrolment,) = item["enrolments"]
    assert set(enrolment) == {"course", "status", "percent", "due", "reason"}
    assert (enrolment["course"], enrolment["status"], enrolment["percent"]) == ("safety", "completed", 100)
    assert (enrolment["due"], enrolment["reason"]["code"]) == (day(3), "compliance.done")
    (credential,) = item["credentials"]
    assert set(credential) == {"id", "status", "expires_at"}
    assert credential["status"] == "issued"


def test_people_are_found_by_team_words_and_status_and_paged(hr, course):
    team = a_team()
    for number in range(5):
        an_employee(f"Person {number}", team=team)
    an_employee("Somebody else")
    first = hr.get(f"{AT}/people?team={team.id}&q=person&limit=3").json
    second = hr.get(f"{AT}/people?team={team.id}&q=person&limit=3&cursor={first['next']}").json
    names = [item["name"] for item in first["items"] + second["items"]]
    assert names == [f"Person {number}" for number in range(5)]
    assert second["next"] is None
    assert {item["team"] for item in first["items"]} == {"Battery line"}
    assert hr.get(f"{AT}/people?status=late").json["items"] == []
    for wrong in ("status=sleeping", "sort=shoe", "cursor=xx", "team=nothing"):
        assert hr.get(f"{AT}/people?{wrong}").status_code == 422, wrong
    assert hr.get(f"{AT}/people?team={uuid.uuid4()}").status_code == 404
    assert hr.get(f"{AT}/people?course=unknown").status_code == 404


def test_an_assignment_is_made_looked_at_changed_and_withdrawn(hr, course):
    ana = an_employee()
    body = {"course": "safety", "audience": {"kind": "organisation"}, "due_on": day(-2)}
    made = hr.post(f"{AT}/assignments", json=body)
    assert made.status_code == 201
    assert made.json["audience"] == {"kind": "organisation", "team": None, "people": 1}
    again = hr.post(f"{AT}/assignments", json=body)
    assert (again.status_code, again.json["id"]) == (200, made.json["id"])
    (status,) = hr.get(f"{AT}/assignments/status").json["items"]
    assert (status["person"], status["state"], status["due"], status["percent"]) == (str(ana.id), "late", day(-2), 0)
    assert status["reason"]["code"] == "compliance.late_not_begun"
    one = f"{AT}/assignments/{made.json['id']}"
    assert hr.patch(one, json={"due_days": 30}).json["due_days"] == 30
    assert hr.get(f"{AT}/assignments/status").json["items"][0]["state"] == "due"
    assert hr.patch(one, json={}).json["reason"] == "compliance.due_missing"
    assert hr.post(f"{one}/withdrawal").json["withdrawn_at"]
    assert hr.get(f"{AT}/assignments").json["items"] == []
    assert hr.get(f"{AT}/assignments/status").json["items"] == []
    assert hr.patch(one, json={"due_days": 3}).status_code == 409


def test_where_each_stands_is_told_by_team_and_page(hr, course):
    team = a_team()
    for number in range(3):
        an_employee(f"Person {number}", team=team)
    an_employee("Somebody else")
    asked(course)
    everybody = hr.get(f"{AT}/assignments/status").json["items"]
    assert len(everybody) == 4
    first = hr.get(f"{AT}/assignments/status?team={team.id}&limit=2").json
    second = hr.get(f"{AT}/assignments/status?team={team.id}&limit=2&cursor={first['next']}").json
    assert sorted(item["name"] for item in first["items"] + second["items"]) == ["Person 0", "Person 1", "Person 2"]


def test_a_pack_is_asked_for_followed_and_downloaded_in_parts(hr, course):
    ana = certified("Ana", course)
    answer = hr.post(f"{AT}/evidence-packs", json={"people": [str(ana.id)]}, headers={"Idempotency-Key": "k"})
    assert answer.status_code == 202
    again = hr.post(f"{AT}/evidence-packs", json={"people": [str(ana.id)]}, headers={"Idempotency-Key": "k"})
    assert again.json["id"] == answer.json["id"]
    at = f"/api/v1/evidence-packs/{answer.json['id']}"
    assert (hr.get(at).json["state"], hr.get(f"{at}/file").status_code) == ("queued", 409)

    run(db.session.get_one(EvidencePack, uuid.UUID(answer.json["id"])))
    found = hr.get(at).json
    assert (found["state"], found["certificates"], found["missing"], found["people"]) == ("done", 1, 0, 1)
    whole = hr.get(found["file"])
    assert whole.headers["Content-Disposition"].startswith("attachment; filename=certificates-north-cells-")
    assert len(whole.data) == found["size"]
    rest = hr.get(found["file"], headers={"Range": "bytes=100-", "If-Range": whole.headers["ETag"]})
    assert (rest.status_code, rest.data) == (206, whole.data[100:])


def test_a_pack_of_nobody_is_refused(hr, course):
    assert hr.post(f"{AT}/evidence-packs", json={"q": "zzz"}).json["reason"] == "compliance.nobody_chosen"


# --- tables


def test_the_table_holds_all_that_match_and_no_formula(hr, course):
    ana = an_employee("=cmd()", team=a_team())
    asked(course, on=now().date() - timedelta(days=1))
    steps(ana, course, "one")
    an_employee("New", at=now())
    answer = hr.get("/organisations/north-cells/people.csv?all=yes")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row["Person"] for row in rows] == ["'=cmd()", "New"]
    first = rows[0]
    assert (first["Team"], first["Course"], first["Percent"], first["State"]) == (
        "Battery line",
        "safety",
        "50",
        "Late",
    )
    assert (first["Steps done"], first["Steps"], first["Due"]) == ("1", "2", day(-1))
    late = hr.get("/organisations/north-cells/people.csv?status=late&q=cmd").data.decode("utf-8-sig")
    assert late.count("\r\n") == 2


def test_the_table_for_excel_holds_those_ticked_with_days_as_days(hr, course):
    ana, _jan = an_employee("Ana"), an_employee("Jan")
    asked(course, on=now().date())
    answer = hr.get(f"/organisations/north-cells/people.xlsx?person={ana.id}")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    head, *rows = sheet.iter_rows(values_only=True)
    assert [row[0] for row in rows] == ["Ana"]
    assert rows[0][head.index("Due")].date() == now().date()


def test_a_stranger_is_not_in_the_table(hr, course):
    stranger = a_person()
    assert hr.get(f"/organisations/north-cells/people.csv?person={stranger.id}").status_code == 422


# --- how often the database is asked

LISTS = {
    "/organisations/north-cells/people": 10,
    f"{AT}/people": 7,
    f"{AT}/assignments": 4,
    f"{AT}/assignments/status": 7,
    "/organisations/north-cells/people/figures": 10,
    "/organisations/north-cells/people.csv?all=yes": 7,
}


@pytest.mark.parametrize("address", LISTS)
def test_a_list_asks_as_often_however_many_people_there_are(hr, course, queries, address):
    def asks():
        for _ in range(2):
            db.session.commit()
            with queries() as run:
                assert hr.get(address).data
        return run

    def join(numbers):
        for number in numbers:
            steps(an_employee(f"Person {number}", team=team), course, "one", "two")

    team = a_team()
    asked(course)
    join(range(2))
    few = asks()
    join(range(2, 7))
    many = asks()
    assert len(few) == len(many) <= LISTS[address], many
