"""Facts about awards."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class AwardIssued:
    """Somebody holds a new award; its document follows."""

    award_id: uuid.UUID
    person_id: uuid.UUID
    course_id: uuid.UUID
    cycle: int
    at: datetime


@dataclass(frozen=True)
class AwardRevoked:
    """An award counts no more."""

    award_id: uuid.UUID
    person_id: uuid.UUID
    at: datetime
