"""One's own name and language."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from lms.accounts import services
from lms.accounts.models import Person
from lms.accounts.reasons import AccountReason
from lms.core.actor import SYSTEM, Actor
from lms.core.reasons import CoreReason, Refused
from tests.accounts.visiting import Visitor, a_person
from tests.conftest import NOW

PASSWORD = "correct horse battery"


@pytest.fixture
def ana(session) -> Person:
    person = services.add_person("ana@example.org", name="Ana Žnidaršič", password=PASSWORD, by=SYSTEM, at=NOW)
    session.flush()  # its grants and sign-ins refer to it
    return person


def _change(person: Person, name: str, locale: str | None = None) -> Person:
    return services.change_profile(person.id, name=name, locale=locale, timezone=None, by=Actor(person.id), at=NOW)


def test_a_person_gives_themselves_another_name_in_any_alphabet(ana: Person) -> None:
    assert _change(ana, "  Λουκία Žnidaršič ", "en").name == "Λουκία Žnidaršič"
    assert ana.locale == "en"


def test_a_name_that_can_not_stand_on_a_certificate_is_refused(ana: Person) -> None:
    with pytest.raises(Refused) as refused:
        _change(ana, "\x00")
    assert refused.value.reason is AccountReason.NAME_INVALID


def test_a_language_that_is_not_shipped_is_refused(ana: Person) -> None:
    with pytest.raises(Refused) as refused:
        _change(ana, "Ana", "tlh")
    assert refused.value.reason is CoreReason.FIELDS


def _signed_in(client: FlaskClient) -> FlaskClient:
    client.post("/sign-in", data={"email": "ana@example.org", "password": PASSWORD, **_token(client, "/sign-in")})
    return client


def _token(client: FlaskClient, path: str) -> dict[str, str]:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found
    return {"csrf_token": found[1]}


@pytest.mark.usefixtures("ana")
def test_the_account_page_saves_and_shows_the_new_name(client: FlaskClient) -> None:
    _signed_in(client)
    answer = client.post("/you", data={"name": "Ana Novak", "locale": "", **_token(client, "/you")})
    assert answer.status_code == 302
    assert "Ana Novak" in client.get("/you").text


@pytest.mark.usefixtures("ana")
def test_a_refused_name_comes_back_as_it_was_typed_with_the_reason_at_its_field(client: FlaskClient) -> None:
    _signed_in(client)
    answer = client.post("/you", data={"name": " ", "locale": "", **_token(client, "/you")})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert AccountReason.NAME_INVALID.text in answer.text


def test_the_time_zone_is_chosen_on_its_page_and_saving_the_name_leaves_it(app, session):
    a_person()
    visitor = Visitor(app)
    visitor.sign_in()
    assert visitor.post("/you/time-zone", timezone="Asia/Tokyo").status_code == 302
    assert "Asia/Tokyo" in visitor.get("/you").text
    visitor.post("/you", name="Mia Ž.")
    assert visitor.client.get("/api/v1/me").json["timezone"] == "Asia/Tokyo"
    assert visitor.post("/you/time-zone", timezone="Europe/Atlantis").status_code == 422
    visitor.post("/you/time-zone", timezone="")
    assert visitor.client.get("/api/v1/me").json["timezone"] is None
