"""/organisations/{ref}/people: who stands where, and why."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask import request as asked
from werkzeug.wrappers import Response as BaseResponse

from lms.compliance import presenting
from lms.compliance.pages.asking import filters_here, people_url, scope_here
from lms.compliance.queries import figures, people, why
from lms.compliance.queries.filters import Filters, Scope
from lms.core.reasons import CoreReason, Refused
from lms.core.web.actors import require_actor
from lms.organisations import unreached
from lms.organisations.permissions import manages_people
from lms.organisations.queries import organisations_seen, teams_near

bp = Blueprint("people", __name__)
MOST_COUNTED = 1000
"""The list says of more only that it is more: a list of 50 need not look at everybody. The key figures count all."""


@bp.get("/organisations")
def organisations() -> str | BaseResponse:
    """The organisations whose people somebody looks after; where it is one, its people."""
    seen = organisations_seen(require_actor())
    if not seen:
        raise Refused(CoreReason.NOT_FOUND)
    if len(seen) == 1:
        return redirect(url_for(".overview", ref=seen[0].slug))
    return render_template("compliance/organisations.html", organisations=seen)


@bp.get("/organisations/<ref>/people")
def overview(ref: str) -> str:
    """People and courses; search, filter, sort and page stand in the address."""
    scope, filters = scope_here(ref), filters_here()
    found, cursor = people.page_of_people(scope, filters, cursor=asked.args.get("cursor"))
    columns, rows = presenting.table_of(scope, found)
    here = filters.as_query()
    return render_template(
        "compliance/people.html",
        **_frame(scope),
        filters=filters,
        query=here,
        choices=presenting.choices(teams_near(scope.by, scope.id, filters.team), people.courses_in_use(scope)),
        columns=columns,
        rows=rows,
        unreached=unreached.count(scope.id) if manages_people(scope.by, scope.id) else 0,
        total=_total(scope, filters, len(found) if not (cursor or asked.args.get("cursor")) else None),
        most=MOST_COUNTED,
        next_url=people_url(scope, filters, cursor=cursor) if cursor else None,
        first_url=people_url(scope, filters) if asked.args.get("cursor") else None,
    )


def _total(scope: Scope, filters: Filters, all_on_page: int | None) -> int:
    """How many match, up to one more than are counted; where they all stand on the page nobody is asked again."""
    if all_on_page is not None:
        return all_on_page
    return people.count_people(scope, filters, most=MOST_COUNTED + 1)


@bp.get("/organisations/<ref>/people/figures")
def key_figures(ref: str) -> str:
    """Key figures, the worst first; the list of people shows them too, as soon as they are counted."""
    scope = scope_here(ref)
    return render_template(
        "compliance/figures.html",
        **_frame(scope),
        figures=_figures(scope, figures.count(scope)),
        courses=figures.by_course(scope),
    )


def _figures(scope: Scope, counted: figures.Figures) -> list[dict[str, Any]]:
    return presenting.figure_items(counted, lambda status: people_url(scope, Filters(status=status)))


@bp.get("/organisations/<ref>/people/<uuid:person_id>")
def person(ref: str, person_id: uuid.UUID) -> str:
    """One person with all their courses."""
    scope = scope_here(ref)
    found = people.find_person(scope, person_id)
    lines = [{"course": course, "cell": presenting.cell_of(course, scope)} for course in found.courses]
    return render_template("compliance/person.html", **_frame(scope), person=found, lines=lines)


@bp.get("/organisations/<ref>/people/<uuid:person_id>/courses/<slug>")
def why_page(ref: str, person_id: uuid.UUID, slug: str) -> str:
    """Why somebody stands where they stand with a course: requirement by requirement."""
    scope = scope_here(ref)
    found = people.find_person(scope, person_id)
    course = next((one for one in found.courses if one.slug == slug), None)
    if course is None:
        raise Refused(CoreReason.NOT_FOUND)
    return render_template(
        "compliance/why.html",
        **_frame(scope),
        person=found,
        course=course,
        cell=presenting.cell_of(course, scope),
        steps=why.steps_of(course, scope) if course.is_seen else [],
    )


def _frame(scope: Scope) -> dict[str, Any]:
    """What every page of an organisation's people shows beside its own."""
    organisation = scope.organisation
    return {"organisation": organisation, "manages": manages_people(scope.by, scope.id), "scope": scope}
