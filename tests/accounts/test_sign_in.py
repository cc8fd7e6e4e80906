"""Signing in and out with a browser: sessions are rows, which can be ended from anywhere."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from lms.accounts.models import Person, SignIn
from lms.accounts.rules import SESSION_LIFE
from lms.core.audit import AuditEntry
from lms.core.clock import now
from lms.core.db import db
from lms.core.ids import hash_secret
from tests.accounts.visiting import PASSWORD, SESSION, Visitor, a_person


@pytest.fixture
def mia(session):
    return a_person()


@pytest.fixture
def visitor(app, mia):
    """A browser of Mia's that is not signed in yet."""
    return Visitor(app)


def rows(table=SignIn):
    db.session.rollback()
    return db.session.scalars(sa.select(table)).all()


def test_the_form_works_the_first_time(visitor):
    answer = visitor.sign_in()
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert visitor.name_shown() == "Mia Çelik"


@pytest.mark.parametrize("typed", ["MIA@Example.ORG", "  mia@example.org ", "mia@example.org\t"])
def test_an_address_is_known_however_it_is_typed(visitor, typed):
    assert visitor.sign_in(email=typed).status_code == 302


def test_an_address_and_a_password_are_known_from_another_keyboard(app, session):
    """ü is one character on most keyboards and two on some: u and a combining diaeresis."""
    a_person("müller@example.org", password="Schlüssel unter dem Stein")
    answer = Visitor(app).sign_in("mu\u0308ller@example.org", "Schlu\u0308ssel unter dem Stein")
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("mia@example.org", "wrong horse battery"),
        ("mia@example.org", PASSWORD + " "),
        ("mia@example.org", PASSWORD.upper()),
        ("mia@example.org", ""),
        ("mia@example.org", "nobody"),
        ("nobody@example.org", PASSWORD),
        ("nobody@example.org", "nobody"),
        ("", ""),
        ("mia@example.org", "x" * 5000),
        ("x" * 5000, "x"),
    ],
)
def test_a_wrong_password_and_an_unknown_address_are_refused_in_the_same_words(visitor, email, password):
    answer = visitor.sign_in(email, password)
    assert answer.status_code == 401
    assert "account.wrong_password" in answer.text
    assert visitor.secret is None
    assert rows() == []


def test_the_form_comes_back_with_the_address_and_without_the_password(visitor):
    answer = visitor.sign_in(password="wrong horse battery")
    assert 'value="mia@example.org"' in answer.text
    assert "wrong horse" not in answer.text


def test_the_log_holds_the_reason_and_neither_address_nor_password(visitor, capsys):
    capsys.readouterr()
    visitor.sign_in(password="wrong horse battery")
    logged = capsys.readouterr().err
    assert "account.wrong_password" in logged
    assert "mia@" not in logged
    assert "horse" not in logged


def test_whoever_has_no_password_yet_can_not_sign_in(app, session):
    a_person("new@example.org", password=None)
    assert Visitor(app).sign_in("new@example.org", "nobody").status_code == 401


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor):
    visitor.sign_in()
    cookie = visitor.client.get_cookie(SESSION)
    assert (cookie.http_only, cookie.same_site, cookie.path, cookie.max_age) == (
        True,
        "Lax",
        "/",
        SESSION_LIFE.total_seconds(),
    )
    assert not cookie.secure


def test_over_https_cookies_travel_encrypted_only(make_app):
    app = make_app(LMS_BASE_URL="https://learn.example.org")
    with app.app_context():
        a_person()
    visitor = Visitor(app)
    https = {"base_url": "https://localhost", "headers": {"Referer": "https://localhost/sign-in"}}
    form = visitor.client.get("/sign-in", **https)
    token = form.text.split('name="csrf_token" value="')[1].split('"')[0]
    fields = {"csrf_token": token, "email": "mia@example.org", "password": PASSWORD}
    answer = visitor.client.post("/sign-in", data=fields, **https)
    cookies = form.headers.getlist("Set-Cookie") + answer.headers.getlist("Set-Cookie")
    assert {cookie.split("=")[0] for cookie in cookies} == {"csrf", "session"}
    assert all("Secure" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies)


def test_only_the_hash_of_the_secret_is_stored(visitor):
    visitor.sign_in()
    (row,) = rows()
    assert row.secret_hash == hash_secret(visitor.secret)
    assert visitor.secret not in str(vars(row))
    assert row.expires_at - row.created_at == SESSION_LIFE


def test_each_browser_has_a_session_of_its_own_named_after_it(app, visitor):
    visitor.client.environ_base["HTTP_USER_AGENT"] = "Phone"
    other = Visitor(app)
    other.client.environ_base["HTTP_USER_AGENT"] = "Desk" + "x" * 500
    visitor.sign_in()
    other.sign_in()
    assert visitor.secret != other.secret
    assert sorted(row.device for row in rows()) == ["Desk" + "x" * 196, "Phone"]


def test_signing_in_again_gives_a_new_secret(visitor):
    visitor.sign_in()
    first = visitor.secret
    visitor.sign_in()
    assert visitor.secret != first


def test_signing_out_ends_this_browser_and_no_other(app, visitor):
    other = Visitor(app)
    other.sign_in()
    visitor.sign_in()
    secret = visitor.secret
    assert visitor.post("/sign-out").status_code == 302
    assert visitor.secret is None
    assert other.name_shown() == "Mia Çelik"
    visitor.client.set_cookie(SESSION, secret)
    assert visitor.name_shown() is None


