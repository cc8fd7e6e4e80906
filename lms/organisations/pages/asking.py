"""What forms and addresses of these pages say."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from flask import request
from werkzeug.wrappers import Response as BaseResponse

from lms.core.db import db
from lms.core.reasons import CoreReason, Refused
from lms.core.web.actors import require_actor
from lms.organisations.models import Organisation
from lms.organisations.queries import find_managed_organisation, find_organisation_for, paths_of, seen_teams

Answer = str | BaseResponse
Done = TypeVar("Done")


def organisation_here(ref: str) -> Organisation:
    """For who sees people of it. Refused: core.not_signed_in, core.not_found."""
    return find_organisation_for(ref, require_actor())


def managed_here(ref: str) -> Organisation:
    """For hr. Refused: core.not_signed_in, core.not_found, core.forbidden."""
    return find_managed_organisation(ref, require_actor())


def id_of(text: str | None) -> uuid.UUID | None:
    """A field that names something, or nothing; Refused(core.not_found) for what is no id."""
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Refused(CoreReason.NOT_FOUND) from None


def ids_of(name: str) -> list[uuid.UUID]:
    """Every value of a field."""
    return [found for text in request.values.getlist(name) if (found := id_of(text))]


def team_choices(organisation_id: uuid.UUID, none: str) -> list[tuple[str, str]]:
    """Teams by their paths for a list of choices, `none` first."""
    return [("", none), *((str(key), path) for key, path in paths_of(seen_teams(require_actor(), organisation_id)))]


def tried(act: Callable[[], Done], shown: tuple[type, ...]) -> tuple[Done | None, Refused | None]:
    """(what came of it, None) or (None, why not) where the reason is one that its form shows; others go on."""
    try:
        return act(), None
    except Refused as refused:
        if not isinstance(refused.reason, shown):
            raise
        db.session.rollback()  # the form is shown with what stands
        return None, refused


Context = dict[str, Any]
