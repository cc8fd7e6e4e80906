"""Whom an organisation did not reach: who says "this is not me", and whose address a mail server refuses for good."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.accounts.queries import carries_invitation_to
from lms.core.actor import Actor
from lms.core.db import db
from lms.core.mail.models import Mail
from lms.core.mail.reasons import MailReason
from lms.organisations.models import DeclinedInvitation, Membership
from lms.organisations.queries import Member, members

TO_ANOTHER_ADDRESS = ("new-address", "sign-up", "old-address", "address-taken")
"""Messages that say nothing about the address of the account."""


@dataclass(frozen=True)
class Undelivered:
    """A member whose newest message came back; `reason` is {code, values} as the mail server's answer became it."""

    member: Member
    reason: dict[str, Any]
    at: datetime


def declined(organisation_id: uuid.UUID) -> list[DeclinedInvitation]:
    """The newest first."""
    rows = sa.select(DeclinedInvitation).where(DeclinedInvitation.organisation_id == organisation_id)
    return list(db.session.scalars(rows.order_by(DeclinedInvitation.id.desc())))


def undelivered(organisation_id: uuid.UUID, by: Actor, *, person_id: uuid.UUID | None = None) -> list[Undelivered]:
    """By name; with `person_id` that person alone.

    Of who has not accepted only the invitation counts: what else is written to them is not the organisation's to know.
    """
    rows = _refused(organisation_id)
    if person_id:
        rows = rows.where(Mail.person_id == person_id)
    found = {row.person_id: row for row in db.session.execute(rows)}
    people = members(organisation_id, by, Membership.person_id.in_(list(found))) if found else []
    return [Undelivered(one, found[one.person_id].reason, found[one.person_id].ended_at) for one in people]


def count(organisation_id: uuid.UUID) -> int:
    """How many people that are, in one statement."""
    notes = sa.select(sa.func.count()).where(DeclinedInvitation.organisation_id == organisation_id).scalar_subquery()
    people = _refused(organisation_id).subquery().c.person_id
    mails = sa.select(sa.func.count(people.distinct())).scalar_subquery()
    return int(db.session.scalar(sa.select(notes + mails)) or 0)


def _refused(organisation_id: uuid.UUID) -> sa.Select[Any]:
    """(person_id, reason, ended_at) of messages refused for good, the newest last; none came through since."""
    later = aliased(Mail)
    came_through = sa.exists().where(later.person_id == Mail.person_id, later.id > Mail.id, later.state == "sent")
    rows = sa.select(Mail.person_id, Mail.reason, Mail.ended_at).where(
        Mail.state == "failed",
        Mail.reason["code"].as_string() == MailReason.REFUSED.code,
        Mail.template.not_in(TO_ANOTHER_ADDRESS),
        ~came_through.where(later.template.not_in(TO_ANOTHER_ADDRESS)),
    )
    rows = rows.join(Membership, Membership.person_id == Mail.person_id)
    may_know = sa.or_(Membership.accepted_at.is_not(None), carries_invitation_to(organisation_id))
    return rows.where(Membership.organisation_id == organisation_id, may_know).order_by(Mail.id)
