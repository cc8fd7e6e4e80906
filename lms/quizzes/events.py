"""Facts about quizzes."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class AttemptFinished:
    """An attempt was handed in, or its time was over, and is marked. `at` is when it ended, not when that was seen."""

    attempt_id: uuid.UUID
    enrolment_id: uuid.UUID
    activity_key: str
    at: datetime
