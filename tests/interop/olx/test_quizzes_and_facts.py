"""Which units are quizzes and with what settings; what is taken over of the course's own settings."""

import json

import pytest

from lms.quizzes.rules.questions import quiz_flaws
from tests.interop.olx.conftest import POINTER

NUMBER = '<problem url_name="{0}" {1}><p>Q</p><numericalresponse answer="1"><textline/></numericalresponse></problem>'
PROGRAM = '<problem url_name="{0}"><p>Task</p><customresponse cfn="f"><textline/></customresponse></problem>'


def course_of(inner, **policies):
    files = {"course.xml": POINTER, "course/run.xml": f'<course><chapter url_name="c">{inner}</chapter></course>'}
    return files | {f"policies/run/{name}.json": text for name, text in policies.items()}


def test_a_graded_unit_with_something_to_mark_is_a_quiz(read):
    first, last = NUMBER.format("a", 'max_attempts="3"'), NUMBER.format("d", 'max_attempts="2"')
    course = read(
        course_of(
            '<sequential url_name="s" format="Exam" graded="true"><vertical url_name="v"><html>Read</html>'
            f"{first}{PROGRAM.format('b')}{last}"
            "</vertical></sequential>",
            grading_policy='{"GRADER": [{"type": "Exam", "weight": 0.4, "drop_count": 1}], '
            '"GRADE_CUTOFFS": {"A": 0.9, "C": 0.55}}',
        )
    )
    body = course.body()
    assert course.activities[0]["kind"] == "quiz"
    assert course.activities[0]["requirement"] == {"kind": "pass"}
    assert (body["pass_percent"], body["attempts"]) == ("55", 2)
    assert ["question" if "question" in slot else slot["text"] for slot in body["slots"]] == [
        "Read",
        "question",
        "Task\n\n\\_\\_\\_\\_\n\n> This exercise can't be marked here. Work it out for yourself.",
        "question",
    ]
    assert quiz_flaws(body) == []
    assert course.counts["quizzes"] == {"source": 1, "imported": 1, "approximated": 0, "left_out": 0}
    assert "olx.grading" in course.codes()


@pytest.mark.parametrize(
    ("section", "unit", "kind"),
    [
        ('graded="true"', "", "quiz"),
        ("", 'graded="true"', "quiz"),
        ('graded="true"', 'graded="false"', "page"),
        ('graded="false"', "", "page"),
        ('format="Homework"', "", "page"),
    ],
)
def test_a_unit_is_graded_when_it_or_its_section_says_so(read, section, unit, kind):
    course = read(
        course_of(
            f'<sequential url_name="s" {section}>'
            f'<vertical url_name="v" {unit}>{NUMBER.format("p", "")}</vertical></sequential>'
        )
    )
    assert course.activities[0]["kind"] == kind


def test_a_graded_unit_of_which_nothing_can_be_marked_is_a_page(read):
    course = read(
        course_of(f'<sequential graded="true"><vertical url_name="v">{PROGRAM.format("p")}</vertical></sequential>')
    )
    assert (course.activities[0]["kind"], course.activities[0]["requirement"]) == ("page", {"kind": "view"})


def test_a_graded_problem_without_a_unit_is_a_quiz_of_its_own(read):
    course = read(course_of(f'<sequential graded="true">{NUMBER.format("p", "")}</sequential>'))
    assert (course.activities[0]["key"], course.activities[0]["kind"]) == ("p", "quiz")


def test_attempts_are_inherited_and_unlimited_by_default(read):
    inner = f'<sequential graded="true" {{}}><vertical url_name="v">{NUMBER.format("p", "")}</vertical></sequential>'
    assert read(course_of(inner.format(""))).body()["attempts"] is None
    assert read(course_of(inner.format('max_attempts="4"'))).body()["attempts"] == 4


def test_the_same_problem_twice_in_a_unit_has_two_keys(read_unit):
    course = read_unit(NUMBER.format("p", "") * 2, graded=True)
    assert [slot["question"]["key"] for slot in course.body()["slots"]] == ["p", "q-1-1-1-2"]


