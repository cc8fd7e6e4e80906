"""Passkeys with real signatures: what is taken, and what a thief could try."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from webauthn.helpers import bytes_to_base64url

from lms.accounts import rules, services
from lms.accounts.models import Challenge, Passkey, Person
from lms.accounts.reasons import AccountReason, SecurityReason
from lms.accounts.rules import MOST_FAILURES_ACCOUNT
from lms.accounts.services import Proof
from lms.core.actor import Actor
from lms.core.db import db
from lms.core.reasons import Refused
from tests.accounts.authenticator import Authenticator
from tests.accounts.factors import a_session
from tests.accounts.visiting import AT, PASSWORD, Visitor, a_person

ORIGIN, HOST = "https://learn.example.org", "learn.example.org"
HERE: dict[str, Any] = {"address": "192.0.2.1", "device": "phone"}
SOON = AT + timedelta(minutes=1)


@pytest.fixture
def named(make_app) -> Iterator[Flask]:
    """An installation whose address has a name."""
    app = make_app(LMS_BASE_URL=ORIGIN)
    with app.app_context():
        yield app
        db.session.rollback()


@pytest.fixture
def mia(named) -> Person:
    return a_person()


def added(person: Person, **facts) -> Authenticator:
    """The person's phone with a passkey for the account."""
    phone = Authenticator(ORIGIN, HOST, **facts)
    acting: dict[str, Any] = {"proof_id": a_session(person, AT).id, "by": Actor(person.id), "at": AT}
    services.add_passkey(phone.create(services.begin_passkey(**acting)), name="My phone", **acting)
    db.session.commit()
    return phone


def alone(answer: str, at=SOON) -> str:
    return services.sign_in_by_passkey(answer, at=at, **HERE)


def challenge(at=SOON) -> str:
    options = services.begin_passkey_sign_in(address=HERE["address"], at=at)
    db.session.commit()
    return options


def refused(call, *args, **more):
    with pytest.raises(Refused) as caught:
        call(*args, **more)
    return caught.value.reason


def test_a_passkey_signs_in_without_a_password(mia):
    phone = added(mia)
    assert alone(phone.get(challenge()))
    (row,) = db.session.scalars(sa.select(Passkey)).all()
    assert (row.sign_count, row.used_at, row.transports) == (1, SOON, ["internal"])


def test_a_device_that_keeps_no_count_is_fine(mia):
    phone = added(mia, counts=False)
    assert alone(phone.get(challenge()))
    assert alone(phone.get(challenge()))


def test_an_answer_counts_once(mia):
    phone = added(mia)
    answer = phone.get(challenge())
    assert alone(answer)
    assert refused(alone, answer) is SecurityReason.PASSKEY_REFUSED


