"""What the frame of every page (templates/base.html) shows: whose page it is, and where else they may go."""

from __future__ import annotations

from typing import Any

from flask import Flask, g

from lms.core.actor import Actor
from lms.core.reasons import CoreReason
from lms.core.web.actors import current_identity

TEACHES = ("author", "teacher")
LOOKS_AFTER = ("hr", "manager")
FAILING = (CoreReason.INTERNAL, CoreReason.BUSY, CoreReason.NO_ROOM)


def init_frame(app: Flask) -> None:
    app.context_processor(_frame)


def _frame() -> dict[str, Any]:
    """me, request_id. While the database fails, the page that says so must not ask it who is reading."""
    identity = None if g.get("reason") in FAILING else current_identity()
    return {
        "me": identity
        and {
            "name": identity.name,
            "teaches": _teaches(identity.actor),
            "administers": identity.actor.is_administrator,
            "looks_after": _looks_after(identity.actor),
            "withheld": sorted(identity.withheld),
        },
        "request_id": g.get("request_id", ""),
    }


def _teaches(actor: Actor) -> bool:
    return actor.is_administrator or any(grant.role in TEACHES for grant in actor.grants)


def _looks_after(actor: Actor) -> bool:
    """There are people whose learning they see."""
    return actor.is_administrator or any(grant.role in LOOKS_AFTER for grant in actor.grants)
