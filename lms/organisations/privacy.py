"""What organisations hold of a person: to be copied for them, and to go when they are erased."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from lms.accounts.events import PersonErased
from lms.accounts.ports import MOMENT, Column, Section
from lms.core.actor import SYSTEM
from lms.core.db import db
from lms.core.texts import N_
from lms.organisations.models import DeclinedInvitation, Membership, Organisation, Team, TeamMember
from lms.organisations.queries import email_of
from lms.organisations.services.importing import drop_open_imports
from lms.organisations.services.members import end_memberships


def collect(person_id: uuid.UUID, _at: datetime) -> Iterator[Section]:
    """Memberships with what the organisation wrote, and teams."""
    rows = sa.select(Membership, Organisation.name).join(Organisation).where(Membership.person_id == person_id)
    names = ("joined_at", "invited_at", "accepted_at", "name_given", "email_given", "number")
    members = [
        {"organisation": name} | {field: getattr(one, field) for field in names}
        for one, name in db.session.execute(rows)
    ]
    yield Section("organisations.json", N_("Organisations"), members, (_name("organisation"), _since()))
    notes = sa.select(DeclinedInvitation, Organisation.name).join(Organisation).where(*_declined_of(person_id))
    declined = [
        {"organisation": name} | {field: getattr(one, field) for field in ("at", "name_given", "email_given", "number")}
        for one, name in db.session.execute(notes)
    ]
    declined_on = (_name("organisation"), Column("at", N_("When"), MOMENT))
    yield Section("declined-invitations.json", N_("Invitations that you declined"), declined, declined_on)
    teams = sa.select(Team.name, TeamMember.joined_at).join(TeamMember).where(TeamMember.person_id == person_id)
    found = [{"team": name, "joined_at": joined} for name, joined in db.session.execute(teams)]
    yield Section("teams.json", N_("Teams"), found, (_name("team"), _since()))


def _declined_of(person_id: uuid.UUID) -> tuple[sa.ColumnElement[bool], ...]:
    """What organisations wrote of invitations that this person declined: found by the address, since no id is kept."""
    return (DeclinedInvitation.email_given == email_of(person_id),)


def _name(key: str) -> Column:
    return Column(key, N_("Name"))


def _since() -> Column:
    return Column("joined_at", N_("since"), MOMENT)


def forget(event: PersonErased) -> None:
    """Every membership ends, and with it names, numbers, teams and roles; who listens takes back what was assigned.

    Tables that were sent and may name the person go whole: nobody can say which of them does without reading all.
    """
    db.session.execute(sa.delete(DeclinedInvitation).where(*_declined_of(event.person_id)))
    mine = sa.select(Membership.organisation_id).where(Membership.person_id == event.person_id)
    for organisation_id in db.session.scalars(mine).all():
        end_memberships(organisation_id, [event.person_id], by=SYSTEM, at=event.at)
        drop_open_imports(organisation_id, at=event.at, because=f"erased {event.person_id}")
