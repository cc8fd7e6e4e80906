"""Where the course's parts are written down, and what becomes of each."""

import pytest

from lms.core.reasons import Refused
from tests.interop.olx.conftest import POINTER


def titles(modules):
    return [(m["title"], [a["title"] for a in m["activities"]], titles(m["modules"])) for m in modules]


def test_pointers_are_followed_from_file_to_file(read):
    course = read(
        {
            "course.xml": POINTER,
            "course/run.xml": '<course display_name="T"><chapter url_name="c"/></course>',
            "chapter/c.xml": '<chapter display_name="C"><sequential url_name="s"/></chapter>',
            "sequential/s.xml": '<sequential display_name="S"><vertical url_name="v"/></sequential>',
            "vertical/v.xml": '<vertical display_name="V"><html url_name="h"/></vertical>',
            "html/h.xml": '<html filename="h" display_name="H"/>',
            "html/h.html": "<p>Words</p>",
        }
    )
    assert titles(course.modules) == [("C", [], [("S", ["V"], [])])]
    assert course.text() == "Words"
    assert course.activities[0]["key"] == "v"


def test_everything_may_stand_in_course_xml_itself(read):
    course = read(
        {
            "course.xml": """<course org="O" course="N" url_name="r" display_name="T"><chapter display_name="C">
                <sequential display_name="S"><vertical display_name="V"><html>Words</html></vertical></sequential>
                </chapter></course>"""
        }
    )
    assert titles(course.modules) == [("C", [], [("S", ["V"], [])])]
    assert course.facts["key"] == "o-n-r"


@pytest.mark.parametrize("folder", ["", "course/", "my export/course/", "a/b/c/"])
def test_the_course_is_found_in_any_folder(read, folder):
    course = read(
        {
            f"{folder}course.xml": POINTER,
            f"{folder}course/run.xml": '<course><chapter url_name="c"><sequential><html>x</html></sequential>'
            "</chapter></course>",
            f"{folder}._course.xml": b"\x00\x05\x16\x07",
            f"__MACOSX/{folder}course.xml": b"\x00",
        }
    )
    assert len(course.activities) == 1


def test_a_pointer_with_attributes_names_its_file_by_filename(read):
    course = read(
        {
            "course.xml": POINTER,
            "course/run.xml": '<course><chapter name="Week 1" slug="w">'
            '<sequential filename="Sub_1" slug="x" name="Sub"/></chapter></course>',
            "sequential/Sub_1.xml": '<sequential><problem filename="P" slug="p1" name="P one"/></sequential>',
            "problem/P.xml": '<problem><stringresponse answer="yes"><textline/></stringresponse></problem>',
        }
    )
    assert titles(course.modules) == [("Week 1", [], [("Sub", ["P one"], [])])]
    assert course.activities[0]["key"] == "p1"


def test_a_colon_in_a_name_is_a_folder(read):
    course = read(
        {
            "course.xml": POINTER,
            "course/run.xml": '<course><chapter url_name="secret:magic"/></course>',
            "chapter/secret/magic.xml": '<chapter display_name="M"><sequential><html url_name="secret:lab"/>'
            "</sequential></chapter>",
            "html/secret/lab.html": "<b>Lab</b>",
        }
    )
    assert course.text() == "**Lab**"
    assert course.activities[0]["key"] == "secret-lab"


def test_the_policy_wins_over_the_attributes(read):
    course = read(
        {
            "course.xml": POINTER,
            "course/run.xml": '<course display_name="Old"><chapter url_name="c">'
            '<sequential url_name="s" display_name="old">'
            "<html>x</html></sequential></chapter></course>",
            "policies/run/policy.json": '{"course/run": {"display_name": "New"}, '
            '"chapter/c": {"display_name": "First"}, '
            '"sequential/s": {"display_name": "Second", "graded": true}}',
        }
    )
    assert course.facts["title"] == "New"
    assert titles(course.modules) == [("First", [], [("Second", ["html 1.1.1"], [])])]


def test_units_and_leaves_stand_alone_under_modules_and_sections(read):
    course = read(
        {
            "course.xml": POINTER,
            "course/run.xml": """<course><chapter url_name="c"><vertical url_name="v"><html>unit</html></vertical>
            <video url_name="film" youtube="1.00:p2Q6BrNhdh8" display_name="Film"/><sequential url_name="s">
            <html url_name="leaf">leaf</html></sequential></chapter></course>""",
        }
    )
    assert [(a["key"], a["kind"], a["requirement"]) for a in course.activities] == [
        ("v", "page", {"kind": "view"}),
        ("film", "link", {"kind": "done"}),
        ("leaf", "page", {"kind": "view"}),
    ]
    assert course.counts["activities"]["source"] == 3


