"""The catalogue, a course's page, and the player."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.core.clock import now
from lms.core.db import begin_writing
from lms.core.reasons import CoreReason, Refused
from lms.core.web.actors import current_actor, require_actor, require_identity
from lms.courses.queries import catalogue_languages, find_published, load_body, load_revision, search_catalogue
from lms.learning import catalogue, queries, services
from lms.learning.permissions import may_enrol_invited
from lms.learning.ports import practice_marker, quiz_face
from lms.learning.practising import mark_practice, practice_question
from lms.learning.presenting import language_name, present_body
from lms.learning.queries import EnrolmentView
from lms.learning.reasons import LearningReason
from lms.learning.rules.states import LOCKED, ActivityState
from lms.learning.wording import finish_sentence, may_mark_done

bp = Blueprint("learning", __name__)


@bp.get("/courses")
def courses() -> str:
    """Search, filter and page stand in the address."""
    words, language = request.args.get("q", "")[:200], request.args.get("language", "")[:35]
    found, cursor = search_catalogue(words=words, language=language, cursor=request.args.get("cursor"))
    actor = current_actor()
    mine = queries.enrolments_of(actor.person_id) if actor.person_id else []
    following = url_for(".courses", q=words or None, language=language or None, cursor=cursor) if cursor else None
    return render_template(
        "courses/catalogue.html",
        q=words,
        language=language,
        languages_here=[(code, language_name(code)) for code in catalogue_languages()],
        items=catalogue.cards(found, mine),
        next_url=following,
    )


@bp.get("/courses/<slug>")
def course(slug: str) -> str:
    found = find_published(slug)
    actor = current_actor()
    enrolment = queries.enrolment_in(actor.person_id, found.id) if actor.person_id else None
    view = queries.view_enrolment(enrolment, now()) if enrolment else None
    revision = view.revision if view else load_revision(found.revision_id)
    may = found.is_open or may_enrol_invited(actor, course_id=found.id, organisation_id=found.organisation_id)
    return render_template(
        "courses/course.html",
        course=catalogue.course_facts(found, revision.published_at) | {"revision": revision.number},
        modules=catalogue.module_lines(revision.outline.modules, view),
        enrolment=catalogue.place(view, catalogue.credential_url(view)) if view else None,
        may_enrol=may,
        refused=None if may else Refused(LearningReason.INVITED_ONLY),
        signed_in=actor.person_id is not None,
    )


@bp.post("/courses/<slug>/enrol")
def enrol(slug: str) -> BaseResponse:
    identity = require_identity()
    enrolment, _is_new = services.enrol_learner(identity.person_id, slug, by=identity.actor, at=now())
    return redirect(url_for(".resume", enrolment_id=enrolment.id))


@bp.get("/learn/<uuid:enrolment_id>")
def resume(enrolment_id: uuid.UUID) -> BaseResponse:
    """Where I was: the next step, else the first that is open, else the course's page."""
    view = queries.view_enrolment(queries.find_enrolment(enrolment_id, require_actor()), now())
    step = catalogue.place(view, None)["next"]
    return redirect(step["href"] if step else url_for(".course", slug=view.revision.slug))


@bp.get("/learn/<uuid:enrolment_id>/<key>")
def activity(enrolment_id: uuid.UUID, key: str) -> str:
    """The player. Showing an open activity's page is what records the view, once."""
    enrolment = queries.find_enrolment(enrolment_id, require_actor())
    if request.method == "GET" and queries.state_of_activity(enrolment, key, now()).state != LOCKED:
        services.view_activity(enrolment, key, at=now())
    return _player(queries.view_enrolment(enrolment, now()), key)


@bp.post("/learn/<uuid:enrolment_id>/<key>/done")
def done(enrolment_id: uuid.UUID, key: str) -> BaseResponse:
    """Marks as done and leads on to the next activity."""
    enrolment = services.record_event(enrolment_id, key, "done", by=require_actor(), at=now())
    view = queries.view_enrolment(enrolment, now())
    _before, after = view.revision.outline.neighbours(key)
    return redirect(url_for(".activity", enrolment_id=enrolment_id, key=after.key if after else key))


@bp.get("/learn/<uuid:enrolment_id>/<key>/open")
def open_link(enrolment_id: uuid.UUID, key: str) -> BaseResponse:
    """A link counts as done when it was opened: recorded here, on the way out."""
    actor = require_actor()
    begin_writing()
    opened = services.open_activity(enrolment_id, key, by=actor, at=now())
    if opened.activity.kind != "link":
        raise Refused(CoreReason.NOT_FOUND)
    services.record_event(enrolment_id, key, "done", by=actor, at=now())
    return redirect(load_body(opened.activity.body)["url"])


@bp.post("/learn/<uuid:enrolment_id>/<key>/practice/<question>")
def practise(enrolment_id: uuid.UUID, key: str, question: str) -> str:
    """The same page with the feedback in its place; with script only that place is taken over."""
    actor = require_actor()
    stored, _files = practice_question(enrolment_id, key, question, by=actor, at=now())
    answer = practice_marker.call.answer_from_form(stored, request.form)
    try:
        feedback = mark_practice(enrolment_id, key, question, answer, by=actor, at=now())
        shown: dict[str, Any] = {"answer": answer, "result": feedback.for_page()}
    except Refused as refused:
        if refused.status != 422:
            raise
        shown = {"answer": answer, "refused": refused}
    view = queries.view_enrolment(queries.find_enrolment(enrolment_id, actor), now())
    return _player(view, key, practised={question: shown})


def _player(view: EnrolmentView, key: str, practised: dict[str, Any] | None = None) -> str:
    outline = view.revision.outline
    states = {state.activity.key: state for state in view.states}
    state = states[key]
    before, after = outline.neighbours(key)
    refused = Refused(state.why.reason, **state.why.values) if state.why else None
    return render_template(
        "learning/player.html",
        course={"slug": view.revision.slug, "title": outline.title, "language": outline.facts["language"]},
        enrolment=catalogue.place(view, catalogue.credential_url(view)),
        modules=catalogue.module_lines(outline.modules, view, current=key),
        activity=catalogue.activity_line(state.activity, state, key, view.enrolment.id)
        | {"module": state.activity.module, "requirement": state.activity.requirement},
        locked=refused,
        finish=finish_sentence(state),
        may_mark_done=may_mark_done(state),
        previous=_neighbour(view, states[before.key]) if before else None,
        next=_neighbour(view, states[after.key]) if after else None,
        body=None if refused else _body(view, state, practised or {}),
    )


def _neighbour(view: EnrolmentView, state: ActivityState) -> dict[str, Any]:
    line = catalogue.activity_line(state.activity, state, None, view.enrolment.id)
    return line | {"locked": state.state == LOCKED}


def _body(view: EnrolmentView, state: ActivityState, practised: dict[str, Any]) -> dict[str, Any]:
    """What is shown is the same for everybody; where a video was left and what was practised is added here."""
    activity = state.activity
    if activity.kind == "quiz":
        html = quiz_face.call.page(view.enrolment.id, activity.key, load_body(activity.body), view.at)
        return {"kind": "quiz", "html": html}
    body = present_body(activity.body)
    if activity.kind == "video":
        return body | {"video": body["video"] | {"position": state.entry.get("position", 0)}}
    if activity.kind == "page" and practised:
        return body | {"blocks": [block | practised.get(block.get("key"), {}) for block in body["blocks"]]}
    return body
