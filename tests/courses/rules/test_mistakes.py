"""What keeps a course from being published."""

from __future__ import annotations

import pytest

from lms.courses.rules.mistakes import OF_CERTIFICATE, mistakes_of
from tests.courses.documents import activity, outline

MICRO = {
    "kind": "micro_credential",
    "valid_months": None,
    "country": "DE",
    "awarding_body": "Sample Academy",
    "assessment": "A test",
    "participation": "online",
    "quality_assurance": "Reviewed each year",
}
OUTCOMES = [{"key": "o1", "text": "After this course you can work safely."}]
PASS = {"kind": "score", "percent": "60"}


def codes(found):
    return [mistake.code for mistake in found]


def micro(**changed):
    return outline(activity("a", requires=PASS), certificate=MICRO | changed, outcomes=OUTCOMES)


def waits(key, *, release):
    return activity(key, release=release)


def test_a_sound_course_has_no_mistake():
    assert mistakes_of(outline(activity("a"), waits("b", release={"completed": "a"}))) == []


def test_a_course_that_requires_nothing_can_never_be_completed():
    assert codes(mistakes_of(outline(activity("a", requires="none")))) == ["course.nothing_required"]


@pytest.mark.parametrize(
    "release",
    [
        {"completed": "gone"},
        {"score": {"activity": "gone", "at_least": "50"}},
        {"any": [{"from": "2026-05-01"}, {"not": {"completed": "gone"}}]},
    ],
    ids=["completed", "score", "deep inside"],
)
def test_a_condition_on_an_activity_that_is_gone_is_named(release):
    (mistake,) = mistakes_of(outline(activity("a"), waits("b", release=release)))
    assert (mistake.code, mistake.where, mistake.values["key"]) == ("course.unknown_prerequisite", "b", "gone")


def test_a_condition_on_a_group_that_is_gone_is_named():
    release = {"any": [{"group": "gone"}, {"group": "night"}]}
    groups = [{"key": "night", "title": "Night shift"}]
    (mistake,) = mistakes_of(outline(waits("a", release=release), groups=groups))
    assert (mistake.code, mistake.where, mistake.values["key"]) == ("course.unknown_group", "a", "gone")


CIRCLES = {
    "itself": {"a": {"completed": "a"}},
    "two": {"a": {"completed": "b"}, "b": {"score": {"activity": "a", "at_least": "1"}}},
    "through all": {"a": {"all": [{"from": "2026-05-01"}, {"completed": "b"}]}, "b": {"completed": "a"}},
    "any without a way out": {"a": {"any": [{"completed": "a"}, {"completed": "b"}]}, "b": {"completed": "a"}},
}
OPEN = {
    "in a row": {"b": {"completed": "a"}, "c": {"all": [{"completed": "a"}, {"completed": "b"}]}},
    "any with a way out": {"a": {"any": [{"completed": "a"}, {"from": "2026-05-01"}]}},
    "not": {"a": {"not": {"completed": "b"}}, "b": {"not": {"completed": "a"}}},
    "backwards": {"a": {"completed": "c"}},
}


@pytest.mark.parametrize("releases", CIRCLES.values(), ids=CIRCLES)
def test_activities_that_wait_for_one_another_are_named(releases):
    (mistake,) = mistakes_of(outline(*(waits(key, release=releases.get(key)) for key in "abc")))
    assert mistake.code == "course.release_circle"
    assert all(f"About {key}" in mistake.values["activities"] for key in releases)
    assert "About c" not in mistake.values["activities"]


@pytest.mark.parametrize("releases", OPEN.values(), ids=OPEN)
def test_conditions_that_can_come_true_are_no_circle(releases):
    assert mistakes_of(outline(*(waits(key, release=releases.get(key)) for key in "abc"))) == []


def test_a_complete_micro_credential_may_be_published():
    assert mistakes_of(micro()) == []


@pytest.mark.parametrize("element", OF_CERTIFICATE)
def test_a_micro_credential_that_lacks_an_element_is_refused_with_its_name(element):
    (mistake,) = mistakes_of(micro(**{element: None}))
    assert (mistake.code, mistake.values) == ("course.micro_credential_element_missing", {"element": element})


def test_a_micro_credential_needs_outcomes_and_a_workload():
    found = outline(activity("a", requires=PASS), certificate=MICRO, workload_hours=None)
    assert [mistake.values["element"] for mistake in mistakes_of(found)] == ["workload_hours", "outcomes"]


def test_a_micro_credential_needs_a_test_that_must_be_passed():
    found = outline(activity("a"), certificate=MICRO, outcomes=OUTCOMES)
    assert codes(mistakes_of(found)) == ["course.micro_credential_without_assessment"]


def test_other_certificates_need_none_of_that():
    assert mistakes_of(outline(certificate={"kind": "participation", "valid_months": None})) == []
