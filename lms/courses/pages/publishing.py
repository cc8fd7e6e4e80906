"""/teach/{slug}/publish: what publishing the draft would do, and the button that does it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.core.clock import now
from lms.core.web.actors import require_actor
from lms.courses import services, teaching

bp = Blueprint("publishing", __name__)


@bp.get("/teach/<slug>/publish")
def preview(slug: str) -> str:
    return render_template("courses/preview.html", preview=teaching.preview_publication(slug, by=require_actor()))


@bp.post("/teach/<slug>/publish")
def publish(slug: str) -> BaseResponse:
    services.publish_course(slug, by=require_actor(), at=now())
    return redirect(url_for("learning.course", slug=slug))
