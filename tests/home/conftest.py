"""The smallest company of the demonstration, and the courses that it asks for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lms.core.actor import SYSTEM
from lms.home.demo.companies import COMPANIES
from lms.home.demo.first import COURSES
from lms.interop.services import import_course
from tests.learning.building import an_organisation

AT = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
SMALLEST = COMPANIES[-1]


@pytest.fixture
def courses(session):
    """Published a year ago and more."""
    an_organisation("first")
    session.commit()
    published_at = AT - timedelta(days=400)
    for course in sorted({asked.course for asked in SMALLEST.asked}):
        import_course(COURSES / course, publish=True, slug=None, organisation=None, by=SYSTEM, at=published_at)
    session.commit()
