"""News about an organisation's people and teams: one event for many people, since they come by the thousand."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class MembersAdded:
    """These people belong to the organisation from now on, by invitation or by its operator; none did before."""

    organisation_id: uuid.UUID
    person_ids: tuple[uuid.UUID, ...]
    at: datetime


@dataclass(frozen=True)
class MemberAccepted:
    """Who was invited said "I belong there"."""

    organisation_id: uuid.UUID
    person_id: uuid.UUID
    at: datetime


@dataclass(frozen=True)
class MembersLeft:
    """These people belong to the organisation no more, and are in none of its teams.

    `never_accepted` are those among them whose invitation was still open: nothing about them stays with it.
    """

    organisation_id: uuid.UUID
    person_ids: tuple[uuid.UUID, ...]
    never_accepted: frozenset[uuid.UUID]
    at: datetime


@dataclass(frozen=True)
class TeamsChanged:
    """These people were put into teams or out of them, or a team of theirs stands elsewhere in the tree now.

    Who is where can be asked of `lms.organisations.queries`; the event is published after it was written.
    """

    organisation_id: uuid.UUID
    person_ids: tuple[uuid.UUID, ...]
    at: datetime
