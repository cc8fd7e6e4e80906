"""The wallet, the earned moment, and the page on which anybody checks a certificate."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from lms.accounts.models import Person
from lms.core.actor import SYSTEM
from lms.core.clock import now
from lms.core.db import db
from lms.core.storage import storage
from lms.credentials import queries, services
from lms.credentials.models import Award, AwardDocument, AwardHolder
from lms.credentials.verifying import CHECKS
from lms.organisations.services import add_organisation
from tests.credentials.conftest import Earn, do_work
from tests.learning.building import a_person, signed_in

JSON = {"Accept": "application/json"}


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


def pdf_of(award: Award) -> bytes:
    document = queries.find_view(award.id, now()).document
    assert document is not None
    return storage().get(document.digest)


@pytest.fixture
def award(earn: Earn) -> Award:
    return earn()


@pytest.fixture
def holder(app, award: Award):
    return signed_in(app, db.session.get_one(Person, award.person_id))


def test_an_empty_wallet_says_what_will_be_in_it(app, session) -> None:
    page = signed_in(app, a_person()).get("/certificates").get_data(as_text=True)
    assert "You hold no certificate yet" in page
    assert 'href="/courses"' in page


def test_the_wallet_shows_each_with_its_standing_and_its_bars(holder, award: Award) -> None:
    page = holder.get("/certificates").get_data(as_text=True)
    assert f'href="/certificates/{award.public_id}"' in page
    assert "The document is on its way" in page
    assert page.count('class="strip"') == 1


def test_while_the_document_is_coming_the_page_looks_again_by_itself(holder, award: Award) -> None:
    page = holder.get(f"/certificates/{award.public_id}").get_data(as_text=True)
    assert '<noscript><meta http-equiv="refresh"' in page
    assert "data-job=" in page
    assert "Download PDF" not in page


def test_the_earned_moment_shows_the_document(holder, award: Award, work: Callable[[], int]) -> None:
    work()
    page = holder.get(f"/certificates/{award.public_id}").get_data(as_text=True)
    assert "You have earned it, Ana" in page
    assert "Download PDF" in page
    assert "http-equiv" not in page
    assert holder.get(f"/certificates/{award.public_id}/picture").data.startswith(b"\x89PNG")
    assert holder.get(f"/certificates/{award.public_id}/pdf").data == pdf_of(award)


def test_the_month_for_linkedin_is_that_of_the_day_on_the_document(app, session, earn: Earn) -> None:
    """In the organisation's zone: half past eleven at night in UTC is the next month in Auckland."""
    at, zone = datetime(2026, 3, 31, 23, 30, tzinfo=UTC), "Pacific/Auckland"
    add_organisation("auckland", name="Auckland", by=SYSTEM, at=at).timezone = zone
    award = earn(at=at, organisation="auckland")
    do_work()
    holder = signed_in(app, db.session.get_one(Person, award.person_id))
    page = holder.get(f"/certificates/{award.public_id}").get_data(as_text=True)
    assert "issueYear=2026&amp;issueMonth=4" in page


def test_a_held_one_says_why_and_an_administrator_tries_again(app, earn: Earn, work: Callable[[], int]) -> None:
    award = earn(name="Ana 🎓 Žnidaršič")
    work()
    own = signed_in(app, db.session.get_one(Person, award.person_id))
    page = own.get(f"/certificates/{award.public_id}").get_data(as_text=True)
    assert "🎓" in page
    assert "Try again now" not in page
    administrator = signed_in(app, a_person("administrator"))
    assert "Try again now" in administrator.get(f"/certificates/{award.public_id}").get_data(as_text=True)
    assert administrator.post(f"/certificates/{award.public_id}/retry").status_code == 302
    assert work() == 1


def test_a_guest_is_led_to_sign_in_and_a_stranger_finds_nothing(app, client, award: Award) -> None:
    assert client.get(f"/certificates/{award.public_id}").status_code == 302
    assert signed_in(app, a_person()).get(f"/certificates/{award.public_id}").status_code == 404


@pytest.mark.parametrize("typed", ["{id}", "{grouped}", "  {upper} ", "https://learn.example.org/verify/{id}/"])
def test_a_number_is_found_however_it_is_typed(client, award: Award, typed: str) -> None:
    grouped = "-".join(re.findall(".{1,5}", award.public_id))
    given = typed.format(id=award.public_id, grouped=grouped, upper=award.public_id.upper())
    answer = client.get("/verify", query_string={"id": given})
    assert answer.headers["Location"] == f"/verify/{award.public_id}"


def test_an_employer_sees_in_words_that_it_is_valid(client, award: Award, work: Callable[[], int]) -> None:
    work()
    answer = client.get(f"/verify/{award.public_id}")
    page = words(answer.get_data(as_text=True))
    assert "Valid Issued to Ana Žnidaršič by Academy" in page
    assert "It was not withdrawn" in page
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert 'name="robots" content="noindex"' in answer.get_data(as_text=True)


