"""The real exports: every element of the source is accounted for, and what came in can be published."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lms.courses.rules.bodies import body as checked_body
from lms.interop.ledger import Outcome
from lms.quizzes.rules.questions import quiz_flaws
from tests.interop.olx.conftest import Course, read_archive

NAMES = ("math-percent-fi", "mitx-grading-library-demo", "oxa-kitchen-sink")


@pytest.fixture(scope="session")
def expected(shared_data: Path) -> dict[str, Any]:
    return dict(json.loads((shared_data / "expected.json").read_text()))


@cache
def course_of(shared_data: Path, name: str) -> Course:
    """Read once: what is read is never changed."""
    return Course(read_archive(shared_data / "olx" / f"{name}.tar.gz"))


@pytest.fixture(params=NAMES)
def real(request: pytest.FixtureRequest, shared_data: Path) -> tuple[str, Course]:
    return request.param, course_of(shared_data, request.param)


def test_the_counts_of_the_source_are_those_counted_independently(real, expected):
    name, course = real
    counted = expected[f"olx/{name}.tar.gz"]["counts"]
    components = counted["components"]
    source = {kind: count["source"] for kind, count in course.counts.items()}
    assert source["modules"] == counted["chapters"]
    assert source["sections"] == counted["sequentials"]
    assert source["activities"] == counted["verticals"]
    assert source["texts"] == components.get("html", 0)
    assert source["videos"] == components.get("video", 0)
    assert source["questions"] == components["problem"]
    assert source["parts"] == counted["response_elements_total"]
    assert source["files"] == counted["static_files_in_archive"]


def test_components_without_a_counterpart_are_named_one_by_one(real, expected):
    name, course = real
    components = expected[f"olx/{name}.tar.gz"]["counts"]["components"]
    for kind in components.keys() - {"html", "video", "problem"}:
        rows = [row for row in course.imported.ledger if row.kind == kind]
        assert len(rows) == components[kind]
        assert all(kind in (row.reason() or "") for row in rows)


def test_each_count_is_the_sum_of_its_outcomes_and_nothing_goes_without_a_reason(real):
    _, course = real
    for count in course.counts.values():
        assert count["source"] == count["imported"] + count["approximated"] + count["left_out"]
    for row in course.imported.ledger:
        assert (row.reason() is None) == (row.outcome is Outcome.imported)


def test_at_least_95_of_100_units_come_in(real):
    _, course = real
    units = course.counts["activities"]
    assert units["imported"] + units["approximated"] >= 0.95 * units["source"]
    assert len(course.activities) == units["imported"] + units["approximated"]


def test_what_came_in_is_sound(real):
    _, course = real
    for activity in course.activities:
        body = course.imported.bodies[activity["body"]]
        assert checked_body(body) == body
        if activity["kind"] == "quiz":
            assert quiz_flaws(body) == []


def test_every_file_that_a_body_names_is_handed_over(real):
    _, course = real
    for body in course.imported.bodies.values():
        for entry in body.get("files", {}).values():
            content = course.imported.files[entry["digest"]]
            assert isinstance(content, bytes | Path)


def test_the_kitchen_sink_is_completed_through_its_quiz(shared_data):
    course = course_of(shared_data, "oxa-kitchen-sink")
    quizzes = [activity for activity in course.activities if activity["kind"] == "quiz"]
    assert [quiz["requirement"] for quiz in quizzes] == [{"kind": "pass"}]
    body = course.imported.bodies[quizzes[0]["body"]]
    assert body["pass_percent"] == "30"
    assert [slot["question"]["type"] for slot in body["slots"]] == ["single_choice"]


def test_the_finnish_course_is_completed_by_views_and_practises_most_of_its_problems(shared_data):
    course = course_of(shared_data, "math-percent-fi")
    assert {activity["kind"] for activity in course.activities} == {"page", "link"}
    assert course.facts["language"] == "fi"
    assert course.counts["parts"]["imported"] == 129


def test_the_grading_library_says_of_each_problem_why_it_can_not_be_marked(shared_data):
    course = course_of(shared_data, "mitx-grading-library-demo")
    assert {code for _, _, code in course.rows("questions")} == {"olx.by_program"}
    assert course.counts["parts"]["approximated"] == 63


def test_two_readings_give_the_same_digests(shared_data):
    again = read_archive(shared_data / "olx" / "oxa-kitchen-sink.tar.gz")
    assert again.outline == course_of(shared_data, "oxa-kitchen-sink").imported.outline
