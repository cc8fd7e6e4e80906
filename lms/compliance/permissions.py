"""Who may assign, look, and take away proof.

Whom an actor sees (organisations' permissions: hr all, managers their teams) is whom they may assign to and pack. An
assignment to the whole organisation is for who sees all of it, one to a team for who sees the team.
"""

from __future__ import annotations

import uuid

from lms.core.actor import Actor
from lms.core.reasons import CoreReason, Refused
from lms.organisations.permissions import manages_people, sees_all_people

__all__ = ["check_sees_all", "manages_people", "sees_all_people"]


def check_sees_all(actor: Actor, organisation_id: uuid.UUID) -> None:
    """Refused(core.forbidden) for managers of teams."""
    if not sees_all_people(actor, organisation_id):
        raise Refused(CoreReason.FORBIDDEN)
