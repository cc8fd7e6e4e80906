"""A course as one file in the hands of a response: it lies on the disk without a name, and is gone when it was sent."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flask import Response

from lms.core.actor import Actor
from lms.interop.services import export_course

CHUNK = 256 * 1024


def send_archive(slug: str, *, by: Actor, revision: int | None = None) -> Response:
    """The zip of a course's draft, or of a revision, as a download. Refused as `export_course`."""
    with tempfile.TemporaryDirectory(prefix="lms-export-") as folder:
        path = Path(folder, "course.zip")
        export_course(slug, path, by=by, revision=revision)
        pieces = _Pieces(path)
    response = Response(pieces, mimetype="application/zip", direct_passthrough=False)
    response.content_length = pieces.size
    response.headers.set("Content-Disposition", "attachment", filename=_name(slug, revision))
    return response


def _name(slug: str, revision: int | None) -> str:
    return f"{slug}.zip" if revision is None else f"{slug}-revision-{revision}.zip"


class _Pieces:
    """The bytes of a file, still there when its name is not; closed by the server, or when nobody asks any more."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDONLY)
        self.size = os.fstat(self._descriptor).st_size

    def __iter__(self) -> Iterator[bytes]:
        while piece := os.read(self._descriptor, CHUNK):
            yield piece

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    __del__ = close
