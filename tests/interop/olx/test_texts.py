"""HTML of the source as Markdown of ours: the same words, nothing active, formulas as written."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.courses.rules.markdown import plain_text, render
from lms.interop.olx.words import FORMULA, escape, paragraph

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


@pytest.fixture
def text(read_unit):
    """`text("<p>…</p>")`: the Markdown that a text becomes."""

    def text(markup, files=None):
        return read_unit('<html url_name="h"/>', files={"html/h.html": markup} | (files or {})).text()

    return text


@pytest.mark.parametrize(
    ("markup", "markdown"),
    [
        ("<p>One</p>\n\n<p>Two</p>", "One\n\nTwo"),
        ("<div>One<div>Two</div>three</div>", "One\n\nTwo\n\nthree"),
        ("plain words", "plain words"),
        ("<p>a<br>b<br/>c</p>", "a\\\nb\\\nc"),
        ("<h3>A  <em>title</em></h3>", "### A *title*"),
        ("<p>so <b>bold</b> and <i>slant</i></p>", "so **bold** and *slant*"),
        ("<p><b>Note:</b> x</p>", "**Note:** x"),
        ("<p>un<b>(be)</b>lievable</p>", "un<strong>(be)</strong>lievable"),
        ("<p>H<sub>2</sub>O <code>a_b*c</code></p>", "H<sub>2</sub>O `a_b*c`"),
        ("<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>", "- a\n- b\n  1. c"),
        ("<ul><li>a</li></ul><ul><li>b</li></ul>", "- a\n\n* b"),
        ("<ol start='3'><li><p>a</p><p>b</p></li><li>c</li></ol>", "3. a\n\n   b\n\n4. c"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        ("<pre>x\n\n  y</pre>", "```\nx\n\n  y\n```"),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>1|2</td><td><b>3</b></td></tr></table>",
         "| a | b |\n| --- | --- |\n| 1\\|2 | **3** |"),
        ("<table><tr><td colspan=2>a</td></tr></table>",
         '<table><tr><td colspan="2">a</td></tr></table>'),
        ("<dl><dt>a<dd>b</dl>", "<dl><dt>a</dt><dd>b</dd></dl>"),
        ('<p>see <a href="https://x.example/a?b=1&amp;c=(2)">this</a>!</p>',
         "see [this](https://x.example/a?b=1&c=%282%29)!"),
        ("<p>Look!<a href='https://x.example'>here</a></p>", "Look\\![here](https://x.example)"),
        ("<p>1. no list</p><p># no title</p><p>- no</p><p>::: no</p>", ("1\\. no list\n\n\\# no title\n\n\\- "
"no\n\n\\::: no")),
        ("<p>2 * 3 [x] &lt;b&gt; &amp;amp; `c` snake_case _d_</p>",
         "2 \\* 3 [x] \\<b\\> \\&amp; \\`c\\` snake_case \\_d\\_"),
        ("<p>\\(a_1 * b\\) and [mathjaxinline]x&lt;y[/mathjaxinline]</p>", "\\(a_1 * b\\) and \\(x<y\\)"),
        ("<p>\\[ \\frac{1}{2} \\] $$x^2$$ [mathjax]y[/mathjax]</p>", "\\[ \\frac{1}{2} \\] $$x^2$$ \\[y\\]"),
        ("<script type='math/tex'>x^2</script>", "\\(x^2\\)"),
        ("<math><mi>x</mi></math>", "<math><mi>x</mi></math>"),
        ("<p>[a](b) [c]: d <b>[e]</b>(f) [[g]]</p>", "[a&#93;(b) [c&#93;: d <strong>[e]</strong>(f) &#91;[g]]"),
        ("<p><span class='material-symbols-outlined'>menu_book</span>Read</p>", "Read"),
    ],
)  # fmt: skip
def test_html_becomes_markdown(text, markup, markdown):
    assert text(markup) == markdown


LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Co"))
SIGNS = st.sampled_from("ab01 []()!*_`~<>&#;:.-+=|\\\"'x/{}^")


@given(st.text(LETTERS | SIGNS, max_size=200).filter(lambda words: not FORMULA.search(words)))
def test_no_words_are_taken_for_signs(words):
    assert plain_text(paragraph(escape(words))) == " ".join(words.split())
    link = f"[{escape(words, in_link=True).strip()}](https://x.example)"
    assert plain_text(link) == " ".join(words.split())


@pytest.mark.parametrize(
    "markup",
    [
        "<script>alert(1)</script>words",
        "<p onclick='alert(1)'>words</p>",
        "<a href='javascript:alert(1)'>words</a>",
        "<a href=' java\nscript:alert(1)'>words</a>",
        "<img src=x onerror=alert(1)>words",
        "<svg><script>alert(1)</script></svg>words",
        "<style>@import 'http://evil.example/x.css'</style>words",
        "<form action='https://evil.example'>words<input value='alert(1)'></form>",
        "<object data='javascript:alert(1)'></object>words",
        "<p>&lt;script&gt;</p>words",
        "<table><tr><td colspan=2 onclick='alert(1)'>words</td></tr></table>",
        "<math><mtext><script>alert(1)</script></mtext></math>words",
    ],
)
def test_nothing_active_comes_through(text, markup):
    html = str(render(text(markup), url_for_file=lambda path: f"/files/{path}"))
    assert "words" in html
    for sign in ("alert", "<script", "javascript", "onclick", "onerror", "evil.example"):
        assert sign not in html


def test_a_blank_line_inside_raw_html_does_not_end_it(text):
    markup = "<table>\n\n<tr>\n\n<td rowspan=2>a\n\nb</td>\n\n<td>c</td></tr>\n\n</table>\n\n<p>after</p>"
    html = str(render(text(markup), url_for_file=str.upper))
    assert html.index("<table>") < html.index("a b") < html.index("c</td>") < html.index("</table>")
    assert "<p>after</p>" in html


def test_formulas_inside_raw_html_are_drawn(text):
    html = str(render(text("<table><tr><td>\\(a &lt; b\\)</td></tr></table>"), url_for_file=str.upper))
    assert "<math" in html


@pytest.mark.parametrize(
    "address",
    [
        "/static/a b.png",
        "static/a b.png",
        "/static/a%20b.png",
        "/static/A_B.png",
        "/c4x/Org/C1/asset/a_b.png",
        "/asset-v1:Org+C1+run+type@asset+block@a_b.png",
        "https://studio.example/asset-v1:Org+C1+run+type@asset+block@a_b.png",
        "/assets/courseware/v1/0123abcd/asset-v1:Org+C1+run+type@asset+block/../type@asset+block@a_b.png",
        "/static/a b.png?raw=1",
    ],
)
def test_an_image_is_found_by_every_address_that_the_source_gives_it(read_unit, address):
    course = read_unit(
        '<html url_name="h"/>',
        files={"html/h.html": f'<p><img src="{address}" alt="A [pixel]"></p>', "static/a b.png": PIXEL},
    )
    assert course.text() == "![A &#91;pixel&#93;](static/a_b.png)"
    assert course.body()["files"]["static/a_b.png"]["media_type"] == "image/png"
    assert course.rows("files") == [("static/a b.png", "imported", None)]


def test_an_image_inside_the_text_becomes_a_file(read_unit):
    data = base64.b64encode(PIXEL).decode()
    course = read_unit('<html url_name="h"/>', files={"html/h.html": f"<img src='data:image/png;base64,{data}'>"})
    (path,) = course.body()["files"]
    assert course.text() == f"![]({path})"
    assert course.imported.files[course.body()["files"][path]["digest"]] == PIXEL
    assert course.counts["files"]["source"] == 0


def test_what_is_missing_or_elsewhere_is_said(read_unit):
    course = read_unit(
        '<html url_name="h"/>',
        files={
            "html/h.html": """<p><img src="/static/gone.png" alt="Gone"> <img src="https://x.example/i.png" alt="Far">
            <iframe src="https://www.youtube.com/embed/abcdefghijk?start=5" title="Film"></iframe>
            <a href="/courses/about">About</a></p>"""
        },
    )
    assert course.text() == (
        "*Gone* [Far](https://x.example/i.png) [Film](https://www.youtube.com/watch?v=abcdefghijk&t=5s) About"
    )
    assert {"olx.reference_missing", "olx.image_elsewhere", "olx.embedded", "olx.link_dropped"} <= course.codes()


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("/jump_to_id/deep", "[on](activity:two)"),
        ("../jump_to_id/deep?x=1#part", "[on](activity:two)"),
        ("/courses/course-v1:O+C+R/jump_to/block-v1:O+C+R+type@html+block@deep", "[on](activity:two)"),
        ("/courses/O/C/R/jump_to/i4x://O/C/vertical/two", "[on](activity:two)"),
        ("https://lms.example/courses/course-v1:O+C+R/courseware/ch/s/", "[on](activity:one)"),
        ("/courses/course-v1:O+C+R/jump_to/block-v1%3AO%2BC%2BR%2Btype%40chapter%2Bblock%40ch", "[on](activity:one)"),
        ("/jump_to_id/gone", "on"),
        ("#below", "on"),
    ],
)
def test_links_between_units_lead_to_their_keys(read, address, link):
    course = read(
        {
            "course.xml": '<course org="o" course="c" url_name="r"><chapter url_name="ch"><sequential url_name="s">'
            f'<vertical url_name="one"><html><a href="{address}">on</a></html></vertical>'
            '<vertical url_name="two"><html url_name="deep">x</html></vertical></sequential></chapter></course>'
        }
    )
    assert course.text() == link


def test_a_formula_that_can_not_be_drawn_is_named(read_unit):
    course = read_unit('<html url_name="h"/>', files={"html/h.html": "<p>\\( \\newcommand{\\x}{1} \\x \\)</p>"})
    assert course.rows("texts") == [("html/h", "approximated", "olx.formula")]


@pytest.mark.parametrize(
    ("markup", "code"),
    [("", "olx.text_empty"), ("<style>p {}</style>", "olx.only_styles"), ("<p>&nbsp;<br></p>", "olx.text_empty")],
)
def test_a_text_without_words_is_left_out(read_unit, markup, code):
    course = read_unit('<html url_name="h"/><html>x</html>', files={"html/h.html": markup})
    assert course.rows("texts")[0] == ("html/h", "left_out", code)


def test_markup_nested_beyond_all_reason_is_read_as_its_words(text):
    assert "deep" in text("<div>" * 200 + "deep" + "</div>" * 200)