@pytest.mark.parametrize(
    ("policy", "percent"),
    [
        ('{"GRADE_CUTOFFS": {"Pass": 0.11}}', "11"),
        ('{"GRADE_CUTOFFS": {"A": 0.9, "F": 0}}', "90"),
        ('{"GRADE_CUTOFFS": {"Pass": 65}}', "65"),
        ('{"GRADE_CUTOFFS": {"Pass": "0.5"}}', "50"),
        ('{"GRADE_CUTOFFS": []}', "50"),
        ("{broken", "50"),
    ],
)
def test_the_pass_mark_is_the_lowest_cutoff(read, policy, percent):
    course = read(course_of(f'<sequential graded="true">{NUMBER.format("p", "")}</sequential>', grading_policy=policy))
    assert course.body()["pass_percent"] == percent
    assert ("olx.setting_broken" in course.codes()) == (policy == "{broken")


def test_facts_come_from_the_policy_and_the_about_pages(read):
    settings = {
        "display_name": "  Great \n course ",
        "language": "pt_BR",
        "display_organization": "The Org",
        "learning_info": ["Do <b>this</b>", ""],
        "certificates": {"certificates": [{"is_active": True}]},
        "invitation_only": True,
        "start": "2020-01-01T00:00:00Z",
        "tabs": [{"type": "static_tab", "name": "Extra"}],
        "pdf_textbooks": [{"tab_title": "Book"}],
    }
    course = read(
        course_of("<html>x</html>", policy=json.dumps({"course/run": settings}))
        | {"about/short_description.html": "Learn <em>it</em> &amp; more", "static/unused.png": b"\x89PNG"}
    )
    assert course.facts["title"] == "Great course"
    assert course.facts["language"] == "pt-BR"
    assert course.facts["provider"] == "The Org"
    assert course.facts["summary"] == "Learn it & more"
    assert course.facts["outcomes"] == [{"key": "o1", "text": "Do this"}]
    assert course.facts["certificate"] == {"kind": "participation", "valid_months": None}
    assert course.facts["enrolment"] == "open"
    assert course.facts["workload_hours"] is None
    assert {"olx.dates", "olx.enrolment", "olx.tab", "olx.textbook", "olx.unused_file"} <= course.codes()


def test_the_overview_stands_in_for_the_summary_but_not_studios_own_words(read):
    about = "<section class='about'><h2>About</h2><p>{}</p></section><section><p>Staff</p></section>"
    inner = course_of("<html>x</html>")
    assert read(inner | {"about/overview.html": about.format("Really this.")}).facts["summary"] == "Really this."
    template = about.format("Include your long course description here. The long course description …")
    assert read(inner | {"about/overview.html": template}).facts["summary"] == ""


def test_the_slug_is_given_or_made_of_organisation_number_and_run(read):
    files = course_of("<html>x</html>")
    assert read(files).facts["key"] == "org-c1-run"
    assert read(files, slug="mine").facts["key"] == "mine"


def test_without_a_language_the_course_is_english(read):
    assert read(course_of("<html>x</html>")).facts["language"] == "en"


def test_every_course_value_may_be_of_the_wrong_type(read):
    settings = {"display_name": 5, "language": ["x"], "learning_info": "x", "certificates": [1], "tabs": {"a": 1}}
    course = read(
        course_of(
            "<html>x</html>",
            policy=json.dumps({"course/run": settings, "html/x": 3, "chapter/c": {"display_name": None}}),
            grading_policy='{"GRADER": {"a": 1}, "GRADE_CUTOFFS": {"A": null, "B": [1]}}',
        )
    )
    assert course.facts["title"] == "5"
    assert course.facts["language"] == "en"


def test_a_certificate_of_the_source_is_one_of_achievement_where_something_is_assessed(read):
    settings = {"certificates": {"certificates": [{"is_active": True}]}}
    course = read(
        course_of(
            f'<sequential graded="true">{NUMBER.format("p", "")}</sequential>',
            policy=json.dumps({"course/renamed": settings}),
        )
    )
    assert course.facts["certificate"] == {"kind": "achievement", "valid_months": None}
