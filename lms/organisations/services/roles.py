"""What members may do in their organisation: hr gives and takes it."""

from __future__ import annotations

import uuid
from datetime import datetime

from lms.accounts.services import grant_role, revoke_role
from lms.core.actor import Actor
from lms.core.db import db
from lms.core.reasons import CoreReason, Refused
from lms.organisations import queries
from lms.organisations.models import Membership
from lms.organisations.permissions import ROLES_GIVEN, check_manages_people
from lms.organisations.reasons import OrganisationReason
from lms.organisations.services.members import hold_hr


def give_role(
    organisation_id: uuid.UUID,
    person_id: uuid.UUID,
    role: str,
    *,
    by: Actor,
    at: datetime,
    team_id: uuid.UUID | None = None,
) -> None:
    """hr, manager or author on the organisation; a manager on one of its teams where `team_id` is given.

    Refused: core.forbidden (also for every other role), core.not_found; organisation.not_accepted for who has not
    accepted the invitation yet.
    """
    kind, scope_id = _scope(organisation_id, person_id, role, team_id, by)
    # Held: who leaves at this moment waits, and loses the role too.
    membership = db.session.get(Membership, (organisation_id, person_id), with_for_update=True)
    if membership is None or membership.accepted_at is None:
        raise Refused(OrganisationReason.NOT_ACCEPTED)
    grant_role(person_id, role, scope_kind=kind, scope_id=scope_id, by=by, at=at)


def take_role(
    organisation_id: uuid.UUID,
    person_id: uuid.UUID,
    role: str,
    *,
    by: Actor,
    at: datetime,
    team_id: uuid.UUID | None = None,
) -> None:
    """Refused: as `give_role`; organisation.last_hr where nobody would be left who may give it back."""
    kind, scope_id = _scope(organisation_id, person_id, role, team_id, by)
    if role == "hr":
        hold_hr(organisation_id)
    if role == "hr" and queries.holders_of("hr", organisation_id) <= {person_id}:
        raise Refused(OrganisationReason.LAST_HR)
    revoke_role(person_id, role, scope_kind=kind, scope_id=scope_id, by=by, at=at)


def _scope(
    organisation_id: uuid.UUID, person_id: uuid.UUID, role: str, team_id: uuid.UUID | None, by: Actor
) -> tuple[str, uuid.UUID]:
    check_manages_people(by, organisation_id)
    if role not in ROLES_GIVEN or (team_id and role != "manager"):
        raise Refused(CoreReason.FORBIDDEN)
    queries.find_member(organisation_id, person_id, by)
    if team_id is None:
        return "organisation", organisation_id
    return "team", queries.find_team(organisation_id, team_id, by).id