LIES = {
    "another site": {"origin": "https://learn.example.com"},
    "a challenge of its own": {"challenge": bytes_to_base64url(b"x" * 32)},
    "a passkey that nobody knows": {"id": b"nobody's"},
    "another key": {"key": ec.generate_private_key(ec.SECP256R1())},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_refused(mia, lie):
    phone = added(mia)
    assert refused(alone, phone.get(challenge(), **LIES[lie])) is SecurityReason.PASSKEY_REFUSED


def test_a_copy_of_the_key_is_told_by_its_count(mia):
    phone = added(mia)
    for _use in range(3):
        assert alone(phone.get(challenge()))
    assert refused(alone, phone.get(challenge(), count=2)) is SecurityReason.PASSKEY_REFUSED


def test_a_passkey_alone_must_know_its_owner_and_as_a_second_step_need_not(mia):
    phone = added(mia)
    assert refused(alone, phone.get(challenge(), verified=False)) is SecurityReason.PASSKEY_REFUSED
    entry = services.sign_in(mia.email, PASSWORD, at=SOON, **HERE)
    assert not entry.is_complete
    answer = phone.get(services.begin_second_step(entry.secret, at=SOON), verified=False)
    assert services.finish_sign_in(entry.secret, Proof(passkey=answer), at=SOON, **HERE)


def test_an_answer_for_one_purpose_or_person_serves_no_other(mia):
    phone, eve = added(mia), a_person("eve@example.org", name="Eve")
    added(eve)
    entry = services.sign_in(eve.email, PASSWORD, at=SOON, **HERE)
    for options in (challenge(), services.begin_second_step(entry.secret, at=SOON)):
        proof = Proof(passkey=phone.get(options))
        reason = refused(services.finish_sign_in, entry.secret, proof, at=SOON, **HERE)
        assert reason is SecurityReason.PASSKEY_REFUSED
    assert (
        refused(alone, phone.get(services.begin_proving(by=Actor(mia.id), at=SOON))) is SecurityReason.PASSKEY_REFUSED
    )


def test_a_challenge_lives_for_ten_minutes_and_old_ones_go(mia):
    phone = added(mia)
    options = challenge()
    assert refused(alone, phone.get(options), SOON + timedelta(minutes=10)) is SecurityReason.PASSKEY_REFUSED
    challenge(SOON + timedelta(hours=1))
    assert len(db.session.scalars(sa.select(Challenge)).all()) == 1


def test_a_network_address_has_so_many_open_challenges_and_no_more(mia, monkeypatch):
    monkeypatch.setattr(rules, "MOST_CHALLENGES_ADDRESS", 3)
    phone = added(mia)
    first, *_others = (challenge() for _ in range(3))
    with pytest.raises(Refused) as caught:
        challenge()
    assert caught.value.reason is SecurityReason.TOO_MANY_CHALLENGES
    assert caught.value.values == {"minutes": 10, "seconds": 600}
    assert services.begin_passkey_sign_in(address="198.51.100.1", at=SOON)
    assert alone(phone.get(first))
    assert challenge()  # what was answered counts no more
    assert challenge(SOON + timedelta(minutes=10))


def test_the_network_address_of_a_challenge_is_not_kept_in_the_clear(mia):
    challenge()
    assert HERE["address"] not in (db.session.scalars(sa.select(Challenge.address)).one() or "")


def test_over_http_a_guest_is_told_when_to_come_back(named, monkeypatch):
    monkeypatch.setattr(rules, "MOST_CHALLENGES_ADDRESS", 1)
    client, https = named.test_client(), {"base_url": ORIGIN, "headers": {"Referer": f"{ORIGIN}/sign-in"}}
    token = client.get("/sign-in", **https).text.split('name="csrf_token" value="')[1].split('"')[0]
    asked = {"data": {"csrf_token": token}, **https}
    assert client.post("/sign-in/passkey/options", **asked).status_code == 200
    refusal = client.post("/sign-in/passkey/options", **asked)
    assert refusal.status_code == 429
    assert 0 < int(refusal.headers["Retry-After"]) <= 600


def test_a_passkey_proves_again_that_it_is_the_person(mia):
    phone, session = added(mia), a_session(mia, AT)
    late = AT + timedelta(hours=1)
    again = {"sign_in_id": session.id, "by": Actor(mia.id), "address": "x", "at": late}
    weak = phone.get(services.begin_proving(by=Actor(mia.id), at=late), verified=False)
    assert refused(services.prove_again, Proof(passkey=weak), **again) is SecurityReason.PASSKEY_REFUSED
    services.prove_again(Proof(passkey=phone.get(services.begin_proving(by=Actor(mia.id), at=late))), **again)
    assert services.is_fresh(session.id, mia.id, late)


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "null", "x", '{"id":"a","rawId":"a","type":"public-key","response":{}}']
)
def test_what_is_no_answer_is_refused_not_a_fault(mia, answer):
    added(mia)
    assert refused(alone, answer) is SecurityReason.PASSKEY_REFUSED
    acting: dict[str, Any] = {"proof_id": a_session(mia, AT).id, "by": Actor(mia.id), "at": AT}
    assert refused(services.add_passkey, answer, name="x", **acting) is SecurityReason.PASSKEY_UNREADABLE


