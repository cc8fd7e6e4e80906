"""Stored files over HTTP: resumable by Range, kept by browsers, harmless to open."""

from __future__ import annotations

from flask import Response, request
from werkzeug.datastructures import ContentRange
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from lms.core.storage import storage

INLINE = ("image/", "video/", "audio/", "text/vtt", "application/pdf")
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
FOREVER = "public, max-age=31536000, immutable"


def send_stored(
    digest: str, *, size: int, media_type: str, name: str, cache: str = FOREVER, download: bool = False
) -> Response:
    """The stored bytes, or the part of them that a Range header asks for (one range; 416 beyond the end).

    With If-Range the part only where what the client has is of the same file, else all of it (RFC 9110, 13.1.5).
    """
    start, end = _range(size, digest)
    part = (start, end) != (0, size)
    response = Response(storage().stream(digest, start, end), status=206 if part else 200, mimetype=media_type)
    response.content_length = end - start
    if part:
        response.content_range = ContentRange("bytes", start, end, size)
    response.accept_ranges = "bytes"
    response.set_etag(digest)
    response.headers["Cache-Control"] = cache
    response.headers["Content-Security-Policy"] = SANDBOX
    kind = "inline" if media_type.startswith(INLINE) and not download else "attachment"
    response.headers.set("Content-Disposition", kind, filename="".join(c for c in name if c.isprintable()))
    if not part:
        response.make_conditional(request)
    return response


def _range(size: int, digest: str) -> tuple[int, int]:
    wanted = request.range
    if wanted is None or wanted.units != "bytes" or len(wanted.ranges) != 1 or not _has_begun_with(digest):
        return 0, size
    found = wanted.range_for_length(size)
    if found is None:
        raise RequestedRangeNotSatisfiable(size)
    return found


def _has_begun_with(digest: str) -> bool:
    """Whether the beginning that the client holds is of this file. We send no dates, so that a date is of another."""
    held = request.if_range
    return held.date is None and held.etag in (None, digest)
