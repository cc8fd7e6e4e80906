"""/teach: the courses that somebody teaches, and a new one from nothing."""

from __future__ import annotations

import uuid

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.core.actor import Actor
from lms.core.clock import now
from lms.core.i18n import choose_language, languages
from lms.core.reasons import CoreReason, Refused
from lms.core.web.actors import current_identity, require_actor
from lms.core.web.answers import as_refused
from lms.courses import services, teaching
from lms.courses.studio.choices import course_languages
from lms.courses.studio.forms import Trouble, trouble_of
from lms.organisations.services import list_organisations

bp = Blueprint("teaching", __name__)


@bp.get("/teach")
def courses() -> str:
    actor = require_actor()
    if not (actor.is_administrator or any(grant.role in ("author", "teacher") for grant in actor.grants)):
        raise Refused(CoreReason.FORBIDDEN)
    words = request.args.get("q", "")[:200]
    found, following = teaching.taught_courses(actor, words=words, cursor=request.args.get("cursor"))
    next_url = url_for("teaching.courses", q=words or None, cursor=following) if following else ""
    begins = bool(_publishers(actor))
    return render_template("courses/taught.html", courses=found, q=words, next_url=next_url, may_create=begins)


@bp.get("/teach/new")
def new() -> str:
    return _form()


def _form(trouble: Trouble | None = None) -> str:
    publishers = _publishers(require_actor())
    if not publishers:
        raise Refused(CoreReason.FORBIDDEN)
    identity = current_identity()
    language = choose_language(identity.locale if identity else None, request.cookies.get("language"), [])
    return render_template(
        "courses/editor/new.html",
        publishers=[{"value": key, "text": name} for key, name in publishers.items()],
        languages_of_courses=course_languages([*languages(), language]),
        typed=request.form,
        language=language,
        errors=(trouble or Trouble()).errors,
    )


@bp.post("/teach/new")
def create() -> BaseResponse:
    actor, form = require_actor(), request.form
    publishers = _publishers(actor)
    if not publishers:
        raise Refused(CoreReason.FORBIDDEN)
    chosen = form.get("organisation", "")
    publisher = chosen if chosen in publishers else next(iter(publishers))
    about = (uuid.UUID(publisher), form.get("title", "").strip(), form.get("language", ""))
    try:
        course = services.create_course(*about, provider=publishers[publisher], by=actor, at=now())
    except Refused as refused:
        return as_refused(_form(trouble_of(refused)), refused)
    return redirect(url_for("editor.outline", slug=course.slug), 303)


@bp.post("/teach/<slug>/copies")
def copy(slug: str) -> BaseResponse:
    """A course of its own that begins as this one's draft stands."""
    made = services.copy_course(slug, request.form.get("title", "").strip(), by=require_actor(), at=now())
    return redirect(url_for("editor.outline", slug=made.slug), 303)


def _publishers(actor: Actor) -> dict[str, str]:
    """{id: name} of the organisations for which the person may begin a course."""
    mine = actor.scopes("author", "organisation")
    return {str(one.id): one.name for one in list_organisations() if actor.is_administrator or one.id in mine}
