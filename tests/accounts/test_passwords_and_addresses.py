"""A password chosen anew and another address: what follows, what can be undone, and what a thief can not do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from lms.accounts import services
from lms.accounts.models import Link, Person, RecoveryCode, SignIn, TotpFactor
from lms.accounts.reasons import AccountReason, LinkReason
from lms.accounts.services import limits
from lms.core.actor import GUEST, Actor
from lms.core.audit import AuditEntry
from lms.core.clock import now
from lms.core.db import db
from lms.core.reasons import Refused
from tests.accounts.factors import Phone, a_session, with_app
from tests.accounts.posting import link_in, messages, newest_link, text_of
from tests.accounts.visiting import PASSWORD, Visitor, a_person

NEW = "another horse battery 9!"


@pytest.fixture
def mia(app, session) -> Visitor:
    a_person()
    return Visitor(app)


def email() -> str:
    db.session.rollback()
    return db.session.scalars(sa.select(Person.email).where(Person.name == "Mia Çelik")).one()


def signed_in() -> int:
    db.session.rollback()
    return len(db.session.scalars(sa.select(SignIn).where(SignIn.revoked_at.is_(None))).all())


def ask_password(visitor: Visitor) -> str:
    visitor.post("/forgotten", email="mia@example.org")
    return newest_link("mia@example.org")


def test_a_forgotten_password_is_replaced_and_everybody_else_is_out(app, mia):
    elsewhere = Visitor(app)
    elsewhere.sign_in()
    answer = mia.post(ask_password(mia), password=NEW)
    assert (answer.status_code, answer.location) == (302, "/")
    assert mia.name_shown() == "Mia Çelik"
    assert elsewhere.name_shown() is None
    assert Visitor(app).sign_in(password=PASSWORD).status_code == 401
    assert Visitor(app).sign_in(password=NEW).status_code == 302


@pytest.mark.parametrize("has_factor", [False, True])
def test_a_link_for_a_password_ends_a_pause_of_signing_in_but_not_of_guessing_codes(app, mia, has_factor):
    link = ask_password(mia)
    for _ in range(5):
        mia.sign_in(password="wrong horse battery")
    assert mia.sign_in(password=PASSWORD).status_code == 429
    if has_factor:
        with_app(db.session.scalars(sa.select(Person)).one(), now())
        db.session.commit()
    mia.post(link, password=NEW)
    assert (mia.name_shown() is None) is has_factor
    assert Visitor(app).sign_in(password=NEW).status_code == (429 if has_factor else 302)


def test_of_four_who_change_the_password_at_once_one_does(app, mia):
    mia.sign_in()
    person_id, proof_id = db.session.execute(sa.select(SignIn.person_id, SignIn.id)).one()
    db.session.rollback()
    ready = Barrier(4)

    def change(number: int) -> str:
        with app.app_context():
            ready.wait(20)
            facts = {"by": Actor(person_id), "proof_id": proof_id, "address": "192.0.2.1", "at": now()}
            try:
                services.change_password(PASSWORD, f"{NEW} {number}", **facts)
                db.session.commit()
            except Refused as refused:
                db.session.rollback()
                return refused.reason.code
            return "changed"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(change, range(4))) == ["account.wrong_password"] * 3 + ["changed"]


def test_who_is_signed_in_where_the_link_is_opened_stays_so(mia):
    mia.sign_in()
    before = mia.secret
    assert mia.post(ask_password(mia), password=NEW).location == "/"
    assert (mia.name_shown(), mia.secret == before, signed_in()) == ("Mia Çelik", False, 1)


def test_the_person_is_told_of_a_new_password(mia):
    mia.post(ask_password(mia), password=NEW)
    assert text_of(messages("mia@example.org")[-1]).startswith(
        "The password of your account at Sample Skills Alliance was"
    )


def test_older_links_for_the_same_thing_end_with_the_first_that_is_used(mia):
    first, second = ask_password(mia), ask_password(mia)
    assert mia.post(first, password=NEW).status_code == 302
    assert "link.used" in mia.get(second).text


def test_a_link_for_a_password_that_was_used_can_be_asked_for_again(app, mia):
    link = ask_password(mia)
    mia.post(link, password=NEW)
    other = Visitor(app)
    assert f'action="{link}/renew"' in other.get(link).text
    assert other.post(f"{link}/renew").status_code == 302
    assert other.post(newest_link("mia@example.org"), password=PASSWORD).status_code == 302


def test_a_link_for_a_password_lives_four_hours(mia):
    link = ask_password(mia)
    made = db.session.scalars(sa.select(Link)).one()
    assert made.expires_at - made.created_at == timedelta(hours=4)
    assert "works until" in mia.get(link).text


def test_of_two_who_use_a_link_at_once_one_is_refused(mia):
    secret = ask_password(mia).rpartition("/")[2]
    link = services.look_at_link(secret, by=GUEST, at=now())
    assert link.refused is None
    services.follow_link(secret, password=NEW, name=None, by=GUEST, device=None, at=now())
    db.session.commit()
    with pytest.raises(Refused) as refused:
        services.follow_link(secret, password=PASSWORD, name=None, by=GUEST, device=None, at=now())
    assert refused.value.reason is LinkReason.USED


def test_a_disabled_person_gets_no_link_that_lets_them_in(mia):
    db.session.execute(sa.update(Person).values(disabled_at=now()))
    db.session.commit()
    mia.post("/forgotten", email="mia@example.org")
    assert "/links/" in text_of(messages("mia@example.org")[-1])
    assert mia.post(newest_link("mia@example.org"), name="Mia", password=NEW).status_code == 409
    assert mia.name_shown() is None


def test_a_password_is_changed_by_who_knows_the_present_one_and_only_this_device_stays(app, mia):
    elsewhere = Visitor(app)
    elsewhere.sign_in()
    mia.sign_in()
    assert mia.post("/you/password", current="wrong horse battery", password=NEW).status_code == 401
    assert mia.post("/you/password", current=PASSWORD, password="short").status_code == 422
    assert mia.post("/you/password", current=PASSWORD, password=NEW).location == "/you"
    assert mia.name_shown() == "Mia Çelik"
    assert elsewhere.name_shown() is None
    assert Visitor(app).sign_in(password=NEW).status_code == 302


def test_guessing_the_present_password_is_limited_as_signing_in_is(mia):
    mia.sign_in()
    for _ in range(5):
        assert mia.post("/you/password", current="wrong horse battery", password=NEW).status_code == 401
    answer = mia.post("/you/password", current=PASSWORD, password=NEW)
    assert answer.status_code == 429
    assert "account.too_many_failures" in answer.text


def test_an_address_counts_when_it_is_confirmed_and_the_old_one_is_told(app, mia):
    mia.sign_in()
    assert mia.post("/you/address", email="mia@new.example", password=PASSWORD).location == "/message-sent?what=address"
    assert email() == "mia@example.org"
    link = newest_link("mia@new.example")
    assert mia.get(link).status_code == 200
    assert email() == "mia@example.org"
    assert mia.post(link).location == "/you"
    assert email() == "mia@new.example"
    assert Visitor(app).sign_in("mia@new.example").status_code == 302
    told = text_of(messages("mia@example.org")[-1])
    assert told.startswith("Your e-mail address at Sample Skills Alliance was changed")
    assert "mia@new.example" in told


def test_the_old_address_takes_everything_back_from_a_thief(app, mia):
    thief = Visitor(app)
    thief.sign_in()
    thief.post("/you/address", email="thief@evil.example", password=PASSWORD)
    thief.post(newest_link("thief@evil.example"))
    thief.post("/you/address", email="second@evil.example", password=PASSWORD)
    thief.post(newest_link("second@evil.example"))
    undo = link_in(messages("mia@example.org")[-1])
    stolen = link_in(messages("thief@evil.example")[-1])
    answer = mia.post(undo)
    assert email() == "mia@example.org"
    assert thief.name_shown() is None
    assert signed_in() == 0
    assert thief.post(stolen).status_code == 409
    assert mia.post(answer.location, password=NEW).location == "/"
    assert mia.name_shown() == "Mia Çelik"
    assert Visitor(app).sign_in(password=PASSWORD).status_code == 401


def factor_names() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(sa.select(TotpFactor.name)).all())


def an_app(name: str, at: datetime) -> Phone:
    mia = db.session.scalars(sa.select(Person).where(Person.name == "Mia Çelik")).one()
    sealed, uri = services.begin_totp(mia.id)
    phone = Phone(uri)
    proof_id = a_session(mia, at).id
    services.add_totp(sealed, phone.code(at), name=name, proof_id=proof_id, by=Actor(mia.id), at=at)
    services.new_recovery_codes(proof_id=proof_id, by=Actor(mia.id), at=at)
    db.session.commit()
    return phone


@pytest.mark.parametrize("minutes", [-30, 30])
def test_the_second_step_of_a_thief_goes_with_the_change_of_address(app, mia, minutes):
    """Whether it was added before the address was changed or after: else the owner could not sign in past it."""
    thief = Visitor(app)
    thief.sign_in()
    thief.post("/you/address", email="thief@evil.example", password=PASSWORD)
    thief.post(newest_link("thief@evil.example"))
    an_app("Thief’s phone", now() + timedelta(minutes=minutes))
    undo = next(link_in(one) for one in messages("mia@example.org")[::-1] if "Undo the change" in text_of(one))
    answer = mia.post(undo)
    assert factor_names() == []
    assert db.session.scalars(sa.select(RecoveryCode)).all() == []
    assert mia.post(answer.location, password=NEW).location == "/"
    assert mia.name_shown() == "Mia Çelik"
    assert any("“Thief’s phone” was removed" in " ".join(text_of(one).split()) for one in messages("mia@example.org"))


def test_a_second_step_that_the_owner_had_before_stays(app, mia):
    an_app("My phone", now() - timedelta(days=3))
    person = db.session.scalars(sa.select(Person).where(Person.name == "Mia Çelik")).one()
    asking = {"by": Actor(person.id), "address": "192.0.2.1", "at": now()}
    services.ask_for_address("thief@evil.example", PASSWORD, **asking)
    assert mia.post(newest_link("thief@evil.example")).location == "/you"
    an_app("Thief’s phone", now())
    undo = next(link_in(one) for one in messages("mia@example.org")[::-1] if "Undo the change" in text_of(one))
    answer = mia.post(undo)
    assert factor_names() == ["My phone"]
    assert db.session.scalars(sa.select(RecoveryCode)).all() == []  # the thief made them anew
    assert mia.post(answer.location, password=NEW).location.startswith("/sign-in/second-step")


def test_the_present_address_is_told_when_another_one_is_asked_for(app, mia):
    mia.sign_in()
    mia.post("/you/address", email="mia@new.example", password=PASSWORD)
    (told,) = messages("mia@example.org")
    assert "mia@new.example" in text_of(told)
    assert "/forgotten" in text_of(told)
    assert "/links/" not in text_of(told)
    assert email() == "mia@example.org"
    mia.post("/you/address", email="mia@other.example", password="not the password")
    assert len(messages("mia@example.org")) == 1


def test_a_thief_who_undoes_the_own_change_does_not_end_the_link_of_the_owner(app, mia):
    thief = Visitor(app)
    thief.sign_in()
    thief.post("/you/address", email="thief@evil.example", password=PASSWORD)
    thief.post(newest_link("thief@evil.example"))
    undo = link_in(messages("mia@example.org")[-1])
    thief.post("/you/address", email="second@evil.example", password=PASSWORD)
    thief.post(newest_link("second@evil.example"))
    assert thief.post(link_in(messages("thief@evil.example")[-1])).status_code == 302
    assert email() == "thief@evil.example"
    assert mia.post(undo).status_code == 302
    assert email() == "mia@example.org"


def test_a_new_password_ends_a_change_of_address_that_was_asked_for_before(app, mia):
    thief = Visitor(app)
    thief.sign_in()
    thief.post("/you/address", email="thief@evil.example", password=PASSWORD)
    link = newest_link("thief@evil.example")
    mia.post(ask_password(mia), password=NEW)
    assert Visitor(app).post(link).status_code == 409
    assert email() == "mia@example.org"


def test_nobody_learns_at_the_form_that_an_address_has_an_account(app, mia):
    a_person("ada@example.org", name="Ada")
    mia.sign_in()
    free = mia.post("/you/address", email="free@example.org", password=PASSWORD)
    taken = mia.post("/you/address", email="ada@example.org", password=PASSWORD)
    assert (free.status_code, free.location, free.data) == (taken.status_code, taken.location, taken.data)
    assert text_of(messages("ada@example.org")[-1]).startswith("This e-mail address belongs to an account")


def test_an_address_that_somebody_took_meanwhile_is_refused_with_the_reason(mia):
    mia.sign_in()
    mia.post("/you/address", email="ada@example.org", password=PASSWORD)
    a_person("ada@example.org", name="Ada")
    answer = mia.post(newest_link("ada@example.org"))
    assert answer.status_code == 409
    assert "account.email_taken" in answer.text
    assert email() == "mia@example.org"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("mia@example.org", "account.address_same"),
        ("MIA@example.org ", "account.address_same"),
        ("x", "account.email_invalid"),
    ],
)
def test_what_is_wrong_with_a_new_address_stands_in_the_form(mia, typed, code):
    mia.sign_in()
    answer = mia.post("/you/address", email=typed, password=PASSWORD)
    assert answer.status_code == 422
    assert code in answer.text


def test_links_and_what_came_of_them_are_in_the_audit_with_ids_alone(mia):
    mia.sign_in()
    mia.post("/you/address", email="mia@new.example", password=PASSWORD)
    mia.post(newest_link("mia@new.example"))
    entries = db.session.scalars(sa.select(AuditEntry)).all()
    assert {"person.address_asked", "person.address_changed"} <= {entry.action for entry in entries}
    assert "mia@" not in str([vars(entry) for entry in entries])


def test_a_device_shows_when_it_was_last_used_within_the_hour(app, mia, session):
    mia.sign_in()
    session.execute(sa.update(SignIn).values(used_at=now() - timedelta(minutes=50)))
    mia.name_shown()
    assert now() - session.scalars(sa.select(SignIn.used_at)).one() > timedelta(minutes=49)
    session.rollback()
    session.execute(sa.update(SignIn).values(used_at=now() - timedelta(minutes=70)))
    assert mia.name_shown() == "Mia Çelik"
    session.rollback()
    assert now() - session.scalars(sa.select(SignIn.used_at)).one() < timedelta(minutes=1)


def test_all_other_devices_are_signed_out_and_this_one_stays(app, mia):
    other = Visitor(app)
    other.sign_in()
    mia.sign_in()
    assert mia.post("/you/devices/sign-out-others").location == "/you"
    assert (mia.name_shown(), other.name_shown()) == ("Mia Çelik", None)


def test_sign_ins_and_links_that_are_over_go(mia, session):
    mia.sign_in()
    ask_password(mia)
    services.tidy(at=now() + timedelta(days=7))
    assert session.scalar(sa.select(sa.func.count()).select_from(Link)) == 1
    services.tidy(at=now() + timedelta(days=31))
    assert session.scalar(sa.select(sa.func.count()).select_from(Link)) == 0
    assert session.scalar(sa.select(sa.func.count()).select_from(SignIn)) == 0


def test_tries_at_the_same_moment_get_no_more_than_five(session):
    """Counted before the password is compared: the sixth is refused while five are still being compared."""
    a_person()
    at = now()
    for _ in range(5):
        limits.begin_try("mia@example.org", "192.0.2.1", at)
    with pytest.raises(Refused) as refused:
        services.sign_in("mia@example.org", PASSWORD, address="192.0.2.9", device="", at=at)
    assert refused.value.reason is AccountReason.TOO_MANY_FAILURES
