"""Who may see and who may manage an organisation's people.

hr: all of its people. A manager on the organisation sees them, a manager on a team sees those of the team and its
sub-teams; seeing, and enrolling those whom one sees, is all that managers may.
"""

from __future__ import annotations

import uuid

from lms.core.actor import Actor
from lms.core.reasons import CoreReason, Refused

SEE = ("hr", "manager")
ROLES_GIVEN = ("hr", "manager", "author")
"""What hr gives to members of its own organisation; never administrator."""


def sees_all_people(actor: Actor, organisation_id: uuid.UUID) -> bool:
    return any(actor.has(role, "organisation", organisation_id) for role in SEE)


def manages_people(actor: Actor, organisation_id: uuid.UUID) -> bool:
    """Adds and removes people, makes teams, gives roles."""
    return actor.has("hr", "organisation", organisation_id)


def managed_teams(actor: Actor) -> set[uuid.UUID]:
    """Teams, of whatever organisation, whose people the actor sees as their manager."""
    return actor.scopes("manager", "team")


def check_manages_people(actor: Actor, organisation_id: uuid.UUID) -> None:
    """Refused(core.forbidden)."""
    if not manages_people(actor, organisation_id):
        raise Refused(CoreReason.FORBIDDEN)
