"""/teach/{slug}/history: who changed what when, each change of one's own with a button to undo it."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for

from lms.core.clock import now
from lms.core.web.actors import require_actor
from lms.courses.studio.history import draft_history
from lms.courses.studio.outline import load_head

bp = Blueprint("history", __name__)


@bp.get("/teach/<slug>/history")
def lines(slug: str) -> str:
    actor = require_actor()
    found, following = draft_history(slug, actor, cursor=request.args.get("cursor"))
    next_url = url_for("history.lines", slug=slug, cursor=following) if following else ""
    head = load_head(slug, actor, now())
    return render_template("courses/editor/history.html", head=head, lines=found, next_url=next_url)
