"""The QR code that opens the verification page."""

import io
import re

import segno
from markupsafe import Markup, escape

_TITLED = re.compile(r"<path ")


def qr_svg(url: str, *, title: str) -> Markup:
    """SVG of a QR code for `url`, without quiet zone (the page gives it white space), titled for who can't see it.

    Error correction M: 15 % of the code may be dirty or worn. Segno picks the smallest version that fits.
    """
    out = io.BytesIO()
    code = segno.make_qr(url, error="m", boost_error=False)
    code.save(out, kind="svg", border=0, xmldecl=False, svgclass="qr", lineclass=None, omitsize=True, nl=False)
    drawn = _TITLED.sub(f"<title>{escape(title)}</title><path ", out.getvalue().decode(), count=1)
    return Markup(drawn)  # noqa: S704  only segno's own drawing and an escaped title
