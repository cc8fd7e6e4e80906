"""Who may do what with somebody else's account."""

from __future__ import annotations

import uuid

from lms.core.actor import Actor


def may_help(actor: Actor) -> bool:
    """Take second factors off for who lost them: administrators."""
    return actor.is_administrator


def may_erase(actor: Actor, person_id: uuid.UUID) -> bool:
    """One's own account, and administrators any. HR lets people leave its organisation: that is not erasing."""
    return actor.person_id == person_id or actor.is_administrator
