"""Who may assign, look, and take away proof.

Whom an actor sees (organisations' permissions: hr all, managers their teams) is whom they may assign to and pack. An
assignment to the whole organisation is for who sees all of it, one to a team for who sees the team. It gets another day
or is withdrawn by hr, or by the manager who made it.
"""

from __future__ import annotations

import uuid

from lms.core.actor import Actor
from lms.core.reasons import CoreReason, Refused
from lms.organisations.permissions import manages_people, sees_all_people

__all__ = ["check_changes", "check_sees_all", "manages_people", "may_change", "sees_all_people"]


def may_change(actor: Actor, organisation_id: uuid.UUID, *, created_by: uuid.UUID | None) -> bool:
    """Gives an assignment of the organisation another day, or withdraws it."""
    is_own = created_by is not None and created_by == actor.person_id
    return is_own or manages_people(actor, organisation_id)


def check_changes(actor: Actor, organisation_id: uuid.UUID, *, created_by: uuid.UUID | None) -> None:
    """Refused(core.forbidden) for managers, where somebody else made the assignment."""
    if not may_change(actor, organisation_id, created_by=created_by):
        raise Refused(CoreReason.FORBIDDEN)


def check_sees_all(actor: Actor, organisation_id: uuid.UUID) -> None:
    """Refused(core.forbidden) for managers of teams."""
    if not sees_all_people(actor, organisation_id):
        raise Refused(CoreReason.FORBIDDEN)
