"""Bearer tokens and /me: what programs use."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from lms.accounts.models import ApiToken, SignIn
from lms.accounts.rules import TOKEN_LIFE
from lms.accounts.services import grant_role
from lms.core.actor import SYSTEM
from lms.core.clock import now
from lms.core.db import db
from lms.core.ids import hash_secret
from lms.organisations.services import add_organisation
from tests.accounts.visiting import AT, PASSWORD, Visitor, a_person


@pytest.fixture
def mia(session):
    return a_person()


@pytest.fixture
def token(client, mia):
    answer = client.post("/api/v1/auth/tokens", json={"email": "mia@example.org", "password": PASSWORD})
    assert answer.status_code == 200
    return answer.json["token"]


def me(client, token: str):
    return client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})


def test_a_token_lives_ninety_days_and_says_so(client, mia):
    answer = client.post("/api/v1/auth/tokens", json={"email": "mia@example.org", "password": PASSWORD}).json
    assert set(answer) == {"token", "expires_at"}
    left = datetime.fromisoformat(answer["expires_at"]) - now()
    assert TOKEN_LIFE - timedelta(minutes=5) < left <= TOKEN_LIFE == timedelta(days=90)


def test_only_the_hash_of_a_token_is_stored(token, session):
    row = session.scalars(sa.select(ApiToken)).one()
    assert row.secret_hash == hash_secret(token)
    assert token not in str(vars(row))


@pytest.mark.parametrize(
    "credentials",
    [
        {"email": "mia@example.org", "password": "wrong"},
        {"email": "nobody@example.org", "password": PASSWORD},
        {"email": "mia@example.org", "password": PASSWORD + "\0"},
    ],
)
def test_wrong_credentials_are_a_problem_with_a_reason(client, mia, credentials):
    answer = client.post("/api/v1/auth/tokens", json=credentials)
    assert (answer.status_code, answer.json["reason"]) == (401, "account.wrong_password")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert {"type", "title", "status", "detail", "reason", "values", "next_step"} <= set(answer.json)


def test_me_says_who_asks_with_the_roles_that_count(client, token, mia, session):
    first = add_organisation("north", name="North", by=SYSTEM, at=AT)
    session.flush()
    grant_role(mia.id, "author", scope_kind="organisation", scope_id=first.id, by=SYSTEM, at=AT)
    grant_role(mia.id, "administrator", scope_kind="system", scope_id=None, by=SYSTEM, at=AT)
    mia_id, organisation_id = str(mia.id), str(first.id)
    assert me(client, token).json == {
        "id": mia_id,
        "email": "mia@example.org",
        "name": "Mia Çelik",
        "locale": None,
        "timezone": None,
        "roles": [
            {"role": "administrator", "scope": {"kind": "system", "id": None}},
            {"role": "author", "scope": {"kind": "organisation", "id": organisation_id}},
        ],
    }


def test_me_is_for_those_who_are_signed_in(client, mia):
    answer = client.get("/api/v1/me")
    assert (answer.status_code, answer.json["reason"]) == (401, "core.not_signed_in")


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer x", "Basic bWlhOng=", "bearer  \t", "Bearer ü€", "x" * 9000]
)
def test_a_header_that_is_no_token_of_ours_is_not_signed_in(client, token, header):
    assert client.get("/api/v1/me", headers={"Authorization": header.encode().decode("latin-1")}).status_code == 401


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_read_whatever_its_case(client, token, scheme):
    assert client.get("/api/v1/me", headers={"Authorization": f"{scheme} {token}"}).status_code == 200


@pytest.mark.parametrize("column", ["expires_at", "revoked_at"])
def test_a_token_that_is_over_is_refused(client, token, column):
    db.session.execute(sa.update(ApiToken).values({column: now() - timedelta(seconds=1)}))
    answer = me(client, token)
    assert (answer.status_code, answer.json["reason"]) == (401, "core.not_signed_in")


def test_a_token_counts_before_the_cookie(app, client, token):
    a_person("eve@example.org", name="Eve")
    eve = Visitor(app)
    eve.sign_in("eve@example.org")
    assert eve.name_shown() == "Eve"
    assert me(eve.client, token).json["name"] == "Mia Çelik"
    assert me(eve.client, "x").status_code == 401


def made_on_the_page(visitor: Visitor) -> str:
    page = visitor.post("/you/tokens/new")
    assert page.headers["Cache-Control"] == "no-store"
    return re.findall(r'id="token" readonly value="([^"]+)"', page.text)[0]


def test_a_token_is_made_on_a_page_after_a_fresh_proof_and_shown_once(app, client, mia):
    visitor = Visitor(app)
    visitor.sign_in()
    secret = made_on_the_page(visitor)
    assert me(client, secret).json["name"] == "Mia Çelik"
    assert secret not in visitor.get("/you").text
    db.session.execute(sa.update(SignIn).values(proved_at=now() - timedelta(hours=1)))
    db.session.commit()
    assert visitor.post("/you/tokens/new").location == "/you/prove?next=/you/security"
    answer = visitor.client.post("/api/v1/me/tokens", headers={"X-CSRFToken": visitor.csrf_token()})
    assert (answer.status_code, answer.json["reason"]) == (403, "account.proof_needed")


def test_a_token_that_another_proof_made_is_no_proof_itself(app, client, mia, token):
    """Or each could make the next one, and a proof would last for ever."""
    first = client.post("/api/v1/me/tokens", headers={"Authorization": f"Bearer {token}"})
    assert first.status_code == 201
    second = client.post("/api/v1/me/tokens", headers={"Authorization": f"Bearer {first.json['token']}"})
    assert (second.status_code, second.json["reason"]) == (403, "account.proof_needed")


def test_a_token_can_be_ended_on_the_account_page_by_its_owner_alone(app, client, token, session):
    a_person("eve@example.org", name="Eve")
    token_id = session.scalars(sa.select(ApiToken.id)).one()
    eve, mia = Visitor(app), Visitor(app)
    eve.sign_in("eve@example.org")
    mia.sign_in()
    assert eve.post(f"/you/tokens/{token_id}/revoke").status_code == 404
    assert me(client, token).status_code == 200
    assert mia.post(f"/you/tokens/{token_id}/revoke").status_code == 302
    assert me(client, token).status_code == 401
