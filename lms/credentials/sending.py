"""The stored document and its picture over HTTP."""

from __future__ import annotations

from flask import Response

from lms.core.reasons import Refused
from lms.core.web.files import send_stored
from lms.credentials.queries import AwardView
from lms.credentials.reasons import CredentialReason

# The holder's own document: kept by their browser, by nothing in between. Its bytes never change.
PRIVATE = "private, max-age=3600, immutable"


def send_pdf(view: AwardView) -> Response:
    """The stored document as a download; Refused with why it is not there."""
    if view.document is None or view.holder is None:
        raise _missing(view)
    name = f"certificate-{view.award.public_id}.pdf"
    document = view.document
    return send_stored(
        document.digest, size=document.size, media_type="application/pdf", name=name, cache=PRIVATE, download=True
    )


def send_picture(view: AwardView) -> Response:
    """The front of the document as an image; Refused as `send_pdf`."""
    if view.document is None or view.holder is None:
        raise _missing(view)
    size, name = view.document.picture_size, f"certificate-{view.award.public_id}.png"
    return send_stored(view.document.picture_digest, size=size, media_type="image/png", name=name, cache=PRIVATE)


def _missing(view: AwardView) -> Refused:
    """Why there is no document."""
    if view.holder is None:
        return Refused(CredentialReason.ERASED)
    return view.why or Refused(CredentialReason.COMING)
