"""Exports that are an attack are refused whole, or made harmless; none takes long or much memory."""

import time

import pytest

from lms.core.reasons import Refused
from tests.interop.olx.conftest import POINTER

LONG = "x" * 300
BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {name} "{"&" + before + ";" * 1}{("&" + before + ";") * 9}">'
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)
EXTERNAL = '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
PARAMETER = '<!DOCTYPE x [<!entity % p SYSTEM "http://127.0.0.1/x.dtd"> %p;]>'
OUTLINE = (
    '<course><chapter url_name="c"><sequential url_name="s"><vertical url_name="v"/></sequential></chapter></course>'
)


@pytest.mark.parametrize("doctype", [BOMB, EXTERNAL, PARAMETER])
@pytest.mark.parametrize("place", ["course.xml", "course/run.xml", "vertical/v.xml", "problem/p.xml"])
def test_entities_of_its_own_refuse_the_export(read, doctype, place):
    files = {
        "course.xml": POINTER,
        "course/run.xml": OUTLINE,
        "vertical/v.xml": '<vertical><problem url_name="p"/></vertical>',
        "problem/p.xml": "<problem><p>x</p></problem>",
    }
    files[place] = doctype + files[place]
    started = time.monotonic()
    with pytest.raises(Refused) as refused:
        read(files)
    assert refused.value.reason.code == "olx.entities"
    assert time.monotonic() - started < 5


def test_entities_hidden_in_another_encoding_are_found(read):
    data = ('<?xml version="1.0" encoding="utf-16"?>' + EXTERNAL + "<vertical>&secret;</vertical>").encode("utf-16")
    with pytest.raises(Refused) as refused:
        read({"course.xml": POINTER, "course/run.xml": OUTLINE, "vertical/v.xml": data})
    assert refused.value.reason.code == "olx.entities"


def test_a_harmless_doctype_is_no_reason(read):
    course = read(
        {
            "course.xml": POINTER,
            "course/run.xml": OUTLINE,
            "vertical/v.xml": "<!DOCTYPE vertical><vertical><html>x</html></vertical>",
        }
    )
    assert course.text() == "x"


@pytest.mark.parametrize(
    "files",
    [
        {"vertical/v.xml": '<vertical><vertical url_name="v"/></vertical>'},
        {
            "vertical/v.xml": '<vertical><split_test url_name="t"/></vertical>',
            "split_test/t.xml": '<split_test><vertical url_name="v"/></split_test>',
        },
        {"vertical/v.xml": '<vertical><chapter url_name="c"/></vertical>', "chapter/c.xml": '<chapter url_name="c"/>'},
    ],
)
def test_a_cycle_refuses_the_export_and_names_the_way(read, files):
    with pytest.raises(Refused) as refused:
        read({"course.xml": POINTER, "course/run.xml": OUTLINE} | files)
    assert refused.value.reason.code == "olx.cycle"
    assert refused.value.values["path"].count("/") >= 1


def test_doubling_at_each_level_is_stopped(read):
    files = {
        f"wrapper/w{n}.xml": f'<wrapper><wrapper url_name="w{n + 1}"/><wrapper url_name="w{n + 1}"/></wrapper>'
        for n in range(30)
    }
    files |= {
        "course.xml": POINTER,
        "course/run.xml": OUTLINE,
        "vertical/v.xml": ('<vertical><wrapper url_name="w0"/></vertical>'),
    }
    with pytest.raises(Refused) as refused:
        read(files)
    assert refused.value.reason.code == "olx.too_large"


def test_nesting_without_end_is_stopped(read):
    deep = "<wrapper>" * 200 + "<html>x</html>" + "</wrapper>" * 200
    with pytest.raises(Refused) as refused:
        read({"course.xml": POINTER, "course/run.xml": OUTLINE, "vertical/v.xml": f"<vertical>{deep}</vertical>"})
    assert refused.value.reason.code == "olx.too_large"


def test_names_that_climb_out_of_the_archive_find_nothing(read):
    course = read(
        {
            "course.xml": POINTER,
            "course/run.xml": OUTLINE,
            "vertical/v.xml": (
                '<vertical><html>x <img src="/static/../../../etc/passwd"/></html><problem '
                'url_name="../../../../etc/passwd"/><html filename="/etc/passwd" url_name="h"/></vertical>'
            ),
        }
    )
    assert "root:" not in course.text()
    assert {row[1] for row in course.rows("questions")} == {"left_out"}


def test_strange_names_become_keys_that_fit_an_address(read):
    course = read(
        {
            "course.xml": POINTER,
            "course/run.xml": (
                '<course><chapter url_name="&lt;script&gt;"><sequential url_name="сек/1"><vertical '
                'url_name="Größe &amp; Maß"><html>x</html></vertical><vertical url_name="../.."><html>y</html>'
                f'</vertical><vertical url_name="{LONG}"><html>z</html></vertical></sequential></chapter>'
                "</course>"
            ),
        }
    )
    assert [activity["key"] for activity in course.activities] == ["Gro-e-Ma", "at-1-1-2", "x" * 100]


def test_an_attribute_that_is_a_huge_number_does_no_harm(read_unit):
    course = read_unit(
        '<problem url_name="p" weight="1e999999999" max_attempts="99999999999999999999"><numericalresponse '
        'answer="9^9^9^9">'
        "<textline/></numericalresponse></problem>",
        graded=True,
    )
    assert course.rows("questions") == [("problem/p", "approximated", "olx.not_a_number")]


def test_a_long_plain_text_is_read_in_reasonable_time(read_unit):
    markup = "<p>" + "word _x_ * [y] \\( " * 60_000 + "</p>"
    started = time.monotonic()
    assert "word" in read_unit('<html url_name="h"/>', files={"html/h.html": markup}).text()
    assert time.monotonic() - started < 10


def test_a_course_of_a_thousand_units_is_read_in_seconds(read):
    units = "".join(f'<vertical url_name="u{n}"><html>Text {n}</html></vertical>' for n in range(1000))
    started = time.monotonic()
    course = read(
        {"course.xml": POINTER, "course/run.xml": f'<course><chapter url_name="c">{units}</chapter></course>'}
    )
    assert len(course.activities) == 1000
    assert time.monotonic() - started < 20
