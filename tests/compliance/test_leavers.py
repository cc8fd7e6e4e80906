"""People who left: what they earned in the organisation's name stays its proof, and nothing else of them is seen."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest

from lms.accounts.services import erase_person
from lms.compliance.queries.leavers import LeftBy, page_of_leavers
from lms.core.actor import SYSTEM, Actor, Grant
from lms.core.clock import now
from lms.core.db import db
from lms.core.reasons import CoreReason, Refused
from lms.core.storage import storage
from lms.credentials.services import attach_document
from lms.learning.services import enrol_people
from lms.organisations.services import remove_members
from tests.compliance.building import a_firm, an_employee, hr_of, seen_by, steps
from tests.compliance.test_packs import award_of, listed, made
from tests.credentials.conftest import CERTIFICATE
from tests.learning.building import AT, a_person, published, signed_in

pytestmark = pytest.mark.usefixtures("session")
LEFT = AT + timedelta(days=10)


@pytest.fixture
def scope():
    published(slug="safety", title="Safety at work", certificate=CERTIFICATE)
    firm = a_firm()
    return seen_by(hr_of(firm), at=now())


def certified(name, *, arranged=True, at=AT):
    """Somebody who has completed the course: put on it by the organisation, or by themselves."""
    person = an_employee(name)
    if arranged:
        enrol_people([person.id], "safety", organisation_id=a_firm().id, by=SYSTEM, at=AT)
    steps(person, "safety", "one", "two", at=at)
    db.session.commit()
    award = award_of(person)
    attach_document(award.id, b"%PDF " + award.public_id.encode(), b"\x89PNG", at=AT)
    db.session.commit()
    return person


def leave(*people):
    remove_members(a_firm().id, [person.id for person in people], by=SYSTEM, at=LEFT)
    db.session.commit()


def names(scope, **wanted):
    return [proof.person for proof in page_of_leavers(scope, LeftBy(**wanted))[0]]


def test_who_left_is_listed_with_what_was_earned_in_the_organisations_name_up_to_that_day(scope):
    ana, own, stays = certified("Ana Novak"), certified("Jan Own", arranged=False), certified("Mia Stays")
    later = an_employee("Bo Later")
    enrol_people([later.id], "safety", organisation_id=a_firm().id, by=SYSTEM, at=AT)
    steps(later, "safety", "one")
    leave(ana, own, later)
    steps(later, "safety", "two", at=LEFT + timedelta(days=1))
    assert names(scope) == ["Ana Novak"]
    assert (names(scope, q="novak"), names(scope, q="mia"), names(scope, course="safety")) == (
        ["Ana Novak"],
        [],
        ["Ana Novak"],
    )
    assert stays


def test_their_certificates_are_one_zip_by_page_and_by_api(scope, app):
    ana = certified("Ana Novak")
    leave(ana)
    client = signed_in(app, a_person("hr", scope=a_firm().id))
    page = client.get("/organisations/north-cells/people/left").text
    assert "Ana Novak" in page
    assert ana.email not in page
    assert client.post("/organisations/north-cells/people/left/pack", data={}).status_code == 302
    answer = client.post("/api/v1/organisations/north-cells/evidence-packs", json={"left": True})
    assert answer.status_code == 202
    pack = made(scope, ana)
    archive = zipfile.ZipFile(io.BytesIO(storage().get(pack.digest)))
    assert [row["Person"] for row in listed(archive)] == ["Ana Novak"]
    assert len([name for name in archive.namelist() if name.endswith(".pdf")]) == 1


def test_hr_opens_such_a_certificate_by_its_number_and_nobody_elses_hr_does(scope, app):
    ana = certified("Ana Novak")
    firm, south = a_firm(), a_firm("south")
    mine, other = (signed_in(app, a_person("hr", scope=one.id)) for one in (firm, south))
    leave(ana)
    path = f"/certificates/{award_of(ana).public_id}"
    assert [client.get(path).status_code for client in (mine, other)] == [200, 404]
    assert mine.get(f"{path}/pdf").data.startswith(b"%PDF")


def test_who_is_erased_is_listed_no_more_and_managers_see_none(scope):
    ana = certified("Ana Novak")
    leave(ana)
    manager = Actor(a_person().id, frozenset({Grant("manager", "organisation", a_firm().id)}))
    with pytest.raises(Refused) as refused:
        names(seen_by(manager, at=now()))
    assert refused.value.reason is CoreReason.FORBIDDEN
    erase_person(ana.id, by=Actor(ana.id), at=now())
    db.session.commit()
    assert names(scope) == []
