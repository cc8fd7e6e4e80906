"""Foreign HTML to our Markdown: same words, same order, formulas as written; raw HTML only for what Markdown lacks.

Reads an element tree of either parser (HTML files, XML of problems). What acts (scripts, forms, players) does not
come through; what it was is said through the Linker. Raw HTML is written on one line: a blank line would end it.
"""

import re
from collections.abc import Callable, Iterator

import lxml.html
from lxml import etree

from lms.interop.olx.links import Linker, is_course_path
from lms.interop.olx.notes import OlxNote
from lms.interop.olx.rawhtml import RawHtml
from lms.interop.olx.words import BREAK, FORMULA, escape, formula, joined, paragraph
from lms.interop.olx.xml import Element, tag_of, text_of, whole_text

PLACE = "olx-place"
"""An element that problems put where an answer is given; its `mark` is written as it stands."""

BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt",
        "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
        "html", "legend", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "ul",
        "description", "label", "problem", "question", "solution",
    }
)  # fmt: skip
DROPPED = frozenset(
    {"head", "link", "meta", "noscript", "param", "script", "source", "style", "template", "title", "track"}
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
EMBEDDED = frozenset({"audio", "embed", "iframe", "object", "video"})
_INLINE_HTML = frozenset(
    {"cite", "del", "dfn", "ins", "kbd", "mark", "q", "s", "samp", "small", "sub", "sup", "u", "var"}
)
_FIELDS = frozenset({"input", "select", "textarea", "canvas", "map"})
_ICON = re.compile(r"\bmaterial-(?:icons|symbols)")
"""A word that a font of the source's draws as a picture."""
_DEEPEST = 60

Reader = Callable[[Element], list[str]]


def parse_html(text: str) -> Element:
    """A tree of HTML text, whatever its mistakes."""
    clean = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)
    parser = lxml.html.HTMLParser(remove_comments=True, remove_pis=True, no_network=True, encoding="utf-8")
    wrapped = f"<html><body><div>{clean}</div></body></html>"
    root = lxml.html.document_fromstring(wrapped.encode("utf-8", "replace"), parser=parser)
    body = root.find("body")
    return root if body is None else body


