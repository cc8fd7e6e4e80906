"""Awards for programs, as contract.md has them; who may do what, as a table."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lms.accounts.models import Person
from lms.accounts.services import grant_role
from lms.core.actor import SYSTEM
from lms.core.db import db
from lms.courses.queries import find_course
from lms.credentials.models import Award
from lms.organisations.services import add_member
from tests.certificates.documents import spelt_name
from tests.credentials.conftest import Earn
from tests.learning.building import AT, a_person, an_organisation, signed_in
from tests.organisations.building import a_team, hr_of, invited


def holder_of(award: Award) -> Person:
    return db.session.get_one(Person, award.person_id)


@pytest.fixture
def award(earn: Earn) -> Award:
    return earn()


def test_me_credentials_shows_it_from_the_completing_response_on(app, award: Award) -> None:
    (item,) = signed_in(app, holder_of(award)).get("/api/v1/me/credentials").get_json()["items"]
    assert item["id"] == award.public_id
    assert (item["status"], item["title"], item["course"]) == ("eligible", "Safety at work", "safety")
    assert item["reason"]["code"] == "credentials.document_coming"
    assert award.expires_at is not None
    assert item["expires_at"] == award.expires_at.isoformat()


def test_the_pdf_is_refused_with_the_reason_until_it_is_there_and_then_the_same_bytes(
    app, award: Award, work: Callable[[], int]
) -> None:
    client = signed_in(app, holder_of(award))
    before = client.get(f"/api/v1/credentials/{award.public_id}/pdf")
    assert (before.status_code, before.get_json()["reason"]) == (409, "credentials.document_coming")
    work()
    first, second = (client.get(f"/api/v1/credentials/{award.public_id}/pdf") for _ in range(2))
    assert first.mimetype == "application/pdf"
    assert first.data == second.data
    assert spelt_name(first.data) == "Ana Žnidaršič"
    assert client.get("/api/v1/me/credentials").get_json()["items"][0]["status"] == "issued"


def test_the_pdf_is_resumable_and_not_sent_to_who_has_it(app, award: Award, work: Callable[[], int]) -> None:
    work()
    client, path = signed_in(app, holder_of(award)), f"/api/v1/credentials/{award.public_id}/pdf"
    whole = client.get(path)
    part = client.get(path, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.data) == (206, whole.data[10:20])
    assert client.get(path, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304


def test_a_held_one_tells_why(app, earn: Earn, work: Callable[[], int]) -> None:
    award = earn(name="Ana 🎓 Žnidaršič")
    work()
    answer = signed_in(app, holder_of(award)).get(f"/api/v1/credentials/{award.public_id}/pdf")
    assert (answer.status_code, answer.get_json()["reason"]) == (409, "credentials.glyph_missing")
    assert answer.get_json()["values"]["characters"] == "🎓"


def test_the_facts_are_those_of_the_day_of_issue(app, award: Award) -> None:
    facts = signed_in(app, holder_of(award)).get(f"/api/v1/credentials/{award.public_id}").get_json()
    assert facts["holder"] == "Ana Žnidaršič"
    assert facts["digest"] == award.digest
    assert facts["facts"]["course_revision"] == 1


def test_a_withdrawal_answers_with_the_new_status(app, award: Award) -> None:
    author = signed_in(app, a_person("author", scope=an_organisation().id))
    path = f"/api/v1/credentials/{award.public_id}/revocation"
    answer = author.post(path, json={"reason": "The exam was not supervised."})
    assert (answer.status_code, answer.get_json()["status"]) == (200, "revoked")
    assert author.post(path, json={"reason": "Once more."}).status_code == 409
    assert author.post(path, json={"reason": "x"}).get_json()["reason"] == "credentials.reason_missing"


# Who: the role and its scope ("own" is the awarding organisation; the holder is nobody of it). See it and its PDF,
# withdraw it.
TABLE = {
    "guest": (401, 401),
    "holder": (200, 403),
    "stranger": (404, 404),
    "author of own": (200, 200),
    "author elsewhere": (404, 404),
    "hr of own": (404, 404),
    "hr elsewhere": (404, 404),
    "hr of the holder’s employer": (200, 403),
    "manager of the holder’s employer": (200, 403),
    "manager of another team there": (404, 404),
    "hr of who was only invited": (404, 404),
    "teacher of own": (404, 404),
    "administrator": (200, 200),
}


@pytest.mark.parametrize("who", TABLE)
def test_who_may_see_and_withdraw_an_award(app, award: Award, work: Callable[[], int], who: str) -> None:
    work()
    see, revoke = TABLE[who]
    client = _as(app, who, award)
    for path in ("", "/pdf"):
        assert client.get(f"/api/v1/credentials/{award.public_id}{path}").status_code == see
    body = {"reason": "The exam was not supervised."}
    assert client.post(f"/api/v1/credentials/{award.public_id}/revocation", json=body).status_code == revoke


def _as(app, who: str, award: Award):
    role, _, where = who.partition(" ")
    if who == "guest":
        return app.test_client()
    if who == "holder":
        return signed_in(app, holder_of(award))
    if who == "stranger":
        return signed_in(app, a_person())
    if role == "teacher":
        return signed_in(app, a_person("teacher", scope=find_course("safety").id))
    if role == "administrator":
        return signed_in(app, a_person("administrator"))
    if "there" in where or "who" in where or "holder" in where:
        return _as_employer(app, role, where, award)
    organisation = an_organisation("academy" if where == "of own" else "elsewhere")
    db.session.flush()
    return signed_in(app, a_person(role, scope=organisation.id))


def _as_employer(app, role: str, where: str, award: Award):
    """Somebody of a firm to which the holder belongs, or is invited; the holder began the course without the firm."""
    firm, hr = hr_of("firm")
    if "invited" in where:
        invited(firm, hr, holder_of(award).email)
    else:
        add_member(firm.id, award.person_id, by=SYSTEM, at=AT)
    if "team" not in where:
        return signed_in(app, a_person(role, scope=firm.id))
    manager = a_person()
    grant_role(manager.id, "manager", scope_kind="team", scope_id=a_team(firm, hr).id, by=SYSTEM, at=AT)
    return signed_in(app, manager)


def test_my_credentials_need_a_person(client) -> None:
    assert client.get("/api/v1/me/credentials").status_code == 401


@pytest.mark.parametrize("cursor", ["x", "WyJhIiwiYiJd", "bm90IGpzb24"])
def test_a_cursor_that_we_did_not_make_is_refused(app, session, cursor: str) -> None:
    answer = signed_in(app, a_person()).get(f"/api/v1/me/credentials?cursor={cursor}")
    assert (answer.status_code, answer.get_json()["reason"]) == (422, "core.cursor")


def test_an_id_that_is_none_is_not_found(app, session) -> None:
    answer = signed_in(app, a_person()).get("/api/v1/credentials/nothing-like-it")
    assert (answer.status_code, answer.get_json()["reason"]) == (404, "credentials.unknown")


def test_the_wallet_is_read_in_three_statements(app, award: Award, queries) -> None:
    client = signed_in(app, holder_of(award))
    client.get("/api/v1/me/credentials")
    with queries() as run:
        client.get("/api/v1/me/credentials")
    assert len(run) <= 3, "\n".join(run)  # who asks, the awards, what happened to them
