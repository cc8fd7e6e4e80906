"""Wrong passwords are counted: 5 an account, 50 an address, in 15 minutes; right ones are not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from lms.accounts import services
from lms.accounts.models import SignInFailure
from lms.accounts.reasons import AccountReason
from lms.accounts.services import limits, passwords
from lms.core.db import db
from lms.core.reasons import Reason, Refused
from tests.accounts.visiting import AT, PASSWORD, Visitor, a_person

HERE = "192.0.2.7"


def refusal(email: str = "mia@example.org", password: str = "wrong", *, address: str = HERE, at=AT) -> Refused:
    with pytest.raises(Refused) as refused:
        services.sign_in(email, password, address=address, device="", at=at)
    return refused.value


def fail(times: int, *, account: str = "mia@example.org", address: str = HERE, at=AT) -> None:
    """Failures as `times` wrong passwords leave them, without the time that hashing takes."""
    for _ in range(times):
        limits.note_failure(account, address, at)


@pytest.fixture
def mia(session):
    return a_person()


def test_five_wrong_passwords_pause_the_account_and_then_a_right_one_is_refused_too(mia):
    for _ in range(5):
        assert refusal().reason is AccountReason.WRONG_PASSWORD
    assert refusal().reason is AccountReason.TOO_MANY_FAILURES
    assert refusal(password=PASSWORD).reason is AccountReason.TOO_MANY_FAILURES
    assert refusal(password=PASSWORD, address="198.51.100.1").reason is AccountReason.TOO_MANY_FAILURES


def test_an_account_that_does_not_exist_is_paused_alike(mia):
    fail(5, account="nobody@example.org")
    assert refusal("nobody@example.org").reason is AccountReason.TOO_MANY_FAILURES
    assert refusal("NOBODY@example.org ").reason is AccountReason.TOO_MANY_FAILURES


def test_others_sign_in_while_one_account_is_paused(mia):
    a_person("ada@example.org", name="Ada")
    fail(5)
    assert services.sign_in("ada@example.org", PASSWORD, address=HERE, device="", at=AT)


def test_fifty_wrong_passwords_pause_the_address_for_every_account(mia):
    fail(49, account="somebody@example.org")
    assert services.sign_in("mia@example.org", PASSWORD, address=HERE, device="", at=AT)
    fail(1, account="another@example.org")
    assert refusal(password=PASSWORD).reason is AccountReason.TOO_MANY_FAILURES
    assert services.sign_in("mia@example.org", PASSWORD, address="198.51.100.1", device="", at=AT)


def test_right_passwords_are_not_counted(mia):
    fail(4)
    for _ in range(6):
        assert services.sign_in("mia@example.org", PASSWORD, address=HERE, device="", at=AT)


def test_the_pause_ends_when_the_failures_are_fifteen_minutes_old(mia):
    for minute in range(5):
        fail(1, at=AT + timedelta(minutes=minute))
    refused = refusal(password=PASSWORD, at=AT + timedelta(minutes=5))
    assert refused.values == {"minutes": 10, "seconds": 600}
    last = AT + timedelta(minutes=15)
    assert refusal(password=PASSWORD, at=last - timedelta(seconds=1)).values == {"minutes": 1, "seconds": 1}
    assert services.sign_in("mia@example.org", PASSWORD, address=HERE, device="", at=last)


def test_a_clock_that_is_set_back_pauses_nobody_for_failures_to_come(mia):
    fail(5, at=AT + timedelta(hours=3))
    assert services.sign_in("mia@example.org", PASSWORD, address=HERE, device="", at=AT)


def test_old_failures_are_not_kept(mia, session):
    fail(3)
    fail(1, at=AT + timedelta(minutes=31))
    services.tidy(at=AT + timedelta(minutes=31))
    assert session.scalar(sa.select(sa.func.count()).select_from(SignInFailure)) == 1


def test_failures_name_neither_the_account_nor_the_address(mia, session):
    fail(1)
    row = session.scalars(sa.select(SignInFailure)).one()
    assert "mia" not in row.account
    assert "192." not in row.address


def test_a_failure_stays_counted_though_the_request_is_rolled_back(app, mia, session):
    visitor = Visitor(app)
    for _ in range(5):
        assert visitor.sign_in(password="wrong password").status_code == 401
    page = visitor.sign_in()
    assert (page.status_code, "account.too_many_failures" in page.text) == (429, True)
    assert 800 < int(page.headers["Retry-After"]) <= 900
    answer = app.test_client().post("/api/v1/auth/tokens", json={"email": "mia@example.org", "password": PASSWORD})
    assert (answer.status_code, answer.json["reason"]) == (429, "account.too_many_failures")
    assert 800 < int(answer.headers["Retry-After"]) <= 900


def test_failures_through_the_api_and_the_form_count_together(app, mia):
    visitor = Visitor(app)
    for _ in range(2):
        visitor.sign_in(password="wrong password")
    for _ in range(3):
        visitor.client.post("/api/v1/auth/tokens", json={"email": "mia@example.org", "password": "wrong"})
    assert visitor.sign_in().status_code == 429


def test_an_unknown_address_is_compared_with_a_hash_just_like_a_known_one(mia, monkeypatch):
    """The time is the hasher's: it has the same work with whoever asks."""
    asked = []
    hasher = passwords._hasher

    class Watched:
        def verify(self, stored: str, password: str) -> bool:
            asked.append(stored.rsplit("$", 2)[0])
            return bool(hasher.verify(stored, password))

    monkeypatch.setattr(passwords, "_hasher", Watched())
    a_person("new@example.org", name="New", password=None)
    for email in ("mia@example.org", "new@example.org", "nobody@example.org"):
        refusal(email)
    assert len(asked) == 3
    assert len(set(asked)) == 1


def test_nobody_waits_for_the_write_lock_while_a_password_is_compared(app, mia, monkeypatch, session):
    """Hashing takes as long as ten answers take to save."""
    session.rollback()
    busy = []
    verify = passwords.is_right

    def compare(stored, password):
        busy.append(session().in_transaction())
        return verify(stored, password)

    monkeypatch.setattr(passwords, "is_right", compare)
    assert services.sign_in("mia@example.org", PASSWORD, address=HERE, device="", at=AT)
    assert busy == [False]


def test_twenty_at_the_same_moment_get_five_tries_between_them(app, mia):
    def guess(_number: int) -> Reason:
        with app.app_context():
            try:
                return refusal().reason
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        reasons = list(pool.map(guess, range(20)))
    assert reasons.count(AccountReason.WRONG_PASSWORD) == 5
    assert reasons.count(AccountReason.TOO_MANY_FAILURES) == 15


def test_failures_are_kept_under_a_key_of_the_installation(make_app):
    names = set()
    for secret in ("one-secret-of-many-characters-0123456789", "another-secret-of-many-characters-01234"):
        with make_app(LMS_SECRET_KEY=secret, LMS_ENV="production").app_context():
            fail(1)
            names |= set(db.session.scalars(sa.select(SignInFailure.account)))
    assert len(names) == 2