class Markdown:
    """Writes the texts of one activity."""

    def __init__(self, linker: Linker) -> None:
        self._linker = linker
        self._raw = RawHtml(linker)
        self._holders: set[Element] = set()
        self._depth = 0
        self._in_link = False
        self._readers: dict[str, Reader] = {
            "ul": self._list, "ol": self._list, "pre": self._pre, "table": self._table, "hr": lambda _: ["---"],
            "blockquote": self._quote, "figure": self._figure, "dl": self._as_html, "details": self._as_html,
            "math": self._math_block,
        }  # fmt: skip
        self._readers |= dict.fromkeys(HEADINGS, self._heading)
        self._inline_readers: dict[str, Callable[[Element], str]] = {
            "strong": self._strong, "b": self._strong, "em": self._em, "i": self._em, "br": lambda _: BREAK,
            "img": self._image, "a": self._link, "code": _code, "tt": _code, "m": _old_formula,
            "math": self._raw.math, "svg": self._svg, "script": self._script,
            PLACE: lambda place: place.get("mark") or "",
        }  # fmt: skip
        self._inline_readers |= dict.fromkeys(EMBEDDED, self._embedded)
        self._inline_readers |= dict.fromkeys((DROPPED - {"script"}) | _FIELDS, self._nothing)

    def of(self, element: Element) -> str:
        """Blocks, parted by blank lines; "" where nothing is to be read."""
        self._look_ahead(element)
        return "\n\n".join(_apart(self._flow(element)))

    def inline(self, element: Element) -> str:
        """The same on one line, as options need it."""
        self._look_ahead(element)
        lines = [_one_line(block) for block in self._flow(element)]
        return "<br>".join(line for line in lines if line)

    def of_html(self, text: str) -> str:
        return self.of(parse_html(text))

    def _look_ahead(self, root: Element) -> None:
        """Which elements have blocks inside: such a span or link is no part of a line."""
        for element in root.iter():
            if tag_of(element) not in BLOCKS:
                continue
            above = element.getparent()
            while above is not None and above not in self._holders:
                self._holders.add(above)
                above = above.getparent()

    def _escape(self, text: str | None) -> str:
        return escape(text or "", in_link=self._in_link)

    # --- blocks

    def _flow(self, element: Element) -> list[str]:
        self._depth += 1
        try:
            if self._depth > _DEEPEST:
                return [text for text in [paragraph(escape(text_of(element)))] if text]
            return self._blocks_in(element)
        finally:
            self._depth -= 1

    def _blocks_in(self, element: Element) -> list[str]:
        blocks: list[str] = []
        line: list[str] = [self._escape(element.text)]
        for child in element:
            if self._is_block(child):
                blocks += self._flush(line)
                blocks += self._block(child)
            else:
                line.append(self._inline(child))
            line.append(self._escape(child.tail))
        return blocks + self._flush(line)

    def _is_block(self, child: Element) -> bool:
        tag = tag_of(child)
        return tag not in DROPPED and (tag in BLOCKS or child in self._holders)

    def _flush(self, line: list[str]) -> list[str]:
        text = paragraph(joined(line))
        line.clear()
        return [text] if text else []

    def _block(self, element: Element) -> list[str]:
        return self._readers.get(tag_of(element), self._flow)(element)

    def _heading(self, element: Element) -> list[str]:
        words = self._line(element)
        return [f"{'#' * int(tag_of(element)[1])} {words}"] if words else []

    def _pre(self, element: Element) -> list[str]:
        text = whole_text(element).strip("\n").expandtabs(4)
        if not text.strip():
            return []
        fence = _fence(text, least=3)
        return [f"{fence}\n{text}\n{fence}"]

    def _quote(self, element: Element) -> list[str]:
        inner = "\n\n".join(self._flow(element))
        return ["\n".join(f"> {line}".rstrip() for line in inner.splitlines())] if inner else []

    def _list(self, element: Element) -> list[str]:
        numbered = tag_of(element) == "ol"
        start = int(element.get("start", "1")) if re.fullmatch(r"[0-9]{1,6}", element.get("start", "1")) else 1
        items: list[str] = []
        for child in element:
            if tag_of(child) in DROPPED or not tag_of(child):
                continue
            blocks = _apart(self._flow(child) if tag_of(child) == "li" else self._block_or_line(child))
            if blocks:
                items.append(_item(f"{start + len(items)}. " if numbered else "- ", blocks))
        tight = all("\n\n" not in item for item in items)
        return [("\n" if tight else "\n\n").join(items)] if items else []

    def _block_or_line(self, element: Element) -> list[str]:
        if self._is_block(element):
            return self._block(element)
        return self._flush([self._inline(element)])

    def _figure(self, element: Element) -> list[str]:
        images = [child for child in element.iter() if tag_of(child) == "img"]
        captions = [child for child in element.iter() if tag_of(child) == "figcaption"]
        target = self._linker.image(images[0].get("src") or "") if len(images) == 1 and captions else None
        if target is None or not is_course_path(target):
            return self._flow(element)
        caption = text_of(captions[0]).replace("\\", "\\\\").replace('"', '\\"')
        return [f'![{escape(images[0].get("alt") or "", in_link=True).strip()}]({target} "{caption}")']

    def _as_html(self, element: Element) -> list[str]:
        html = self._raw.of(element)
        return [html] if html else []

    def _table(self, element: Element) -> list[str]:
        rows = list(_rows(element))
        if not _is_plain(rows) or any(cell in self._holders and _blocks_matter(cell) for row in rows for cell in row):
            return self._as_html(element)
        lines = [[self._cell(cell) for cell in row] for row in rows]
        if any("|" in formula_text for row in rows for cell in row for formula_text in FORMULA.findall(text_of(cell))):
            return self._as_html(element)
        lines.insert(1, ["---"] * len(lines[0]))
        table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        caption = next((text_of(child) for child in element if tag_of(child) == "caption"), "")
        return [paragraph(escape(caption)), table] if caption else [table]

    def _cell(self, cell: Element) -> str:
        words = (
            "<br>".join(_one_line(block) for block in self._flow(cell)) if cell in self._holders else self._line(cell)
        )
        return re.sub(r"(?<!\\)\|", r"\\|", words)

    def _math_block(self, element: Element) -> list[str]:
        return self._flush([self._inline(element)])

    # --- inside a line

    def _line(self, element: Element) -> str:
        """The words of an element on one line."""
        return _one_line(paragraph(self._words(element)))

    def _words(self, element: Element) -> str:
        self._depth += 1
        try:
            if self._depth > _DEEPEST:
                return escape(text_of(element))
            pieces = [self._escape(element.text)]
            for child in element:
                pieces += [self._inline(child), self._escape(child.tail)]
            return joined(pieces)
        finally:
            self._depth -= 1

    def _inline(self, element: Element) -> str:
        tag = tag_of(element)
        if _ICON.search(element.get("class") or ""):
            return ""
        if tag in _INLINE_HTML:
            return _tagged(self._words(element), tag)
        return self._inline_readers.get(tag, self._words)(element)

    def _strong(self, element: Element) -> str:
        return _emphasised(self._words(element), "**", "strong")

    def _em(self, element: Element) -> str:
        return _emphasised(self._words(element), "*", "em")

    def _svg(self, element: Element) -> str:
        self._linker.remark(OlxNote.DRAWING)
        return escape(_title_of(element))

    def _nothing(self, _element: Element) -> str:
        return ""

    def _script(self, element: Element) -> str:
        kind = (element.get("type") or "").lower()
        if kind.startswith("math/tex"):
            is_display = "display" in kind
            return formula(f"\\[{element.text or ''}\\]" if is_display else f"\\({element.text or ''}\\)")
        if "python" not in kind:
            self._linker.remark(OlxNote.SCRIPT)
        return ""

    def _image(self, element: Element) -> str:
        alt = " ".join((element.get("alt") or "").split())
        source = element.get("src") or ""
        target = self._linker.image(source) if source.strip() else None
        if target is None:
            return f"*{escape(alt)}*" if alt else ""
        if is_course_path(target):
            return f"![{escape(alt, in_link=True)}]({target})"
        return f"[{escape(alt or target, in_link=True)}]({target})"

    def _link(self, element: Element) -> str:
        self._in_link = True
        words = self._words(element)
        self._in_link = False
        address = element.get("href")
        target = self._linker.href(address) if address else None
        if target is None:
            return words
        plain = words.replace(BREAK, " ").strip()
        before = " " if words[:1].isspace() else ""
        after = " " if words[-1:].isspace() else ""
        return f"{before}[{plain or escape(target, in_link=True)}]({target}){after}"

    def _embedded(self, element: Element) -> str:
        addresses = [element.get(name) or "" for name in ("src", "data", "href")]
        addresses += [child.get("src") or child.get("value") or "" for child in element if tag_of(child) in DROPPED]
        address = next((found for found in addresses if found.strip()), "")
        target = self._linker.embedded(address) if address else None
        if target is None:
            return self._words(element)
        words = " ".join((element.get("title") or element.get("aria-label") or "").split())
        return f"[{escape(words or target, in_link=True)}]({target})"