def test_a_program_sees_the_same_as_json(client, award: Award, work: Callable[[], int]) -> None:
    work()
    answer = client.get(f"/verify/{award.public_id}", headers=JSON)
    found = answer.get_json()
    assert (found["status"], found["valid"], found["holder"]) == ("issued", True, "Ana Žnidaršič")
    assert {check["check"]: check["passed"] for check in found["checks"]} == dict.fromkeys(CHECKS[:-1], True)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Accept" in answer.headers["Vary"]


def test_a_withdrawn_one_says_so_with_the_reason(client, award: Award) -> None:
    services.revoke_award(award.public_id, "The exam was not supervised.", by=SYSTEM, at=now())
    page = words(client.get(f"/verify/{award.public_id}").get_data(as_text=True))
    assert "Not valid: withdrawn" in page
    assert "The exam was not supervised." in page
    assert client.get(f"/verify/{award.public_id}", headers=JSON).get_json()["status"] == "revoked"


@pytest.mark.parametrize("unknown", ["0" * 26, "x", "u" * 26, "%00" * 26, "Ж" * 26, "0" * 4000])
def test_a_number_that_we_never_gave_is_not_known(client, unknown: str) -> None:
    answer = client.get(f"/verify/{unknown}", headers=JSON)
    assert (answer.status_code, answer.get_json()["reason"]) == (404, "credentials.unknown")
    assert "We know no certificate with this number" in client.get(f"/verify/{unknown}").get_data(as_text=True)


def test_of_a_number_that_was_mistyped_one_letter_is_mended_and_not_all_typed_again(client) -> None:
    typed = "0" * 25 + "7"
    assert f'href="/verify?number={typed}"' in client.get(f"/verify/{typed}").get_data(as_text=True)
    assert f'value="{typed}"' in client.get(f"/verify?number={typed}").get_data(as_text=True)


def token_on(client, path: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).get_data(as_text=True))
    assert found
    return found[1]


def send(client, path: str, data: bytes, headers: dict[str, str] = JSON):
    form = {"file": (io.BytesIO(data), "certificate.pdf"), "csrf_token": token_on(client, path)}
    return client.post(path, data=form, headers=headers)


def test_a_dropped_file_finds_its_award_or_is_refused(client, award: Award, work: Callable[[], int]) -> None:
    work()
    pdf = pdf_of(award)
    found = send(client, "/verify", pdf).get_json()
    assert (found["id"], found["valid"]) == (award.public_id, True)
    altered = send(client, "/verify", pdf[:-1] + b"x")
    assert (altered.status_code, altered.get_json()["reason"]) == (409, "credentials.not_genuine")
    nothing = client.post("/verify", data={"csrf_token": token_on(client, "/verify")}, headers=JSON)
    assert nothing.get_json()["reason"] == "credentials.file_missing"


def test_a_program_sends_a_file_without_having_seen_the_form(client, award: Award, work: Callable[[], int]) -> None:
    work()
    for path in ("/verify", f"/verify/{award.public_id}"):
        form = {"file": (io.BytesIO(pdf_of(award)), "certificate.pdf")}
        assert client.post(path, data=form, headers=JSON).get_json()["valid"] is True


def test_who_finds_nothing_is_led_back_to_checking(client) -> None:
    for answer in (client.get("/verify/" + "0" * 26), send(client, "/verify", b"%PDF-1.7 other", headers={})):
        page = words(answer.get_data(as_text=True))
        assert "Check another number or file" in page
        assert "course may have a new name" not in page
        assert "Nothing was changed" not in page


@pytest.mark.parametrize("around", ["https://x.example/verify/{}?from=cv", "{}#top", "https://x.example/verify/{}/"])
def test_a_number_is_found_in_what_was_pasted(client, around: str) -> None:
    answer = client.get("/verify", query_string={"id": around.format("a" * 26)})
    assert answer.headers["Location"] == "/verify/" + "a" * 26


def test_an_altered_file_is_shown_beside_what_was_issued(client, award: Award, work: Callable[[], int]) -> None:
    work()
    altered = pdf_of(award).replace(b"Academy", b"Akademy") + b"\n"
    found = send(client, f"/verify/{award.public_id}", altered).get_json()
    assert (found["status"], found["valid"]) == ("issued", False)
    page = words(send(client, f"/verify/{award.public_id}", altered, headers={}).get_data(as_text=True))
    assert "This file was changed" in page
    assert "Ana Žnidaršič" in page
    assert send(client, f"/verify/{award.public_id}", pdf_of(award)).get_json()["valid"] is True


def test_after_erasure_the_page_says_so_and_names_nobody(client, award: Award, work: Callable[[], int]) -> None:
    work()
    db.session.execute(sa.delete(AwardHolder))
    db.session.execute(sa.delete(AwardDocument))
    page = words(client.get(f"/verify/{award.public_id}").get_data(as_text=True))
    assert "data were erased" in page
    assert "Žnidaršič" not in page


@pytest.mark.parametrize("signed", [False, True])
def test_the_page_that_checks_takes_three_statements_at_most(
    client, holder, award: Award, work: Callable[[], int], queries: Callable[..., Any], signed: bool
) -> None:
    work()
    count = queries
    asking, path = holder if signed else client, f"/verify/{award.public_id}"
    asking.get(path)
    with count() as run:
        assert asking.get(path).status_code == 200
    assert len(run) <= 3, "\n\n".join(run)
