"""What an award keeps of the course, and the digests that prove it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from lms.courses.rules.outline import Outline
from lms.credentials.rules.snapshots import award_digest, evidence_digest, name_digest, snapshot
from tests.courses.documents import activity, course, page
from tests.quizzes.documents import quiz

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)


def kept(*activities: dict[str, Any], kind: str = "achievement", **facts: Any) -> dict[str, Any]:
    certificate = {"kind": kind, "valid_months": None, **facts.pop("certificate", {})}
    outline, bodies = course(*activities, certificate=certificate, **facts)
    return snapshot(Outline.of(outline), number=3, issuer="Academy", country="BE", load_body=bodies.__getitem__)


def a_digest(**changes: Any) -> str:
    whole = {"public_id": "x", "achievement": "course:1", "cycle": 1, "facts": {"title": "A"}, "name": "n"}
    return award_digest(**{**whole, "evidence": "e", "issued_at": AT, "expires_on": date(2028, 1, 1), **changes})


def test_quizzes_that_had_to_be_passed_are_told_without_the_mark() -> None:
    (told,) = kept(activity("final", quiz(pass_percent="70"), title="Final test"))["assessments"]
    assert (told["title"], told["passed"], told["pass_percent"]) == ("Final test", True, "70")
    assert "result_percent" not in told


def test_a_score_that_was_asked_for_counts_as_the_pass_mark() -> None:
    (told,) = kept(activity("final", quiz(), requires={"kind": "score", "percent": "85"}))["assessments"]
    assert told["pass_percent"] == "85"


def test_what_was_optional_or_only_read_is_no_assessment() -> None:
    practice = activity("practice", quiz(), requires="none")
    assert kept(practice, activity("read", page()))["assessments"] == []


def test_attendance_tells_no_assessment() -> None:
    assert kept(activity("final", quiz()), kind="participation")["assessments"] == []


def test_the_awarding_body_of_a_micro_credential_stands_before_the_publisher() -> None:
    own = {"awarding_body": "Chamber of Crafts", "country": "SI", "participation": "blended"}
    facts = kept(kind="micro_credential", certificate=own)
    assert (facts["issuer"], facts["issuer_country"], facts["participation_form"]) == (
        "Chamber of Crafts",
        "SI",
        "blended",
    )
    assert kept()["issuer"] == "Academy"


@pytest.mark.parametrize(
    "change",
    [
        {"public_id": "y"},
        {"cycle": 2},
        {"facts": {"title": "B"}},
        {"name": "m"},
        {"evidence": "f"},
        {"issued_at": AT + timedelta(seconds=1)},
        {"expires_on": None},
    ],
)
def test_whatever_changes_changes_the_digest(change: dict[str, Any]) -> None:
    assert a_digest(**change) != a_digest()


def test_the_same_instant_in_another_zone_is_the_same_award() -> None:
    assert a_digest(issued_at=AT.astimezone(timezone(timedelta(hours=5)))) == a_digest()


def test_a_name_without_its_salt_can_not_be_guessed_from_the_digest() -> None:
    assert name_digest("salt", "Ana") != name_digest("tlas", "Ana")


def test_evidence_in_another_order_is_other_evidence() -> None:
    first, second = {"number": 1}, {"number": 2}
    assert evidence_digest([first, second]) != evidence_digest([second, first])
