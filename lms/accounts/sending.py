"""A copy of somebody's data over HTTP: to that person alone, resumable."""

from __future__ import annotations

import uuid
from datetime import datetime

from flask import Response

from lms.accounts import services
from lms.core.actor import Actor
from lms.core.web.files import send_stored

NOT_KEPT = "private, no-store"


def send_export(export_id: uuid.UUID, *, by: Actor, at: datetime) -> Response:
    """The zip, or the part of it that a Range header asks for. Refused: core.not_found."""
    digest, size = services.find_made(export_id, by=by, at=at)
    return send_stored(
        digest, size=size, media_type="application/zip", name="my-data.zip", cache=NOT_KEPT, download=True
    )
