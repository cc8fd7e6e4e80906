"""Facts about learning."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class EnrolmentCompleted:
    """Every required activity is completed; raised once, in the transaction of the last step."""

    enrolment_id: uuid.UUID
    person_id: uuid.UUID
    course_id: uuid.UUID
    revision_id: uuid.UUID
    cycle: int
    at: datetime
