"""Facts about courses."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class CoursePublished:
    course_id: uuid.UUID
    revision_id: uuid.UUID
    number: int
    at: datetime
