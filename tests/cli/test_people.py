"""lms users and lms orgs: people with roles, each refusal with its reason, one JSON document."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from lms.accounts.models import Person, RoleGrant
from lms.core.audit import AuditEntry
from lms.core.db import db
from lms.courses.queries import find_course
from lms.organisations.models import Membership, Organisation
from tests.cli.conftest import document

PASSWORD = "correct horse battery 9!"


def add(lms, email: str = "mia@example.org", *more: str, name: str = "Mia Çelik", **settings):
    return lms("users", "add", email, "--name", name, *more, **settings)


def rows(app, table):
    with app.app_context():
        return db.session.scalars(sa.select(table)).all()


def test_somebody_added_may_sign_in_at_once(app, client, lms, organisation):
    made = document(add(lms, "Mia@Example.org", "--password", PASSWORD, "--json"))
    assert {key: made[key] for key in ("email", "name", "role")} == {
        "email": "mia@example.org",
        "name": "Mia Çelik",
        "role": "learner",
    }
    answer = client.post("/api/v1/auth/tokens", json={"email": "mia@example.org", "password": PASSWORD})
    assert answer.status_code == 200
    me = client.get("/api/v1/me", headers={"Authorization": f"Bearer {answer.json['token']}"}).json
    assert me["id"] == made["id"]
    assert me["roles"] == [{"role": "learner", "scope": {"kind": "organisation", "id": str(organisation)}}]


def test_a_password_may_come_from_standard_input_where_nobody_sees_it(client, lms, organisation):
    assert add(lms, "mia@example.org", "--password-stdin", input=f"{PASSWORD}\n").exit_code == 0
    answer = client.post("/api/v1/auth/tokens", json={"email": "mia@example.org", "password": PASSWORD})
    assert answer.status_code == 200


def test_without_a_password_somebody_is_there_and_can_not_sign_in_yet(app, lms, organisation):
    assert add(lms).exit_code == 0
    assert rows(app, Person)[0].password_hash is None


@pytest.mark.parametrize(
    ("role", "kind"),
    [
        ("learner", "organisation"),
        ("author", "organisation"),
        ("hr", "organisation"),
        ("manager", "organisation"),
        ("editor", "hub"),
        ("reviewer", "hub"),
        ("administrator", "system"),
    ],
)
def test_a_role_is_granted_on_its_scope(app, lms, organisation, role, kind):
    assert add(lms, "mia@example.org", "--role", role).exit_code == 0
    (grant,) = rows(app, RoleGrant)
    assert (grant.role, grant.scope_kind) == (role, kind)
    assert grant.scope_id == (organisation if kind == "organisation" else None)
    assert rows(app, Membership)[0].organisation_id == organisation


def test_a_role_may_be_granted_on_an_organisation_by_its_slug(app, lms, organisation):
    document(lms("orgs", "add", "north", "--name", "North Cells ÅB", "--json"))
    assert add(lms, "mia@example.org", "--role", "hr", "--org", "north").exit_code == 0
    north = next(each for each in rows(app, Organisation) if each.slug == "north")
    assert rows(app, RoleGrant)[0].scope_id == north.id
    assert rows(app, Membership)[0].organisation_id == north.id


def test_a_teacher_teaches_one_course(app, lms, session):
    from tests.learning.building import published

    published(slug="safety")
    session.commit()
    assert add(lms, "mia@example.org", "--role", "teacher", "--course", "safety").exit_code == 0
    (grant,) = rows(app, RoleGrant)
    assert (grant.role, grant.scope_kind) == ("teacher", "course")
    assert grant.scope_id == find_course("safety").id


REFUSED = [
    (("x", "--name", "X"), "account.email_invalid"),
    (("a b@c", "--name", "X"), "account.email_invalid"),
    (("a@b", "--name", " "), "account.name_invalid"),
    (("a@b", "--name", "a\x07b"), "account.name_invalid"),
    (("a@b", "--name", "X", "--password", "short"), "account.password_short"),
    (("a@b", "--name", "X", "--role", "king"), "account.role_unknown"),
    (("a@b", "--name", "X", "--role", "teacher"), "account.scope_missing"),
    (("a@b", "--name", "X", "--role", "teacher", "--course", "none"), "course.unknown"),
    (("a@b", "--name", "X", "--role", "author", "--course", "none"), "course.unknown"),
    (("a@b", "--name", "X", "--org", "none"), "organisation.unknown"),
]


def test_a_role_that_counts_for_all_courses_is_not_granted_where_one_was_meant(app, lms, session):
    from tests.learning.building import published

    published(slug="safety")
    session.commit()
    done = add(lms, "mia@example.org", "--role", "author", "--course", "safety")
    assert done.exit_code == 1
    assert "[account.scope_unfit]" in done.stderr
    assert rows(app, RoleGrant) == []


@pytest.mark.parametrize(("arguments", "code"), REFUSED, ids=[code for _arguments, code in REFUSED])
def test_what_can_not_be_done_is_refused_with_its_reason_and_leaves_nothing(app, lms, organisation, arguments, code):
    done = lms("users", "add", *arguments, "--json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"[{code}]" in done.stderr
    assert "Traceback" not in done.stderr
    assert rows(app, Person) == []


def test_the_same_address_twice_is_refused_however_it_is_written(app, lms, organisation):
    assert add(lms).exit_code == 0
    again = add(lms, " MIA@example.org ", name="Another")
    assert again.exit_code == 1
    assert "[account.email_taken]" in again.stderr
    assert [person.name for person in rows(app, Person)] == ["Mia Çelik"]


def test_an_installation_without_an_organisation_says_what_to_do(lms, app):
    done = add(lms)
    assert done.exit_code == 1
    assert "lms db upgrade" in done.stderr
    assert rows(app, Person) == []


def test_the_command_acts_as_the_system_in_the_audit(app, lms, organisation):
    add(lms)
    entries = rows(app, AuditEntry)
    assert {entry.action for entry in entries} >= {"person.added", "role.granted", "member.added"}
    assert {entry.person_id for entry in entries} == {None}
    assert "mia" not in json.dumps([entry.data for entry in entries]).lower()


def test_organisations_are_listed(lms, organisation):
    document(lms("orgs", "add", "a-b", "--name", "Zuletzt", "--json"))
    assert document(lms("orgs", "list", "--json")) == {
        "items": [{"slug": "first", "name": "First"}, {"slug": "a-b", "name": "Zuletzt"}]
    }
    assert lms("orgs", "list").stdout == "first  First\na-b  Zuletzt\n"


@pytest.mark.parametrize(
    ("slug", "name", "code"),
    [
        ("first", "Again", "organisation.slug_taken"),
        ("Nord", "N", "organisation.slug_invalid"),
        ("a--b", "N", "organisation.slug_invalid"),
        ("-a", "N", "organisation.slug_invalid"),
        ("ä", "N", "organisation.slug_invalid"),
        ("x" * 81, "N", "organisation.slug_invalid"),
        ("fine", " ", "organisation.name_invalid"),
        ("fine", "x" * 201, "organisation.name_invalid"),
        ("fine", "a\nb", "organisation.name_invalid"),
    ],
)
def test_an_organisation_that_can_not_be_is_refused(lms, organisation, slug, name, code):
    done = lms("orgs", "add", "--name", name, "--", slug)
    assert done.exit_code == 1
    assert f"[{code}]" in done.stderr


def test_an_organisation_is_changed_where_it_is_named_and_stays_where_not(app, lms):
    document(lms("orgs", "add", "north", "--name", "North", "--json"))
    first = lms("orgs", "edit", "north", "--country", "SE", "--timezone", "Europe/Stockholm", "--hue", "0", "--json")
    facts = {"slug": "north", "name": "North", "country": "SE", "timezone": "Europe/Stockholm", "brand_hue": 0}
    assert document(first) == facts
    second = lms("orgs", "edit", "north", "--name", "North AB", "--timezone", "", "--json")
    assert document(second) == facts | {"name": "North AB", "timezone": None}
    assert "organisation.country_invalid" in lms("orgs", "edit", "north", "--country", "XX").stderr
