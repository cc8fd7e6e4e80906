"""/teach/{slug}/activities/{key}/preview: a draft's activity as a learner sees it, tried without an enrolment."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from lms.core.reasons import CoreReason, Refused
from lms.core.web.actors import require_actor
from lms.core.web.csrf import changes_nothing
from lms.core.web.requests import CSP
from lms.courses import queries
from lms.courses.reasons import CourseReason
from lms.courses.rules.outline import Activity, Outline
from lms.learning.ports import paper_trial, practice_marker
from lms.learning.presenting import find_question, present_body, url_for_files
from lms.learning.reasons import LearningReason

bp = Blueprint("preview", __name__)
FRAMED = CSP.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
"""This page alone may stand in a frame, and only in one of our own pages: the editor."""
Document = dict[str, Any]


@bp.get("/teach/<slug>/activities/<key>/preview")
def show(slug: str, key: str) -> Response:
    """`?seed=…` draws the same paper of a quiz again; `?frame=1` leaves the bar out."""
    return _page(slug, key, {}, form=None)


@bp.post("/teach/<slug>/activities/<key>/preview")
@changes_nothing
def mark(slug: str, key: str) -> Response:
    """A quiz's answers marked, and a file that came with them: nothing of it is kept."""
    return _page(slug, key, {}, form=request.form)


@bp.post("/teach/<slug>/activities/<key>/preview/practice/<question>")
@changes_nothing
def practise(slug: str, key: str, question: str) -> Response:
    """The same page with the feedback in its place, as for a learner; nothing is kept."""
    activity, _outline = _activity(slug, key)
    stored = find_question(activity.body, question)
    if stored is None:
        raise Refused(LearningReason.QUESTION_UNKNOWN, question=question)
    answer = practice_marker.call.answer_from_form(stored, request.form)
    files = url_for_files(queries.load_body(activity.body)["files"])
    try:
        result = practice_marker.call.mark(stored, answer, url_for_file=files).for_page()
        shown: Document = {"answer": answer, "result": result}
    except Refused as refused:
        if refused.status != 422:
            raise
        shown = {"answer": answer, "refused": refused}
    return _page(slug, key, {question: shown}, form=None)


@bp.get("/teach/<slug>/activities/<key>/preview/open")
def open_link(slug: str, key: str) -> BaseResponse:
    """A link leads where it will lead the learner."""
    activity, _outline = _activity(slug, key)
    address = queries.load_body(activity.body).get("url")
    if not address:
        raise Refused(CoreReason.NOT_FOUND)
    return redirect(address)


def _activity(slug: str, key: str) -> tuple[Activity, Outline]:
    """Refused: course.unknown (also where the person may not write it), course.item_unknown."""
    course = queries.find_written(slug, require_actor())
    outline = Outline.of(queries.load_draft(course.id).outline)
    if key not in outline.by_key:
        raise Refused(CourseReason.ITEM_UNKNOWN, key=key)
    return outline.by_key[key], outline


def _page(slug: str, key: str, practised: Document, *, form: Any) -> Response:
    activity, outline = _activity(slug, key)
    response = make_response(
        render_template(
            "learning/preview.html",
            course={"slug": slug, "title": outline.title, "language": outline.facts["language"]},
            activity=activity,
            body=_body(activity, outline.facts["language"], practised, form),
            framed="frame" in request.args or request.headers.get("Sec-Fetch-Dest") == "iframe",
        )
    )
    response.headers["Content-Security-Policy"] = FRAMED
    return response


def _body(activity: Activity, language: str, practised: Document, form: Any) -> Document:
    stored = queries.load_body(activity.body)
    if activity.kind == "quiz":
        seed = request.values.get("seed") or token_hex(8)
        return {"kind": "quiz", "html": paper_trial.call.page(stored, seed=seed, form=form, language=language)}
    if not (stored.get("file", True) and stored.get("url", True)):
        return {"kind": "nothing"}
    body = present_body(activity.body, "../*/preview")
    if activity.kind != "page":
        return body
    return body | {"blocks": [block | practised.get(block.get("key"), {}) for block in body["blocks"]]}
