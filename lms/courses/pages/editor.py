"""/teach/{slug}: the outline of a draft, worked on by forms; lms/static/js/outline.js makes them quicker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.core.clock import now
from lms.core.reasons import Refused
from lms.core.web.actors import require_actor
from lms.core.web.answers import as_refused, wants_json
from lms.courses import queries, services
from lms.courses.rules.edits import LEFT_OUT_WHERE_EMPTY, LISTS, Draft, find_item
from lms.courses.rules.fields import Document
from lms.courses.studio.choices import any_requirement, kinds, requirements
from lms.courses.studio.forms import SETTINGS, Trouble, as_wish, changed_fields, trouble_of
from lms.courses.studio.outline import load_editor, load_head
from lms.courses.wording import release_sentence, requirement_sentence

bp = Blueprint("editor", __name__)


@bp.get("/teach/<slug>")
def outline(slug: str) -> str:
    return _page(slug, *_selected(request.args.get("activity"), request.args.get("module")))


def _at(slug: str, on: str, key: str) -> str:
    """The address of the outline with an item selected."""
    selected: dict[str, Any] = {on: key} if on in LISTS else {}
    return url_for("editor.outline", slug=slug, **selected)


def _selected(activity: str | None, module: str | None) -> tuple[str, str]:
    return ("activity", activity) if activity else ("module", module or "")


def _page(slug: str, on: str = "", key: str = "", *, typed: Any = None, trouble: Trouble | None = None) -> str:
    editor = load_editor(slug, require_actor(), now(), on=on, key=key)
    kind = editor.selected.node.kind if editor.selected else ""
    return render_template(
        "courses/editor/outline.html",
        editor=editor,
        head=editor.head,
        typed=typed or {},
        trouble=trouble or Trouble(),
        kinds=kinds(),
        requirements=requirements(kind),
        any_requirement=any_requirement(),
        requirement_sentence=requirement_sentence,
        release_sentence=release_sentence,
    )


@bp.post("/teach/<slug>/settings")
def save_settings(slug: str) -> BaseResponse:
    """Title, minutes and requirement of an activity, the title of a module: what was changed of them."""
    on = "module" if request.form.get("on") == "module" else "activity"
    key = request.form.get("key", "")
    changes = changed_fields(request.form, SETTINGS[on])
    try:
        was = save_changes(slug, changes, on, key)
    except Refused as refused:
        return troubled(refused, lambda trouble: _page(slug, on, key, typed=request.form, trouble=trouble))
    return saved(slug, _at(slug, on, key), was)


def save_changes(slug: str, changes: list[tuple[str, Any, Any]], on: str, key: str = "") -> Document:
    """Saves fields of a form; what stands in them now, by field."""
    actor = require_actor()
    queries.find_written(slug, actor)
    wish = as_wish(changes, on, key)
    if wish is None:
        return {}
    state = services.change_draft(slug, wish, by=actor, at=now())
    item = find_item(Draft(state.outline, state.archived), on, key)
    return {name: item.get(name, LEFT_OUT_WHERE_EMPTY.get(name)) for name, _value, _was in changes}


def troubled(refused: Refused, page: Callable[[Trouble], str]) -> BaseResponse:
    """The form again, with what was typed and why it was not saved; as JSON for the module that saves while typing."""
    trouble = trouble_of(refused)
    if not wants_json():
        return as_refused(page(trouble), refused)
    clash = trouble.clash
    html = render_template("courses/editor/clash.html", clash=clash) if clash else ""
    answer = jsonify(errors=trouble.errors, clash=clash, field=clash["field"] if clash else None, html=html)
    answer.status_code = refused.status
    return answer


def saved(slug: str, target: str, was: Document) -> BaseResponse:
    """Back to the page; for the module that saves while typing, the state in words and what stands in the fields."""
    if not wants_json():
        return redirect(target, 303)
    head = load_head(slug, require_actor(), now())
    state = " ".join(render_template("courses/editor/state.html", head=head).split())
    return jsonify(version=head.version, state=state, was=was)


@bp.post("/teach/<slug>/add")
def add(slug: str) -> BaseResponse:
    """A module or an activity, at the end of a module or behind another activity."""
    kind, title = request.form.get("kind", ""), request.form.get("title", "").strip()
    place = {"module": request.form.get("module", ""), "after": request.form.get("after")}
    wish = {"op": "add_module"} if kind == "module" else {"op": "add_activity", "kind": kind}
    try:
        state = services.change_draft(slug, {**wish, "title": title, **place}, by=require_actor(), at=now())
    except Refused as refused:
        on, key = _selected(request.form.get("activity"), place["module"])
        return troubled(refused, lambda trouble: _page(slug, on, key, typed=request.form, trouble=_adding(trouble)))
    return redirect(_at(slug, "module" if kind == "module" else "activity", state.key), 303)


def _adding(trouble: Trouble) -> Trouble:
    return Trouble({f"add.{name}": sentence for name, sentence in trouble.errors.items()})


@bp.post("/teach/<slug>/move")
def move(slug: str) -> BaseResponse:
    """One step (`way`), or to a place ("MODULE/KEY of what stands before")."""
    on, key = _which()
    wish: dict[str, Any] = {"op": "move", "on": on, "key": key}
    if way := request.form.get("way"):
        wish["way"] = way
    else:
        wish["module"], _slash, wish["after"] = request.form.get("place", "").partition("/")
    services.change_draft(slug, wish, by=require_actor(), at=now())
    return redirect(_at(slug, on, key), 303)


@bp.post("/teach/<slug>/copy")
def copy(slug: str) -> BaseResponse:
    wish = {"op": "copy", "key": request.form.get("key", ""), "title": request.form.get("title") or None}
    state = services.change_draft(slug, wish, by=require_actor(), at=now())
    return redirect(url_for("editor.outline", slug=slug, activity=state.key), 303)


@bp.post("/teach/<slug>/archive")
def archive(slug: str) -> BaseResponse:
    on, key = _which()
    services.change_draft(slug, {"op": "archive", "on": on, "key": key}, by=require_actor(), at=now())
    return redirect(url_for("editor.outline", slug=slug, _anchor="archived"), 303)


@bp.post("/teach/<slug>/put-back")
def put_back(slug: str) -> BaseResponse:
    on, key = _which()
    wish = {"op": "put_back", "on": on, "key": key}
    if module := request.form.get("module"):
        wish["module"] = module
    services.change_draft(slug, wish, by=require_actor(), at=now())
    return redirect(_at(slug, on, key), 303)


@bp.post("/teach/<slug>/requirements")
def set_requirements(slug: str) -> BaseResponse:
    """The same requirement for all that are ticked, as far as their kind knows it; one step of undo."""
    editor = load_editor(slug, require_actor(), now())
    ticked, wanted = set(request.form.getlist("key")), request.form.get("requirement", "")
    chosen = [one for one in editor.outline.activities if one.key in ticked]
    changes = [
        {"op": "set", "on": "activity", "key": one.key, "field": "requirement", "value": wanted, "was": one.requirement}
        for one in chosen
        if wanted in [kind for kind, _words in requirements(one.kind)]
    ]
    if changes:
        services.change_draft(slug, {"op": "several", "operations": changes}, by=require_actor(), at=now())
    return redirect(url_for("editor.outline", slug=slug), 303)


def _which() -> tuple[str, str]:
    return request.form.get("on", ""), request.form.get("key", "")


@bp.post("/teach/<slug>/undo")
def undo(slug: str) -> BaseResponse:
    number = request.form.get("number", "")
    services.undo(slug, by=require_actor(), at=now(), number=int(number) if number.isdecimal() else None)
    return redirect(_back(slug), 303)


@bp.post("/teach/<slug>/redo")
def redo(slug: str) -> BaseResponse:
    services.redo(slug, by=require_actor(), at=now())
    return redirect(_back(slug), 303)


def _back(slug: str) -> str:
    """To the page of the draft from which it was asked for."""
    pages = {"facts": "facts.form", "history": "history.lines"}
    asked, _colon, key = request.form.get("from", "").partition(":")
    if asked == "activity" and key:
        return url_for("content.edit", slug=slug, key=key)
    return url_for(pages.get(asked, "editor.outline"), slug=slug)
