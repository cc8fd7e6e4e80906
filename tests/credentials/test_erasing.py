"""The proof outlives the name: issue, download, erase, and have the document checked all the same."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from certificates.reading import read_holder
from lms.accounts.models import Person
from lms.accounts.services import erase_person
from lms.core.actor import SYSTEM, Actor
from lms.core.canonical import digest_bytes
from lms.core.clock import now
from lms.core.db import db
from lms.core.jobs.models import Job
from lms.core.jobs.services import claimable_jobs, run_job
from lms.core.reasons import Refused
from lms.core.storage import storage
from lms.credentials import queries, services
from lms.credentials.models import Award, AwardDocument, AwardEvent, AwardHolder
from lms.credentials.services import DOCUMENT_JOB
from lms.credentials.verifying import verify_award, verify_document, verify_name
from tests.credentials.conftest import Earn
from tests.learning.building import a_person, signed_in

NAME = "Ana Žnidaršič"
NAMES = [NAME, "محمد العربي", "O'Brien, Seán: 2nd", "王小明"]
JSON = {"Accept": "application/json"}


def erase(award: Award) -> None:
    erase_person(award.person_id, by=Actor(award.person_id), at=now())
    db.session.commit()


def pdf_of(award: Award) -> bytes:
    document = db.session.get_one(AwardDocument, award.id)
    return storage().get(document.digest)


def later(work: Callable[[], int]) -> None:
    """What waits for an hour is due."""
    db.session.execute(sa.update(Job).where(Job.state == "queued").values(run_after=now()))
    work()


@pytest.fixture
def award(earn: Earn, work: Callable[[], int]) -> Award:
    award = earn(name=NAME)
    work()
    return award


def test_the_award_stays_exactly_as_it_was_and_holder_salt_and_files_are_gone(award, work):
    document = db.session.get_one(AwardDocument, award.id)
    files, before = (document.digest, document.picture_digest), (award.digest, award.name_digest, dict(award.facts))
    erase(award)
    assert all(storage().has(digest) for digest in files), "files go after the commit"
    later(work)
    assert not any(storage().has(digest) for digest in files)
    db.session.refresh(award)
    assert (award.digest, award.name_digest, award.facts) == before
    assert db.session.get(AwardHolder, award.id) is None
    assert db.session.get_one(AwardDocument, award.id, populate_existing=True).picture_digest == ""


def test_the_number_alone_says_that_the_holder_was_erased_and_that_it_counts(award, work, client):
    erase(award)
    found = client.get(f"/verify/{award.public_id}", headers=JSON).json
    assert (found["status"], found["valid"], found["holder"], found["holder_erased"]) == ("issued", True, None, True)
    assert "name" not in {check["check"] for check in found["checks"]}
    page = client.get(f"/verify/{award.public_id}").text
    assert "the holder&#39;s data were erased" in page or "the holder's data were erased" in page
    assert "Žnidaršič" not in page


@pytest.mark.parametrize("name", NAMES)
def test_whoever_has_the_document_still_gets_name_and_digest_checked(earn, work, client, name):
    award = earn(name=name)
    work()
    pdf = pdf_of(award)
    erase(award)
    later(work)
    found = send(client, f"/verify/{award.public_id}", pdf).json
    checks = {check["check"]: check["passed"] for check in found["checks"]}
    assert (checks["document"], checks["name"], found["holder"], found["valid"]) == (True, True, name, True)
    by_file_alone = send(client, "/verify", pdf).json
    assert (by_file_alone["id"], by_file_alone["holder"]) == (award.public_id, name)


def send(client, path: str, data: bytes, headers=JSON):
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert token
    form = {"file": (io.BytesIO(data), "certificate.pdf"), "csrf_token": token[1]}
    return client.post(path, data=form, headers=headers)


def test_a_changed_document_and_a_foreign_one_prove_nothing(award, client):
    pdf = pdf_of(award)
    erase(award)
    changed = send(client, f"/verify/{award.public_id}", pdf + b"%").json
    checks = {check["check"]: check["passed"] for check in changed["checks"]}
    assert (checks["document"], changed["valid"], changed["holder"]) == (False, False, None)
    with pytest.raises(Refused, match=r"credentials\.not_genuine"):
        verify_document(b"%PDF-1.7 nothing", at=now())


def test_name_and_key_on_the_paper_are_checked_without_the_file(award, client):
    salt = db.session.get_one(AwardHolder, award.id).salt
    erase(award)
    right = verify_name(award.public_id, f"  {NAME} ", salt.upper(), at=now())
    assert right.is_valid
    for name, key in ((NAME, "0" * 32), ("Eva Žnidaršič", salt), ("", "")):
        wrong = verify_name(award.public_id, name, key, at=now())
        assert {check.name: check.passed for check in wrong.checks}["name"] is False
    page = client.post(f"/verify/{award.public_id}/name", data={"name": NAME, "key": salt}).text
    assert "The name is the one it was issued to" in page
    assert "Not this name" in client.post(f"/verify/{award.public_id}/name", data={"name": "X", "key": salt}).text


def test_the_document_says_name_and_key_in_a_way_that_can_be_read_back(award):
    holder = db.session.get_one(AwardHolder, award.id)
    read = read_holder(pdf_of(award), award.facts["title"])
    assert read is not None
    assert read[0] == holder.name
    assert holder.salt in read[1]
    assert read_holder(b"no pdf", "x") is None
    assert read_holder(pdf_of(award), "another course") is None


def test_staff_see_that_it_was_erased_and_get_no_file(app, award):
    erase(award)
    boss = signed_in(app, a_person("administrator"))
    assert boss.get(f"/certificates/{award.public_id}").status_code == 200
    answer = boss.get(f"/api/v1/credentials/{award.public_id}/pdf")
    assert (answer.status_code, answer.json["reason"]) == (409, "credentials.erased")
    assert boss.get(f"/certificates/{award.public_id}/picture").status_code == 409


def test_a_file_that_a_living_holder_shares_stays(award, earn, work):
    other = earn(slug="other", name="Eva")
    work()
    shared = db.session.get_one(AwardDocument, award.id).digest
    db.session.get_one(AwardDocument, other.id).digest = shared
    erase(award)
    later(work)
    assert storage().has(shared)


def test_letters_of_the_name_in_the_reason_why_it_was_held_are_gone(earn, work):
    award = earn(name="Ana 🎓")
    work()
    held = db.session.scalars(sa.select(AwardEvent).where(AwardEvent.kind == "held")).one()
    assert held.data["characters"] == ["🎓"]
    erase(award)
    db.session.refresh(held)
    assert held.data == {"obstacle": "glyph_missing"}
    assert queries.find_view(award.id, now()).status.name == "issued"


def test_erased_before_the_document_was_made_it_counts_and_none_is_made(earn, work):
    award = earn()
    erase(award)
    later(work)
    view = queries.find_view(award.id, now())
    assert (view.status.name, view.document) == ("issued", None)
    assert verify_award(award.public_id, at=now()).is_valid


def test_a_document_that_is_stored_while_its_holder_is_erased_does_not_stay(earn, monkeypatch):
    """The worker has looked, drawn and stored; then somebody erases; then it wants to note the document."""
    award = earn()
    pdf, picture = b"%PDF of Ana", b"PNG of Ana"
    db.session.commit()
    real = services.storage

    class Slow:
        def put(self, data: bytes) -> str:
            digest = real().put(data)
            if data == picture:
                erase(award)
            return digest

        def __getattr__(self, name):
            return getattr(real(), name)

    monkeypatch.setattr(services, "storage", Slow)
    with pytest.raises(Refused, match=r"credentials\.erased"):
        services.attach_document(award.id, pdf, picture, at=now())
    db.session.rollback()
    assert not any(real().has(digest_bytes(data)) for data in (pdf, picture))
    assert db.session.get(AwardDocument, award.id) is None


def test_a_worker_that_died_between_storing_and_noting_leaves_nothing_for_ever(earn, work):
    award = earn()
    digest = storage().put(b"%PDF of Ana, stored by a worker that was killed")
    job = db.session.scalars(sa.select(Job).where(Job.kind == DOCUMENT_JOB)).one()
    job.payload = job.payload | {"files": [digest]}
    erase(award)
    later(work)
    assert not storage().has(digest)


def test_a_document_job_that_runs_after_the_erasure_drops_what_its_first_attempt_stored(earn):
    award = earn()
    digest = storage().put(b"%PDF of Ana")
    erase(award)
    job = db.session.scalars(sa.select(Job).where(Job.kind == DOCUMENT_JOB)).one()
    job.state, job.payload = "queued", job.payload | {"files": [digest]}
    db.session.commit()
    assert run_job(job.id)
    assert not storage().has(digest)


def test_a_withdrawn_one_stays_withdrawn(award):
    services.revoke_award(award.public_id, "A mistake.", by=SYSTEM, at=now())
    erase(award)
    assert verify_award(award.public_id, at=now()).view.status.name == "revoked"


def test_erasing_a_holder_of_many_awards_takes_few_statements_each(earn, work, queries):
    person = a_person(name="Many")
    for slug in ("one", "two", "three"):
        earn(person, slug=slug)
    db.session.commit()
    with queries() as run:
        erase_person(person.id, by=Actor(person.id), at=now())
        db.session.flush()
    assert len(run) < 90
    assert db.session.get_one(Person, person.id).erased_at
    assert claimable_jobs(now())