def test_the_same_passkey_is_not_added_twice(mia):
    phone = added(mia)
    acting: dict[str, Any] = {"proof_id": a_session(mia, AT).id, "by": Actor(mia.id), "at": AT}
    options = services.begin_passkey(**acting)
    assert [one["id"] for one in json.loads(options)["excludeCredentials"]] == [bytes_to_base64url(phone.id)]
    assert refused(services.add_passkey, phone.create(options), name="again", **acting) is SecurityReason.PASSKEY_KNOWN


def test_somebody_disabled_is_not_let_in_by_a_passkey(mia):
    phone = added(mia)
    mia.disabled_at = AT
    assert refused(alone, phone.get(challenge())) is SecurityReason.PASSKEY_REFUSED


def test_wrong_answers_of_a_second_step_count_like_wrong_passwords(mia):
    phone = added(mia)
    entry = services.sign_in(mia.email, PASSWORD, at=SOON, **HERE)
    db.session.commit()
    for _try in range(MOST_FAILURES_ACCOUNT):
        refused(services.finish_sign_in, entry.secret, Proof(passkey="{}"), at=SOON, **HERE)
    answer = phone.get(services.begin_second_step(entry.secret, at=SOON))
    reason = refused(services.finish_sign_in, entry.secret, Proof(passkey=answer), at=SOON, **HERE)
    assert reason is AccountReason.TOO_MANY_FAILURES


def test_a_new_password_ends_what_was_half_way_in(named, mia):
    added(mia)
    entry = services.sign_in(mia.email, PASSWORD, at=SOON, **HERE)
    proof = a_session(mia, AT).id
    services.change_password(PASSWORD, "another horse battery", by=Actor(mia.id), proof_id=proof, address="x", at=SOON)
    assert refused(services.begin_second_step, entry.secret, at=SOON) is SecurityReason.STEP_OVER


def test_over_http_a_browser_signs_in_by_passkey(named, mia):
    phone = added(mia)
    visitor = Visitor(named)
    https = {"base_url": ORIGIN, "headers": {"Referer": f"{ORIGIN}/sign-in"}}
    token = visitor.client.get("/sign-in", **https).text.split('name="csrf_token" value="')[1].split('"')[0]
    asked = visitor.client.post("/sign-in/passkey/options", data={"csrf_token": token}, **https)
    fields = {"csrf_token": token, "passkey": phone.get(asked.text), "next": "/courses"}
    answer = visitor.client.post("/sign-in/passkey", data=fields, **https)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/courses")
    assert visitor.client.get("/api/v1/me", base_url=ORIGIN).json["email"] == mia.email


def test_a_program_adds_and_removes_factors_with_a_new_token(named, mia):
    client = named.test_client()
    token = client.post("/api/v1/auth/tokens", json={"email": mia.email, "password": PASSWORD}).json["token"]
    headers = {"Authorization": f"Bearer {token}"}
    options = client.post("/api/v1/me/security/passkeys/options", headers=headers).text
    answer = json.loads(Authenticator(ORIGIN, HOST).create(options))
    made = client.post("/api/v1/me/security/passkeys", json={"answer": answer, "name": "Key"}, headers=headers)
    assert (made.status_code, made.json["name"]) == (201, "Key")
    codes = client.post("/api/v1/me/security/recovery-codes", headers=headers).json["codes"]
    found = client.get("/api/v1/me/security", headers=headers).json
    assert ([one["id"] for one in found["passkeys"]], found["recovery_codes"]) == ([made.json["id"]], 10)
    without = client.post("/api/v1/auth/tokens", json={"email": mia.email, "password": PASSWORD})
    assert (without.status_code, without.json["reason"]) == (401, "account.second_factor_needed")
    with_code = {"email": mia.email, "password": PASSWORD, "code": codes[0]}
    assert client.post("/api/v1/auth/tokens", json=with_code).status_code == 200
    gone = client.delete(f"/api/v1/me/security/factors/{made.json['id']}", headers=headers)
    assert gone.status_code == 204
