"""The Big List of Naughty Strings as name, address, password and search: kept as it was, or refused; never a fault."""

from __future__ import annotations

import json
import unicodedata
from urllib.parse import urlencode

import pytest
from markupsafe import escape

from lms.accounts import rules
from lms.accounts.services import add_person
from lms.core.actor import SYSTEM
from lms.core.reasons import Refused
from tests.accounts.visiting import AT, PASSWORD, Visitor, a_person

MORE = [
    "\ud800",
    "a\ud800b",
    "nul\0inside",
    "\0",
    "x" * 100_000,
    "\u202egnirts",
    "\ufeffZoë",
    "a\u0301" * 150,
    "😀" * 199,
]
REFUSALS = {400, 401, 404, 409, 413, 415, 422, 429}


@pytest.fixture(scope="session")
def naughty(shared_data) -> list[str]:
    return [*json.loads((shared_data / "evil" / "blns.json").read_text()), *MORE]


def storable(text: str) -> bool:
    return not any("\ud800" <= c <= "\udfff" for c in text)


def test_as_a_name_each_comes_back_as_it_was_written_or_is_refused(app, session, naughty):
    a_person()
    visitor, kept = Visitor(app), 0
    visitor.sign_in()
    token = visitor.csrf_token()
    for text in filter(storable, naughty):
        answer = visitor.client.post("/you", data={"csrf_token": token, "name": text})
        assert answer.status_code in (302, 422), text
        if answer.status_code == 302:
            kept += 1
            name = " ".join(unicodedata.normalize("NFC", text).split())
            assert visitor.name_shown() == name
            assert kept % 4 or str(escape(name)) in visitor.get("/you").text
    assert kept > 300


def test_as_an_address_and_password_of_the_api_each_is_answered(client, session, naughty):
    for text in naughty:
        for credentials in ({"email": text, "password": "x"}, {"email": "mia@example.org", "password": text}):
            answer = client.post("/api/v1/auth/tokens", json=credentials)
            assert answer.status_code in REFUSALS, credentials
            assert answer.json["reason"]


def test_as_an_address_on_the_form_each_comes_back_in_it_as_text(app, session, naughty):
    visitor = Visitor(app)
    token = visitor.csrf_token()
    for text in filter(storable, naughty):
        answer = visitor.client.post("/sign-in", data={"csrf_token": token, "email": text, "password": "x"})
        assert answer.status_code in REFUSALS
        assert str(escape(text.replace("\r\n", "\n"))) in answer.text.replace("\r\n", "\n") or len(text) > 1000


def test_as_an_address_of_somebody_new_each_is_kept_or_refused(session, naughty):
    for text in naughty:
        for email in (text, f"{text}@example.org", f"mia@{text}"):
            try:
                person = add_person(email, name="Mia", password=None, by=SYSTEM, at=AT)
            except (Refused, UnicodeEncodeError):
                continue
            assert person.email == rules.fold_email(email)
            session.flush()
            session.rollback()


def test_as_a_password_each_that_is_long_enough_lets_its_owner_in(app, session, naughty):
    fit = [text for text in naughty if storable(text) and 10 <= len(text) <= 256 and "\r" not in text][::25]
    assert len(fit) > 8
    for number, text in enumerate(fit):
        a_person(f"person{number}@example.org", password=text)
        answer = Visitor(app).sign_in(f"person{number}@example.org", text)
        assert answer.status_code == 302, text


def test_as_a_search_each_finds_something_or_nothing(client, session, naughty):
    for text in naughty:
        query = urlencode({"q": text}, errors="surrogatepass")
        assert client.get(f"/courses?{query}").status_code in (200, 413, 422)
        assert client.get(f"/api/v1/courses?{query}").status_code in (200, 422)


@pytest.mark.parametrize("parameter", ["language", "skill", "cursor", "next", "lang"])
def test_as_any_other_parameter_each_is_answered(client, session, naughty, parameter):
    for text in naughty[::7] + MORE:
        query = urlencode({parameter: text}, errors="surrogatepass")
        for path in ("/courses", "/api/v1/courses", "/sign-in"):
            assert client.get(f"{path}?{query}").status_code in {200, *REFUSALS}, text


def test_as_a_header_or_cookie_each_is_answered(client, session, naughty):
    for text in naughty[::3] + MORE:
        value = "".join(c for c in text if c.isprintable()).encode(errors="replace").decode("latin-1")[:2000]
        for header in ("Accept", "Accept-Language", "User-Agent", "X-Request-Id", "Authorization", "Cookie", "Range"):
            assert client.get("/courses", headers={header: value}).status_code in {200, *REFUSALS}, (header, value)


def test_a_name_in_any_alphabet_is_a_name(session, shared_data):
    folder = shared_data / "names"
    assert list(folder.iterdir())
    a_person(name="Nguyễn Thị Minh Khai")
    for name in ("José", "محمد", "李小龍", "O’Connor-Smith", "Björk Guðmundsdóttir", "Siobhán", "X Æ A-12", "김민수"):
        assert rules.clean_name(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    "name", ["", " ", "\u200b", "\u00ad", "\u3164\u2063", "a\nb", "a\tb", "\x7f", "\u2028", "x" * 201]
)
def test_what_nobody_could_print_is_no_name(name):
    with pytest.raises(Refused):
        rules.clean_name(name)


@pytest.mark.parametrize("password", ["", "short", "x" * 9, "x" * 257])
def test_a_password_has_ten_to_256_characters_and_no_other_rule(password):
    with pytest.raises(Refused) as refused:
        rules.check_password(password)
    assert refused.value.values == {"least": 10, "most": 256}
    rules.check_password("aaaaaaaaaa")
    rules.check_password(PASSWORD)
