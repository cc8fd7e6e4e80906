"""The files that courses show, and what authors see of their courses."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.core.clock import now
from lms.core.reasons import CoreReason, Refused
from lms.core.web.actors import require_actor
from lms.core.web.files import send_stored
from lms.courses import queries, services, teaching

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
def preview(slug: str) -> str:
    """What publishing would do, and the button that does it."""
    return render_template("courses/preview.html", preview=teaching.preview_publication(slug, by=require_actor()))


@bp.post("/teach/<slug>/publish")
def publish(slug: str) -> BaseResponse:
    services.publish_course(slug, by=require_actor(), at=now())
    return redirect(url_for("learning.course", slug=slug))
