"""Pictures in SVG made harmless: an allow-list of elements, no script, no handlers, nothing loaded from elsewhere.

A harmless file keeps its bytes, so that its digest stays what it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from lms.courses.rules.formulas import words

SVG = "http://www.w3.org/2000/svg"
XML = "http://www.w3.org/XML/1998/namespace"

ELEMENTS = words(
    "svg g defs symbol use switch path rect circle ellipse line polyline polygon text tspan textPath title desc"
    " metadata linearGradient radialGradient stop clipPath mask pattern marker image view a style filter feBlend"
    " feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap"
    " feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode"
    " feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence animate"
    " animateTransform animateMotion mpath"
)
EMBEDDED = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*")
LOADS = re.compile(r"""@import|expression\s*\(|javascript:|\\|url\(\s*['"]?\s*(?!['"]?#)""", re.IGNORECASE)
"""What in a style or an attribute could load or run something; a backslash could hide any of it."""


class NotHarmless(Exception):  # noqa: N818 - says what the file is
    """This can't be made harmless: it is not well-formed, not SVG, or defines entities."""


def make_harmless(data: bytes) -> tuple[bytes, list[str]]:
    """(bytes, what was taken out); the same bytes and [] where there was nothing. Raises NotHarmless."""
    tree = _parse(data)
    root = tree.getroot()
    removed = [*_clean_surroundings(tree), *_clean(root)]
    if not removed:
        return data, []
    return etree.tostring(root, encoding="utf-8", xml_declaration=False), removed


def _parse(data: bytes) -> etree._ElementTree:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        tree = etree.ElementTree(etree.fromstring(data, parser))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotHarmless("not well-formed") from error
    about: Any = tree.docinfo  # the stubs know less than the library
    if about.internalDTD is not None and any(True for _ in about.internalDTD.iterentities()):
        raise NotHarmless("it defines entities")
    if tree.getroot().tag != f"{{{SVG}}}svg":
        raise NotHarmless("its root is not svg")
    return tree


def _clean_surroundings(tree: etree._ElementTree) -> Iterator[str]:
    """What stands beside the root (a document type, a style sheet) is dropped by writing the root alone."""
    about: Any = tree.docinfo
    if about.doctype:
        yield "DOCTYPE"
    for node in tree.getroot().itersiblings(preceding=True):
        if _kind(node) is etree.PI:
            yield "processing instruction"


def _clean(root: etree._Element) -> list[str]:
    removed: list[str] = []
    for node in list(root.iter()):
        name = _unwanted(node)
        if name is None:
            removed += _clean_attributes(node)
        elif node.getparent() is not None:
            _take_out(node)
            removed.append(name)
    return removed


def _unwanted(node: etree._Element) -> str | None:
    """What a node that has to go is called; None for one that may stay."""
    if _kind(node) is etree.Comment:
        return None
    if _kind(node) in (etree.PI, etree.Entity):
        return "entity or processing instruction"
    name = etree.QName(node)
    if name.namespace != SVG:
        return None if _is_inside_metadata(node) else name.localname
    if name.localname not in ELEMENTS:
        return name.localname
    if name.localname == "style" and LOADS.search("".join(map(str, node.itertext()))):
        return "style"
    target = node.get("attributeName", "").lower()
    return name.localname if target.startswith("on") or target.endswith("href") else None


def _kind(node: etree._Element) -> Any:
    """A node's name, or the library's mark for what has none; the stubs know of the first only."""
    return node.tag


def _is_inside_metadata(node: etree._Element) -> bool:
    """Drawing programs keep notes of their own there; nothing of it is ever drawn or run."""
    if str(etree.QName(node).namespace) == "http://www.w3.org/1999/xhtml":
        return False
    return any(parent.tag == f"{{{SVG}}}metadata" for parent in node.iterancestors())


def _take_out(node: etree._Element) -> None:
    """Removes a node with all in it, but not the text that follows it."""
    parent, before = node.getparent(), node.getprevious()
    assert parent is not None  # noqa: S101 - the root is never taken out
    if node.tail and before is not None:
        before.tail = (before.tail or "") + node.tail
    elif node.tail:
        parent.text = (parent.text or "") + node.tail
    parent.remove(node)


def _clean_attributes(node: etree._Element) -> Iterator[str]:
    for key, value in list(node.attrib.items()):
        name = etree.QName(key)
        if not _may_stay(str(name.localname), str(value)):
            del node.attrib[key]
            yield str(name.localname)


def _may_stay(name: str, value: str) -> bool:
    if name.lower().startswith("on") or name in ("src", "base"):
        return False
    if name == "href":
        return value.startswith("#") or bool(EMBEDDED.fullmatch(value))
    return not LOADS.search(value)
