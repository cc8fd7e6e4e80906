"""The greeting of the start page goes with the hour of the reader."""

from __future__ import annotations

from datetime import datetime

import pytest

from lms.home.pages.start import _greeting

HOURS = {0: "evening", 3: "evening", 4: "morning", 10: "morning", 11: "afternoon", 17: "afternoon", 18: "evening"}


@pytest.mark.parametrize("hour", HOURS)
def test_the_greeting_goes_with_the_hour(hour):
    assert _greeting(datetime(2026, 3, 2, hour, 30)) == HOURS[hour]  # noqa: DTZ001 - the reader's own clock
