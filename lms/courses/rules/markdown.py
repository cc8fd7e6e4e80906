r"""Markdown to HTML that is safe to show: CommonMark, tables, figures, formulas, raw HTML by an allow-list.

Three steps: Markdown → HTML (formulas are kept from being read as Markdown), everything not on the lists is
dropped, then one walk over the tags resolves files, turns remote pictures into links, sets headings below the
page's own, makes tables scroll, and draws formulas. Pure: no request, no database, nothing is loaded.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup
from mdit_py_plugins.container import container_plugin

from lms.courses.rules import formulas
from lms.courses.rules.bodies import CALLOUTS, paths_of, texts_of
from lms.courses.rules.fields import Document

UrlForFile = Callable[[str], str | None]
"""A file's address by its path in the course; None where the course has no such file."""
UrlForActivity = Callable[[str], str | None]
"""The address of an activity by its key, as seen from where the text is shown; None where it is shown alone."""

INLINE_TAGS = formulas.words(
    "a abbr b bdi bdo br cite code del dfn em i img ins kbd mark q rp rt ruby s samp small span strong sub sup time u"
    " var wbr"
)
BLOCK_TAGS = formulas.words(
    "blockquote caption col colgroup dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre section"
    " summary table tbody td tfoot th thead tr ul"
)
DROPPED_WITH_CONTENT = {"script", "style", "template", "noscript", "iframe", "object", "svg", "title", "textarea"}
ATTRIBUTES: dict[str, set[str]] = {
    "*": {"lang", "dir", "title"},
    "a": {"href"},
    "bdo": {"dir"},
    "col": {"span"},
    "colgroup": {"span"},
    "details": {"open"},
    "img": {"src", "alt", "width", "height"},
    "li": {"value"},
    "math": {"display", "alttext"},
    "ol": {"start", "reversed", "type"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope", "abbr"},
    "time": {"datetime"},
    **{tag: set(formulas.ATTRIBUTES) for tag in formulas.ELEMENTS - {"math"}},
}
ALIGNMENTS = {"align-left", "align-center", "align-right"}
CLASSES = {"div": {"callout", *CALLOUTS}, "td": ALIGNMENTS, "th": ALIGNMENTS}
PAGES = (".md", ".yaml")
ACTIVITY = "activity"
"""`[on](activity:KEY)` leads to another activity of the same course."""
SCHEMES = {"http", "https", "mailto", "tel", ACTIVITY}
VERBATIM = {"code", "pre", "math", "kbd", "samp"}


def render(
    markdown: str,
    *,
    url_for_file: UrlForFile,
    inline: bool = False,
    labels: Mapping[str, str] | None = None,
    url_for_activity: UrlForActivity = lambda _key: None,
) -> Markup:
    """HTML of a Markdown text; `inline` for what stands inside a label: no paragraphs, no blocks.

    `labels` are the words above a callout by its style ("warning": "Warning"), in the reader's language.
    """
    source = _PARSER.renderInline(markdown) if inline else _PARSER.render(markdown)
    clean = (_INLINE_CLEANER if inline else _CLEANER).clean(source)
    finisher = _Finisher(url_for_file, labels or {}, url_for_activity)
    finisher.feed(clean)
    finisher.close()
    return Markup(finisher.html())  # noqa: S704 - this is the place where it is made safe


def plain_text(markdown: str) -> str:
    """The words alone, for search and for titles of windows."""
    words = nh3.clean(_PARSER.render(markdown), tags=set(), clean_content_tags=DROPPED_WITH_CONTENT)
    return " ".join(html.unescape(words).split())


def file_paths(markdown: str) -> list[str]:
    """Paths of the course's own files that a text shows or links to, in order, each once."""
    paths: dict[str, None] = {}
    collector = _Finisher(lambda path: paths.setdefault(path, None), {})
    collector.feed(_CLEANER.clean(_PARSER.render(markdown)))
    return list(paths)


def files_of(body: Document) -> list[str]:
    """Every file of the course that a stored body names, in fields or in its Markdown; each once.

    The course's own pages are no files: a link to one of them is shown as text.
    """
    shown = (path for text in texts_of(body) for path in file_paths(text) if not path.endswith(PAGES))
    return list(dict.fromkeys((*paths_of(body), *shown)))


def file_path(address: str) -> str | None:
    """The path in the course that a relative address means; None for other hosts, fragments and ways out."""
    parts = urlsplit(address)
    path = unicodedata.normalize("NFC", unquote(parts.path)).removeprefix("./")
    if parts.scheme or parts.netloc or not path or path.startswith("/") or "\\" in path:
        return None
    return None if any(part in ("", ".", "..") for part in path.split("/")) else path


# --- step 1: Markdown


def _formula_inline(state: StateInline, silent: bool) -> bool:
    """Takes a formula as it stands, before `\\(` is read as an escaped bracket or `_` as emphasis."""
    found = formulas.DELIMITED.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("formula", "", 0).content = found.group()
    state.pos = found.end()
    return True


def _formula_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A formula on lines of its own: a line of it that begins with `=` or `-` is not a heading or a list."""
    if state.is_code_block(start):
        return False
    begin = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith(("\\[", "$$"), begin):
        return False
    found = formulas.DELIMITED.match(state.src, begin, state.eMarks[end - 1])
    if found is None or "\n\n" in found.group():
        return False
    last = start + found.group().count("\n")
    if last >= end or state.src[found.end() : state.eMarks[last]].strip():
        return False
    if not silent:
        state.push("paragraph_open", "p", 1)
        state.push("formula", "", 0).content = found.group()
        state.push("paragraph_close", "p", -1)
        state.line = last + 1
    return True


def _render_formula(
    _renderer: RendererHTML, tokens: Sequence[Token], position: int, _options: OptionsDict, _env: EnvType
) -> str:
    return html.escape(tokens[position].content, quote=False)


def _render_callout(
    _renderer: RendererHTML, tokens: Sequence[Token], position: int, _options: OptionsDict, _env: EnvType
) -> str:
    style = tokens[position].type.removeprefix("container_").rpartition("_")[0]
    return f'<div class="callout {style}" role="note">\n' if tokens[position].nesting == 1 else "</div>\n"


def _make_figures(state: StateCore) -> None:
    """An image with a title, alone in its paragraph, is a figure with a caption."""
    for before, token, after in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if before.type != "paragraph_open" or before.hidden or token.type != "inline":
            continue
        children = token.children or []
        if len(children) == 1 and children[0].type == "image" and children[0].attrs.get("title"):
            caption = str(children[0].attrs.pop("title"))
            before.tag = after.tag = "figure"
            children += [
                Token("caption_open", "figcaption", 1),
                _text(caption),
                Token("caption_close", "figcaption", -1),
            ]


def _text(content: str) -> Token:
    token = Token("text", "", 0)
    token.content = content
    return token


def _name_alignments(state: StateCore) -> None:
    """Alignment of a table's cells as a class: our pages allow no style attributes."""
    for token in state.tokens:
        if token.type in ("th_open", "td_open") and "style" in token.attrs:
            side = str(token.attrs.pop("style")).removeprefix("text-align:")
            token.attrs["class"] = f"align-{side}"


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    parser.inline.ruler.before("escape", "formula", _formula_inline)
    parser.block.ruler.before("fence", "formula", _formula_block, {"alt": ["paragraph", "blockquote", "list"]})
    for style in CALLOUTS:
        parser.use(container_plugin, style, render=_render_callout)
    parser.core.ruler.push("figures", _make_figures)
    parser.core.ruler.push("alignments", _name_alignments)
    parser.add_render_rule("formula", _render_formula)
    return parser


# --- step 2: the allow-lists


def _make_cleaner(tags: frozenset[str]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(tags | formulas.ELEMENTS),
        clean_content_tags=DROPPED_WITH_CONTENT,
        attributes={tag: names for tag, names in ATTRIBUTES.items() if tag == "*" or tag in tags | formulas.ELEMENTS},
        allowed_classes={tag: names for tag, names in CLASSES.items() if tag in tags},
        tag_attribute_values={"div": {"role": {"note"}}} if "div" in tags else {},
        url_schemes=SCHEMES,
        link_rel=None,
    )


# --- step 3: the walk over clean tags


class _Finisher(HTMLParser):
    """Reads what the cleaner wrote (balanced, quoted, known tags only) and writes it again, finished."""

    def __init__(
        self,
        url_for_file: UrlForFile,
        labels: Mapping[str, str],
        url_for_activity: UrlForActivity = lambda _key: None,
    ) -> None:
        super().__init__(convert_charrefs=True)
        self._labels = labels
        self._url_for_activity = url_for_activity
        self._url_for_file = url_for_file
        self._written: list[str] = []
        self._verbatim = 0
        self._links: list[bool] = []
        self._shift: int | None = None

    def feed(self, data: str) -> None:
        levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", data)]
        self._shift = 2 - min(levels) if levels else 0  # the page's own title is its one h1
        super().feed(data)

    def html(self) -> str:
        return "".join(self._written)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        self._verbatim += tag in VERBATIM
        if tag == "img":
            self._written.append(self._image(known))
        elif tag == "a":
            self._written.append(self._open_link(known))
        elif tag == "table":
            # on a phone a wide table scrolls by itself; tabindex lets the keyboard do it too
            self._written.append('<div class="scroll" tabindex="0">' + _tag(tag, known))
        else:
            self._written.append(_tag(self._level(tag), known) + self._label(tag, known))

    def handle_endtag(self, tag: str) -> None:
        self._verbatim -= tag in VERBATIM
        if tag == "a":
            self._written.append("</a>" if self._links and self._links.pop() else "")
        elif tag == "table":
            self._written.append("</table></div>")
        else:
            self._written.append(f"</{self._level(tag)}>")

    def handle_data(self, data: str) -> None:
        if self._verbatim:
            self._written.append(html.escape(data, quote=False))
            return
        for text, mathml in formulas.split(data):
            self._written.append(mathml or html.escape(text, quote=False))

    def _label(self, tag: str, attrs: dict[str, str]) -> str:
        """The word above a callout: what it is must not be said by colour alone."""
        style = attrs.get("class", "").removeprefix("callout ")
        label = self._labels.get(style) if tag == "div" else None
        return f'<p class="callout-label">{html.escape(label)}</p>' if label else ""

    def _level(self, tag: str) -> str:
        if len(tag) != 2 or tag[0] != "h" or not tag[1].isdigit():
            return tag
        return f"h{min(6, int(tag[1]) + (self._shift or 0))}"

    def _image(self, attrs: dict[str, str]) -> str:
        """One of the course's own files; a remote one becomes a link that a person may follow."""
        source, alt = attrs.pop("src", ""), attrs.get("alt", "")
        if _is_remote(source) and not any(self._links):
            return _tag("a", {"href": source, "rel": REL}) + html.escape(alt or source, quote=False) + "</a>"
        url = self._own(source)
        if url is None:
            return html.escape(alt, quote=False)
        return _tag("img", {"src": url, "alt": alt} | attrs | {"loading": "lazy", "decoding": "async"})

    def _open_link(self, attrs: dict[str, str]) -> str:
        """A link that leads nowhere (a missing file, another place of the source) keeps its text only."""
        source = attrs.pop("href", "")
        url = self._leads_to(source)
        self._links.append(url is not None)
        if url is None:
            return ""
        return _tag("a", {"href": url} | attrs | ({"rel": REL} if _is_remote(source) else {}))

    def _leads_to(self, source: str) -> str | None:
        scheme = urlsplit(source).scheme
        if scheme == ACTIVITY:
            return self._url_for_activity(unquote(urlsplit(source).path))
        return source if _is_remote(source) or scheme in ("mailto", "tel") else self._own(source)

    def _own(self, source: str) -> str | None:
        path = file_path(source)
        return self._url_for_file(path) if path is not None else None


def _is_remote(address: str) -> bool:
    return address.startswith("//") or urlsplit(address).scheme in ("http", "https")


REL = "noopener noreferrer"


def _tag(name: str, attrs: dict[str, str]) -> str:
    written = "".join(f' {key}="{html.escape(value)}"' for key, value in attrs.items())
    return f"<{name}{written}>"


def formulas_left_as_text(texts: Iterator[str] | list[str]) -> list[str]:
    """The formulas in several texts that can't be drawn."""
    return [formula for text in texts for formula in formulas.unreadable(text)]


_PARSER = _make_parser()
_CLEANER = _make_cleaner(INLINE_TAGS | BLOCK_TAGS)
_INLINE_CLEANER = _make_cleaner(INLINE_TAGS)
