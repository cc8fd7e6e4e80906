"""Certificates for tests, and what strangers' programs read in them."""

from __future__ import annotations

import io
import subprocess
import unicodedata
from dataclasses import replace
from typing import Any

import pikepdf

from certificates.facts import CertificateFacts
from certificates.html import build_html
from certificates.pdf import render_pdf
from certificates.sample import sample as design_sample
from tests.services.debian import need


def sample(**changes: Any) -> CertificateFacts:
    """The design's own sample, with what matters to a test changed."""
    return replace(design_sample("classic"), **changes)


def printed(**changes: Any) -> bytes:
    """The document of a sample."""
    facts = sample(**changes)
    return render_pdf(facts, build_html(facts))


def text(document: bytes, page: int) -> str:
    """What poppler reads on a page, from 1."""
    command = [str(need("pdftotext", "poppler-utils")), "-f", str(page), "-l", str(page), "-", "-"]
    return subprocess.run(command, input=document, capture_output=True, check=True).stdout.decode()


def signs(words: str) -> str:
    """`words` without spaces and marks that are never seen: what the ink on paper tells."""
    plain = unicodedata.normalize("NFKC", words)
    return "".join(sign for sign in plain if not sign.isspace() and unicodedata.category(sign) != "Cf")


def spelt_name(document: bytes) -> str:
    """The exact text of the holder's heading, as a screen reader is told it."""
    with pikepdf.open(io.BytesIO(document)) as pdf:
        (name,) = (str(item.ActualText) for item in pdf.objects if _is_heading(item))
    return name


def fonts(document: bytes) -> set[str]:
    """The fonts in the file, without the mark of their subset."""
    with pikepdf.open(io.BytesIO(document)) as pdf:
        return {str(item.BaseFont)[1:].partition("+")[2] for item in pdf.objects if _is_font(item)}


def _is_heading(item: Any) -> bool:
    return isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/H1" and "/ActualText" in item


def _is_font(item: Any) -> bool:
    return isinstance(item, pikepdf.Dictionary) and item.get("/Subtype") == "/Type0"