def test_a_unit_after_a_section_comes_before_it_here_and_that_is_said(read):
    course = read(
        {
            "course.xml": POINTER,
            "course/run.xml": '<course><chapter url_name="c"><sequential url_name="s"><html url_name="first">x</html>'
            '</sequential><vertical url_name="second"><html>y</html></vertical></chapter></course>',
        }
    )
    assert [activity["key"] for activity in course.activities] == ["second", "first"]
    assert course.rows("detail") == [("vertical/second (place)", "approximated", "olx.order")]


def test_units_beside_the_chapters_get_a_module_named_like_the_course(read):
    course = read(
        {
            "course.xml": POINTER,
            "course/run.xml": '<course display_name="T"><html url_name="h">x</html><chapter url_name="c">'
            "<html>y</html></chapter></course>",
        }
    )
    assert [module["title"] for module in course.modules] == ["T", "c"]


def test_containers_inside_a_unit_are_opened_in_order(read_unit):
    course = read_unit("""<html>one</html><split_test url_name="t"><vertical url_name="a"><html>two</html>
            </vertical>
        <vertical url_name="b"><html>three</html></vertical></split_test><library_content url_name="l">
        <html>four</html></library_content><html>five</html>""")
    assert course.text().split() == ["one", "two", "three", "four", "five"]
    assert course.rows("split_test") == [("split_test/t", "approximated", "olx.container_opened")]
    assert course.counts["activities"] == {"source": 3, "imported": 1, "approximated": 2, "left_out": 0}


def test_a_section_inside_a_unit_is_opened_too(read_unit):
    course = read_unit('<chapter url_name="odd"><sequential url_name="odder"><html>x</html></sequential></chapter>')
    assert course.text() == "x"
    assert ("sequential/odder", "approximated", "olx.container_opened") in course.rows("sections")


def test_an_empty_library_is_left_out_and_says_so(read_unit):
    course = read_unit('<html>x</html><library_content url_name="l" source_library_id="library-v1:a+b"/>')
    assert course.rows("library_content") == [("library_content/l", "left_out", "olx.container_empty")]


def test_old_conditionals_name_what_they_show(read_unit):
    course = read_unit(
        '<conditional url_name="k" sources="i4x://O/C/problem/p"><show sources="i4x://O/C/html/a; html/b"/>'
        "</conditional>",
        files={"html/a.html": "first", "html/b.html": "second"},
    )
    assert course.text().split() == ["first", "second"]


def test_modules_go_three_deep_and_the_rest_is_lifted(read):
    inner = '<sequential url_name="s4"><html url_name="deep">x</html></sequential>'
    course = read(
        {
            "course.xml": POINTER,
            "course/run.xml": f'<course><chapter url_name="c"><sequential url_name="s2">'
            f'<sequential url_name="s3">{inner}'
            "</sequential></sequential></chapter></course>",
        }
    )
    assert titles(course.modules) == [("c", [], [("s2", [], [("s3", ["deep"], [])])])]
    assert ("sequential/s4", "approximated", "olx.too_deep") in course.rows("sections")


def test_a_unit_from_which_nothing_came_in_is_an_optional_page_that_says_so(read_unit):
    course = read_unit('<discussion url_name="d" display_name="Talk"/>')
    assert course.activities[0]["requirement"] == {"kind": "none"}
    assert "Nothing of this unit" in course.text()
    assert course.rows("discussion") == [("discussion/d", "left_out", "olx.discussion")]
    assert course.rows("activities") == [("vertical/v", "approximated", "olx.nothing_came_in")]


@pytest.mark.parametrize(
    ("leaf", "code"),
    [
        ('<lti_consumer url_name="x" launch_url="https://tool.example/lti"/>', "olx.external_tool"),
        ('<openassessment url_name="x"><title>Essay</title></openassessment>', "olx.handed_in"),
        ('<word_cloud url_name="x"/>', "olx.poll"),
        ('<drag-and-drop-v2 url_name="x" display_name="Sort"/>', "olx.unknown_component"),
        ('<something_new url_name="x"/>', "olx.unknown_component"),
    ],
)
def test_a_component_without_counterpart_is_left_out_with_its_type_and_reason(read_unit, leaf, code):
    course = read_unit(f"<html>x</html>{leaf}")
    tag = leaf[1:].split()[0]
    assert course.rows(tag) == [(f"{tag}/x", "left_out", code)]


def test_an_unknown_component_with_an_address_becomes_a_link_or_a_file(read_unit):
    course = read_unit(
        '<pdf url_name="p" url="/static/a b.pdf" display_name="Sheet"/>'
        '<videojs url_name="w" href="https://w.example/1"/>',
        files={"static/a b.pdf": b"%PDF"},
    )
    blocks = course.body()["blocks"]
    assert blocks[0] == {"type": "file", "title": "Sheet", "file": "static/a_b.pdf"}
    assert blocks[1]["markdown"] == "[w.example](https://w.example/1)"


