"""Packs: every certificate of a selection in one zip, what is missing first, nobody else's, gone when it has to go."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from datetime import timedelta

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from lms.accounts.events import PersonErased
from lms.compliance import services
from lms.compliance.models import EvidencePack
from lms.compliance.queries import packs as queries
from lms.compliance.queries.filters import Filters
from lms.compliance.queries.people import selected_people
from lms.compliance.reasons import ComplianceReason
from lms.compliance.sending import send_pack
from lms.compliance.services import Audience
from lms.compliance.services.packs import KEPT, MOST_PEOPLE
from lms.core.actor import SYSTEM, Actor, Grant
from lms.core.clock import now
from lms.core.db import db
from lms.core.events import publish
from lms.core.ids import new_id
from lms.core.jobs.models import Job
from lms.core.jobs.services import cancel, run_job
from lms.core.reasons import CoreReason, Refused
from lms.core.storage import storage
from lms.credentials.models import Award, AwardDocument
from lms.credentials.services import attach_document, hold_award
from lms.organisations.models import Membership
from lms.organisations.services import remove_members
from tests.compliance.building import a_firm, a_team, an_employee, asked, hr_of, put_in, seen_by, steps
from tests.credentials.conftest import CERTIFICATE, do_work
from tests.learning.building import AT, actor, published

pytestmark = pytest.mark.usefixtures("session")
PDF = b"%PDF-1.7 of "


@pytest.fixture
def course():
    return published(slug="safety", title="Safety at work", certificate=CERTIFICATE)


@pytest.fixture
def scope():
    """What hr sees, with a row of hers, since a job acts in her name."""
    firm = a_firm()
    by = hr_of(firm)
    return seen_by(by, at=now())


def certified(name, course, *, document=True):
    """Somebody who has completed the course, with a document that is not drawn."""
    person = an_employee(name)
    steps(person, course, "one", "two")
    award = award_of(person)
    if document:
        db.session.commit()  # which the document begins with a transaction of its own
        attach_document(award.id, PDF + award.public_id.encode(), b"\x89PNG", at=AT)
        db.session.flush()
    return person


def award_of(person):
    return db.session.scalars(sa.select(Award).where(Award.person_id == person.id)).one()


def made(scope, *people, course="", key=None):
    """The pack of these people, made by the worker."""
    pack, _new = services.request_pack(scope, [person.id for person in people], course=course, key=key)
    run(pack)
    return db.session.get_one(EvidencePack, pack.id, populate_existing=True)


def run(pack):
    db.session.commit()
    assert run_job(pack.job_id)
    job = db.session.get_one(Job, pack.job_id, populate_existing=True)
    assert job.state == "done", job.reason


def opened(pack):
    return zipfile.ZipFile(io.BytesIO(storage().get(pack.digest)))


def listed(archive):
    text = archive.read("list.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


# --- what is in it


def test_every_certificate_is_in_it_byte_for_byte_with_a_list(course, scope):
    people = [certified(name, course) for name in ("Ana Žnidaršič", "Νίκος Παπανδρέου", "Jan Novák", "Jan Novák")]
    pack = made(scope, *people)
    archive = opened(pack)
    assert archive.testzip() is None
    rows = listed(archive)
    assert [row["Person"] for row in rows] == sorted((p.name for p in people), key=str.casefold)
    for row in rows:
        data = archive.read(row["File"])
        assert hashlib.sha256(data).hexdigest() == row["SHA-256 of the document"]
        assert row["Certificate"].encode() in data
        assert (row["Status"], row["Title"], row["Course"]) == ("Valid", "Safety at work", "safety")
    assert len(archive.namelist()) == 6
    assert pack.counts == {"certificates": 4, "missing": 0, "people": 4}
    assert pack.size == len(storage().get(pack.digest))


def test_the_list_opens_as_a_workbook_and_as_csv_with_its_mark(course, scope):
    archive = opened(made(scope, certified("=HYPERLINK(1)", course)))
    assert archive.read("list.csv").startswith(b"\xef\xbb\xbf")
    assert "'=HYPERLINK(1)" in archive.read("list.csv").decode("utf-8-sig")
    sheet = load_workbook(io.BytesIO(archive.read("list.xlsx"))).active
    head, row = list(sheet.iter_rows(values_only=True))
    assert head[:2] == ("Certificate", "Person")
    assert row[1] == "=HYPERLINK(1)"
    assert sheet["B2"].data_type == "s"


def test_what_is_missing_stands_first_with_the_reason(course, scope):
    certified("Zoë All Well", course)
    held = certified("Held", course, document=False)
    hold_award(award_of(held).id, "glyph_missing", {"characters": ["𓀀"], "scripts": ["Egyptian"]}, at=AT)
    certified("Coming", course, document=False)
    learning, nothing = an_employee("Learning"), an_employee("Nothing")
    steps(learning, course, "one")
    plain = published(slug="plain", title="Plain course")
    steps(nothing, plain, "one", "two")
    an_employee("New")
    everybody = selected_people(scope, Filters(), None)
    pack, _new = services.request_pack(scope, everybody)
    run(pack)
    rows = listed(opened(db.session.get_one(EvidencePack, pack.id)))
    assert [(row["Person"], row["Why it is missing"]) for row in rows] == [
        ("Coming", "The document is being made."),
        ("Held", "The certificate is held: a person must look at it."),
        ("Learning", "The course is not completed: 50 %."),
        ("New", "Not enrolled in a course that you may see."),
        ("Nothing", "The course gives no certificate."),
        ("Zoë All Well", ""),
    ]


def test_a_stored_document_that_is_gone_or_changed_is_missing_and_said_so(course, scope):
    gone, changed, _fine = (certified(name, course) for name in ("Gone", "Changed", "Fine"))
    storage().delete(db.session.get_one(AwardDocument, award_of(gone).id).digest)
    damage(db.session.get_one(AwardDocument, award_of(changed).id).digest)
    rows = listed(opened(made(scope, gone, changed, _fine)))
    assert [(row["Person"], row["Why it is missing"]) for row in rows] == [
        ("Changed", "The stored document is not the one that was issued. Tell an administrator."),
        ("Gone", "The stored document is missing. Tell an administrator."),
        ("Fine", ""),
    ]


def damage(digest):
    """A byte of the stored file turns."""
    folder = storage()._folder
    path = folder / digest[:2] / digest[2:4] / digest
    path.write_bytes(b"x" + path.read_bytes()[1:])


def test_one_course_alone_where_one_was_chosen(course, scope):
    other = published(slug="other", title="Other course", certificate=CERTIFICATE)
    ana = certified("Ana", course)
    steps(ana, other, "one", "two")
    rows = listed(opened(made(scope, ana, course="safety")))
    assert [row["Course"] for row in rows] == ["safety"]


def test_what_the_organisation_does_not_see_is_not_in_it(course, scope):
    """Of somebody who has not accepted, and what another organisation arranged."""
    hidden = certified("Hidden", course)
    row = db.session.get_one(Membership, (a_firm().id, hidden.id))
    row.accepted_at, row.name_given, row.email_given = None, "As typed", "typed@example.org"
    asked(course, of=Audience("people", person_ids=(hidden.id,)))
    archive = opened(made(scope, hidden))
    assert [(one["Person"], one["Certificate"]) for one in listed(archive)] == [("As typed", "")]
    assert "Hidden" not in archive.read("list.csv").decode("utf-8-sig")


def test_who_left_before_it_was_made_is_not_in_it(course, scope):
    ana, jan = certified("Ana", course), certified("Jan", course)
    pack, _new = services.request_pack(scope, [ana.id, jan.id])
    remove_members(a_firm().id, [jan.id], by=SYSTEM, at=now())
    run(pack)
    assert [row["Person"] for row in listed(opened(pack))] == ["Ana"]


# --- one pack a request


def test_the_same_asked_twice_is_one_pack_while_it_is_made(course, scope):
    ana = certified("Ana", course)
    first, again = (services.request_pack(scope, [ana.id]) for _ in range(2))
    assert (first[1], again[1]) == (True, False)
    assert first[0].id == again[0].id
    run(first[0])
    later, is_new = services.request_pack(scope, [ana.id])
    assert is_new
    assert later.id != first[0].id


def test_the_same_key_is_the_same_pack_and_never_another_request(course, scope):
    ana, jan = certified("Ana", course), certified("Jan", course)
    first = made(scope, ana, key="k1")
    assert services.request_pack(scope, [ana.id], key="k1")[0].id == first.id
    with pytest.raises(Refused) as refused:
        services.request_pack(scope, [jan.id], key="k1")
    assert refused.value.reason is CoreReason.IDEMPOTENCY


def test_more_people_than_a_pack_holds_are_refused(scope):
    with pytest.raises(Refused) as refused:
        services.request_pack(scope, [new_id() for _ in range(MOST_PEOPLE + 1)])
    assert refused.value.reason is ComplianceReason.PACK_TOO_LARGE


def test_a_cancelled_pack_leaves_nothing(course, scope):
    ana = certified("Ana", course)
    before = stored_files()
    pack, _new = services.request_pack(scope, [ana.id])
    db.session.commit()
    cancel(pack.job_id, by=SYSTEM, at=now())
    db.session.commit()
    assert not run_job(pack.job_id)
    assert stored_files() == before
    assert services.request_pack(scope, [ana.id])[1], "it can be asked for again"


def test_a_run_that_died_after_it_had_stored_the_zip_leaves_no_second_file(course, scope):
    ana = certified("Ana", course)
    pack, _new = services.request_pack(scope, [ana.id])
    left = storage().put(b"the zip of the run that died")
    pack.digest = left
    run(pack)
    assert not storage().has(left)
    assert opened(pack).testzip() is None


def stored_files():
    return sorted(path.name for path in storage()._folder.glob("*/*/*"))


# --- gone when it has to go


def test_it_is_deleted_after_some_days(course, scope):
    pack = made(scope, certified("Ana", course))
    drop = db.session.scalars(sa.select(Job).where(Job.kind == "compliance.drop_pack")).one()
    assert drop.run_after == pack.made_at + KEPT
    digest = pack.digest
    services.delete_pack(pack.id, by=SYSTEM, at=now() + KEPT)
    db.session.commit()
    assert not storage().has(digest)
    with pytest.raises(Refused) as refused:
        send_pack(pack)
    assert refused.value.reason is ComplianceReason.PACK_DELETED


def test_it_goes_at_once_where_somebody_in_it_is_erased(course, scope):
    ana, jan = certified("Ana", course), certified("Jan", course)
    both, alone = made(scope, ana, jan), made(scope, jan)
    digest = both.digest
    publish(PersonErased(ana.id, now()))
    assert both.deleted_at
    do_work()
    assert not storage().has(digest)
    assert storage().has(db.session.get_one(EvidencePack, alone.id, populate_existing=True).digest)


def test_somebody_erased_while_it_is_made_is_in_no_pack(course, scope):
    ana = certified("Ana", course)
    pack, _new = services.request_pack(scope, [ana.id])
    db.session.flush()
    publish(PersonErased(ana.id, now()))
    db.session.commit()
    run_job(pack.job_id)
    found = db.session.get_one(EvidencePack, pack.id, populate_existing=True)
    assert (found.digest, found.made_at) == (None, None)


def test_a_run_that_died_after_somebody_was_erased_leaves_no_file(course, scope):
    ana = certified("Ana", course)
    pack, _new = services.request_pack(scope, [ana.id])
    db.session.flush()
    publish(PersonErased(ana.id, now()))
    services.delete_pack(pack.id, by=SYSTEM, at=now())
    left = storage().put(b"the zip of the run that announced it after that, and died")
    pack.digest = left
    run(pack)
    assert not storage().has(left)


# --- whose it is


def test_it_is_there_for_who_asked_for_it_and_for_nobody_else(course, scope):
    pack = made(scope, certified("Ana", course))
    assert queries.find_pack(pack.id, scope.by).id == pack.id
    for stranger in (hr_of(), actor(certified("Eva", course))):
        with pytest.raises(Refused) as refused:
            queries.find_pack(pack.id, stranger)
        assert refused.value.reason is ComplianceReason.PACK_UNKNOWN


def test_who_may_not_see_its_people_any_more_takes_no_pack_along(course, scope):
    line = a_team("Line")
    ana, ben = certified("Ana", course), certified("Ben", course)
    put_in(line, ana)
    both, one = made(scope, ana, ben), made(scope, ana)
    demoted = Actor(scope.by.person_id, frozenset({Grant("manager", "team", line.id)}))
    assert queries.find_pack(one.id, demoted).id == one.id
    for pack, by in ((both, demoted), (one, Actor(scope.by.person_id))):
        with pytest.raises(Refused) as refused:
            queries.find_pack(pack.id, by)
        assert refused.value.reason is ComplianceReason.PACK_UNKNOWN


def test_statuses_are_those_of_the_moment_it_is_made(course, scope):
    ana = certified("Ana", course)
    award = award_of(ana)
    late = seen_by(scope.by, at=award.expires_at + timedelta(days=1))
    (proof,) = queries.proof_of(late, services.request_pack(late, [ana.id])[0])
    assert proof.status == "expired"
