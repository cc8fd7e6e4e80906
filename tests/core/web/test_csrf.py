"""Nobody is made to act by another site: forms carry a token, the API by session a header, by bearer neither."""

from __future__ import annotations

import pytest

from tests.accounts.visiting import PASSWORD, SESSION, Visitor, a_person


@pytest.fixture
def visitor(app, session):
    """Mia's browser, signed in."""
    a_person()
    visitor = Visitor(app)
    visitor.sign_in()
    return visitor


@pytest.mark.parametrize("token", [None, "", "x", "ImFiYyI.Z0.abc"])
def test_a_form_without_our_token_does_nothing(visitor, token):
    answer = visitor.client.post("/sign-out-everywhere", data={"csrf_token": token} if token is not None else {})
    assert (answer.status_code, "core.csrf" in answer.text) == (400, True)
    assert visitor.name_shown() == "Mia Çelik"


def test_the_token_of_another_browser_does_not_count(app, visitor):
    foreign = Visitor(app).csrf_token()
    assert visitor.client.post("/sign-out-everywhere", data={"csrf_token": foreign}).status_code == 400


def test_signing_somebody_in_under_a_foreign_name_needs_the_token_too(app, visitor):
    guest = app.test_client()
    answer = guest.post("/sign-in", data={"email": "mia@example.org", "password": PASSWORD})
    assert answer.status_code == 400
    assert guest.get_cookie(SESSION) is None


CHANGE = "/api/v1/courses/no-such-course/enrolments"


def test_the_api_by_session_needs_the_header(visitor):
    refused = visitor.client.post(CHANGE, json={})
    assert (refused.status_code, refused.json["reason"]) == (400, "core.csrf")
    let_in = visitor.client.post(CHANGE, json={}, headers={"X-CSRFToken": visitor.csrf_token()})
    assert let_in.status_code == 404


def test_a_token_in_the_body_is_not_enough_for_the_api(visitor):
    answer = visitor.client.post(CHANGE, json={"csrf_token": visitor.csrf_token()})
    assert answer.json["reason"] == "core.csrf"


def test_the_api_by_bearer_needs_no_header(visitor):
    credentials = {"email": "mia@example.org", "password": PASSWORD}
    program = visitor.client.application.test_client()
    token = program.post("/api/v1/auth/tokens", json=credentials).json["token"]
    assert program.post(CHANGE, json={}, headers={"Authorization": f"Bearer {token}"}).status_code == 404
    both = visitor.client.post(CHANGE, json={}, headers={"Authorization": f"Bearer {token}"})
    assert both.status_code == 404


def test_a_bearer_that_is_none_does_not_open_the_session_behind_it(visitor):
    answer = visitor.client.post(CHANGE, json={}, headers={"Authorization": "Bearer x"})
    assert answer.status_code == 401
    assert visitor.client.post("/sign-out-everywhere", headers={"Authorization": "Bearer x"}).status_code == 401
    assert visitor.name_shown() == "Mia Çelik"


def test_reading_needs_no_token(visitor):
    assert visitor.client.get("/api/v1/me").status_code == 200
    assert visitor.client.head("/courses").status_code == 200


def test_the_token_outlives_a_day_in_an_open_tab(make_app, freeze_signatures):
    app = make_app()
    with app.app_context():
        a_person()
    visitor = Visitor(app)
    token = visitor.csrf_token()
    freeze_signatures(days=3)
    answer = visitor.client.post(
        "/sign-in", data={"csrf_token": token, "email": "mia@example.org", "password": PASSWORD}
    )
    assert answer.status_code == 302


@pytest.fixture
def freeze_signatures(monkeypatch):
    """Lets time pass for the signatures in cookies and tokens."""
    from itsdangerous import TimestampSigner

    real = TimestampSigner.get_timestamp

    def later(*, days: int) -> None:
        monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: real(self) + days * 86400)

    return later
