"""The files that courses show."""

from __future__ import annotations

from flask import Blueprint, Response

from lms.core.web.files import send_stored
from lms.courses import queries

bp = Blueprint("courses", __name__)


@bp.get("/media/<digest>/<path:name>")
def media(digest: str, name: str) -> Response:
    """A file by its content's digest: whoever was shown a page that names it may load it, for ever the same."""
    file = queries.find_file(digest)
    return send_stored(digest, size=file.size, media_type=file.media_type, name=name.rsplit("/", 1)[-1])
