"""Who may see, withdraw and print again what somebody holds. The scope is the awarding organisation.

An organisation's HR and managers see the certificates of their own people, whoever awards them (decision 0017):
`queries.find_own_award` asks for that.
"""

from __future__ import annotations

import uuid

from lms.core.actor import Actor

MAY_SEE = ("author",)
MAY_REVOKE = ("author",)


def may_see(actor: Actor, *, person_id: uuid.UUID, organisation_id: uuid.UUID) -> bool:
    """The holder, and who answers for the course in the awarding organisation."""
    return actor.person_id == person_id or _has(actor, MAY_SEE, organisation_id)


def may_revoke(actor: Actor, *, organisation_id: uuid.UUID) -> bool:
    """Only the issuer's own people."""
    return _has(actor, MAY_REVOKE, organisation_id)


def may_retry(actor: Actor) -> bool:
    """What is held is a matter of fonts and settings: administrators'."""
    return actor.is_administrator


def _has(actor: Actor, roles: tuple[str, ...], organisation_id: uuid.UUID) -> bool:
    return actor.is_administrator or any(actor.has(role, "organisation", organisation_id) for role in roles)
