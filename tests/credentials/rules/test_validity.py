"""Calendar months, the last day included (rules.md section 6)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.credentials.rules.validity import last_day, last_instant


@pytest.mark.parametrize(
    ("issued_on", "months", "expected"),
    [
        (date(2025, 6, 1), 24, date(2027, 5, 31)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 1, 30), 1, date(2026, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 1, 28), 1, date(2026, 2, 27)),
        (date(2026, 12, 15), 1, date(2027, 1, 14)),
        (date(2026, 1, 1), 12, date(2026, 12, 31)),
    ],
)
def test_a_validity_of_calendar_months_ends_on_the_day_before_or_at_the_end_of_the_month(
    issued_on: date, months: int, expected: date
) -> None:
    assert last_day(issued_on, months) == expected


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 1200))
def test_a_longer_validity_never_ends_earlier(issued_on: date, months: int) -> None:
    assert issued_on < last_day(issued_on, months) < last_day(issued_on, months + 1)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 600))
def test_who_earns_it_a_day_later_never_loses_it_earlier(issued_on: date, months: int) -> None:
    assert last_day(issued_on, months) <= last_day(date.fromordinal(issued_on.toordinal() + 1), months)


def test_the_last_day_is_the_organisations() -> None:
    assert last_instant(date(2027, 5, 31), ZoneInfo("Europe/Athens")) == datetime(2027, 5, 31, 20, 59, 59, tzinfo=UTC)
