"""/organisations/{ref}/assignments: what an organisation asks of its people."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.compliance import presenting, services
from lms.compliance.pages.acting import due_here
from lms.compliance.pages.asking import people_url, scope_here
from lms.compliance.permissions import may_change
from lms.compliance.queries.assignments import AssignmentView, find_assignment, list_assignments
from lms.compliance.queries.filters import Filters, Scope
from lms.compliance.reasons import ComplianceReason
from lms.core.reasons import Refused
from lms.core.web.answers import as_refused

bp = Blueprint("assignments", __name__)
AT = "/organisations/<ref>/assignments"


@bp.get(AT)
def listed(ref: str) -> str:
    """Those that stand, the newest first."""
    scope = scope_here(ref)
    views, cursor = list_assignments(scope, cursor=request.args.get("cursor"))
    return render_template(
        "compliance/assignments.html",
        organisation=scope.organisation,
        lines=[_line(scope, view) for view in views],
        next_url=url_for(".listed", ref=ref, cursor=cursor) if cursor else None,
    )


def _line(scope: Scope, view: AssignmentView) -> dict[str, Any]:
    return {
        "id": view.assignment.id,
        "title": view.title,
        "audience": presenting.audience_words(view),
        "due": presenting.due_words(view),
        "people": view.people,
        "href": people_url(scope, Filters(course=view.slug, sort="due")),
    }


@bp.get(f"{AT}/<uuid:assignment_id>")
def one(ref: str, assignment_id: uuid.UUID) -> str:
    """One assignment, to be given another day or withdrawn."""
    scope = scope_here(ref)
    return _page(scope, find_assignment(scope, assignment_id))


@bp.post(f"{AT}/<uuid:assignment_id>")
def change(ref: str, assignment_id: uuid.UUID) -> BaseResponse:
    scope = scope_here(ref)
    try:
        services.change_due(scope, assignment_id, due_here(request.form))
    except Refused as refused:
        if refused.reason is not ComplianceReason.DUE_MISSING:
            raise
        return as_refused(_page(scope, find_assignment(scope, assignment_id), refused), refused)
    return redirect(url_for(".listed", ref=ref))


@bp.post(f"{AT}/<uuid:assignment_id>/withdraw")
def withdraw(ref: str, assignment_id: uuid.UUID) -> BaseResponse:
    services.withdraw(scope_here(ref), assignment_id)
    return redirect(url_for(".listed", ref=ref))


def _page(scope: Scope, view: AssignmentView, refused: Refused | None = None) -> str:
    line = _line(scope, view) | {
        "due_on": view.due.on,
        "due_days": view.due.days,
        "withdrawn": view.assignment.withdrawn_at,
        "may_change": may_change(scope.by, scope.id, created_by=view.assignment.created_by),
    }
    return render_template(
        "compliance/assignment.html",
        organisation=scope.organisation,
        line=line,
        refused=refused,
        typed=request.form,
    )
