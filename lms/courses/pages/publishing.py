"""/teach/{slug}/publish: what publishing the draft would do, and the button that does it."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.core.actor import Actor
from lms.core.clock import now
from lms.core.reasons import Refused
from lms.core.web.actors import require_actor
from lms.core.web.answers import as_refused
from lms.courses import services, wording
from lms.courses.publication import preview_publication
from lms.courses.reasons import CourseReason

bp = Blueprint("publishing", __name__)
SHOWN_HERE = (CourseReason.DRAFT_MOVED_ON, CourseReason.MISTAKES)


@bp.get("/teach/<slug>/publish")
def preview(slug: str) -> str:
    return _page(slug, require_actor())


@bp.post("/teach/<slug>/publish")
def publish(slug: str) -> BaseResponse | Response:
    """`version` is the draft's that the page showed: what moved on meanwhile is looked at again first."""
    actor = require_actor()
    version = request.form.get("version", type=int)
    try:
        services.publish_course(slug, by=actor, at=now(), version=version)
    except Refused as refused:
        if refused.reason not in SHOWN_HERE:
            raise
        return as_refused(_page(slug, actor, refused), refused)
    return redirect(url_for(".preview", slug=slug))


def _page(slug: str, actor: Actor, refused: Refused | None = None) -> str:
    shown = preview_publication(slug, by=actor, at=now())
    return render_template("courses/publication.html", preview=shown, refused=refused, words=wording)
