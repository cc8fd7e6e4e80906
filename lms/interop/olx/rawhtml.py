"""HTML that Markdown has no signs for, rewritten by an allow-list, on one line."""

import html
import re

from lms.interop.olx.links import Linker, is_course_path
from lms.interop.olx.words import FORMULA, formula
from lms.interop.olx.xml import Element, tag_of, text_of

_KEPT = frozenset(
    {
        "b", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn", "div",
        "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "ins", "kbd", "li", "mark", "ol", "p", "q",
        "s", "samp", "small", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
        "tr", "u", "ul", "var",
    }
)  # fmt: skip
_VOID = frozenset({"br", "col", "hr"})
_DROPPED = frozenset({"script", "style", "head", "title", "meta", "link", "template", "noscript", "svg"})
_ATTRIBUTES = {"td": ("colspan", "rowspan"), "th": ("colspan", "rowspan", "scope"), "ol": ("start",)}
_MATHML = frozenset(
    {
        "math", "maction", "menclose", "merror", "mfenced", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover",
        "mpadded", "mphantom", "mprescripts", "mroot", "mrow", "ms", "mspace", "msqrt", "mstyle", "msub", "msubsup",
        "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover", "none", "semantics",
    }
)  # fmt: skip
_DEEPEST = 60


class RawHtml:
    def __init__(self, linker: Linker) -> None:
        self._linker = linker

    def of(self, element: Element) -> str:
        """The element and all in it; "" where nothing is left."""
        written = self._element(element, 0)
        return written if re.sub(r"<[^>]*>|\s", "", written) or "<img" in written else ""

    def math(self, element: Element) -> str:
        """A formula written as MathML: its TeX where it has one beside it, else itself. The oldest problems put TeX
        right into <math>."""
        tex = next((child.text for child in element.iter() if _is_tex(child) and child.text), element.get("alttext"))
        tex = tex or (element.text if len(element) == 0 else None)
        return formula(f"\\({tex}\\)") if tex else _mathml(element)

    def _element(self, element: Element, depth: int) -> str:
        tag = tag_of(element)
        if tag in _DROPPED or not tag:
            return ""
        if depth > _DEEPEST:
            return _text(text_of(element))
        if tag == "olx-place":
            return element.get("mark") or ""
        if tag == "img":
            return self._image(element)
        if tag == "math":
            return self.math(element)
        if tag in ("iframe", "embed", "object", "video", "audio"):
            return self._embedded(element)
        inner = self._inner(element, depth)
        if tag == "a":
            return self._link(element, inner)
        if tag not in _KEPT:
            return inner
        opening = f"<{tag}{_attributes(element, tag)}>"
        return opening if tag in _VOID else f"{opening}{inner}</{tag}>"

    def _inner(self, element: Element, depth: int) -> str:
        pieces = [_text(element.text or "")]
        for child in element:
            pieces += [self._element(child, depth + 1), _text(child.tail or "")]
        return "".join(pieces)

    def _image(self, element: Element) -> str:
        alt = _text(element.get("alt") or "").strip()
        target = self._linker.image(element.get("src") or "") if (element.get("src") or "").strip() else None
        if target is None:
            return f"<em>{alt}</em>" if alt else ""
        if is_course_path(target):
            return f'<img src="{target}" alt="{alt}">'
        return f'<a href="{html.escape(target)}">{alt or html.escape(target)}</a>'

    def _link(self, element: Element, inner: str) -> str:
        address = element.get("href")
        target = self._linker.href(address) if address else None
        return f'<a href="{html.escape(target)}">{inner or html.escape(target)}</a>' if target else inner

    def _embedded(self, element: Element) -> str:
        sources = [element.get("src"), element.get("data"), *(child.get("src") for child in element)]
        address = next((source for source in sources if source), "")
        target = self._linker.embedded(address) if address else None
        if target is None:
            return self._inner(element, _DEEPEST)
        words = element.get("title") or target
        return f'<a href="{html.escape(target)}">{_text(words)}</a>'


def _text(text: str) -> str:
    """On one line, as HTML; [[ would be taken for a place."""
    pieces, at = [], 0
    for found in FORMULA.finditer(text):
        pieces += [_plain(text[at : found.start()]), html.escape(formula(found[0]), quote=False)]
        at = found.end()
    return "".join(pieces) + _plain(text[at:])


def _plain(text: str) -> str:
    words = re.sub(r"[ \t\r\n\f\v]+", " ", text)
    return html.escape(words).replace("[[", "&#91;&#91;").replace("]]", "&#93;&#93;")


def _attributes(element: Element, tag: str) -> str:
    kept = ((name, element.get(name)) for name in _ATTRIBUTES.get(tag, ()))
    return "".join(f' {name}="{html.escape(value)}"' for name, value in kept if value and value.isalnum())


def _is_tex(element: Element) -> bool:
    return tag_of(element) == "annotation" and "tex" in (element.get("encoding") or "").lower()


def _mathml(element: Element) -> str:
    tag = tag_of(element)
    if tag not in _MATHML:
        return ""
    inner = html.escape(" ".join((element.text or "").split()))
    return f"<{tag}>{inner}{''.join(_mathml(child) for child in element)}</{tag}>"
