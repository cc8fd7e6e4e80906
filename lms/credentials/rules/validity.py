"""How long an award counts (rules.md §6): calendar months, the last day included, in the organisation's zone."""

from __future__ import annotations

import calendar
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def last_day(issued_on: date, months: int) -> date:
    """The last day of a validity of `months` that begins on `issued_on`.

    1 June 2025 for 24 months runs to 31 May 2027. Where the month has no such day it runs to the month's end:
    31 January for one month to 28 February. So counts the law of contracts (BGB §§ 187, 188).
    """
    year, month = divmod(issued_on.year * 12 + issued_on.month - 1 + months, 12)
    length = calendar.monthrange(year, month + 1)[1]
    if issued_on.day > length:
        return date(year, month + 1, length)
    return date(year, month + 1, issued_on.day) - timedelta(days=1)


def last_instant(day: date, zone: ZoneInfo) -> datetime:
    """The last second of a day, as people in `zone` live it."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=zone)
