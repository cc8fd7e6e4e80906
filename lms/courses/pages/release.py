"""/teach/{slug}/release/{key}: when an activity opens, as a tree of conditions; every button is one of the form's."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.core.clock import now
from lms.core.reasons import Refused
from lms.core.web.actors import require_actor
from lms.core.web.answers import as_refused
from lms.courses import services
from lms.courses.reasons import CourseReason
from lms.courses.studio.conditions import (
    Line,
    changed_lines,
    lines_of,
    missing_in,
    numbered,
    read_lines,
    tree_of,
)
from lms.courses.studio.forms import Trouble, seen, trouble_of
from lms.courses.studio.outline import load_editor
from lms.courses.wording import kinds_of_conditions, release_sentence

bp = Blueprint("release", __name__)


@bp.get("/teach/<slug>/release/<key>")
def form(slug: str, key: str) -> str:
    return _form(slug, key)


def _form(slug: str, key: str, line: Line | None = None, trouble: Trouble | None = None) -> str:
    """The form as it was left (`line`), or as it stands in the draft."""
    editor = load_editor(slug, require_actor(), now(), on="activity", key=key)
    if editor.selected is None:
        raise Refused(CourseReason.ITEM_UNKNOWN, key=key)
    stands = editor.selected.item["release"]
    clash = trouble.clash if trouble else None
    return render_template(
        "courses/editor/release.html",
        head=editor.head,
        selected=editor.selected,
        line=line or lines_of(stands),
        was=seen(request.form, "release") if line and not clash else stands,
        sentence=release_sentence(stands, editor.outline),
        yours=release_sentence(clash["yours"], editor.outline) if clash else "",
        others=[one for one in editor.outline.activities if one.key != key],
        kinds=kinds_of_conditions(),
        groups=list(editor.outline.groups.items()),
        errors=trouble.errors if trouble else {},
    )


@bp.post("/teach/<slug>/release/<key>")
def save(slug: str, key: str) -> BaseResponse | str:
    """`do` is "save", "update" after another kind was chosen, "add PATH" or "remove PATH"."""
    action, line = request.form.get("do", "save"), read_lines(request.form)
    if action != "save":
        return _form(slug, key, changed_lines(line, action))
    line = numbered(line, "c")
    if missing := missing_in(line):
        page = _form(slug, key, line, Trouble(missing))
        return as_refused(page, _unfinished())
    wish = {"op": "set", "on": "activity", "key": key, "field": "release", "value": tree_of(line)}
    try:
        services.change_draft(slug, wish | {"was": seen(request.form, "release")}, by=require_actor(), at=now())
    except Refused as refused:
        return as_refused(_form(slug, key, line, trouble_of(refused)), refused)
    return redirect(url_for("editor.outline", slug=slug, activity=key), 303)


def _unfinished() -> Refused:
    return Refused(CourseReason.EDIT_WRONG, field="release", flaw="missing", where="release", details={})
