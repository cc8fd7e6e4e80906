"""How far many learners are, read a batch at a time."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from lms.core.db import db
from lms.learning.models import Enrolment
from lms.learning.rules.progress import Progress

A_BATCH = 500


def standings(*conditions: sa.ColumnElement[bool]) -> Iterator[tuple[Progress, int]]:
    """Progress and percent of every enrolment of which the conditions are true."""
    rows = sa.select(Enrolment.progress, Enrolment.percent).where(*conditions)
    yield from db.session.execute(rows.execution_options(yield_per=A_BATCH))
