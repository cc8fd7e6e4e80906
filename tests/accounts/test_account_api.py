"""Whatever the pages of an account can do, a program can."""

from __future__ import annotations

import pytest

from tests.accounts.posting import newest_link
from tests.accounts.visiting import PASSWORD, a_person

NEW = "another horse battery 9!"
API = "/api/v1"


@pytest.fixture
def mia(client, session) -> dict[str, str]:
    """The header with which Mia's program asks."""
    a_person()
    return sign_in(client)


def sign_in(client, email: str = "mia@example.org", password: str = PASSWORD) -> dict[str, str]:
    token = client.post(f"{API}/auth/tokens", json={"email": email, "password": password}).json["token"]
    return {"Authorization": f"Bearer {token}"}


def test_from_sign_up_to_a_token(client, session):
    assert client.post(f"{API}/auth/sign-ups", json={"name": "Ida", "email": "ida@example.org"}).status_code == 202
    link = f"{API}/auth{newest_link('ida@example.org')}"
    looked = client.get(link).json
    assert (looked["kind"], looked["email"], looked["needs_password"], looked["reason"]) == (
        "sign_up",
        "ida@example.org",
        True,
        None,
    )
    assert client.post(f"{link}/use", json={}).json["reason"] == "link.password_needed"
    assert client.post(f"{link}/use", json={"password": PASSWORD}).json == {"kind": "sign_up", "next_link": None}
    assert client.get(link).json["reason"] == "link.used"
    assert client.post(f"{link}/use", json={"password": PASSWORD}).json["reason"] == "link.used"
    assert client.get(f"{API}/me", headers=sign_in(client, "ida@example.org")).json["name"] == "Ida"


def test_a_forgotten_password(client, mia):
    answers = [
        client.post(f"{API}/auth/password-links", json={"email": e}) for e in ("mia@example.org", "no@example.org")
    ]
    assert [(answer.status_code, answer.data) for answer in answers] == [(202, answers[0].data)] * 2
    link = f"{API}/auth{newest_link('mia@example.org')}"
    assert client.post(f"{link}/use", json={"password": NEW}).status_code == 200
    assert client.get(f"{API}/me", headers=mia).status_code == 401
    assert client.post(f"{link}/renewal").status_code == 202
    assert sign_in(client, password=NEW)


def test_profile_is_changed_in_part(client, mia):
    changed = client.patch(f"{API}/me", json={"timezone": "Europe/Ljubljana"}, headers=mia).json
    assert (changed["name"], changed["timezone"]) == ("Mia Çelik", "Europe/Ljubljana")
    assert client.patch(f"{API}/me", json={"name": "Mia Ž."}, headers=mia).json["timezone"] == "Europe/Ljubljana"
    assert client.get(f"{API}/me", headers=mia).json["name"] == "Mia Ž."


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": " "}, "account.name_invalid"),
        ({"timezone": "Europe/Atlantis"}, "core.fields"),
        ({"locale": "tlh"}, "core.fields"),
        ({"email": "x@example.org"}, "core.fields"),
    ],
)
def test_a_profile_that_can_not_be_is_refused(client, mia, fields, code):
    answer = client.patch(f"{API}/me", json=fields, headers=mia)
    assert (answer.status_code, answer.json["reason"]) == (422, code)


def test_password_and_address(client, mia):
    wrong = client.put(f"{API}/me/password", json={"current": "wrong", "new": NEW}, headers=mia)
    assert (wrong.status_code, wrong.json["reason"]) == (401, "account.wrong_password")
    assert client.put(f"{API}/me/password", json={"current": PASSWORD, "new": NEW}, headers=mia).status_code == 204
    asked = client.post(f"{API}/me/address", json={"email": "mia@new.example", "password": NEW}, headers=mia)
    assert asked.status_code == 202
    client.post(f"{API}/auth{newest_link('mia@new.example')}/use", json={}, headers=mia)
    assert client.get(f"{API}/me", headers=mia).json["email"] == "mia@new.example"
    undone = client.post(f"{API}/auth{newest_link('mia@example.org')}/use", json={})
    assert undone.json["next_link"].startswith("/links/")
    assert client.get(f"{API}/me", headers=mia).status_code == 401


def test_devices_and_tokens_are_listed_and_ended(client, mia):
    other = sign_in(client)
    listed = client.get(f"{API}/me/tokens", headers=mia).json["items"]
    assert [token["is_this"] for token in listed] == [False, True]
    first = client.get(f"{API}/me/tokens?limit=1", headers=mia).json
    second = client.get(f"{API}/me/tokens?limit=1&cursor={first['next']}", headers=mia).json
    assert (first["items"] + second["items"], second["next"]) == (listed, None)
    assert client.delete(f"{API}/me/tokens/{listed[0]['id']}", headers=mia).status_code == 204
    assert client.get(f"{API}/me", headers=other).status_code == 401
    another = sign_in(client)
    assert client.delete(f"{API}/me/devices", headers=mia).status_code == 204
    assert client.get(f"{API}/me", headers=another).status_code == 401
    assert client.get(f"{API}/me/devices", headers=mia).json == {"items": [], "next": None}
