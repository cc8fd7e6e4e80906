"""The front of a document as a picture, for pages that show it."""

import io
import threading

import pypdfium2
from PIL import Image

WIDTH = 960

# PDFium is one library with one state: two threads must not be in it at once.
pdfium_alone = threading.Lock()


def draw_picture(document: bytes, width: int = WIDTH) -> bytes:
    """The first page as a PNG of `width` pixels, in 64 colours: a page of text needs no more, and is 36 KB, not 120."""
    with pdfium_alone:
        pdf = pypdfium2.PdfDocument(document)
        try:
            page = pdf[0]
            image = page.render(scale=width / page.get_width()).to_pil()
        finally:
            pdf.close()
    out = io.BytesIO()
    image.quantize(64, method=Image.Quantize.FASTOCTREE).save(out, "PNG")
    return out.getvalue()
