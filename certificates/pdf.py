"""From the page to bytes: one file that is PDF/A-3a and PDF/UA-1, with our fonts alone, or no file at all.

The only module that imports WeasyPrint. A process keeps one font configuration and one parsed style sheet, which
takes 60 to 80 ms off each certificate. The bytes depend on nothing but the facts and the versions installed.
"""

import logging
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path

from markupsafe import Markup
from pydyf import PDF, String
from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from certificates import fonts, names
from certificates.facts import CertificateFacts
from certificates.labels import DESIGNS
from certificates.obstacles import CannotPrint, Obstacle

_MEDIA_TYPES = {".svg": "image/svg+xml"}

# PDF/UA-1 beside PDF/A-3a: the mark itself, and the description of its schema that PDF/A asks for. WeasyPrint writes
# one variant a file.
_UA_MARK = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">\
<pdfuaid:part>1</pdfuaid:part></rdf:Description>\
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property>\
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description></rdf:RDF>"""

# Pango's font map is not safe for several threads, and the warnings of one page must not hold another.
_drawing = threading.Lock()
# Whoever comes while the first printer is being made waits for that one: making it changes the environment.
_making = threading.Lock()


def render_pdf(facts: CertificateFacts, html: str) -> bytes:
    """The document of `facts`, whose page `html` is. The same arguments give the same bytes.

    Raises CannotPrint for a character that no installed font has, and for anything that WeasyPrint warns of: a missing
    glyph, a picture that can't be drawn, a fallback font.
    """
    return printer(facts.design).render(facts, html)


def printer(design: str) -> "Printer":
    """The printer of a design with the fonts that are installed now; made once a process, and anew with a new font."""
    with _making:
        return _printer(design, tuple(family for family in fonts.FAMILIES if family.installed))


@cache
def _printer(design: str, families: tuple[fonts.Family, ...]) -> "Printer":
    return Printer(design, families)


class Printer:
    """A design's parsed style sheet with the font configuration it is drawn in."""

    def __init__(self, design: str, families: tuple[fonts.Family, ...] = fonts.FAMILIES) -> None:
        self._families = families
        self._assets = _Assets(DESIGNS / design)
        self._fonts = _font_configuration(families)
        sheet = fonts.style_sheet(families) + (DESIGNS / design / "style.css").read_text("utf-8")
        with _refusing_warnings():
            self._style = CSS(string=sheet, font_config=self._fonts, url_fetcher=self._assets, base_url="asset:")

    def render(self, facts: CertificateFacts, html: str) -> bytes:
        """See render_pdf."""
        holder = names.printed(facts.holder)
        _refuse_unprintable(Markup(html).striptags(), self._families)  # noqa: S704  its text alone is read
        page = HTML(string=html, url_fetcher=self._assets, base_url="asset:")
        with _drawing, _refusing_warnings():
            document = page.render(stylesheets=[self._style], font_config=self._fonts)
            _mark_as_accessible(document)
            pdf = document.write_pdf(pdf_variant="pdf/a-3a", finisher=partial(_spell_name, holder))
        _refuse_other_fonts(document, self._families)
        return bytes(pdf)


class _Assets(URLFetcher):  # type: ignore[misc]  # WeasyPrint comes without types
    """Serves the pictures of one design by name ("asset:rule.svg"), and refuses every other address."""

    def __init__(self, folder: Path) -> None:
        super().__init__(allowed_protocols=())
        self._files = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in _MEDIA_TYPES}

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002  the base class has it
        scheme, _, name = url.partition(":")
        if scheme != "asset" or name not in self._files:
            raise ValueError(f"not an asset of this design: {url}")
        return URLFetcherResponse(url, self._files[name], {"Content-Type": _MEDIA_TYPES[Path(name).suffix]})


class _Refusal(logging.Handler):
    """Keeps what the renderer warns of."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def _refusing_warnings() -> Iterator[None]:
    logger, refusal = logging.getLogger("weasyprint"), _Refusal()
    logger.addHandler(refusal)
    try:
        yield
    finally:
        logger.removeHandler(refusal)
    if any(".notdef" in message for message in refusal.messages):
        raise CannotPrint(Obstacle.GLYPH_MISSING)  # the warning repeats the text around, which may be a name
    if refusal.messages:
        raise CannotPrint(Obstacle.DRAWING_FAILED, detail="; ".join(refusal.messages)[:500])


def _refuse_unprintable(text: str, families: tuple[fonts.Family, ...]) -> None:
    if signs := fonts.missing(text, families):
        scripts, packages = fonts.scripts_of(signs), fonts.packages_not_installed()
        raise CannotPrint(
            Obstacle.GLYPH_MISSING, characters=list(signs), scripts=list(scripts), packages=list(packages)
        )


def _refuse_other_fonts(document: Document, families: tuple[fonts.Family, ...]) -> None:
    others = {font.family for font in document.fonts.values()} - {family.name for family in families}
    if others:
        raise CannotPrint(Obstacle.FONT_NOT_ALLOWED, detail=", ".join(sorted(others)))


def _font_configuration(families: tuple[fonts.Family, ...]) -> FontConfiguration:
    """Fontconfig takes its file from the environment alone, and reads it at once."""
    before = os.environ.get("FONTCONFIG_FILE")
    with tempfile.NamedTemporaryFile("w", suffix=".conf", encoding="utf-8") as file:
        file.write(fonts.configuration(families))
        file.flush()
        os.environ["FONTCONFIG_FILE"] = file.name
        try:
            return FontConfiguration()
        finally:
            _restore("FONTCONFIG_FILE", before)


def _restore(name: str, value: str | None) -> None:
    if value is None:
        del os.environ[name]
    else:
        os.environ[name] = value


def _mark_as_accessible(document: Document) -> None:
    written = document.metadata.generate_rdf_metadata

    def marked(variant: str, version: int, conformance: str) -> bytes:
        rdf: bytes = written(variant, version, conformance)
        return rdf.replace(b"</rdf:RDF>", _UA_MARK)

    document.metadata.generate_rdf_metadata = marked


def _spell_name(holder: str, _document: Document, pdf: PDF) -> None:
    """The heading's exact text for readers and searches: glyphs alone lose joiners and the order of some scripts.

    The outermost element of a heading comes first among the objects; the runs of text inside are tagged like it.
    """
    headings = (item for item in pdf.objects if isinstance(item, dict) and item.get("S") == "/H1")
    next(headings)["ActualText"] = String(holder)
