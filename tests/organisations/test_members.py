"""Invited, accepted, gone: and what the organisation knows at each step."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.accounts.events import InvitationAccepted
from lms.accounts.models import Person
from lms.accounts.queries import actor_of
from lms.core.actor import Actor
from lms.core.events import publish
from lms.core.mail.models import Mail
from lms.core.reasons import Refused
from lms.organisations import queries
from lms.organisations.models import Membership, TeamMember
from lms.organisations.services import (
    accept_invitation,
    add_one,
    change_number,
    give_role,
    leave_organisation,
    put_into_team,
    remove_members,
)
from tests.learning.building import a_person, signed_in
from tests.organisations.building import AT, a_member, a_team, accepted, hr_of, invited

TYPED = {"email": "Known@Example.org", "name": "As Typed", "number": "4711", "language": "English"}


def refused(act) -> str:
    with pytest.raises(Refused) as why:
        act()
    return why.value.reason.code


@pytest.mark.parametrize("is_known", [True, False])
def test_until_it_is_accepted_hr_knows_what_it_typed_and_nothing_tells_whether_the_address_was_known(session, is_known):
    north, hr = hr_of()
    if is_known:
        known = a_person(name="Real Name")
        known.email = "known@example.org"
    session.flush()
    person_id = add_one(north.id, TYPED, by=hr, at=AT)
    member = queries.find_member(north.id, person_id, hr)
    shown = (member.name, member.email, member.number, member.has_accepted)
    assert shown == ("As Typed", "known@example.org", "4711", False)
    accepted(north, person_id)
    assert queries.find_member(north.id, person_id, hr).name == ("Real Name" if is_known else "As Typed")
    assert len(session.scalars(sa.select(Mail).where(Mail.person_id == person_id)).all()) == 1


def test_who_is_invited_under_a_second_address_is_not_told_to_be_the_first(session, app):
    """They changed their address before they accepted: that both are theirs is nothing that HR knows."""
    north, hr = hr_of()
    team = a_team(north, hr)
    (first,) = invited(north, hr, "old@example.org", name="Kim Old")
    session.get_one(Person, first).email = "new@example.org"
    session.flush()
    second = TYPED | {"email": "new@example.org", "name": "Kim New"}
    assert add_one(north.id, second, by=hr, at=AT, team_id=team.id) is None
    member = queries.find_member(north.id, first, hr)
    assert (member.name, member.email, member.number) == ("Kim Old", "old@example.org", None)
    assert queries.teams_by_person(north.id, [first]) == {}
    assert len(session.scalars(sa.select(Mail).where(Mail.person_id == first)).all()) == 2
    client = signed_in(app, session.get_one(Person, hr.person_id))
    answer = client.post("/api/v1/organisations/north/people", json=second)
    typed = {"person": None, "name": "Kim New", "email": "new@example.org", "number": "4711", "status": "invited"}
    assert (answer.status_code, answer.json) == (201, typed)
    page = client.post("/organisations/north/people/add", data=second, follow_redirects=True)
    assert "The invitation is on its way" in page.text
    assert "Kim Old" not in page.text


def test_inviting_takes_the_same_statements_whether_addresses_are_known_or_not(session, queries):
    north, hr = hr_of()
    counts = []
    for known in (False, True):
        emails = [f"{known}-{n}@example.org" for n in range(5)]
        for email in emails if known else []:
            a_person().email = email
        session.flush()
        with queries() as run:
            invited(north, hr, *emails)
            session.flush()
        counts.append(len(run))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"email": "no address"}, "people.email_invalid"),
        ({"name": " "}, "people.name_missing"),
        ({"number": "1" * 41}, "people.number_invalid"),
        ({"language": "Klingon"}, "people.language_unknown"),
    ],
)
def test_one_person_is_checked_as_a_row_of_a_table_is(session, changed, code):
    north, hr = hr_of()
    assert refused(lambda: add_one(north.id, TYPED | changed, by=hr, at=AT)) == code
    add_one(north.id, TYPED, by=hr, at=AT)
    assert refused(lambda: add_one(north.id, TYPED, by=hr, at=AT)) == "organisation.member_already"
    other = {"email": "other@example.org", "name": "Other", "number": "4711"}
    assert refused(lambda: add_one(north.id, other, by=hr, at=AT)) == "people.number_taken"


def test_only_the_person_accepts_and_a_second_time_changes_nothing(session):
    north, hr = hr_of()
    (person_id,) = invited(north, hr, "new@example.org")
    assert refused(lambda: accept_invitation(north.id, person_id=person_id, by=hr, at=AT)) == "core.not_found"
    stranger = a_person()
    mine = Actor(stranger.id)
    assert refused(lambda: accept_invitation(north.id, person_id=stranger.id, by=mine, at=AT)) == "core.not_found"
    for _ in range(2):
        accepted(north, person_id)
    assert queries.invitations_of(person_id) == []


def test_the_link_of_the_mail_accepts_and_one_that_was_taken_back_does_nothing(session):
    north, hr = hr_of()
    (person_id,) = invited(north, hr, "new@example.org")
    publish(InvitationAccepted(person_id, north.id, AT))
    assert queries.find_member(north.id, person_id, hr).has_accepted
    remove_members(north.id, [person_id], by=hr, at=AT)
    publish(InvitationAccepted(person_id, north.id, AT))
    assert not queries.is_member(north.id, person_id)


def test_leaving_takes_teams_and_roles_along_and_nothing_of_the_other_organisations(session):
    north, hr = hr_of()
    south, other_hr = hr_of("south")
    mia = a_member(north)
    team, theirs = a_team(north, hr), a_team(south, other_hr)
    put_into_team(north.id, team.id, [mia.id], by=hr, at=AT)
    give_role(north.id, mia.id, "manager", by=hr, at=AT, team_id=team.id)
    give_role(north.id, mia.id, "author", by=hr, at=AT)
    (pending,) = invited(south, other_hr, mia.email)
    assert pending == mia.id
    put_into_team(south.id, theirs.id, [mia.id], by=other_hr, at=AT)
    session.flush()
    leave_organisation(north.id, by=actor_of(mia.id), at=AT)
    assert [
        one.organisation_id for one in session.scalars(sa.select(Membership).where(Membership.person_id == mia.id))
    ] == [south.id]
    assert session.scalars(sa.select(TeamMember.team_id)).all() == [theirs.id]
    assert actor_of(mia.id).grants == frozenset()
    assert session.get_one(Person, mia.id)


def test_hr_removes_its_own_people_only(session):
    north, hr = hr_of()
    south, _other_hr = hr_of("south")
    mia, theirs = a_member(north), a_member(south)
    assert remove_members(north.id, [mia.id, theirs.id], by=hr, at=AT) == [mia.id]
    assert refused(lambda: remove_members(south.id, [theirs.id], by=hr, at=AT)) == "core.forbidden"
    assert queries.is_member(south.id, theirs.id)
    assert refused(lambda: leave_organisation(north.id, by=Actor(mia.id), at=AT)) == "core.not_found"


def test_a_number_is_one_persons_alone_in_the_organisation(session):
    north, hr = hr_of()
    south, other_hr = hr_of("south")
    mia, bo, theirs = a_member(north), a_member(north), a_member(south)
    change_number(north.id, mia.id, " 7 ", by=hr, at=AT)
    assert refused(lambda: change_number(north.id, bo.id, "7", by=hr, at=AT)) == "people.number_taken"
    assert refused(lambda: change_number(north.id, bo.id, "7" * 41, by=hr, at=AT)) == "people.number_invalid"
    assert refused(lambda: change_number(north.id, theirs.id, "8", by=hr, at=AT)) == "core.not_found"
    change_number(south.id, theirs.id, "7", by=other_hr, at=AT)
    change_number(north.id, mia.id, "", by=hr, at=AT)
    assert queries.find_member(north.id, mia.id, hr).number is None
