"""Organisations and who belongs to them."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from lms.core.actor import SYSTEM
from lms.core.audit import AuditEntry
from lms.core.reasons import Refused
from lms.organisations.models import Membership, Organisation
from lms.organisations.services import (
    add_member,
    add_organisation,
    find_organisation,
    first_organisation,
    list_organisations,
    organisation_of,
)
from tests.accounts.visiting import AT, a_person


def add(slug: str = "north", name: str = "North Cells ÅB", at=AT) -> Organisation:
    return add_organisation(slug, name=name, by=SYSTEM, at=at)


def test_an_organisation_is_found_by_its_slug_and_its_id(session):
    made = add(name="  North Cells ÅB ")
    session.flush()
    assert find_organisation("north").name == "North Cells ÅB"
    assert organisation_of(made.id).slug == "north"


def test_one_that_is_not_there_is_named_in_the_refusal(session):
    with pytest.raises(Refused) as refused:
        find_organisation("nowhere")
    assert (refused.value.reason.code, refused.value.values) == ("organisation.unknown", {"slug": "nowhere"})


def test_the_first_made_is_the_first_whatever_it_is_called(session):
    with pytest.raises(Refused) as refused:
        first_organisation()
    assert refused.value.reason.code == "organisation.none"
    for slug in ("zebra", "aardvark"):
        add(slug, name=slug)
        session.flush()
    assert first_organisation().slug == "zebra"
    assert [each.slug for each in list_organisations()] == ["aardvark", "zebra"]


@pytest.mark.parametrize("slug", ["a", "north-cells", "4you", "x" * 80])
def test_a_slug_of_small_letters_digits_and_hyphens_is_taken(session, slug):
    assert add(slug).slug == slug


@pytest.mark.parametrize("slug", ["", "A", "a b", "a_b", "-a", "a-", "a--b", "ä", "a/b", "../x", "a\n", "x" * 81])
def test_any_other_slug_is_refused(session, slug):
    with pytest.raises(Refused) as refused:
        add(slug)
    assert refused.value.reason.code == "organisation.slug_invalid"


def test_a_slug_is_one_organisations_alone_even_at_the_same_moment(session):
    add()
    session.flush()
    with pytest.raises(Refused):
        add(name="Another")
    session.add(Organisation(slug="north", name="Raced", created_at=AT))
    with pytest.raises(IntegrityError):
        session.flush()


def test_somebody_belongs_to_an_organisation_once(session):
    mia, north = a_person(), add()
    for day in range(2):
        add_member(north.id, mia.id, by=SYSTEM, at=AT + timedelta(days=day))
    (membership,) = session.scalars(sa.select(Membership)).all()
    assert (membership.person_id, membership.joined_at) == (mia.id, AT)
    assert len(session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "member.added")).all()) == 1


def test_somebody_may_belong_to_several(session):
    mia = a_person()
    for slug in ("north", "south"):
        add_member(add(slug).id, mia.id, by=SYSTEM, at=AT)
    assert len(session.scalars(sa.select(Membership)).all()) == 2


def test_what_is_made_is_in_the_audit(session):
    mia, north = a_person(), add()
    add_member(north.id, mia.id, by=SYSTEM, at=AT)
    entries = session.scalars(sa.select(AuditEntry).where(AuditEntry.subject_kind == "organisation")).all()
    assert [entry.action for entry in entries] == ["organisation.added", "member.added"]
    assert entries[1].data == {"person": str(mia.id)}
