"""An attempt as pages: question by question, look over, hand in, result. Everything works without script."""

from __future__ import annotations

import uuid

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import get_locale, get_timezone
from werkzeug.wrappers import Response as BaseResponse

from lms.core.actor import Actor
from lms.core.clock import now
from lms.core.web.actors import require_actor
from lms.courses.queries import load_revision
from lms.learning.catalogue import credential_url
from lms.learning.queries import find_enrolment, view_enrolment
from lms.quizzes import presenting, services
from lms.quizzes.models import Attempt
from lms.quizzes.presenting import Place
from lms.quizzes.queries import AttemptView
from lms.quizzes.rules.forms import answer_from_fields, is_blank

bp = Blueprint("quizzes", __name__)


@bp.post("/learn/<uuid:enrolment_id>/<key>/attempts")
def start(enrolment_id: uuid.UUID, key: str) -> BaseResponse:
    attempt, _is_new = services.start_attempt(enrolment_id, key, by=require_actor(), at=now())
    return redirect(url_for(".attempt", attempt_id=attempt.id))


@bp.get("/attempts/<uuid:attempt_id>")
def attempt(attempt_id: uuid.UUID) -> str:
    """`?q=4` is the fourth question, `?q=end` the sheet for handing in."""
    actor = require_actor()
    view = services.look_at_attempt(attempt_id, by=actor, at=now())
    return _running(view, actor) if view.is_running else _over(view, actor)


@bp.post("/attempts/<uuid:attempt_id>/answers/<int:slot>")
def save(attempt_id: uuid.UUID, slot: int) -> BaseResponse:
    """What was filled in is saved if it is not held already; then on to the sheet that was asked for."""
    actor, at = require_actor(), now()
    view = services.look_at_attempt(attempt_id, by=actor, at=at)
    if not view.is_running:
        return redirect(url_for(".attempt", attempt_id=attempt_id))
    sheet = next((one for one in presenting.sheets(view)["sheets"] if one["number"] == slot), None)
    if sheet is not None:
        _save(view.attempt, sheet, by=actor)
    return redirect(url_for(".attempt", attempt_id=attempt_id, q=request.form.get("go", slot)))


def _save(attempt: Attempt, sheet: presenting.Document, *, by: Actor) -> None:
    answer = answer_from_fields(sheet["slot"], request.form)
    if answer != sheet["answer"] and not (is_blank(answer) and (is_blank(sheet["answer"]) or not answer)):
        step = request.form.get("step", type=int) or sheet["step"] + 1
        services.save_answer(attempt.id, sheet["number"], step=step, answer=answer, by=by, at=now())
    flagged = "flag" in request.form
    if flagged != sheet["flagged"]:
        services.flag_slot(attempt.id, sheet["number"], flagged=flagged, by=by, at=now())


@bp.post("/attempts/<uuid:attempt_id>/submission")
def submit(attempt_id: uuid.UUID) -> BaseResponse:
    services.submit_attempt(attempt_id, by=require_actor(), at=now())
    return redirect(url_for(".attempt", attempt_id=attempt_id))


def _running(view: AttemptView, actor: Actor) -> str:
    enrolment = find_enrolment(view.attempt.enrolment_id, actor)  # held here, since the page asks it for tries given
    page = presenting.sheets(view)
    numbers = [sheet["number"] for sheet in page["sheets"]]
    answered = [sheet["answered"] for sheet in page["sheets"]]
    return render_template(
        "quizzes/attempt.html",
        attempt=view.attempt,
        view=view,
        place=_place(view.attempt, enrolment.revision_id),
        current=presenting.current_sheet(request.args.get("q"), numbers, answered),
        flagged=[sheet["number"] for sheet in page["sheets"] if sheet["flagged"]],
        answered=sum(answered),
        last_saved=max((step.saved_at for step in view.held.values()), default=None),
        words=presenting.state_words(len(numbers)),
        locale=str(get_locale()).replace("_", "-"),
        zone=str(get_timezone()),
        **page,
    )


def _over(view: AttemptView, actor: Actor) -> str:
    enrolment = find_enrolment(view.attempt.enrolment_id, actor)
    learning = view_enrolment(enrolment, view.at)
    place, step = _place(view.attempt, enrolment.revision_id), learning.next_step
    return render_template(
        "quizzes/result.html",
        attempt=view.attempt,
        view=view,
        place=place,
        enrolment=enrolment,
        course_slug=learning.revision.slug,
        credential_url=credential_url(learning),
        next_step=step.activity if step and step.activity.key != view.attempt.activity_key else None,
        repeat=presenting.to_repeat(view, place),
        result=presenting.result(view, place),
        marks_of=presenting.marks_of,
        running=next((one for one in view.beside if one.state(view.at).takes_answers), None),
    )


def _place(attempt: Attempt, revision_id: uuid.UUID) -> Place:
    outline = load_revision(revision_id).outline
    activity = outline.by_key.get(attempt.activity_key)
    title = f"{activity.number} {activity.title}" if activity else attempt.activity_key
    return Place(title, outline.facts["language"], activity, outline)
