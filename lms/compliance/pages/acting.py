"""What is done with a selection of people: a course assigned, an enrolment, a team, a table of them."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.compliance import services
from lms.compliance.exporting import send_csv, send_xlsx
from lms.compliance.pages.asking import ALL, Selection, filters_here, people_url, scope_here
from lms.compliance.queries.filters import Filters, Scope
from lms.compliance.queries.people import courses_offered
from lms.compliance.reasons import ComplianceReason
from lms.compliance.rules.due import Due
from lms.compliance.services import Audience
from lms.core.i18n import _, ngettext
from lms.core.reasons import Refused
from lms.core.web.answers import as_refused
from lms.learning.services import effect_of_enrolling, enrol_selection
from lms.organisations.permissions import check_manages_people, manages_people, sees_all_people
from lms.organisations.queries import seen_teams
from lms.organisations.services import put_into_team

bp = Blueprint("acting", __name__)
AT = "/organisations/<ref>/people"


@bp.get(f"{AT}/assign")
def assign_form(ref: str) -> str:
    scope = scope_here(ref)
    return _assign_page(scope, _chosen(scope))


@bp.post(f"{AT}/assign")
def assign(ref: str) -> BaseResponse:
    """Asks the chosen people, a team, or everybody; leads to the list of assignments."""
    scope = scope_here(ref)
    chosen = _chosen(scope)
    try:
        audience = _audience(chosen)
        services.assign(scope, request.form.get("on", ""), audience=audience, due=due_here(request.form))
    except Refused as refused:
        if refused.reason is not ComplianceReason.DUE_MISSING:
            raise
        return as_refused(_assign_page(scope, chosen, refused), refused)
    return redirect(url_for("assignments.listed", ref=scope.organisation.slug))


def _chosen(scope: Scope) -> Selection | None:
    """The people of the address; None where it names none: then a team or everybody is asked."""
    named = request.values.getlist("person") or request.values.get("all") == ALL
    return Selection(scope) if named else None


def _audience(chosen: Selection | None) -> Audience:
    whom = request.form.get("audience", "people" if chosen else "organisation")
    if whom == "organisation":
        return Audience()
    if whom.startswith("team:"):
        try:
            return Audience("team", uuid.UUID(whom.removeprefix("team:")))
        except ValueError:
            raise Refused(ComplianceReason.AUDIENCE) from None
    return Audience("people", person_ids=tuple(chosen.people) if chosen else ())


def due_here(form: Any) -> Due:
    """Refused(compliance.due_missing) for what is no day and no number."""
    day, days = form.get("due_on", "").strip(), form.get("due_days", "").strip()
    try:
        return Due(date.fromisoformat(day) if day else None, int(days) if days else None)
    except ValueError:
        raise Refused(ComplianceReason.DUE_MISSING) from None


def _assign_page(scope: Scope, chosen: Selection | None, refused: Refused | None = None) -> str:
    """The audiences to choose from: the people chosen, teams, everybody."""
    offered: list[dict[str, str]] = []
    if chosen:
        offered.append({"value": "people", "text": _people_words(chosen)})
    offered += [{"value": f"team:{team.id}", "text": team.name} for team in seen_teams(scope.by, scope.id)]
    if sees_all_people(scope.by, scope.id):
        offered.append({"value": "organisation", "text": _("Everybody of %(name)s", name=scope.organisation.name)})
    default = "people" if chosen else "organisation"
    if chosen and chosen.is_all and not chosen.filters.are_set:
        default = "organisation"
    elif chosen and chosen.is_all and chosen.filters == Filters(team=chosen.filters.team, sort=chosen.filters.sort):
        default = f"team:{chosen.filters.team}"
    pairs = [(one["value"], one["text"]) for one in offered]
    shown = {"audiences": offered, "audience_pairs": pairs, "default": default, "refused": refused}
    return _page("compliance/assign.html", scope, chosen, **shown)


def _people_words(chosen: Selection) -> str:
    return str(ngettext("The %(num)s person chosen", "The %(num)s people chosen", chosen.count))


@bp.get(f"{AT}/enrol")
def enrol_form(ref: str) -> str:
    """Which course; with `course` in the address, what enrolling would do."""
    scope = scope_here(ref)
    chosen, slug = Selection(scope), request.args.get("on", "")
    effect = effect_of_enrolling(chosen.people, slug, organisation_id=scope.id, by=scope.by) if slug else None
    return _page("compliance/enrol.html", scope, chosen, effect=effect, slug=slug)


@bp.post(f"{AT}/enrol")
def enrol(ref: str) -> BaseResponse:
    scope = scope_here(ref)
    chosen, slug = Selection(scope), request.form.get("on", "")
    done = enrol_selection(chosen.people, slug, organisation_id=scope.id, by=scope.by, at=scope.at)
    if done.job:
        return redirect(url_for("jobs.job", job_id=done.job.id))
    return redirect(people_url(scope, Filters(course=slug)))


@bp.get(f"{AT}/team")
def team_form(ref: str) -> str:
    scope = scope_here(ref)
    check_manages_people(scope.by, scope.id)
    return _page("compliance/team.html", scope, Selection(scope), teams=seen_teams(scope.by, scope.id))


@bp.post(f"{AT}/team")
def put_in_team(ref: str) -> BaseResponse:
    scope = scope_here(ref)
    check_manages_people(scope.by, scope.id)
    chosen = Selection(scope)
    try:
        team_id = uuid.UUID(request.form.get("into", ""))
    except ValueError:
        raise Refused(ComplianceReason.AUDIENCE) from None
    put_into_team(scope.id, team_id, chosen.people, by=scope.by, at=scope.at)
    return redirect(people_url(scope, Filters(team=team_id)))


def _page(template: str, scope: Scope, chosen: Selection | None, **more: Any) -> str:
    return render_template(
        template,
        organisation=scope.organisation,
        manages=manages_people(scope.by, scope.id),
        selection=chosen,
        courses=courses_offered(scope),
        back_url=people_url(scope, chosen.filters if chosen else Filters()),
        typed=request.values,
        **more,
    )


@bp.get(f"{AT}.csv")
def table_csv(ref: str) -> BaseResponse:
    """All that match, or the ticked ones, as CSV: a row for each person and course."""
    scope = scope_here(ref)
    return send_csv(scope, filters_here(), ticked=_ticked())


@bp.get(f"{AT}.xlsx")
def table_xlsx(ref: str) -> BaseResponse:
    """The same for Excel."""
    scope = scope_here(ref)
    return send_xlsx(scope, filters_here(), ticked=_ticked())


def _ticked() -> list[uuid.UUID] | None:
    """Those ticked; None for all that match, also where nobody is ticked."""
    if request.args.get("all") == ALL:
        return None
    found = []
    for one in request.args.getlist("person"):
        try:
            found.append(uuid.UUID(one))
        except ValueError:
            raise Refused(ComplianceReason.NOBODY) from None
    return found or None
