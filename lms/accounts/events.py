"""What happened to people, for the features above."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class InvitationAccepted:
    """The person says that they belong to the organisation that invited them."""

    person_id: uuid.UUID
    organisation_id: uuid.UUID
    at: datetime


@dataclass(frozen=True)
class InvitationDeclined:
    """Who got the invitation says "this is not me"."""

    person_id: uuid.UUID
    organisation_id: uuid.UUID
    at: datetime


@dataclass(frozen=True)
class PersonNamed:
    """The person goes by this name from now on."""

    person_id: uuid.UUID
    name: str
    at: datetime


@dataclass(frozen=True)
class PersonErased:
    """The person is to be forgotten: each feature takes out what it holds of them, in the same transaction.

    The row of the person stands while the news is told; name and address go after it. Files are deleted after the
    commit, by a job.
    """

    person_id: uuid.UUID
    at: datetime