def test_signing_out_everywhere_ends_every_browser_and_token(app, visitor):
    other, program = Visitor(app), app.test_client()
    other.sign_in()
    visitor.sign_in()
    token = program.post("/api/v1/auth/tokens", json={"email": "mia@example.org", "password": PASSWORD}).json["token"]
    visitor.post("/sign-out-everywhere")
    assert (visitor.name_shown(), other.name_shown()) == (None, None)
    assert program.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_one_browser_can_be_signed_out_from_another(app, visitor):
    lost = Visitor(app)
    lost.sign_in()
    (row,) = rows()
    visitor.sign_in()
    assert visitor.post(f"/you/devices/{row.id}/sign-out").status_code == 302
    assert lost.name_shown() is None
    assert visitor.name_shown() == "Mia Çelik"


def test_nobody_signs_out_a_browser_of_somebody_else(app, visitor):
    a_person("eve@example.org", name="Eve")
    eve = Visitor(app)
    eve.sign_in("eve@example.org")
    visitor.sign_in()
    theirs = next(row for row in rows() if row.secret_hash == hash_secret(visitor.secret))
    assert eve.post(f"/you/devices/{theirs.id}/sign-out").status_code == 404
    assert visitor.name_shown() == "Mia Çelik"


@pytest.mark.parametrize("column", ["expires_at", "revoked_at"])
def test_a_session_that_is_over_is_nobodys(visitor, column):
    visitor.sign_in()
    db.session.execute(sa.update(SignIn).values({column: now() - timedelta(seconds=1)}))
    assert visitor.name_shown() is None
    answer = visitor.get("/you")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in?next=/you")


def test_a_person_who_was_disabled_is_out_at_once_and_stays_out(visitor, mia):
    visitor.sign_in()
    db.session.execute(sa.update(Person).values(disabled_at=now()))
    assert visitor.name_shown() is None
    visitor.client.delete_cookie(SESSION)
    assert visitor.sign_in().status_code == 401


@pytest.mark.parametrize("secret", ["", "x", "a" * 43, "ü€", "\x01", "x" * 4000])
def test_a_cookie_that_is_not_ours_is_a_guests(visitor, secret):
    visitor.client.set_cookie(SESSION, secret)
    assert visitor.name_shown() is None
    assert visitor.get("/courses").status_code == 200


def test_a_cookie_of_another_product_on_this_host_signs_nobody_out(visitor):
    visitor.client.set_cookie("remember_token", "1|0123456789abcdef")
    visitor.sign_in()
    assert visitor.name_shown() == "Mia Çelik"


def test_who_is_signed_in_need_not_sign_in(visitor):
    visitor.sign_in()
    assert visitor.get("/sign-in?next=/courses").headers["Location"] == "/courses"


OWN = ["/courses", "/learn/1?tab=2", "/courses?q=a%20b#c", "/söder"]
FOREIGN = [
    "//evil.test", "///evil.test", "/\\evil.test", "\\\\evil.test", "https://evil.test", "http:evil.test", "evil.test",
    "javascript:alert(1)", "/\t/evil.test", "/\n/evil.test", "\t//evil.test", "/\r\nSet-Cookie: a=b", " //evil.test",
    "/\u2028/evil.test", "data:text/html,x", "/%5c/../\\evil.test", "", "?next=//evil.test",
]  # fmt: skip


@pytest.mark.parametrize("target", OWN)
def test_after_signing_in_one_is_where_one_wanted_to_be(visitor, target):
    location = visitor.sign_in(next=target).headers["Location"]
    assert location in (target, quote(target))


@pytest.mark.parametrize("target", FOREIGN)
def test_nobody_is_led_to_another_host(visitor, target):
    assert visitor.sign_in(next=target).headers["Location"] == "/"
    assert visitor.get(f"/sign-in?next={quote(target)}").headers["Location"] == "/"


def test_signing_in_and_out_is_in_the_audit_with_ids_alone(visitor, mia):
    mia_id = mia.id
    visitor.sign_in()
    visitor.post("/sign-out")
    entries = rows(AuditEntry)
    assert [entry.action for entry in entries] == ["person.added", "person.signed_in", "person.signed_out"]
    assert [entry.person_id for entry in entries] == [None, mia_id, mia_id]
    assert "mia@" not in str([vars(entry) for entry in entries])


def test_the_account_page_offers_to_sign_out_other_browsers_that_are_still_signed_in(app, visitor):
    other, gone = Visitor(app), Visitor(app)
    other.sign_in()
    gone.sign_in()
    gone.post("/sign-out")
    visitor.sign_in()
    page = visitor.get("/you").text
    assert len(re.findall(r"/you/devices/[0-9a-f-]{36}/", page)) == 1
    assert "mia@example.org" in page


def test_asking_who_is_there_costs_one_statement(visitor, queries):
    visitor.sign_in()
    with queries() as run:
        visitor.name_shown()
    assert len(run) == 1


def test_the_first_empty_field_has_the_focus_and_no_other(visitor):
    new, again = visitor.get("/sign-in").text, visitor.post("/sign-in", email="mia@example.org", password="wrong").text
    assert [re.findall(r'<input[^>]* id="(\w+)"[^>]* autofocus', page) for page in (new, again)] == [
        ["email"],
        ["password"],
    ]
