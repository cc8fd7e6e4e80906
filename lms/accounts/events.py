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
