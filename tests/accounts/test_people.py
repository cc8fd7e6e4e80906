"""Adding people and giving them roles."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from lms.accounts import queries, rules, services
from lms.accounts.models import RoleGrant
from lms.core.actor import SYSTEM
from lms.core.clock import now
from lms.core.db import db
from lms.core.ids import new_id
from lms.core.reasons import Refused
from tests.accounts.visiting import AT, PASSWORD, a_person


def test_only_a_slow_salted_hash_of_a_password_is_kept(session):
    first, second = a_person("a@example.org"), a_person("b@example.org")
    assert first.password_hash.startswith("$argon2id$")
    assert first.password_hash != second.password_hash
    assert PasswordHasher().verify(first.password_hash, PASSWORD)


def test_a_password_is_hashed_at_the_cost_that_owasp_advises():
    """In a program of its own, since the tests hash at the least cost."""
    program = "from lms.accounts.services import passwords; print(passwords.hashed('x'), passwords._NOBODY)"
    hashes = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert [kept.rsplit("$", 2)[0] for kept in hashes] == ["$argon2id$v=19$m=19456,t=2,p=1"] * 2


def test_a_new_password_ends_the_old_one(session):
    mia = a_person()
    services.set_password(mia.id, "another horse battery", by=SYSTEM, at=AT)
    session.commit()
    with pytest.raises(Refused):
        services.create_token("mia@example.org", PASSWORD, address="", at=AT)
    assert services.create_token("mia@example.org", "another horse battery", address="", at=AT)


@pytest.mark.parametrize("email", ["mia@example.org", " MIA@Example.org"])
def test_an_address_is_one_persons_alone(session, email):
    a_person()
    with pytest.raises(Refused) as refused:
        a_person(email)
    assert refused.value.reason.code == "account.email_taken"


@pytest.mark.parametrize(
    "email", ["", "mia", "@example.org", "mia@", "a b@c", "a@b@c", "a\n@b", "<a>@b", "x" * 250 + "@b.de"]
)
def test_what_is_no_address_is_refused(session, email):
    with pytest.raises(Refused) as refused:
        a_person(email)
    assert refused.value.reason.code == "account.email_invalid"


def test_somebody_is_found_by_address_or_not_at_all(session):
    mia = a_person()
    assert services.find_person(" Mia@example.org ").id == mia.id
    with pytest.raises(Refused) as refused:
        services.find_person("eve@example.org")
    assert refused.value.reason.code == "account.person_unknown"


def grant(person, role: str, kind: str, scope_id=None) -> RoleGrant:
    return services.grant_role(person.id, role, scope_kind=kind, scope_id=scope_id, by=SYSTEM, at=AT)


def test_a_role_given_twice_is_one_grant(session):
    mia, organisation = a_person(), new_id()
    assert grant(mia, "hr", "organisation", organisation) is grant(mia, "hr", "organisation", organisation)
    assert grant(mia, "administrator", "system") is grant(mia, "administrator", "system")
    assert len(session.scalars(sa.select(RoleGrant)).all()) == 2


def test_a_role_given_by_two_at_the_same_moment_is_one_grant(app, session):
    person_id = a_person().id
    session.rollback()

    def give(_number: int) -> None:
        with app.app_context():
            services.grant_role(person_id, "administrator", scope_kind="system", scope_id=None, by=SYSTEM, at=AT)
            db.session.commit()
            db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(give, range(8)))
    assert len(session.scalars(sa.select(RoleGrant)).all()) == 1


def test_somebody_may_have_several_roles_on_several_scopes(session):
    mia, organisations = a_person(), [new_id(), new_id()]
    for organisation in organisations:
        for role in ("author", "learner"):
            grant(mia, role, "organisation", organisation)
    secret, _expires = services.create_token("mia@example.org", PASSWORD, address="", at=now())
    session.flush()
    identity = queries.RowIdentities().by_token(secret, now())
    assert len(identity.actor.grants) == 4
    assert identity.actor.scopes("author", "organisation") == set(organisations)


@pytest.mark.parametrize(
    ("role", "kind", "scoped", "code"),
    [
        ("king", "system", False, "account.role_unknown"),
        ("", "system", False, "account.role_unknown"),
        ("teacher", "organisation", True, "account.scope_missing"),
        ("author", "organisation", False, "account.scope_missing"),
        ("administrator", "organisation", True, "account.scope_missing"),
        ("learner", "course", True, "account.scope_missing"),
    ],
)
def test_a_role_on_the_wrong_scope_is_refused(session, role, kind, scoped, code):
    mia = a_person()
    with pytest.raises(Refused) as refused:
        grant(mia, role, kind, new_id() if scoped else None)
    assert refused.value.reason.code == code


def test_every_role_has_one_kind_of_scope():
    assert {role: rules.scope_of(role) for role in rules.SCOPE_OF_ROLE} == rules.SCOPE_OF_ROLE
    assert set(rules.SCOPE_OF_ROLE) == {
        "learner", "author", "teacher", "hr", "manager", "editor", "reviewer", "administrator"
    }  # fmt: skip
