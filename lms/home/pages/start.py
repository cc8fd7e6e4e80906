"""The start page, where what I was doing is the biggest thing; the language of a browser."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from lms.compliance.asked import AskedWork, asked_of
from lms.compliance.rules.due import DUE, DUE_SOON, LATE
from lms.core.clock import now
from lms.core.i18n import languages
from lms.core.reasons import CoreReason, Refused
from lms.core.web.actors import current_identity
from lms.core.web.paths import own_path
from lms.core.zones import zone_named
from lms.courses.queries import search_catalogue
from lms.credentials.queries import wallet_of
from lms.learning import catalogue, queries
from lms.learning.queries import EnrolmentView
from lms.organisations.queries import invitations_of

bp = Blueprint("home", __name__)
DUE_LOOKS = {LATE: ("bad", "stop"), DUE_SOON: ("warn", "clock"), DUE: ("info", "date")}
MOST_CARDS, MOST_CERTIFICATES, A_YEAR = 6, 3, 365 * 24 * 3600


@bp.get("/")
def start() -> str:
    identity = current_identity()
    if identity is None:
        return render_template("home/start.html", courses=_some_courses([]))
    enrolments = queries.enrolments_of(identity.person_id)
    views = [queries.view_enrolment(e, now()) for e in enrolments if e.status == "active"]
    stage = next((view for view in views if view.next_step), None)
    certificates = wallet_of(identity.person_id, now())
    due = asked_of(identity.person_id, views, now())
    listed = {work.view.enrolment.id for work in due}
    return render_template(
        "home/start.html",
        greeting=_greeting(now().astimezone(zone_named(identity.timezone))),
        first_name=identity.name.split()[0],
        invitations=invitations_of(identity.person_id),
        stage=_stage(stage) if stage else None,
        finished=bool(enrolments) and not views,
        due=[_due(work) for work in due],
        started=[_started(view) for view in views if view is not stage and view.enrolment.id not in listed],
        certificates=certificates[:MOST_CERTIFICATES],
        more_certificates=len(certificates) > MOST_CERTIFICATES,
        courses=[] if views else _some_courses(enrolments),
    )


def _due(work: AskedWork) -> dict[str, Any]:
    kind, icon = DUE_LOOKS[work.standing.state]
    return _started(work.view) | {
        "kind": kind,
        "icon": icon,
        "due_on": work.standing.due_on,
        "late": work.standing.state == LATE,
        "organisation": work.organisation,
        "why": work.standing.why.sentence(),
    }


def _some_courses(enrolments: Any) -> list[dict[str, Any]]:
    found, _next = search_catalogue(limit=MOST_CARDS)
    return catalogue.cards(found, enrolments)


def _greeting(at: datetime) -> str:
    return "morning" if 4 <= at.hour < 11 else "afternoon" if 11 <= at.hour < 18 else "evening"


def _stage(view: EnrolmentView) -> dict[str, Any]:
    outline, place = view.revision.outline, catalogue.place(view, None)
    step = place["next"]
    course = {"slug": view.revision.slug, "title": outline.title, "language": outline.facts["language"]}
    course["plate"] = catalogue.plate_of(outline.title)
    started = bool(view.enrolment.progress)
    return {
        "course": course,
        **step,
        "done": place["done"],
        "total": place["total"],
        "percent": place["percent"],
        "started": started,
    }


def _started(view: EnrolmentView) -> dict[str, Any]:
    outline, place = view.revision.outline, catalogue.place(view, None)
    waiting = next((state for state in view.states if state.why), None) if view.next_step is None else None
    step = place["next"]
    return {
        "title": outline.title,
        "language": outline.facts["language"],
        "href": f"/learn/{view.enrolment.id}",
        "done": place["done"],
        "total": place["total"],
        "next_words": f"{step['number']} {step['title']}" if step else "",
        "reason": waiting.why.sentence() if waiting and waiting.why else "",
    }


@bp.post("/language")
def language() -> BaseResponse:
    """Keeps the choice in this browser, signed in or not."""
    code = request.form.get("language", "")
    if code not in languages():
        raise Refused(CoreReason.FIELDS)
    response = make_response(redirect(own_path(request.form.get("next"))))
    response.set_cookie("language", code, max_age=A_YEAR, samesite="Lax", httponly=True)
    return response