def test_a_stream_that_no_browser_shows_is_no_link(read_unit):
    course = read_unit('<azure_media_services url_name="a" video_url="//x.example/film.ism/manifest"/>')
    assert course.rows("azure_media_services") == [("azure_media_services/a", "left_out", "olx.unknown_component")]


def test_missing_and_repeated_names_get_keys_from_their_path(read):
    course = read(
        {
            "course.xml": POINTER,
            "course/run.xml": """<course><chapter url_name="c"><sequential url_name="s"><vertical url_name="v">
            <html>1</html>
            </vertical><vertical><html>2</html></vertical><vertical url_name="v"><html>3</html></vertical>
            </sequential>
            </chapter></course>""",
        }
    )
    assert [activity["key"] for activity in course.activities] == ["v", "at-1-1-2", "at-1-1-3"]
    assert len({row.source for row in course.imported.ledger if row.kind == "activities"}) == 3


def test_drafts_are_not_looked_at(read_unit):
    course = read_unit("<html>x</html>", files={"drafts/vertical/v.xml": "<vertical><html>draft</html></vertical>"})
    assert course.text() == "x"


def test_what_only_staff_could_see_comes_in_and_is_noted(read):
    course = read(
        {
            "course.xml": POINTER,
            "course/run.xml": '<course><chapter url_name="c" visible_to_staff_only="true"><sequential url_name="s">'
            '<vertical url_name="v" visible_to_staff_only="true"><html>x</html></vertical></sequential>'
            "</chapter></course>",
        }
    )
    assert course.rows("modules") == [("chapter/c", "approximated", "olx.hidden")]
    assert course.rows("activities") == [("vertical/v", "approximated", "olx.hidden")]


def test_a_broken_file_costs_its_own_unit_only(read):
    course = read(
        {
            "course.xml": POINTER,
            "course/run.xml": '<course><chapter url_name="c"><sequential url_name="s">'
            '<vertical url_name="good"><html>x</html>'
            '</vertical><vertical url_name="bad"/><vertical url_name="gone"/></sequential></chapter></course>',
            "vertical/bad.xml": "<vertical>\n  <html url_name='h'>\n</vertical>",
        }
    )
    assert [activity["key"] for activity in course.activities] == ["good"]
    assert course.rows("activities")[1:] == [
        ("vertical/bad", "left_out", "olx.malformed"),
        ("vertical/gone", "left_out", "olx.file_missing"),
    ]
    bad = next(row for row in course.imported.ledger if row.source == "vertical/bad")
    assert bad.values["file"] == "vertical/bad.xml"
    assert bad.values["line"] == 3


def test_a_broken_problem_costs_itself_only(read_unit):
    course = read_unit(
        '<html>x</html><problem url_name="p"/>', files={"problem/p.xml": "<problem><p>a < b</p></problem>"}
    )
    assert course.rows("questions") == [("problem/p", "left_out", "olx.malformed")]
    assert course.text() == "x"


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"readme.txt": "hello"}, "olx.no_course"),
        ({"course.xml": "<course><chapter>"}, "olx.broken_course"),
        ({"course.xml": "<html/>"}, "olx.broken_course"),
        ({"course.xml": POINTER}, "olx.no_outline"),
        ({"course.xml": POINTER, "course/run.xml": "<course><chapter"}, "olx.broken_course"),
        ({"course.xml": POINTER, "course/run.xml": "<course/>"}, "olx.empty"),
    ],
)
def test_without_a_course_the_file_is_refused(read, files, code):
    with pytest.raises(Refused) as refused:
        read(files)
    assert refused.value.reason.code == code


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("﻿<html>Grüße</html>".encode(), "Grüße"),
        ('<?xml version="1.0" encoding="UTF-16"?><html>Grüße</html>'.encode("utf-16"), "Grüße"),
        ('<?xml version="1.0" encoding="iso-8859-1"?><html>Grüße</html>'.encode("latin-1"), "Grüße"),
        ('<?xml version="1.0" encoding="us-ascii"?><html>Grüße</html>'.encode(), "Grüße"),
        ("<html>Grüße – “so”</html>".encode("cp1252"), "Grüße – “so”"),
        (b"<html>a&nbsp;b &copy; c\x0b</html>", "a\xa0b © c"),
    ],
)
def test_encodings_are_what_the_bytes_are_not_what_they_claim(read_unit, data, words):
    assert read_unit('<html url_name="h"/>', files={"html/h.xml": data}).text() == words
