"""Erasing a person: what goes, what stays, twice, and beside work that runs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from lms.accounts import services
from lms.accounts.models import ApiToken, Link, Person, RoleGrant, SignIn, SignInFailure
from lms.accounts.services import limits
from lms.core.actor import ADMINISTRATOR, SYSTEM, Actor, Grant
from lms.core.audit import AuditEntry
from lms.core.clock import now
from lms.core.db import db
from lms.core.jobs.forgetting import without
from lms.core.jobs.models import Job
from lms.core.jobs.services import enqueue
from lms.core.mail.models import Mail
from lms.core.mail.services import send
from lms.core.reasons import Refused
from tests.accounts.factors import a_session, recovery_codes, with_app
from tests.accounts.visiting import AT, PASSWORD, Visitor, a_person


@pytest.fixture
def mia(session):
    return a_person()


def erase(person, by=None):
    services.erase_person(person.id, by=by or Actor(person.id), at=AT)
    db.session.flush()


def rows(table):
    return db.session.scalars(sa.select(table)).all()


def test_name_address_and_password_go_and_the_row_stays_as_an_id(mia):
    mia_id = mia.id
    erase(mia)
    row = db.session.get_one(Person, mia_id)
    assert (row.name, row.locale, row.timezone, row.password_hash) == ("", None, None, None)
    assert "mia" not in row.email
    assert "@" not in row.email
    assert row.erased_at == row.disabled_at == AT


def test_browsers_programs_factors_and_roles_are_gone(mia):
    services.grant_role(mia.id, "editor", scope_kind="hub", scope_id=None, by=SYSTEM, at=AT)
    services.create_token(mia.email, PASSWORD, address="x", at=AT)
    with_app(mia, AT)
    recovery_codes(mia, AT, a_proof(mia))
    limits.note_failure(mia.email, "x", AT)
    erase(mia)
    tables = [table for table in db.metadata.sorted_tables if "person_id" in table.c and table.name != "audit_entry"]
    for table in tables:
        left = db.session.execute(sa.select(table).where(table.c.person_id == mia.id)).all()
        assert left == [], table.name
    assert rows(SignIn) == rows(ApiToken) == rows(RoleGrant) == rows(Link) == rows(SignInFailure) == []


def a_proof(person):
    return db.session.scalars(sa.select(SignIn).where(SignIn.person_id == person.id)).first() or a_session(person, AT)


def test_the_audit_says_who_was_erased_by_whom_with_ids_alone(mia):
    erase(mia)
    entry = rows(AuditEntry)[-1]
    assert (entry.action, entry.person_id, entry.subject_id) == ("person.erased", mia.id, str(mia.id))
    assert "mia@" not in str([vars(one) for one in rows(AuditEntry)])


def test_erasing_twice_changes_nothing(mia):
    erase(mia)
    before = len(rows(AuditEntry))
    erase(mia)
    assert len(rows(AuditEntry)) == before


def test_the_address_is_free_for_a_new_account_which_has_nothing_of_the_old_one(mia):
    old_id, email = mia.id, mia.email
    erase(mia)
    assert a_person(email).id != old_id


def test_an_administrator_may_erase_and_nobody_else(mia):
    eve = a_person("eve@example.org", name="Eve")
    hr = Actor(eve.id, frozenset({Grant("hr", "organisation", mia.id)}))
    with pytest.raises(Refused, match=r"core\.not_found"):
        erase(mia, by=hr)
    erase(mia, by=Actor(eve.id, frozenset({Grant(ADMINISTRATOR, "system", None)})))
    assert mia.erased_at == AT


def test_the_last_administrator_stays(mia):
    services.grant_role(mia.id, ADMINISTRATOR, scope_kind="system", scope_id=None, by=SYSTEM, at=AT)
    db.session.flush()
    with pytest.raises(Refused, match=r"account\.last_administrator"):
        erase(mia)
    other = a_person("other@example.org")
    services.grant_role(other.id, ADMINISTRATOR, scope_kind="system", scope_id=None, by=SYSTEM, at=AT)
    db.session.flush()
    erase(mia)
    assert mia.erased_at


def test_a_waiting_message_is_not_sent_and_the_last_one_is_kept_nowhere_else(mia):
    mia_id = mia.id
    send("security-changed", person_id=mia_id, values={"change": "x"}, key="waiting", at=AT)
    db.session.flush()
    erase(mia)
    (last,) = rows(Mail)
    assert (last.template, last.person_id, last.address) == ("erased", None, "mia@example.org")


def test_work_that_the_person_asked_for_ends_and_forgets(mia):
    waiting = enqueue("tests.nothing", "a", {"for": "Mia Çelik"}, at=AT, person_id=mia.id)
    erase(mia)
    db.session.refresh(waiting)
    assert (waiting.state, waiting.payload) == ("cancelled", {"for": ""})


def test_work_of_others_forgets_only_what_stands_beside_the_address(mia):
    rows_in = [{"email": "mia@example.org", "name": "Mia Çelik"}, {"email": "b@example.org", "name": "Mia Çelik"}]
    done = enqueue("tests.nothing", "b", {"rows": rows_in}, at=AT)
    running = enqueue("tests.nothing", "c", {"rows": rows_in}, at=AT)
    db.session.execute(
        sa.update(Job).where(Job.id == done.id).values(state="done", result={"rows": [["mia@example.org"]]})
    )
    erase(mia)
    db.session.refresh(done)
    db.session.refresh(running)
    assert done.payload == {"rows": [{"email": "", "name": ""}, rows_in[1]]}
    assert done.result == {"rows": [[""]]}
    assert running.payload == {"rows": rows_in}


@pytest.mark.parametrize(
    ("value", "everywhere", "left"),
    [
        ({"a": "Mia"}, False, {"a": "Mia"}),
        ({"a": "Mia"}, True, {"a": ""}),
        ({"a": {"b": ["x", "Mia Ç"]}}, True, {"a": {"b": ["x", ""]}}),
        ({"a": "m@x", "b": "Mia", "c": 1}, False, {"a": "", "b": "", "c": 1}),
        (["Hello Mia <m@x>", "Mia"], False, ["", ""]),
        (None, True, None),
    ],
)
def test_texts_are_emptied_where_they_name_somebody(value, everywhere, left):
    assert without(value, {"m@x", "Mia"}, everywhere=everywhere) == left


def test_the_account_is_erased_only_when_its_address_is_typed_after_a_fresh_proof(app, mia):
    visitor = Visitor(app)
    visitor.sign_in()
    wrong = visitor.post("/you/data/erase", email="mia@example.com")
    assert wrong.status_code == 422
    assert "not the address of the account" in wrong.text
    db.session.rollback()
    db.session.execute(sa.update(SignIn).values(proved_at=None))
    assert visitor.post("/you/data/erase", email="mia@example.org").headers["Location"].startswith("/you/prove")
    visitor.post("/you/prove", password=PASSWORD)
    done = visitor.post("/you/data/erase", email=" MIA@example.org ")
    assert done.status_code == 200
    assert "erased" in done.text
    assert visitor.name_shown() is None
    assert visitor.sign_in().status_code == 401


def test_a_program_erases_the_account_it_acts_for(app, client, mia):
    token = client.post("/api/v1/auth/tokens", json={"email": mia.email, "password": PASSWORD}).json["token"]
    headers = {"Authorization": f"Bearer {token}"}
    wrong = client.post("/api/v1/me/erasure", json={"email": "x@example.org"}, headers=headers)
    assert (wrong.status_code, wrong.json["reason"]) == (422, "account.address_differs")
    assert client.post("/api/v1/me/erasure", json={"email": "mia@example.org"}, headers=headers).status_code == 204
    assert client.get("/api/v1/me", headers=headers).status_code == 401
    assert db.session.scalars(sa.select(Person.erased_at)).one() <= now()


def test_four_who_erase_at_once_erase_once(app, mia):
    mia_id = mia.id
    db.session.commit()

    def one(_number: int) -> None:
        with app.app_context():
            services.erase_person(mia_id, by=SYSTEM, at=now())
            db.session.commit()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(4)))
    db.session.rollback()
    assert [entry.action for entry in rows(AuditEntry)].count("person.erased") == 1
    assert len(rows(Mail)) == 1
