"""XML from outside, read without entities, network or endless trees."""

import re
from html.entities import html5

from lxml import etree

from lms.core.reasons import Refused
from lms.interop.olx.reasons import OlxReason

Element = etree._Element  # noqa: SLF001 - the package publishes no other name for its type

_DECLARATION = re.compile(r"\A\s*<\?xml\b[^>]*\?>")
_ENTITY = re.compile(r"<!ENTITY\b", re.IGNORECASE)
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_XML_OWN = frozenset({"amp", "lt", "gt", "quot", "apos"})
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ENCODING = re.compile(rb"""\A\s*<\?xml\b[^>]*\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


class Malformed(Exception):  # noqa: N818 - an answer to be reported, not a fault of ours
    """`file` is not well-formed XML: the line (from 1) and what the parser says."""

    def __init__(self, file: str, line: int, detail: str) -> None:
        super().__init__(file)
        self.file = file
        self.line = line
        self.detail = detail


def parse(data: bytes, file: str) -> Element:
    """The root element of XML bytes in whatever encoding they really are.

    Raises Malformed, and Refused(olx.entities) where entities are declared. HTML's named characters (&nbsp;)
    are read though XML does not know them: authors write them by hand.
    """
    text = decode(data)
    if _ENTITY.search(text):
        raise Refused(OlxReason.ENTITIES, file=file)
    text = _NOT_XML.sub("", _DECLARATION.sub(_as_many_lines, text, count=1))
    text = _NAMED.sub(_as_character, text)
    try:
        return etree.fromstring(text.encode(), _parser())
    except etree.XMLSyntaxError as error:
        raise Malformed(file, error.lineno or 1, _plain(error)) from None


def decode(data: bytes) -> str:
    """Text of bytes: by byte order mark, as UTF-8, by the declared encoding, else as Windows-1252.

    A wrong declaration is common (files saved again by another editor), so UTF-8 is tried before it.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    declared = _ENCODING.match(data)
    for encoding in ("utf-8-sig", declared[1].decode() if declared else "utf-8"):
        try:
            return data.decode(encoding)
        except (UnicodeError, LookupError):
            continue
    return data.decode("cp1252", "replace")


def tag_of(element: Element) -> str:
    """The tag without namespace, lower case; "" for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def text_of(element: Element) -> str:
    """All text inside, white space run together."""
    return " ".join(whole_text(element).split())


def whole_text(element: Element) -> str:
    """All text inside as it stands."""
    return "".join(str(piece) for piece in element.itertext())


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
    )


def _as_many_lines(match: re.Match[str]) -> str:
    """Nothing of the declaration but its line ends, so that line numbers stay true."""
    return "\n" * match[0].count("\n")


def _as_character(match: re.Match[str]) -> str:
    name = match[1]
    if name in _XML_OWN or f"{name};" not in html5:
        return match[0]
    return "".join(f"&#{ord(character)};" for character in html5[f"{name};"])


def _plain(error: etree.XMLSyntaxError) -> str:
    return (error.msg or "not well-formed").partition(", line ")[0]
