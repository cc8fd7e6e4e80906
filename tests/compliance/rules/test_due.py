"""Due, late, done: the last day included, in the organisation's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.compliance.reasons import ComplianceReason
from lms.compliance.rules.due import OPEN, STATES, Due, Standing, Work, day_of, standing, worst

BRATISLAVA, AUCKLAND, LOS_ANGELES = (
    ZoneInfo(name) for name in ("Europe/Bratislava", "Pacific/Auckland", "America/Los_Angeles")
)
DUE_ON = date(2026, 5, 1)
ASSIGNED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HALF = Work(done=3, total=7, begun=True, touched_at=datetime(2026, 4, 28, 10, tzinfo=UTC))


def at(text: str, zone: ZoneInfo = BRATISLAVA) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def done(text: str) -> Work:
    return Work(done=7, total=7, begun=True, touched_at=at(text), completed_at=at(text))


@pytest.mark.parametrize(
    ("instant", "work", "state", "reason"),
    [
        ("2026-04-01T08:00", Work(total=7), "due", ComplianceReason.DUE_NOT_BEGUN),
        ("2026-04-16T23:59", Work(total=7), "due", ComplianceReason.DUE_NOT_BEGUN),
        ("2026-04-17T00:00", Work(total=7), "due_soon", ComplianceReason.DUE_NOT_BEGUN),
        ("2026-05-01T23:59", HALF, "due_soon", ComplianceReason.DUE),
        ("2026-05-02T00:00", HALF, "late", ComplianceReason.LATE),
        ("2026-05-02T00:00", Work(total=7), "late", ComplianceReason.LATE_NOT_BEGUN),
        ("2026-06-01T00:00", done("2026-05-01T23:59"), "done", ComplianceReason.DONE),
        ("2026-06-01T00:00", done("2026-05-02T00:00"), "done_late", ComplianceReason.DONE_LATE),
        ("2026-06-01T00:00", done("2026-01-02T00:00"), "done", ComplianceReason.DONE_BEFORE),
        ("2026-05-01T12:00", done("2026-05-20T12:00"), "due_soon", ComplianceReason.DUE),
    ],
)
def test_the_state_follows_from_the_day_and_the_work(instant, work, state, reason):
    found = standing(DUE_ON, ASSIGNED, work, BRATISLAVA, at(instant))
    assert (found.state, found.reason) == (state, reason)


def test_the_reason_says_what_is_missing_since_when():
    found = standing(DUE_ON, ASSIGNED, HALF, BRATISLAVA, at("2026-05-03T08:00"))
    assert found.values == {"due_on": "2026-05-01", "done": 3, "total": 7, "last_on": "2026-04-28"}


def test_the_reason_is_a_sentence_with_days_in_words(app):
    found = standing(DUE_ON, ASSIGNED, HALF, BRATISLAVA, at("2026-05-03T08:00"))
    with app.test_request_context():
        assert found.why.sentence() == "Late: due on 1 May 2026, 3 of 7 steps done, last step on 28 Apr 2026."


def test_the_day_is_over_when_it_is_over_in_the_organisations_zone():
    instant = datetime(2026, 5, 1, 23, 30, tzinfo=UTC)
    states = [standing(DUE_ON, ASSIGNED, HALF, zone, instant).state for zone in (AUCKLAND, BRATISLAVA, LOS_ANGELES)]
    assert states == ["late", "late", "due_soon"]


def test_days_count_from_the_day_of_being_assigned_in_the_zone():
    just_before_midnight = datetime(2026, 3, 2, 22, 59, tzinfo=UTC)
    assert Due(days=1).last_day(just_before_midnight, BRATISLAVA) == date(2026, 3, 3)
    assert Due(days=1).last_day(just_before_midnight + timedelta(minutes=1), BRATISLAVA) == date(2026, 3, 4)


@pytest.mark.parametrize(
    ("due", "sound"),
    [
        (Due(on=DUE_ON), True),
        (Due(days=1), True),
        (Due(days=3650), True),
        (Due(), False),
        (Due(on=DUE_ON, days=3), False),
        (Due(days=0), False),
        (Due(days=3651), False),
    ],
)
def test_until_when_is_a_day_or_a_number_of_days(due, sound):
    assert due.is_sound is sound


# --- whatever the days

instants = st.integers(0, 15 * 365 * 24 * 60).map(lambda m: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=m))
zones = st.sampled_from([BRATISLAVA, AUCKLAND, LOS_ANGELES, ZoneInfo("UTC"), ZoneInfo("Asia/Kathmandu")])
works = st.one_of(
    st.just(Work(total=7)),
    instants.map(lambda i: Work(3, 7, True, i)),
    instants.map(lambda i: Work(7, 7, True, i, i)),
)


@given(instants, st.integers(1, 3650), zones)
def test_days_after_end_on_the_same_day_as_the_calendar_says(assigned, days, zone):
    last = Due(days=days).last_day(assigned, zone)
    assert last - day_of(assigned, zone) == timedelta(days=days)


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), instants, works, zones, instants, instants)
def test_open_work_only_gets_later_and_what_is_done_stays_as_it_is(due_on, assigned, work, zone, one, other):
    early, late = sorted((one, other))
    before, after = (standing(due_on, assigned, work, zone, instant).state for instant in (early, late))
    if before in OPEN and after in OPEN:
        assert STATES.index(after) <= STATES.index(before)
    if before not in OPEN:
        assert after == before


@given(st.dates(date(2020, 1, 2), date(2035, 1, 1)), zones, st.sampled_from([-1, 0, 1]))
def test_nobody_is_late_on_the_last_day_and_everybody_is_on_the_next(due_on, zone, step):
    noon = datetime(due_on.year, due_on.month, due_on.day, 12, tzinfo=zone) + timedelta(days=step)
    assert (standing(due_on, ASSIGNED, Work(total=1), zone, noon).state == "late") is (step > 0)


@given(st.lists(st.tuples(st.sampled_from(STATES), st.dates())))
def test_of_several_the_worst_counts(drawn):
    several = [Standing(state, due_on, ComplianceReason.DUE, {}) for state, due_on in drawn]
    found = worst(several)
    assert (found is None) is (not several)
    for one in several:
        assert found is not None
        assert (STATES.index(found.state), found.due_on) <= (STATES.index(one.state), one.due_on)
