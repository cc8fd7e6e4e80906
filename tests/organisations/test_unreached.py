"""Whom an organisation did not reach: the wrong person, or mail that came back."""

from __future__ import annotations

import uuid
from datetime import timedelta

import sqlalchemy as sa

from lms.accounts.models import Person
from lms.core.actor import Actor
from lms.core.clock import now
from lms.core.db import db
from lms.core.mail.models import Mail
from lms.organisations import queries, unreached
from lms.organisations.models import DeclinedInvitation, Membership
from lms.organisations.rules.people import NewMember
from lms.organisations.services import invite_members, leave_organisation
from lms.organisations.services.declining import prune_declined
from tests.accounts.posting import newest_link
from tests.accounts.visiting import Visitor
from tests.learning.building import signed_in
from tests.organisations.building import AT, accepted, hr_of, invited

REFUSED = {"code": "mail.refused", "values": {"code": 550}}


def invited_now(organisation, by, email: str) -> uuid.UUID:
    """As `invited`, with a link that still works."""
    (person_id,) = invite_members(organisation.id, [NewMember(email, "Ana Novak")], {}, by=by, at=now())
    assert person_id
    db.session.commit()
    return person_id


def people_of(organisation) -> set[uuid.UUID]:
    return set(db.session.scalars(sa.select(Membership.person_id).where(Membership.organisation_id == organisation.id)))


def test_who_gets_an_invitation_by_mistake_ends_it_and_hr_reads_that_and_nothing_else(session, app):
    """Without an account, from the message alone."""
    north, hr = hr_of()
    hera = session.get_one(Person, hr.person_id)
    person_id = invited_now(north, hr, "wrong@example.org")
    link, visitor = newest_link("wrong@example.org"), Visitor(app)
    assert "End the invitation" in visitor.get(link).text
    answer = visitor.post(f"{link}/decline")
    assert "The invitation has ended" in visitor.get(answer.location).text
    assert person_id not in people_of(north)
    for again in ("", "/decline"):
        assert visitor.post(f"{link}{again}").status_code == 409
    client = signed_in(app, hera)
    assert "1 person was not reached" in client.get("/organisations/north/people").text
    page = client.get("/organisations/north/people/unreached").text
    assert "They said: this is not me" in page
    assert "Ana Novak" in page
    assert str(person_id) not in page
    (note,) = client.get("/api/v1/organisations/north/people/unreached").json["items"]
    told = {"kind": "not_me", "person": None, "name": "Ana Novak", "email": "wrong@example.org", "number": None}
    assert told.items() <= note.items()
    client.post(f"/organisations/north/people/unreached/{note['id']}/seen")
    assert client.get("/api/v1/organisations/north/people/unreached").json["items"] == []


def test_an_invitation_that_was_accepted_is_not_ended_by_its_old_link(session, app):
    north, hr = hr_of()
    person_id = invited_now(north, hr, "ana@example.org")
    link = newest_link("ana@example.org")
    accepted(north, person_id)
    session.commit()
    assert Visitor(app).post(f"{link}/decline").status_code == 302
    assert person_id in people_of(north)
    assert unreached.declined(north.id) == []


def test_the_note_goes_after_a_month(session):
    north, hr = hr_of()
    (person_id,) = invited(north, hr, "wrong@example.org")
    leave_organisation(north.id, by=Actor(person_id), at=AT)
    prune_declined(AT + timedelta(days=29))
    assert len(unreached.declined(north.id)) == 1
    prune_declined(AT + timedelta(days=31))
    assert session.scalars(sa.select(DeclinedInvitation)).all() == []


def came_back(person_id, batch: str = "%") -> None:
    theirs = (Mail.person_id == person_id, Mail.batch.like(batch))
    values = {"state": "failed", "reason": REFUSED, "ended_at": now()}
    db.session.execute(sa.update(Mail).where(*theirs).values(**values))
    db.session.commit()


def test_an_invitation_that_a_server_refuses_for_good_is_told_to_who_invited_and_to_no_other(session, app):
    """South invites the same address later, and South's message arrives or not: that is not North's to know."""
    north, hr = hr_of()
    south, other = hr_of("south")
    (person_id,) = invited(north, hr, "gone@example.org", name="Ana Novak")
    session.commit()
    came_back(person_id)
    invited(south, other, "gone@example.org", name="A. N.")
    session.commit()
    assert [one.member.name for one in unreached.undelivered(north.id, hr)] == ["Ana Novak"]
    assert unreached.undelivered(south.id, other) == []
    client = signed_in(app, session.get_one(Person, hr.person_id))
    page = client.get(f"/organisations/north/people/{person_id}/membership").text
    assert "Look up the right address, remove this entry below" in page
    (item,) = client.get("/api/v1/organisations/north/people/unreached").json["items"]
    assert (item["kind"], item["detail"]) == ("undelivered", "The mail server refuses this address (550).")


def test_of_who_belongs_there_the_newest_message_says_whether_the_address_works(session):
    north, hr = hr_of()
    (person_id,) = invited(north, hr, "ana@example.org")
    accepted(north, person_id)
    came_back(person_id)
    assert unreached.count(north.id) == 1
    (mail,) = session.scalars(sa.select(Mail).where(Mail.person_id == person_id))
    facts = {"person_id": person_id, "template": "assigned", "values": {}, "batch": "b", "created_at": AT, "due_at": AT}
    session.add(Mail(key="later", state="sent", **facts))
    session.commit()
    assert mail.state == "failed"
    assert (unreached.count(north.id), unreached.undelivered(north.id, hr)) == (0, [])
    assert queries.is_member(north.id, person_id)
