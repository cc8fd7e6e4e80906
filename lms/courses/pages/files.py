"""/teach/{slug}/files: the pictures, videos and downloads of a course, where each is shown, and sending more."""

from __future__ import annotations

from contextlib import ExitStack, closing

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.core.actor import Actor
from lms.core.clock import now
from lms.core.i18n import _
from lms.core.reasons import Refused
from lms.core.web.actors import require_actor
from lms.courses import queries
from lms.courses.services.uploading import upload_files
from lms.courses.studio.outline import load_editor

bp = Blueprint("files", __name__)


@bp.get("/teach/<slug>/files")
def listing(slug: str) -> str:
    return _page(slug, require_actor(), [])


@bp.post("/teach/<slug>/files")
def send(slug: str) -> BaseResponse | tuple[str, int]:
    """Each file by itself: what can't be taken is named, the others are kept."""
    actor = require_actor()
    sent = [file for file in request.files.getlist("file") if file.filename]
    with ExitStack() as opened:
        files = [(file.filename or "", opened.enter_context(closing(file)).stream) for file in sent]
        refused = [one for one in upload_files(slug, files, by=actor, at=now()) if isinstance(one, Refused)]
    if sent and not refused:
        return redirect(url_for(".listing", slug=slug), 303)
    troubles = [f"{one.sentence()} {one.next_step()}".strip() for one in refused] or [_("Choose a file first.")]
    return _page(slug, actor, troubles), 200 if len(refused) < len(sent) else 422


def _page(slug: str, actor: Actor, troubles: list[str]) -> str:
    editor = load_editor(slug, actor, now())
    found = queries.files_in_use(editor.head.course.id)
    return render_template("courses/editor/body-files.html", editor=editor, files=found, troubles=troubles)
