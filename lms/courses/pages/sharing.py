"""/teach/{slug}/people: who may write a course; an author names teachers."""

from __future__ import annotations

import uuid

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.core.clock import now
from lms.core.reasons import Refused
from lms.core.web.actors import require_actor
from lms.core.web.answers import as_refused
from lms.courses import permissions, queries, services
from lms.courses.reasons import CourseReason
from lms.courses.studio.outline import load_head

bp = Blueprint("sharing", __name__)


@bp.get("/teach/<slug>/people")
def people(slug: str) -> str:
    return _page(slug)


def _page(slug: str, error: str = "") -> str:
    actor = require_actor()
    head = load_head(slug, actor, now())
    teachers, authors = queries.editors_of(head.course)
    scope = {"organisation_id": head.course.organisation_id, "course_id": head.course.id}
    return render_template(
        "courses/editor/people.html",
        head=head,
        teachers=teachers,
        authors=authors,
        may_share=permissions.may(actor, "share", **scope),
        error=error,
        typed=request.form.get("email", ""),
    )


@bp.post("/teach/<slug>/people")
def add(slug: str) -> BaseResponse:
    try:
        services.add_teacher(slug, request.form.get("email", ""), by=require_actor(), at=now())
    except Refused as refused:
        if refused.reason is not CourseReason.NO_COLLEAGUE:
            raise
        return as_refused(_page(slug, f"{refused.sentence()} {refused.next_step()}"), refused)
    return redirect(url_for("sharing.people", slug=slug), 303)


@bp.post("/teach/<slug>/people/<uuid:person_id>/remove")
def remove(slug: str, person_id: uuid.UUID) -> BaseResponse:
    services.remove_teacher(slug, person_id, by=require_actor(), at=now())
    return redirect(url_for("sharing.people", slug=slug), 303)
