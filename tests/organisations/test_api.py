"""People, teams and tables over the API."""

from __future__ import annotations

import pytest

from lms.accounts.models import Person
from lms.core.db import db
from tests.learning.building import signed_in
from tests.organisations.building import hr_of, invited, table


@pytest.fixture
def client(app, session):
    _north, hr = hr_of()
    return signed_in(app, db.session.get_one(Person, hr.person_id))


def test_teams_are_listed_by_name_a_page_at_a_time(client):
    at = "/api/v1/organisations/north/teams"
    for name in ("Paint", "Assembly", "Press"):
        assert client.post(at, json={"name": name}).status_code == 201
    first = client.get(f"{at}?limit=2").json
    rest = client.get(f"{at}?limit=2&cursor={first['next']}").json
    assert [team["name"] for team in (*first["items"], *rest["items"])] == ["Assembly", "Paint", "Press"]
    assert rest["next"] is None


def test_a_team_is_changed_filled_emptied_and_removed(client, session):
    at = "/api/v1/organisations/north/teams"
    top, low = (client.post(at, json={"name": name}).json["id"] for name in ("Plant", "Paint"))
    assert client.patch(f"{at}/{low}", json={"parent": top, "name": "Paint shop"}).json["parent"] == top
    person = client.post("/api/v1/organisations/north/people", json={"email": "a@example.org", "name": "Ana"}).json
    assert (person["status"], person["name"]) == ("invited", "Ana")
    assert client.post(f"{at}/{low}/people", json={"people": [person["person"]]}).json == {"people": [person["person"]]}
    refused = client.delete(f"{at}/{low}")
    assert (refused.status_code, refused.json["reason"]) == (409, "organisation.team_not_empty")
    assert client.delete(f"{at}/{low}/people/{person['person']}").status_code == 204
    assert client.delete(f"{at}/{low}").status_code == 204
    assert [team["name"] for team in client.get(at).json["items"]] == ["Plant"]


def test_a_table_is_sent_matched_looked_at_and_confirmed(client):
    at = "/api/v1/organisations/north/people/imports"
    rows = ("Ana;ana@example.org;;", "Bo;nowhere;;", "Cy;;;")
    made = client.post(at, data={"file": (table(*rows), "people.csv")}).json
    assert (made["state"], made["columns"]) == ("new", {"name": 0, "email": 1, "team": 2, "number": 3})
    looked = client.put(f"{at}/{made['id']}/columns", json={"columns": {"name": 0, "email": 1}}).json
    assert (looked["state"], looked["found"]["new"], looked["found"]["wrong"]) == ("checked", 1, 2)
    first = client.get(f"{at}/{made['id']}/faults?limit=1").json
    rest = client.get(f"{at}/{made['id']}/faults?limit=1&cursor={first['next']}").json
    assert [(one["row"], one["reasons"]) for one in (*first["items"], *rest["items"])] == [
        (3, ["people.email_invalid"]),
        (4, ["people.email_missing"]),
    ]
    confirmed = client.post(f"{at}/{made['id']}/confirmation")
    assert (confirmed.status_code, confirmed.json["state"]) == (202, "adding")
    assert client.get(f"/api/v1/jobs/{confirmed.json['job']}").status_code == 200


def test_one_sees_and_answers_ones_own_invitations(app, session):
    north, hr = hr_of()
    south, other = hr_of("south")
    me = db.session.get_one(Person, hr.person_id)
    invited(south, other, me.email)
    client = signed_in(app, me)
    mine = client.get("/api/v1/me/organisations").json["items"]
    assert [(one["slug"], one["status"]) for one in mine] == [("north", "member"), ("south", "invited")]
    assert client.post(f"/api/v1/me/organisations/{south.id}/acceptance").status_code == 204
    assert client.get("/api/v1/me/organisations").json["items"][1]["status"] == "member"
    assert client.delete(f"/api/v1/me/organisations/{south.id}").status_code == 204
    refused = client.delete(f"/api/v1/me/organisations/{north.id}")
    assert (refused.status_code, refused.json["reason"]) == (409, "organisation.last_hr")
