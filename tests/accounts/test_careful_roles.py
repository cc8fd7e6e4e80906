"""Where the installation asks for it, roles of staff count only in a sign-in with a second step."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from lms.accounts import rules, services
from lms.accounts.models import Person
from lms.core.actor import ADMINISTRATOR, SYSTEM, Grant
from lms.core.clock import now
from lms.core.db import db
from tests.accounts.factors import Phone, codes_on
from tests.accounts.visiting import PASSWORD, Visitor, a_person

CAREFUL = frozenset({ADMINISTRATOR, "hr"})
GRANTS = st.sets(st.builds(Grant, st.sampled_from(["hr", "author", ADMINISTRATOR]), st.just("system"), st.none()))


@given(GRANTS, st.booleans())
def test_a_role_counts_or_waits_and_only_careful_ones_wait(held, second_step):
    counts, withheld = rules.counting(held, CAREFUL, second_step=second_step)
    assert {grant.role for grant in counts} | withheld == {grant.role for grant in held}
    assert withheld == (frozenset() if second_step else {grant.role for grant in held} & CAREFUL)


@pytest.fixture
def careful(make_app) -> Iterator[Flask]:
    app = make_app(LMS_SECOND_STEP="administrators")
    with app.app_context():
        yield app
        db.session.rollback()


@pytest.fixture
def boss(careful) -> Person:
    person = a_person()
    services.grant_role(person.id, ADMINISTRATOR, scope_kind="system", scope_id=None, by=SYSTEM, at=now())
    services.grant_role(person.id, "editor", scope_kind="hub", scope_id=None, by=SYSTEM, at=now())
    db.session.commit()
    return person


def roles(visitor: Visitor) -> set[str]:
    return {role["role"] for role in (visitor.get("/api/v1/me").json or {})["roles"]}


def add_app(visitor: Visitor) -> Phone:
    page = visitor.get("/you/security/app").text
    phone = Phone("otpauth" + page.split('<a href="otpauth')[1].split('"')[0].replace("&amp;", "&"))
    sealed = page.split('name="setup" value="')[1].split('"')[0]
    assert visitor.post("/you/security/app", setup=sealed, code=phone.code(now()), name="Phone").status_code == 200
    return phone


def test_an_administrator_is_asked_to_add_one_first_and_is_none_until_then(careful, boss):
    visitor = Visitor(careful)
    assert visitor.sign_in(next="/admin").headers["Location"] == "/you/security"
    assert roles(visitor) == {"editor"}
    assert visitor.get("/admin").status_code == 403
    assert "Roles of yours wait" in visitor.get("/courses").text
    add_app(visitor)
    assert roles(visitor) == {"editor", ADMINISTRATOR}
    assert visitor.get("/admin").status_code == 200
    assert "Roles of yours wait" not in visitor.get("/courses").text


def test_another_browser_counts_when_it_signed_in_with_it(careful, boss):
    first, second = Visitor(careful), Visitor(careful)
    first.sign_in()
    second.sign_in()
    add_app(first)
    assert roles(second) == {"editor"}
    page = first.post("/you/security/recovery-codes").text
    second.post("/sign-out")
    second.sign_in()
    second.post("/sign-in/second-step", code=codes_on(page)[0])
    assert roles(second) == {"editor", ADMINISTRATOR}


def test_without_the_last_factor_the_role_waits_again(careful, boss):
    visitor = Visitor(careful)
    visitor.sign_in()
    add_app(visitor)
    page = visitor.get("/you/security").text
    factor = page.split("/you/security/factors/")[1].split("/")[0]
    visitor.post(f"/you/security/factors/{factor}/remove")
    assert roles(visitor) == {"editor"}


def test_programs_too(careful, boss):
    client = careful.test_client()
    body = {"email": boss.email, "password": PASSWORD}
    token = client.post("/api/v1/auth/tokens", json=body).json["token"]
    headers = {"Authorization": f"Bearer {token}"}
    found = client.get("/api/v1/me", headers=headers).json["roles"]
    assert {role["role"] for role in found} == {"editor"}


def test_who_holds_no_such_role_is_asked_for_nothing(careful):
    a_person("eve@example.org", name="Eve")
    assert Visitor(careful).sign_in("eve@example.org", next="/courses").headers["Location"] == "/courses"


def test_where_nothing_is_asked_everything_counts(app, session):
    person = a_person()
    services.grant_role(person.id, ADMINISTRATOR, scope_kind="system", scope_id=None, by=SYSTEM, at=now())
    db.session.commit()
    visitor = Visitor(app)
    visitor.sign_in()
    assert roles(visitor) == {ADMINISTRATOR}