def _apart(blocks: list[str]) -> list[str]:
    """Two lists in a row would run into one: a second one gets another sign."""
    apart: list[str] = []
    for block in blocks:
        last = apart[-1] if apart else ""
        if re.match(r"- ", block) and re.match(r"- ", last):
            apart.append(re.sub(r"(?m)^- ", "* ", block))
        elif re.match(r"\d+\. ", block) and re.match(r"\d+\. ", last):
            apart.append(re.sub(r"(?m)^(\d+)\. ", r"\1) ", block))
        else:
            apart.append(block)
    return apart


def _item(marker: str, blocks: list[str]) -> str:
    tight = len(blocks) == 2 and re.match(r"([-*]|\d+[.)]) ", blocks[1])
    text = ("\n" if tight else "\n\n").join(blocks)
    indent = " " * len(marker)
    first, *rest = text.split("\n")
    return "\n".join([marker + first, *(indent + line if line else "" for line in rest)])


def _rows(table: Element) -> Iterator[list[Element]]:
    for row in table.iter():
        if tag_of(row) == "tr":
            yield [cell for cell in row if tag_of(cell) in ("td", "th")]


def _is_plain(rows: list[list[Element]]) -> bool:
    """A head row of th, then rows as long, no cell over several places, no table inside."""
    if len(rows) < 2 or not rows[0] or any(tag_of(cell) != "th" for cell in rows[0]):
        return False
    if any(len(row) != len(rows[0]) for row in rows):
        return False
    cells = [cell for row in rows for cell in row]
    return not any(
        cell.get("colspan", "1") != "1"
        or cell.get("rowspan", "1") != "1"
        or any(tag_of(inner) in ("table", PLACE) for inner in cell.iter())
        for cell in cells
    ) and all(tag_of(cell) == "td" or position == 0 for row in rows[1:] for position, cell in enumerate(row))


