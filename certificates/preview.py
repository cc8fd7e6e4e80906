"""A certificate's front for a browser: the same page in the same words, scaled to the width of its window.

For the eyes of whoever chooses how their name is written. The document itself is drawn by `certificates.pdf`, with
other line breaks where the browser has other fonts.
"""

import base64
import re
from dataclasses import replace
from functools import cache

from markupsafe import Markup

from certificates import fonts, names
from certificates.facts import CertificateFacts
from certificates.html import build_html
from certificates.labels import DESIGNS, spoken
from certificates.sample import sample

# Paper is 210 mm wide, the window 100vw; a point is 0.3528 mm. So lengths of the style sheet keep their proportions.
_SCREEN = """
:root { --mm: calc(100vw / 210); --pt: calc(var(--mm) * .352778); }
html { overflow: hidden; color-scheme: only light; }
html { background: white url("asset:rule.svg") no-repeat 0 0 / 210mm 297mm; }
body { padding: 20mm 20mm 0 32mm; block-size: 277mm; overflow: hidden; }
.back { display: none; }
.above { position: absolute; inset-block-start: 0; inset-inline: 0; z-index: 1; padding: 8px 12px; font-size: 14px; }
.above { background: #fff4e0; border-block-end: 2px solid #8a5a00; }
"""
_NOTHING = "\u2026"
_LENGTH = re.compile(r"(-?\d*\.?\d+)(mm|pt)\b")
_PRINTED_ONLY = re.compile(r"@page[^{]*\{(?:[^{}]|\{[^{}]*\})*\}")


def preview_html(name: str, *, language: str, issuer: str, note: str = "", design: str = "classic") -> str:
    """The front of a sample certificate with `name` on it: one document, nothing loaded from anywhere.

    `note` stands above it, as what is wrong with the name. One that is empty once normalised leaves its place empty.
    """
    facts = replace(sample(design), holder_language=language, language=spoken(design, language), sample=True)
    holder = name if names.printed(name) else _NOTHING
    return _on_screen(replace(facts, holder=holder, issuer=issuer), note)


def unprintable(name: str) -> tuple[str, ...]:
    """The characters of the name that no font of the printer has: a certificate with them would wait for a person.

    Empty too where no font is installed here at all, since then it is not here that certificates are made.
    """
    return fonts.missing(names.printed(name)) if fonts.FAMILIES[0].installed else ()


def _on_screen(facts: CertificateFacts, note: str) -> str:
    style = Markup("<style>{}</style></head>").format(Markup(_style(facts.design)))  # noqa: S704 - our own sheet
    above = Markup('<body><p class="above" role="alert">{}</p>').format(note) if note else "<body>"
    return build_html(facts).replace("</head>", style, 1).replace("<body>", above, 1)


@cache
def _style(design: str) -> str:
    """The design's sheet in lengths of the window, with its pictures inside."""
    folder = DESIGNS / design
    sheet = fonts.style_sheet() + (folder / "style.css").read_text("utf-8") + _SCREEN
    sheet = _PRINTED_ONLY.sub("", sheet)
    sheet = _LENGTH.sub(lambda found: f"calc({found[1]} * var(--{found[2]}))", sheet)
    for picture in folder.glob("*.svg"):
        data = base64.b64encode(picture.read_bytes()).decode()
        sheet = sheet.replace(f"asset:{picture.name}", f"data:image/svg+xml;base64,{data}")
    return sheet
