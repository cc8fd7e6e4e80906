"""What a learner is shown is what the author wrote, and nothing that runs, posts, or loads from elsewhere."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lms.courses.rules.formulas import ATTRIBUTES, words
from lms.courses.rules.markdown import file_path, file_paths, files_of, plain_text, render

FILES = {"figures/pack.svg", "files/sheet.pdf", "figures/a b.png"}


def url(path: str) -> str | None:
    return f"/media/{path}" if path in FILES else None


def html(markdown: str, *, inline: bool = False) -> str:
    return str(render(markdown, url_for_file=url, inline=inline)).strip()


class Tags(HTMLParser):
    """Collects (tag, attributes) of a text of HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


SAFE_ATTRIBUTES = words(
    "abbr alt alttext class colspan datetime decoding dir headers href lang loading open rel reversed role rowspan"
    " scope span src start tabindex title type value"
)
DANGEROUS_TAGS = words(
    "script style iframe object embed form input button textarea select svg link meta base video audio"
)


def assert_harmless(text: str) -> None:
    for tag, attributes in Tags(text).found:
        assert tag not in DANGEROUS_TAGS, text
        assert set(attributes) <= SAFE_ATTRIBUTES | ATTRIBUTES, text
        assert (attributes.get("src") or "/media/").startswith("/media/"), text
        address = (attributes.get("href") or "").strip().lower()
        assert address.startswith(("http://", "https://", "//", "mailto:", "tel:", "/media/")) or not address, text


def test_commonmark_and_tables() -> None:
    assert html("a **b** `c`") == "<p>a <strong>b</strong> <code>c</code></p>"
    table = html("| a | b |\n|:--|--:|\n| 1 | 2 |")
    assert table.startswith('<div class="scroll" tabindex="0"><table>')
    assert '<td class="align-right">2</td>' in table
    assert table.endswith("</table></div>")


def test_an_image_with_a_title_alone_is_a_figure() -> None:
    figure = html('![A pack](figures/pack.svg "Figure 1: a < b")')
    assert figure.startswith('<figure><img src="/media/figures/pack.svg" alt="A pack"')
    assert figure.endswith("<figcaption>Figure 1: a &lt; b</figcaption></figure>")
    assert "<figure>" not in html("![A pack](figures/pack.svg)")
    assert "<figure>" not in html('See ![A pack](figures/pack.svg "t")')


def test_files_are_found_by_their_path_in_the_course() -> None:
    assert 'href="/media/files/sheet.pdf"' in html("[Sheet](files/sheet.pdf)")
    assert 'src="/media/figures/a b.png"' in html("![x](figures/a%20b.png)")
    assert html("![What it showed](missing.png) [text](missing.pdf)") == "<p>What it showed text</p>"


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("figures/a.svg", "figures/a.svg"),
        ("./figures/a.svg", "figures/a.svg"),
        ("a%20b.svg?x=1#y", "a b.svg"),
        ("../a.svg", None),
        ("/a.svg", None),
        ("a/../b.svg", None),
        ("a%2f..%2fb.svg", None),
        ("https://example.org/a.svg", None),
        ("//example.org/a.svg", None),
        ("#part", None),
        ("", None),
        ("..\\a.svg", None),
    ],
)
def test_an_address_is_a_path_or_none(address: str, path: str | None) -> None:
    assert file_path(address) == path


def test_another_activity_is_reached_by_its_key_where_the_text_stands_beside_it() -> None:
    text = "[on](activity:next-one) [raw](activity:x%22y)"
    beside = render(text, url_for_file=lambda _: None, url_for_activity=quote)
    assert beside == '<p><a href="next-one">on</a> <a href="x%22y">raw</a></p>\n'
    assert render(text, url_for_file=lambda _: None) == "<p>on raw</p>\n"


def test_a_remote_picture_becomes_a_link() -> None:
    link = '<a href="https://example.org/a.png" rel="noopener noreferrer">A pack</a>'
    assert html("![A pack](https://example.org/a.png)") == f"<p>{link}</p>"
    assert html('<img src="//example.org/a.png">').count("<a ") == 1
    assert html("[![A pack](https://example.org/a.png)](https://example.org)").count("<a ") == 1


def test_the_page_keeps_its_one_h1() -> None:
    assert html("# a\n\n## b") == "<h2>a</h2>\n<h3>b</h3>"
    assert html("### a\n\n#### b") == "<h2>a</h2>\n<h3>b</h3>"
    assert "<h6>" in html("# a\n\n###### b")


