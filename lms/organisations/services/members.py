"""Who belongs to an organisation: added, accepted, gone."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from lms.accounts.events import PersonNamed
from lms.accounts.services import revoke_roles
from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.db import db, hold, in_portions, insert_ignore
from lms.core.events import publish
from lms.core.folding import fold_name
from lms.core.reasons import CoreReason, Refused
from lms.organisations import queries
from lms.organisations.events import MemberAccepted, MembersAdded, MembersLeft
from lms.organisations.models import DeclinedInvitation, Membership, Team, TeamMember
from lms.organisations.permissions import check_manages_people
from lms.organisations.reasons import OrganisationReason, RowReason
from lms.organisations.rules.people import MOST_NUMBER


def add_member(organisation_id: uuid.UUID, person_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Makes the person belong to the organisation, nothing to be accepted; a second time changes nothing."""
    db.session.flush()  # the person or the organisation may be new in this transaction
    if db.session.get(Membership, (organisation_id, person_id)):
        return
    row = {"organisation_id": organisation_id, "person_id": person_id, "joined_at": at, "accepted_at": at}
    insert_ignore(Membership, [row | {"sort_name": queries.sort_name_of(person_id)}])
    record("member.added", by=by, subject=("organisation", organisation_id), at=at, person=str(person_id))
    publish(MembersAdded(organisation_id, (person_id,), at))


def accept_invitation(organisation_id: uuid.UUID, *, person_id: uuid.UUID, by: Actor, at: datetime) -> None:
    """Who was invited belongs there, and may be known there; a second time changes nothing.

    Refused: core.not_found where there is no invitation, or where another person asks.
    """
    membership = db.session.get(Membership, (organisation_id, person_id), with_for_update=True)
    if membership is None or not (by.is_system or by.person_id == person_id):
        raise Refused(CoreReason.NOT_FOUND)
    if membership.accepted_at:
        return
    membership.accepted_at, membership.sort_name = at, queries.sort_name_of(person_id)
    record("member.accepted", by=by, subject=("organisation", organisation_id), at=at, person=str(person_id))
    db.session.flush()
    publish(MemberAccepted(organisation_id, person_id, at))


def sort_anew(event: PersonNamed) -> None:
    """Where the person accepted, they are sorted by the new name; an open invitation stays with the name given."""
    theirs = (Membership.person_id == event.person_id, Membership.accepted_at.is_not(None))
    db.session.execute(sa.update(Membership).where(*theirs).values(sort_name=fold_name(event.name)))


def leave_organisation(organisation_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """The person goes, or says of an invitation "this is not me". Refused: core.not_found; organisation.last_hr."""
    membership = db.session.get(Membership, (organisation_id, by.person_id)) if by.person_id else None
    if membership is None:
        raise Refused(CoreReason.NOT_FOUND)
    if membership.accepted_at is None:
        end_invitation(membership, by=by, at=at)
        return
    _check_hr_stays(organisation_id, {membership.person_id})
    end_memberships(organisation_id, [membership.person_id], by=by, at=at)


def end_invitation(membership: Membership, *, by: Actor, at: datetime) -> None:
    """Who was invited says "this is not me": what the organisation had written stays for a month, as its own note."""
    written = {name: getattr(membership, name) for name in ("organisation_id", "name_given", "email_given", "number")}
    db.session.add(DeclinedInvitation(**written, at=at))
    end_memberships(membership.organisation_id, [membership.person_id], by=by, at=at)


def remove_members(
    organisation_id: uuid.UUID, person_ids: Collection[uuid.UUID], *, by: Actor, at: datetime
) -> list[uuid.UUID]:
    """Ends memberships, hr's act; who is no member is passed over. Gives who was removed.

    Refused: core.forbidden; organisation.last_hr where nobody would be left to manage the people.
    """
    check_manages_people(by, organisation_id)
    there = sorted(queries.members_among(organisation_id, person_ids))
    if there:
        _check_hr_stays(organisation_id, set(there))
        end_memberships(organisation_id, there, by=by, at=at)
    return there


def _check_hr_stays(organisation_id: uuid.UUID, going: set[uuid.UUID]) -> None:
    """The last hr of an organisation that has people does not go without another in its place."""
    hold_hr(organisation_id)
    holders = queries.holders_of("hr", organisation_id)
    if holders and holders <= going:
        raise Refused(OrganisationReason.LAST_HR)


def hold_hr(organisation_id: uuid.UUID) -> None:
    """Of two hr who go at once the second waits, and is told that the first has gone."""
    hold(f"hr {organisation_id}")


def end_memberships(organisation_id: uuid.UUID, person_ids: list[uuid.UUID], *, by: Actor, at: datetime) -> None:
    """The rows go, with places in teams and roles; what the organisation may still know is said in decision 0017."""
    teams = sa.select(Team.id).where(Team.organisation_id == organisation_id)
    team_ids, open_ones = set(db.session.scalars(teams)), set[uuid.UUID]()
    for some in in_portions(person_ids):
        mine = (Membership.organisation_id == organisation_id, Membership.person_id.in_(some))
        open_ones |= set(db.session.scalars(sa.select(Membership.person_id).where(*mine, ~queries.HAS_ACCEPTED)))
        here = (TeamMember.team_id.in_(teams), TeamMember.person_id.in_(some))
        db.session.execute(sa.delete(TeamMember).where(*here))
        db.session.execute(sa.delete(Membership).where(*mine))
    revoke_roles(person_ids, {"organisation": {organisation_id}, "team": team_ids}, by=by, at=at)
    people = [str(person_id) for person_id in person_ids]
    record("members.left", by=by, subject=("organisation", organisation_id), at=at, people=people)
    publish(MembersLeft(organisation_id, tuple(person_ids), frozenset(open_ones), at))


def change_number(organisation_id: uuid.UUID, person_id: uuid.UUID, number: str, *, by: Actor, at: datetime) -> None:
    """The organisation's own number for its employee; empty takes it off.

    Refused: core.forbidden, core.not_found; people.number_invalid, people.number_taken.
    """
    check_manages_people(by, organisation_id)
    membership = db.session.get(Membership, (organisation_id, person_id))
    if membership is None:
        raise Refused(CoreReason.NOT_FOUND)
    clean = number.strip()
    if len(clean) > MOST_NUMBER or not clean.isprintable():
        raise Refused(RowReason.NUMBER_INVALID)
    others = sa.select(Membership.person_id).where(Membership.organisation_id == organisation_id)
    if clean and db.session.scalar(others.where(Membership.number == clean, Membership.person_id != person_id)):
        raise Refused(RowReason.NUMBER_TAKEN, number=clean)
    membership.number = clean or None
    record("member.number_changed", by=by, subject=("organisation", organisation_id), at=at, person=str(person_id))
