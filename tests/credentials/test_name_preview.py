"""/you/certificate: the front of a certificate with one's name, for a frame on one's account."""

from __future__ import annotations

import pytest

from tests.accounts.visiting import Visitor, a_person


@pytest.fixture
def mia(app, session) -> Visitor:
    a_person()
    visitor = Visitor(app)
    visitor.sign_in()
    return visitor


def test_it_shows_the_name_of_the_account(mia):
    answer = mia.get("/you/certificate")
    assert ">Mia Çelik</bdi></h1>" in answer.text
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_what_is_typed_is_shown_and_not_saved(mia):
    assert ">Mia Ž.</bdi></h1>" in mia.client.post("/you/certificate", data={"name": "Mia Ž."}).text
    assert mia.name_shown() == "Mia Çelik"


def test_it_says_which_characters_would_hold_a_certificate(mia):
    assert "No font here has 🎉" in mia.client.post("/you/certificate", data={"name": "Mia 🎉"}).text
    mia.post("/you", name="Mia 🎉")
    assert "No font here has 🎉" in mia.get("/you").text


def test_guests_have_no_name(app, session):
    assert Visitor(app).get("/you/certificate").status_code == 302
