"""People come into an organisation: one by hand, or thousands from a table."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from lms.accounts.events import InvitationAccepted
from lms.accounts.services import Invitee, invite_people
from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.db import insert_ignore
from lms.core.events import publish
from lms.core.i18n import languages
from lms.core.reasons import Refused
from lms.core.spreadsheets import Row
from lms.organisations import queries
from lms.organisations.events import MembersAdded
from lms.organisations.models import Membership
from lms.organisations.permissions import check_manages_people
from lms.organisations.reasons import OrganisationReason
from lms.organisations.rules.columns import FIELDS
from lms.organisations.rules.people import Checked, NewMember, check_rows
from lms.organisations.services.members import accept_invitation
from lms.organisations.services.organisations import organisation_of
from lms.organisations.services.teams import find_or_add_path, place_in_teams


def add_one(
    organisation_id: uuid.UUID, fields: dict[str, str], *, by: Actor, at: datetime, team_id: uuid.UUID | None = None
) -> uuid.UUID | None:
    """Invites one person: `fields` are email, name, number and language as typed, checked as a row of a table is.

    Gives the person's id, whoever that is, or None as `invite_members` does. Refused: core.forbidden, core.not_found
    for the team, organisation.member_already; people.* for what is wrong with a field; mail.not_set_up.
    """
    check_manages_people(by, organisation_id)
    team = queries.find_team(organisation_id, team_id, by) if team_id else None
    columns = {name: place for place, name in enumerate(FIELDS)}
    row = Row(1, [fields.get(name, "") for name in FIELDS])
    checked = check_rows([row], columns, queries.standing_of(organisation_id, languages()), make_teams=False)
    for fault in checked.faults:
        raise fault.why[0]
    if checked.members:
        raise Refused(OrganisationReason.MEMBER_ALREADY)
    (person_id,) = invite_members(organisation_id, checked.new, {}, by=by, at=at)
    if team and person_id:
        place_in_teams(organisation_id, [(team.id, person_id)], by=by, at=at)
    return person_id


def invite_members(
    organisation_id: uuid.UUID,
    people: Sequence[NewMember],
    team_ids: dict[tuple[str, ...], uuid.UUID],
    *,
    by: Actor,
    at: datetime,
) -> list[uuid.UUID | None]:
    """Invites people who were checked against what stands; `team_ids` by their paths. Gives their ids, in order.

    The same statements whether an address was known or not, and nothing that comes back tells it. Who is invited
    already under another address gets the message, and that is all: None in place of the id, and no team, or the
    organisation would learn that both addresses are one person's (decision 0017).
    """
    check_manages_people(by, organisation_id)
    name = organisation_of(organisation_id).name
    invitees = [Invitee(one.email, one.name, one.locale) for one in people]
    invited = invite_people(invitees, organisation_id=organisation_id, organisation_name=name, by=by, at=at)
    already = queries.members_among(organisation_id, [one.person_id for one in invited])
    added = [(one.person_id, member) for one, member in zip(invited, people, strict=True)]
    added = [(person_id, member) for person_id, member in added if person_id not in already]
    rows = [
        {"organisation_id": organisation_id, "person_id": person_id, "joined_at": at, "invited_at": at}
        | {"accepted_at": None, "name_given": one.name, "email_given": one.email, "number": one.number}
        for person_id, one in added
    ]
    insert_ignore(Membership, rows)
    ids = [person_id for person_id, _one in added]
    subject = ("organisation", organisation_id)
    record("members.invited", by=by, subject=subject, at=at, people=[str(person_id) for person_id in ids])
    publish(MembersAdded(organisation_id, tuple(ids), at))
    places = [(team_ids[one.team], person_id) for person_id, one in added if one.team]
    place_in_teams(organisation_id, places, by=by, at=at)
    return [None if one.person_id in already else one.person_id for one in invited]


def make_teams(
    organisation_id: uuid.UUID, checked: Checked, *, by: Actor, at: datetime
) -> dict[tuple[str, ...], uuid.UUID]:
    """The ids of all teams that the rows name, made where they are not there yet."""
    known = queries.team_paths(organisation_id)
    made = {path: find_or_add_path(organisation_id, list(path), by=by, at=at).id for path in checked.new_teams}
    return {**known, **made}


def accept_on_news(event: InvitationAccepted) -> None:
    """Who followed the link of an invitation accepted it; nothing where the organisation took it back meanwhile."""
    if queries.is_member(event.organisation_id, event.person_id):
        by = Actor(event.person_id)
        accept_invitation(event.organisation_id, person_id=event.person_id, by=by, at=event.at)
