"""What an address of these pages says: filters, and whom an action is about."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from flask import request

from lms.compliance.queries.filters import SORTS, STATUSES, Filters, Scope, scope_of
from lms.compliance.queries.people import selected_people
from lms.core.clock import now
from lms.core.reasons import CoreReason, Refused
from lms.core.web.actors import require_actor

ALL = "yes"


def scope_here(ref: str) -> Scope:
    """The organisation of the address, as who asks sees it now. Refused: core.not_signed_in, core.not_found."""
    return scope_of(ref, require_actor(), now())


def filters_here(values: Any = None) -> Filters:
    """From the address, or a form's hidden fields; what is not of ours counts as not said."""
    said = request.args if values is None else values
    status, sort = said.get("status", ""), said.get("sort", "")
    return Filters(
        q=said.get("q", "").strip()[:200],
        team=_id(said.get("team", "")) if said.get("team") else None,
        course=said.get("course", "")[:80],
        status=status if status in STATUSES else "",
        sort=sort if sort in SORTS else "name",
    )


def people_url(scope: Scope, filters: Filters, **more: str) -> str:
    """The list of people with these filters."""
    said = urlencode(filters.as_query() | more)
    return f"/organisations/{scope.organisation.slug}/people" + (f"?{said}" if said else "")


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Refused(CoreReason.NOT_FOUND) from None


class Selection:
    """Whom an action is about: the ticked people, or all that match. It stands in the address, and goes on in forms."""

    def __init__(self, scope: Scope) -> None:
        said = request.values
        self.filters = filters_here(said)
        self.is_all = said.get("all") == ALL
        self.ticked = None if self.is_all else [_id(one) for one in said.getlist("person")]
        self.people = selected_people(scope, self.filters, self.ticked)

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Hidden fields that say the same again."""
        if self.ticked is None:
            return [*self.filters.as_query().items(), ("all", ALL)]
        return [("person", str(one)) for one in self.ticked]

    @property
    def count(self) -> int:
        return len(self.people)
