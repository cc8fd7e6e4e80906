"""/teach/{slug}/files: the pictures, videos and downloads of a course, where each is shown, and sending more."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as BaseResponse

from lms.core.actor import Actor
from lms.core.clock import now
from lms.core.i18n import _
from lms.core.reasons import Refused
from lms.core.web.actors import require_actor
from lms.courses import queries
from lms.courses.reasons import FileReason
from lms.courses.services.uploading import upload_file
from lms.courses.studio.outline import load_editor

bp = Blueprint("files", __name__)


@bp.get("/teach/<slug>/files")
def listing(slug: str) -> str:
    return _page(slug, require_actor(), [])


@bp.post("/teach/<slug>/files")
def send(slug: str) -> BaseResponse | tuple[str, int]:
    """Each file by itself: what can't be taken is named, the others are kept."""
    actor = require_actor()
    queries.find_written(slug, actor)
    sent = [file for file in request.files.getlist("file") if file.filename]
    troubles = [trouble for file in sent if (trouble := _take(slug, file, actor))]
    if not sent:
        troubles = [_("Choose a file first.")]
    if not troubles:
        return redirect(url_for(".listing", slug=slug), 303)
    return _page(slug, actor, troubles), 422


def _take(slug: str, file: FileStorage, by: Actor) -> str:
    """Why the file was not taken, "" where it was."""
    try:
        upload_file(slug, file.filename or "", file.stream, by=by, at=now())
    except Refused as refused:
        if not isinstance(refused.reason, FileReason):
            raise
        return f"{refused.sentence()} {refused.next_step()}".strip()
    return ""


def _page(slug: str, actor: Actor, troubles: list[str]) -> str:
    editor = load_editor(slug, actor, now())
    found = queries.files_in_use(editor.head.course.id)
    return render_template("courses/editor/body-files.html", editor=editor, files=found, troubles=troubles)