def _blocks_matter(cell: Element) -> bool:
    """More than paragraphs inside: lists, headings and so on have no place in a table of Markdown."""
    return any(tag_of(inner) in BLOCKS - {"p", "div"} for inner in cell.iterdescendants() if tag_of(inner))


def _one_line(block: str) -> str:
    """A block where only a line may stand: line ends as <br>, signs of blocks stay words."""
    return "<br>".join(line.removesuffix("\\").strip() for line in block.split("\n") if line.strip())


def _emphasised(words: str, sign: str, tag: str) -> str:
    """With the sign of Markdown where it is sure to be read as such: next to letters inside, else as a tag."""
    inner = words.strip()
    if not inner.replace(BREAK, ""):
        return words
    before, after = words[: len(words) - len(words.lstrip())] and " ", words[len(words.rstrip()) :] and " "
    sure = inner[0].isalnum() and inner[-1].isalnum() and BREAK not in inner
    marked = f"{sign}{inner}{sign}" if sure else f"<{tag}>{inner}</{tag}>"
    return f"{before}{marked}{after}"


def _tagged(words: str, tag: str) -> str:
    return f"<{tag}>{words}</{tag}>" if words.strip() else words


def _code(element: Element) -> str:
    words = " ".join(whole_text(element).split())
    if not words:
        return ""
    fence = _fence(words, least=1)
    space = " " if words[0] == "`" or words[-1] == "`" else ""
    return f"{fence}{space}{words}{space}{fence}"


def _fence(text: str, *, least: int) -> str:
    """More backticks than any run of them inside."""
    return "`" * max(least, max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)


def _old_formula(element: Element) -> str:
    """`<m>$x$</m>`, as problems had it in the beginning."""
    return formula(f"\\({whole_text(element).strip().strip('$')}\\)")


def _title_of(svg: Element) -> str:
    return next((text_of(child) for child in svg.iter() if tag_of(child) == "title"), "")


def as_text(markup: str, *, headings: bool = True) -> str:
    """The words of HTML as plain text, blocks parted by line ends."""
    root = parse_html(markup)
    left = DROPPED if headings else DROPPED | HEADINGS
    for element in root.iter():
        if tag_of(element) in left:
            tail = element.tail
            element.clear()
            element.tail = tail
        if tag_of(element) in BLOCKS | {"br"}:
            element.tail = "\n" + (element.tail or "")
    lines = (" ".join(line.split()) for line in whole_text(root).split("\n"))
    return "\n".join(line for line in lines if line)


def inner_markup(element: Element) -> str:
    """What stands inside an element, as markup."""
    return (element.text or "") + "".join(etree.tostring(child, encoding="unicode") for child in element)
