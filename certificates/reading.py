"""What a document of ours says of its holder, read back from its bytes: the name as printed, and the name's key."""

import re

import pypdfium2

from certificates.picture import pdfium_alone

NAME_KEY = re.compile(r"\b[0-9a-f]{32}\b")


def read_holder(document: bytes, title: str) -> tuple[str, frozenset[str]] | None:
    """(name, what may be its key) of a document for the course `title`; None where it does not tell.

    The name is taken from the document's own title ("kind: name, course"), where it stands as it was written; on the
    pages it is shaped for the eye.
    """
    with pdfium_alone:
        try:
            pdf = pypdfium2.PdfDocument(document)
        except pypdfium2.PdfiumError:
            return None
        try:
            heading = pdf.get_metadata_value("Title")
            text = "\n".join(page.get_textpage().get_text_bounded() for page in pdf)
        finally:
            pdf.close()
    _kind, _, rest = heading.partition(": ")
    if not rest.endswith(f", {title}"):
        return None
    return rest.removesuffix(f", {title}"), frozenset(NAME_KEY.findall(text))
