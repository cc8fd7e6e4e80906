"""A status follows from what happened and from the instant; nothing of it is stored (rules.md section 5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.credentials.rules.statuses import DOCUMENT_MADE, HELD, ISSUED, REVOKED, SUPERSEDED, Happening, status_at

BEGIN = datetime(2026, 5, 1, 12, tzinfo=UTC)
EXPIRES = datetime(2028, 4, 30, 21, 59, 59, tzinfo=UTC)
DAY = timedelta(days=1)


def happened(*kinds: str) -> list[Happening]:
    """One event a minute."""
    return [Happening(kind, BEGIN + timedelta(minutes=place)) for place, kind in enumerate(kinds)]


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ((ISSUED,), "eligible"),
        ((ISSUED, HELD), "held"),
        ((ISSUED, HELD, HELD), "held"),
        ((ISSUED, DOCUMENT_MADE), "issued"),
        ((ISSUED, HELD, DOCUMENT_MADE), "issued"),
        ((ISSUED, DOCUMENT_MADE, SUPERSEDED), "superseded"),
        ((ISSUED, DOCUMENT_MADE, REVOKED), "revoked"),
        ((ISSUED, HELD, REVOKED), "revoked"),
        ((ISSUED, DOCUMENT_MADE, SUPERSEDED, REVOKED), "revoked"),
    ],
)
def test_what_happened_decides(kinds: tuple[str, ...], expected: str) -> None:
    assert status_at(happened(*kinds), EXPIRES, BEGIN + DAY).name == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (EXPIRES - 90 * DAY - timedelta(seconds=1), "issued"),
        (EXPIRES - 90 * DAY, "expiring"),
        (EXPIRES, "expiring"),
        (EXPIRES + timedelta(milliseconds=999), "expiring"),
        (EXPIRES + timedelta(seconds=1), "expired"),
    ],
)
def test_the_last_day_is_included_to_its_last_moment(at: datetime, expected: str) -> None:
    assert status_at(happened(ISSUED, DOCUMENT_MADE), EXPIRES, at).name == expected


def test_what_never_runs_out_stays_valid() -> None:
    assert status_at(happened(ISSUED, DOCUMENT_MADE), None, BEGIN + 40_000 * DAY).name == "issued"


def test_a_held_one_tells_the_last_reason() -> None:
    first, second = Happening(HELD, BEGIN, {"obstacle": "a"}), Happening(HELD, BEGIN + DAY, {"obstacle": "b"})
    found = status_at([first, second], None, BEGIN + 2 * DAY).happening
    assert found is second


kinds = st.lists(st.sampled_from([HELD, DOCUMENT_MADE, SUPERSEDED, REVOKED]), max_size=6)


@given(kinds, st.integers(0, 2000))
def test_what_happens_later_changes_nothing_before(more: list[str], days: int) -> None:
    at = BEGIN + days * DAY
    past = happened(ISSUED, *more)
    future = [Happening(REVOKED, at + DAY)]
    assert status_at(past + future, EXPIRES, at) == status_at(past, EXPIRES, at)


@given(kinds)
def test_withdrawn_is_for_good(more: list[str]) -> None:
    assert status_at(happened(ISSUED, REVOKED, *more), EXPIRES, BEGIN + 9000 * DAY).name == "revoked"
