"""Invitations that reached the wrong person: ended, and told to who invited, without a word about the person."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa

from lms.accounts.events import InvitationDeclined
from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.db import db
from lms.core.reasons import CoreReason, Refused
from lms.organisations.models import DeclinedInvitation, Membership
from lms.organisations.permissions import check_manages_people
from lms.organisations.services.members import end_invitation

KEPT = timedelta(days=30)


def decline_on_news(event: InvitationDeclined) -> None:
    """Nothing where the organisation took the invitation back meanwhile, or the person accepted it."""
    membership = db.session.get(Membership, (event.organisation_id, event.person_id), with_for_update=True)
    if membership is not None and membership.accepted_at is None:
        end_invitation(membership, by=Actor(event.person_id), at=event.at)


def drop_declined(organisation_id: uuid.UUID, declined_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Hr has seen it. Refused: core.forbidden, core.not_found."""
    check_manages_people(by, organisation_id)
    found = db.session.get(DeclinedInvitation, declined_id)
    if found is None or found.organisation_id != organisation_id:
        raise Refused(CoreReason.NOT_FOUND)
    db.session.delete(found)
    record("invitation.declined_seen", by=by, subject=("organisation", organisation_id), at=at)


def prune_declined(at: datetime) -> None:
    """Names and addresses of strangers do not stay."""
    db.session.execute(sa.delete(DeclinedInvitation).where(DeclinedInvitation.at < at - KEPT))
