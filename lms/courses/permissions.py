"""Who may do what to a course. Scope ids: the course's organisation, the course itself."""

from __future__ import annotations

import uuid

from lms.core.actor import Actor
from lms.core.reasons import CoreReason, Refused

MAY = {
    "write": (("author", "organisation"), ("teacher", "course")),
    "publish": (("author", "organisation"),),
    "create": (("author", "organisation"),),
    "share": (("author", "organisation"),),
}


def may(actor: Actor, action: str, *, organisation_id: uuid.UUID, course_id: uuid.UUID | None = None) -> bool:
    """True where one of the action's roles was granted on the organisation or the course (administrators: always)."""
    scopes = {"organisation": organisation_id, "course": course_id}
    return actor.is_administrator or any(
        actor.has(role, kind, scopes[kind]) for role, kind in MAY[action] if scopes[kind]
    )


def check(actor: Actor, action: str, *, organisation_id: uuid.UUID, course_id: uuid.UUID | None = None) -> None:
    """Refused: core.not_signed_in for guests, core.forbidden for everybody else who may not."""
    if may(actor, action, organisation_id=organisation_id, course_id=course_id):
        return
    raise Refused(CoreReason.NOT_SIGNED_IN if actor.is_guest else CoreReason.FORBIDDEN)
