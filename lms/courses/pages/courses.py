"""The files that courses show, the courses that somebody teaches, and each course's page for its authors."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.core.reasons import CoreReason, Refused
from lms.core.web.actors import require_actor
from lms.core.web.files import send_stored
from lms.courses import queries, teaching

bp = Blueprint("courses", __name__)


@bp.get("/media/<digest>/<path:name>")
def media(digest: str, name: str) -> Response:
    """A file by its content's digest: whoever was shown a page that names it may load it, for ever the same."""
    file = queries.find_file(digest)
    return send_stored(digest, size=file.size, media_type=file.media_type, name=name.rsplit("/", 1)[-1])


@bp.get("/teach")
def taught() -> str:
    actor = require_actor()
    if not (actor.is_administrator or any(grant.role in ("author", "teacher") for grant in actor.grants)):
        raise Refused(CoreReason.FORBIDDEN)
    return render_template("courses/taught.html", courses=teaching.taught_courses(actor))


@bp.get("/teach/<slug>")
def outline(slug: str) -> BaseResponse:
    """The course as its authors find it; for now, what publishing would do."""
    return redirect(url_for("publishing.preview", slug=queries.find_written(slug, require_actor()).slug))
