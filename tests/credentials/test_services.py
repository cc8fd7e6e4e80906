"""Issue, print, hold, withdraw, verify: through the use cases, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from certificates import fonts, pdf
from lms.core.actor import SYSTEM, Actor, Grant
from lms.core.audit import AuditEntry
from lms.core.clock import now
from lms.core.db import db
from lms.core.jobs.models import Job
from lms.core.reasons import CoreReason, Refused
from lms.core.storage import storage
from lms.credentials import queries, services, verifying
from lms.credentials.models import Award, AwardDocument, AwardEvent, AwardHolder
from lms.credentials.reasons import CredentialReason
from lms.credentials.rules.snapshots import name_digest
from lms.credentials.rules.validity import last_day
from lms.learning.events import EnrolmentCompleted
from tests.certificates.documents import spelt_name, text
from tests.credentials.conftest import Earn, complete, do_work, earned
from tests.learning.building import AT, a_person, actor, published, scope_on

UNPRINTABLE = "Ana 🎓 Žnidaršič"


def _again(award: Award) -> EnrolmentCompleted:
    ids = (award.enrolment_id, award.person_id, award.course_id, award.revision_id, award.cycle)
    return EnrolmentCompleted(*ids, AT + timedelta(days=1))


def test_who_completes_a_course_holds_its_award_in_the_same_transaction(earn: Earn) -> None:
    award = earn(outcomes=[{"key": "o1", "text": "Names the dangers"}])
    assert award.facts["title"] == "Safety at work"
    assert award.facts["outcomes"] == ["Names the dangers"]
    assert award.expires_on == last_day(AT.date(), 24)
    assert queries.find_view(award.id, AT).status.name == "eligible"


def test_a_course_without_a_certificate_awards_nothing(session) -> None:
    complete(a_person(), published())
    assert session.scalar(sa.select(sa.func.count()).select_from(Award)) == 0


def test_a_second_completion_in_the_same_cycle_gives_the_first_award(earn: Earn) -> None:
    award = earn()
    assert services.issue_award(_again(award)) is award
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Award)) == 1


def test_after_a_withdrawal_the_same_cycle_can_be_awarded_anew(earn: Earn) -> None:
    award = earn()
    services.revoke_award(award.public_id, "The exam was not supervised.", by=SYSTEM, at=AT)
    anew = services.issue_award(_again(award))
    assert anew is not None
    assert (anew.number, anew.public_id == award.public_id) == (2, False)


def test_no_word_about_the_person_stands_in_the_award_or_in_the_audit(earn: Earn) -> None:
    award = earn(name="Ana Žnidaršič")
    db.session.flush()
    row = {column.key: str(getattr(award, column.key)) for column in sa.inspect(Award).columns}
    entries = [f"{entry.data}{entry.action}" for entry in db.session.scalars(sa.select(AuditEntry))]
    assert not [said for said in (*row.values(), *entries) if "Žnidar" in said]


def test_the_name_is_the_persons_at_completion(earn: Earn) -> None:
    award = earn(name="Ana Žnidaršič")
    holder = db.session.get_one(AwardHolder, award.id)
    assert holder.name == "Ana Žnidaršič"
    assert award.name_digest == name_digest(holder.salt, "Ana Žnidaršič")


def test_the_wallet_goes_on_behind_a_cursor(earn: Earn) -> None:
    person = a_person()
    for number in range(4):
        earn(person, slug=f"course-{number}")
    page, following = queries.awards_of(person.id, AT, limit=3)
    rest, end = queries.awards_of(person.id, AT, limit=3, cursor=following)
    assert (len(page), len(rest), end) == (3, 1, None)
    assert len({view.award.id for view in (*page, *rest)}) == 4


def test_the_worker_makes_the_document_once_and_a_second_run_changes_nothing(
    earn: Earn, work: Callable[[], int]
) -> None:
    award = earn()
    assert work() == 1
    view = queries.find_view(award.id, now())
    assert view.status.name == "issued"
    assert view.document is not None
    again = services.attach_document(award.id, b"other bytes", b"other picture", at=now())
    assert again.digest == view.document.digest
    assert work() == 0


def test_the_document_says_what_the_award_says(earn: Earn, work: Callable[[], int]) -> None:
    award = earn(name="Φεβρωνία Λαγοπάτης")
    work()
    view = queries.find_view(award.id, now())
    assert view.document is not None
    assert view.holder is not None
    pdf = storage().get(view.document.digest)
    assert spelt_name(pdf) == "Φεβρωνία Λαγοπάτης"
    assert f"/verify/{award.public_id}" in text(pdf, 1).replace("\n", "")
    assert "It certifies nothing" in text(pdf, 1)
    assert view.holder.salt in text(pdf, 2)
    assert award.digest in text(pdf, 2)
    assert storage().get(view.document.picture_digest).startswith(b"\x89PNG")


PRODUCTION = {"LMS_ENV": "production", "LMS_SECRET_KEY": "0123456789abcdef0123456789abcdef"}


def test_production_without_a_public_address_holds_what_is_earned_until_it_has_one(make_app) -> None:
    with make_app(**PRODUCTION).app_context():
        award_id = earned().id
        do_work()
        why = queries.find_view(award_id, now()).why
        assert why is not None
        assert why.reason is CredentialReason.NO_ADDRESS
    with make_app(**PRODUCTION, LMS_BASE_URL="https://learn.example.org").app_context():
        assert services.retry_held(by=SYSTEM, at=now()) == 1
        do_work()
        document = queries.find_view(award_id, now()).document
        assert document is not None
        front = text(storage().get(document.digest), 1)
    assert "https://learn.example.org/verify/" in front
    assert "It certifies nothing" not in front


def test_a_name_that_no_font_has_holds_the_award_with_the_characters(earn: Earn, work: Callable[[], int]) -> None:
    award = earn(name=UNPRINTABLE)
    work()
    view = queries.find_view(award.id, now())
    assert view.status.name == "held"
    assert view.why is not None
    assert view.why.reason is CredentialReason.GLYPH_MISSING
    assert "🎓" in view.why.sentence()


def test_a_held_one_is_tried_again_and_prints_once_the_font_is_there(
    earn: Earn, work: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    award = earn(name="บุญพา")
    poorer = tuple(family for family in fonts.FAMILIES if "Thai" not in family.name)
    with monkeypatch.context() as before:
        before.setattr(pdf, "printer", lambda design: pdf.Printer(design, poorer))  # a machine without the font
        work()
    assert queries.find_view(award.id, now()).status.name == "held"
    assert services.retry_held(by=SYSTEM, at=now()) == 1
    assert work() == 1
    assert queries.find_view(award.id, now()).status.name == "issued"


def test_each_try_that_is_held_again_is_kept(earn: Earn, work: Callable[[], int]) -> None:
    award = earn(name=UNPRINTABLE)
    work()
    services.retry_held(by=SYSTEM, at=now())
    work()
    kinds = [happening.kind for happening in queries.find_view(award.id, now()).happenings]
    assert kinds == ["issued", "held", "held"]


def test_a_document_whose_work_broke_off_is_ordered_again(earn: Earn, work: Callable[[], int]) -> None:
    award = earn()
    job = db.session.scalars(sa.select(Job)).one()
    job.state = "failed"
    services.retry_held(by=SYSTEM, at=now())
    work()
    assert queries.find_view(award.id, now()).status.name == "issued"


def test_only_an_administrator_tries_one_again(earn: Earn, work: Callable[[], int]) -> None:
    award = earn(name=UNPRINTABLE)
    work()
    with pytest.raises(Refused) as refused:
        services.retry_document(award.public_id, by=Actor(award.person_id), at=now())
    assert refused.value.reason is CoreReason.FORBIDDEN
    services.retry_document(award.public_id, by=SYSTEM, at=now())
    assert work() == 1


def test_the_issuer_withdraws_with_a_public_reason_and_the_document_stays(earn: Earn, work: Callable[[], int]) -> None:
    award = earn()
    work()
    author = actor(a_person(), scope_on("safety", "author"))
    view = services.revoke_award(award.public_id, "The exam was  not supervised.", by=author, at=now())
    assert view.status.name == "revoked"
    assert view.why is not None
    assert "The exam was not supervised." in view.why.sentence()
    assert view.document is not None
    assert storage().has(view.document.digest)


@pytest.mark.parametrize(
    ("reason", "expected"), [("no", "credentials.reason_missing"), ("x" * 501, "credentials.reason_missing")]
)
def test_a_withdrawal_without_a_reason_that_can_be_read_is_refused(earn: Earn, reason: str, expected: str) -> None:
    with pytest.raises(Refused) as refused:
        services.revoke_award(earn().public_id, reason, by=SYSTEM, at=AT)
    assert refused.value.reason.code == expected


def test_nobody_withdraws_twice(earn: Earn) -> None:
    award = earn()
    services.revoke_award(award.public_id, "Issued by mistake.", by=SYSTEM, at=AT)
    with pytest.raises(Refused) as refused:
        services.revoke_award(award.public_id, "Issued by mistake.", by=SYSTEM, at=AT)
    assert refused.value.reason is CredentialReason.ALREADY_REVOKED


def test_a_genuine_file_in_force_verifies_and_one_flipped_bit_does_not(earn: Earn, work: Callable[[], int]) -> None:
    award = earn()
    work()
    view = queries.find_view(award.id, now())
    assert view.document is not None
    pdf = bytearray(storage().get(view.document.digest))
    assert verifying.verify_document(bytes(pdf), at=now()).is_valid
    for place in (0, len(pdf) // 2, len(pdf) - 1):
        pdf[place] ^= 1
        with pytest.raises(Refused) as refused:
            verifying.verify_document(bytes(pdf), at=now())
        assert refused.value.reason is CredentialReason.NOT_GENUINE
        pdf[place] ^= 1


def test_a_genuine_file_that_was_withdrawn_does_not_count(earn: Earn, work: Callable[[], int]) -> None:
    award = earn()
    work()
    services.revoke_award(award.public_id, "Issued by mistake.", by=SYSTEM, at=now())
    view = queries.find_view(award.id, now())
    assert view.document is not None
    assert not verifying.verify_document(storage().get(view.document.digest), at=now()).is_valid


def test_a_record_that_was_changed_in_the_database_is_found(earn: Earn) -> None:
    award = earn()
    db.session.execute(sa.update(Award).values(facts={**award.facts, "title": "Another course"}))
    db.session.expire_all()
    checks = {check.name: check.passed for check in verifying.verify_award(award.public_id, at=AT).checks}
    assert checks["unchanged"] is False
    assert not verifying.verify_award(award.public_id, at=AT).is_valid


def test_a_name_that_was_changed_in_the_database_is_found(earn: Earn) -> None:
    award = earn()
    db.session.get_one(AwardHolder, award.id).name = "Somebody Else"
    db.session.flush()
    checks = {check.name: check.passed for check in verifying.verify_award(award.public_id, at=AT).checks}
    assert (checks["name"], checks["unchanged"]) == (False, True)


def test_after_erasure_the_record_still_answers_and_names_nobody(earn: Earn, work: Callable[[], int]) -> None:
    award = earn()
    work()
    db.session.execute(sa.delete(AwardHolder))
    db.session.execute(sa.delete(AwardDocument))
    found = verifying.verify_award(award.public_id, at=now())
    assert found.view.holder is None
    assert found.is_valid


def test_what_happened_to_an_award_is_numbered_without_gaps(earn: Earn, work: Callable[[], int]) -> None:
    award = earn(name=UNPRINTABLE)
    work()
    services.revoke_award(award.public_id, "Issued by mistake.", by=SYSTEM, at=now())
    db.session.flush()
    numbers = db.session.scalars(sa.select(AwardEvent.number).order_by(AwardEvent.number)).all()
    assert list(numbers) == [1, 2, 3]


def test_learning_hears_who_holds_what(earn: Earn) -> None:
    award, held = earn(), queries.HeldCredentials()
    assert held.holds(award.person_id, "safety", AT)
    assert held.url_for(award.enrolment_id) == f"/certificates/{award.public_id}"
    assert not held.holds(award.person_id, "other", AT)
    assert award.expires_at is not None
    assert not held.holds(award.person_id, "safety", award.expires_at + timedelta(seconds=1))
    services.revoke_award(award.public_id, "Issued by mistake.", by=SYSTEM, at=AT)
    assert not held.holds(award.person_id, "safety", AT)


def test_a_grant_elsewhere_opens_nothing(earn: Earn) -> None:
    award = earn()
    stranger = actor(a_person(), Grant("author", "organisation", award.course_id))
    for by in (stranger, actor(a_person())):
        with pytest.raises(Refused) as refused:
            queries.find_own_award(award.public_id, by, AT)
        assert refused.value.reason is CredentialReason.UNKNOWN