def test_inside_a_label_there_are_no_blocks() -> None:
    assert html("**a** <div>b</div> # c", inline=True) == "<strong>a</strong> b # c"
    assert html("- a", inline=True) == "- a"


def test_a_formula_is_drawn_and_keeps_its_source() -> None:
    assert html(r"\(a < b_1\)") == (
        '<p><math display="inline" alttext="a &lt; b_1"><mrow><mi>a</mi><mo>&lt;</mo>'
        "<msub><mi>b</mi><mn>1</mn></msub></mrow></math></p>"
    )
    for display in ("\\[\nx\n= 1\n\\]", "$$x = 1$$", "$$\nx\n- 1\n$$"):
        assert '<math display="block"' in html(display)
        assert "<h" not in html(display)


@pytest.mark.parametrize("source", [r"\(\unheard{x}\)", r"\(x^2_\)", r"\({\)", r"\(\newcommand{\a}{\a\a}\a\)"])
def test_a_formula_that_can_not_be_read_stays_text(source: str) -> None:
    assert html(source) == f"<p>{source}</p>"


def test_code_holds_no_formulas() -> None:
    assert html(r"`\(x\)`") == r"<p><code>\(x\)</code></p>"


def test_a_formula_in_foreign_html_is_drawn_too() -> None:
    assert "<math" in html(r"<p>\(a &lt; b\)</p>")


def test_a_callout_says_what_it_is() -> None:
    shown = str(render(":::warning\nHot.\n:::", url_for_file=url, labels={"warning": "Warning"}))
    assert shown.startswith('<div class="callout warning" role="note"><p class="callout-label">Warning</p>')


EVIL = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="&#106;avascript:alert(1)">x</a>',
    '<a href=" javascript:alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    '<svg><script>alert(1)</script></svg><svg onload="alert(1)">',
    '<iframe src="https://example.org"></iframe>',
    '<form action="https://example.org"><input name="password"></form>',
    "<style>* {display: none}</style><p style='position:fixed'>x</p>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<math href="javascript:alert(1)"><mi href="javascript:alert(1)">x</mi></math>',
    '<img src="https://example.org/pixel.gif">',
    '<video src="https://example.org/v.mp4" autoplay></video>',
    '<link rel="stylesheet" href="https://example.org/x.css"><base href="https://example.org/">',
    '<meta http-equiv="refresh" content="0;url=https://example.org">',
    '<div id="main" class="btn primary" tabindex="1" role="alert" aria-hidden="true">x</div>',
    r"\(\href{javascript:alert(1)}{x}\) \(\text{<script>alert(1)</script>}\) \(\style{color:red}{x}\)",
    r'\(x" onmouseover="alert(1)\)',
    "<p>\\(</p><script>\\)</script>",
    "<!--><script>alert(1)</script>-->",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
]


@pytest.mark.parametrize("markdown", EVIL)
def test_nothing_that_runs_or_loads_comes_through(markdown: str) -> None:
    for inline in (False, True):
        assert_harmless(html(markdown, inline=inline))


PIECES = st.sampled_from(
    [
        *EVIL,
        "\\(",
        "\\)",
        "\\[",
        "$$",
        "<",
        ">",
        '"',
        "'",
        "`",
        "<b>",
        "</p>",
        "\n\n",
        "    ",
        ":::note\n",
        "|",
        "[",
        "](",
    ]
)


@given(st.lists(PIECES | st.text(max_size=10), max_size=6).map("".join))
@example('<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">')
def test_no_mixture_of_them_does(markdown: str) -> None:
    assert_harmless(html(markdown))
    assert_harmless(html(markdown, inline=True))
    plain_text(markdown)
    file_paths(markdown)


def test_every_naughty_string_is_shown_harmlessly(shared_data: Path) -> None:
    for text in json.loads((shared_data / "evil" / "blns.json").read_text()):
        assert_harmless(html(text))
        assert_harmless(html(text, inline=True))


def test_the_files_of_a_body_are_those_it_names_and_those_it_shows() -> None:
    blocks = [
        {
            "type": "text",
            "markdown": "![a](figures/a.svg) [b](files/b.pdf) [c](01/c.md) <img src='d.png'> [e](https://e.org/x)",
        },
        {
            "type": "video",
            "title": None,
            "file": "v.mp4",
            "captions": {"en": "v.vtt"},
            "transcript": "![a](figures/a.svg)",
        },
    ]
    assert files_of({"kind": "page", "blocks": blocks}) == ["v.mp4", "v.vtt", "figures/a.svg", "files/b.pdf", "d.png"]


def test_the_words_alone() -> None:
    assert plain_text("# A **b** &amp; <script>c</script>") == "A b &"
