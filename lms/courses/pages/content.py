"""/teach/{slug}/activities/{key}: what is inside an activity. Every button is a form's; script makes it quicker."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask_babel import format_time
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from lms.core.actor import Actor
from lms.core.canonical import digest
from lms.core.clock import now
from lms.core.i18n import _, ngettext
from lms.core.reasons import CoreReason, Refused, explain
from lms.core.web.actors import require_actor
from lms.core.web.answers import wants_json
from lms.courses import filling, queries, services
from lms.courses.filling import Filling
from lms.courses.models import Course
from lms.courses.pages.content_fields import content_facts
from lms.courses.ports import question_trial
from lms.courses.reasons import CourseReason, FileReason
from lms.courses.rules.bodies import empty_body
from lms.courses.rules.fields import Document
from lms.courses.rules.formedits import press
from lms.courses.rules.formtrees import Tree, find
from lms.courses.rules.merging import clashes_of, merge_for_mine
from lms.courses.rules.outline import Activity, Outline
from lms.courses.services.uploading import upload_file
from lms.courses.studio.outline import load_editor

bp = Blueprint("content", __name__)
SAVE, AUTOSAVE, MINE = "save", "autosave", "mine"
KEEPING = (SAVE, AUTOSAVE, MINE)


@dataclass(frozen=True)
class Desk:
    """What an editor works on: the activity in the draft as it stands, and the body from which the author began."""

    course: Course
    outline: Outline
    activity: Activity
    changed_at: datetime
    base: Document
    based_on: str
    files: dict[str, Document]


def _desk(slug: str, key: str, based_on: str | None, by: Actor) -> Desk:
    """Refused: course.unknown (also where the person may not write it), course.item_unknown."""
    course = queries.find_written(slug, by)
    draft = queries.load_draft(course.id)
    outline = Outline.of(draft.outline)
    activity = outline.by_key.get(key)
    if activity is None:
        raise Refused(CourseReason.ITEM_UNKNOWN, key=key)
    began = based_on or activity.body
    base = queries.load_own_bodies(course.id, [began]).get(began)
    if base is None or base["kind"] != activity.kind:
        base = empty_body(activity.kind)
    return Desk(course, outline, activity, draft.changed_at, base, began, queries.library(course.id))


@bp.get("/teach/<slug>/activities/<key>")
def edit(slug: str, key: str) -> str:
    desk = _desk(slug, key, None, require_actor())
    return _page(desk, filling.open_form(desk.base), saved_at=desk.changed_at)


@bp.post("/teach/<slug>/activities/<key>")
def change(slug: str, key: str) -> BaseResponse | tuple[str, int] | str:
    """What was filled in, and what the button says: keep it, or do something to the form, which is shown again."""
    actor = require_actor()
    desk = _desk(slug, key, request.form.get("based_on"), actor)
    if "whole" not in request.form:  # its last field: half a form would take out what did not arrive
        raise Refused(CoreReason.MALFORMED)
    tree = filling.grown_tree(request.form.items(multi=True))
    button = request.form.get("do", SAVE)
    if button not in KEEPING:
        return _pressed(desk, tree, button, by=actor)
    form = filling.take_form(desk.activity.kind, tree, base=desk.base, known=desk.files)
    return _wrong(desk, form) if form.document is None else _keep(desk, form, form.document, button, by=actor)


def _keep(desk: Desk, form: Filling, document: Document, button: str, *, by: Actor) -> BaseResponse | tuple[str, int]:
    whole, based_on, at = document, desk.based_on, now()
    theirs = request.form.get("theirs", "")
    if button == MINE and theirs in (found := queries.load_own_bodies(desk.course.id, [theirs])):
        whole, based_on = merge_for_mine(desk.base, found[theirs], document), theirs
    try:
        address = services.save_body(desk.course.slug, desk.activity.key, whole, based_on=based_on, by=by, at=at)
    except Refused as refused:
        if refused.reason is not CourseReason.EDITED_MEANWHILE or wants_json():
            raise
        return _clash(desk, form, document, refused), refused.status
    if wants_json():
        sent = digest(document)
        return _json({"digest": address, "sent": sent, "merged": address != sent, "state": _saved(at)})
    return redirect(url_for(".edit", slug=desk.course.slug, key=desk.activity.key), 303)


def _json(document: Document, status: int = 200) -> Response:
    response = jsonify(document)
    response.status_code = status
    return response


def _saved(at: datetime) -> str:
    return _("Saved %(time)s", time=format_time(at, "short"))


def _wrong(desk: Desk, form: Filling) -> BaseResponse | tuple[str, int]:
    """422 with every field that has to be mended."""
    state = ngettext(
        "Not saved yet: %(num)d field has to be mended.",
        "Not saved yet: %(num)d fields have to be mended.",
        len(form.errors),
    )
    if wants_json():
        return _json({"state": state, "errors": form.errors}, 422)
    return _page(desk, form, state=state), 422


def _pressed(desk: Desk, tree: Tree, button: str, *, by: Actor) -> BaseResponse | str:
    if button == "theirs":
        return redirect(url_for(".edit", slug=desk.course.slug, key=desk.activity.key), 303)
    state = _("Not saved yet")
    verb, _space, path = button.partition(" ")
    if verb in ("try", "mark"):
        form = filling.take_form(desk.activity.kind, tree, base=desk.base, known=desk.files)
        tried = _tried(desk, form, path, request.form if verb == "mark" else None)
        return _page(desk, form, state=state, focus=path, tried=tried)
    if verb == "send":
        return _page(desk, _with_sent_file(desk, tree, path, by=by), state=state, focus=path)
    focus = path if verb == "open" else press(tree, button)
    return _page(desk, Filling(desk.activity.kind, tree), state=state, focus=focus)


def _tried(desk: Desk, form: Filling, path: str, answers: MultiDict[str, str] | None) -> Document:
    """{path, html} of a question as a learner meets it; html is "" where the question is not whole yet."""
    question = filling.question_at(form, path)
    if question is None:
        return {"path": path, "html": ""}
    files = {**desk.files, **desk.base.get("files", {})}
    return {"path": path, "html": question_trial.call.show(question, files=files, form=answers)}


def _with_sent_file(desk: Desk, tree: Tree, path: str, *, by: Actor) -> Filling:
    """The form with a file that was sent for one of its fields; what is wrong with the file stands at the field."""
    sent = request.files.get(f"file:{path}")
    owner = find(tree, path.rpartition(".")[0]) if "." in path else tree
    if sent is None or not sent.filename or not isinstance(owner, dict):
        return Filling(desk.activity.kind, tree, errors={path: _("Choose a file first.")})
    try:
        with closing(sent):
            kept = upload_file(desk.course.slug, sent.filename, sent.stream, by=by, at=now())
    except Refused as refused:
        if not isinstance(refused.reason, FileReason):
            raise
        return Filling(desk.activity.kind, tree, errors={path: refused.sentence()})
    desk.files[kept.path] = kept.facts()
    owner[path.rpartition(".")[2]] = kept.path
    return Filling(desk.activity.kind, tree)


def _clash(desk: Desk, form: Filling, document: Document, refused: Refused) -> str:
    theirs = refused.values["now"]
    clashes = clashes_of(desk.base, queries.load_bodies([theirs])[theirs], document)
    places = [filling.clash_lines(clash) for clash in clashes]
    return _page(desk, form, state=refused.sentence(), clash={"theirs": theirs, "places": places})


def _page(
    desk: Desk,
    form: Filling,
    *,
    saved_at: datetime | None = None,
    state: str = "",
    focus: str = "",
    tried: Document | None = None,
    clash: Document | None = None,
) -> str:
    facts, shown = desk.outline.facts, set(request.form.getlist("shown"))
    return render_template(
        "courses/editor/body.html",
        course={"slug": desk.course.slug, "title": facts["title"], "language": facts["language"]},
        editor=load_editor(desk.course.slug, require_actor(), now()),
        outline=desk.outline,
        activity=desk.activity,
        form=form,
        based_on=desk.based_on,
        state=_saved(saved_at) if saved_at else state,
        is_saved=saved_at is not None,
        e=content_facts(
            form, desk.outline, desk.files, focus=focus, tried=tried or {}, mistakes=_mistakes(form), shown=shown
        ),
        preview=f"/teach/{desk.course.slug}/activities/{desk.activity.key}/preview",
        clash=clash,
        words=_words(),
    )


def _mistakes(form: Filling) -> dict[str, list[str]]:
    """{path of a question: sentences} of what keeps it from being published; it may be saved all the same."""
    found = {path: question_trial.call.mistakes(question) for path, question in filling.questions_at(form).items()}
    return {
        path: [explain(one.code, dict(one.values)) for one in several] for path, several in found.items() if several
    }


def _words() -> dict[str, Any]:
    """What the page's script says about saving."""
    return {
        "typing": _("Not saved yet"),
        "saving": _("Saving …"),
        "network": _("Not saved yet: no network. We keep it in this browser."),
        "signed_out": _("Not saved yet: you are signed out. We keep it in this browser; sign in again in another tab."),
        "refused_short": _("We keep it in this browser."),
        "refused": _("Not saved yet. We keep it in this browser."),
        "needs_network": _("There is no network. What you typed is kept in this browser; do this when it is back."),
        "restored": _("What you typed here last time was not saved. It is here again."),
        "merged": _("Somebody else changed other parts of this meanwhile. Both are saved."),
        "sending": _("Sending %(name)s …", name="{name}"),
    }
