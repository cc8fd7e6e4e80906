"""/teach/{slug}/learners: who is where, who does not get on, one learner's way; moving learners on, overrides."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import quote

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.core.actor import Actor
from lms.core.clock import now
from lms.core.i18n import _, ngettext
from lms.core.jobs.models import Job
from lms.core.jobs.pages import shows
from lms.core.reasons import Refused
from lms.core.web.actors import require_actor
from lms.core.web.answers import as_refused
from lms.courses.rules.outline import Activity
from lms.learning import services, teaching, wording
from lms.learning.queries.learners import SORTS, STATUSES, Wanted
from lms.learning.reasons import LearningReason
from lms.learning.services.moving import JOB
from lms.organisations.queries import organisations_seen, seen_teams

bp = Blueprint("learners", __name__)
WIDEST_LABEL = 50
ADDRESS = "/teach/<slug>/learners"
OVERRIDES = {"complete": services.grant_activity, "reopen": services.reopen_activity}
SHOWN_HERE = (
    LearningReason.NEEDS_WORDS,
    LearningReason.OWN_STEPS,
    LearningReason.MOVES_NOBODY,
    LearningReason.WITHDRAWAL_UNEXPLAINED,
)


@bp.get(ADDRESS)
def learners(slug: str) -> str:
    """Search, filter, sort and page stand in the address."""
    actor, at = require_actor(), now()
    wanted, sort = _wanted(), _sort()
    found = teaching.list_learners(slug, wanted, sort=sort, cursor=request.args.get("cursor"), by=actor, at=at)
    here = _address_of(wanted) | {"sort": sort if sort != SORTS[0] else None}
    outline = found.revision.outline
    return render_template(
        "learning/learners.html",
        slug=slug,
        found=found,
        numbers=found.numbers,
        activities=[(activity.key, f"{activity.number} {activity.title}") for activity in outline.activities],
        wanted=wanted,
        sort=sort,
        teams=_teams(actor),
        here=here,
        next_url=url_for(".learners", slug=slug, **here, cursor=found.next) if found.next else None,
    )


@bp.get(f"{ADDRESS}/reached")
def reached(slug: str) -> str:
    """How many completed each activity, as a picture with the table behind it."""
    overview = teaching.look_at_learners(slug, by=require_actor(), at=now())
    bars = [{"label": _short(one.activity), "value": one.completed} for one in overview.reached]
    return render_template("learning/reached.html", slug=slug, overview=overview, bars=bars)


def _short(activity: Activity) -> str:
    """Above a bar there is room for so much; the table below has the whole title."""
    title = f"{activity.number} {activity.title}"
    return title if len(title) <= WIDEST_LABEL else f"{title[: WIDEST_LABEL - 1].rstrip()}…"


@bp.get(f"{ADDRESS}/move")
def look_at_move(slug: str) -> str:
    """What moving the chosen learners on would do, before anybody is moved."""
    return _move_page(slug, require_actor())


@bp.post(f"{ADDRESS}/move")
def move(slug: str) -> BaseResponse:
    actor = require_actor()
    wanted = _wanted()
    teaching.check_team(wanted, actor)
    to, key = request.form.get("to", type=int), request.form.get("token") or None
    try:
        job = services.request_moves(slug, wanted, to=to, key=key, by=actor, at=now())
    except Refused as refused:
        if refused.reason not in SHOWN_HERE:
            raise
        return as_refused(_move_page(slug, actor, refused), refused)
    return redirect(url_for("jobs.job", job_id=job.id))


def _move_page(slug: str, actor: Actor, refused: Refused | None = None) -> str:
    wanted = _wanted()
    teaching.check_team(wanted, actor)
    effect = services.effect_of_moves(slug, wanted, by=actor, at=now())
    return render_template(
        "learning/move.html",
        slug=slug,
        effect=effect,
        fields=_fields(wanted),
        token=uuid.uuid4().hex,
        refused=refused,
        back=url_for(".learners", slug=slug, **_address_of(wanted)),
    )


@bp.get(f"{ADDRESS}/groups")
def groups(slug: str) -> str:
    """The course's groups with how many are in each; those who were chosen can be put into one or taken out."""
    wanted = _wanted()
    chosen = teaching.look_at_groups(slug, wanted, by=require_actor(), at=now())
    back = url_for(".learners", slug=slug, **_address_of(wanted))
    asked = wanted.ids != ()
    return render_template(
        "learning/groups.html", slug=slug, chosen=chosen, asked=asked, fields=_fields(wanted), back=back
    )


@bp.post(f"{ADDRESS}/groups/<key>")
def change_group(slug: str, key: str) -> BaseResponse:
    """`do` is put or take; back to the one learner where it was asked there, else to who is in the group now."""
    actor, wanted = require_actor(), _wanted()
    teaching.check_team(wanted, actor)
    act = services.take_out_of_group if request.form.get("do") == "take" else services.put_into_group
    act(slug, key, wanted, by=actor, at=now())
    if one := request.form.get("learner"):
        return redirect(f"{url_for('.learners', slug=slug)}/{quote(one, safe='')}#groups", 303)
    return redirect(url_for(".learners", slug=slug, group=key), 303)


@bp.get(f"{ADDRESS}/<uuid:enrolment_id>")
def learner(slug: str, enrolment_id: uuid.UUID) -> str:
    return _learner_page(slug, enrolment_id, require_actor())


@bp.post(f"{ADDRESS}/<uuid:enrolment_id>/activities/<key>/override")
def override(slug: str, enrolment_id: uuid.UUID, key: str) -> BaseResponse:
    """`kind` is complete or reopen; `words` say why."""
    actor = require_actor()
    teaching.follow_learner(slug, enrolment_id, by=actor, at=now())  # the address must be whole
    act = OVERRIDES["reopen" if request.form.get("kind") == "reopen" else "complete"]
    try:
        act(enrolment_id, key, words=request.form.get("words", ""), by=actor, at=now())
    except Refused as refused:
        if refused.reason not in SHOWN_HERE:
            raise
        return as_refused(_learner_page(slug, enrolment_id, actor, refused), refused)
    return redirect(url_for(".learner", slug=slug, enrolment_id=enrolment_id, _anchor=f"activity-{key}"))


@bp.post(f"{ADDRESS}/<uuid:enrolment_id>/activities/<key>/tries")
def give_tries(slug: str, enrolment_id: uuid.UUID, key: str) -> BaseResponse:
    """`more` tries at a quiz; `words` say why."""
    actor = require_actor()
    teaching.follow_learner(slug, enrolment_id, by=actor, at=now())  # the address must be whole
    more, words = request.form.get("more", 1, type=int), request.form.get("words", "")
    try:
        services.give_tries(enrolment_id, key, more=more, words=words, by=actor, at=now())
    except Refused as refused:
        if refused.reason not in SHOWN_HERE:
            raise
        return as_refused(_learner_page(slug, enrolment_id, actor, refused), refused)
    return redirect(url_for(".learner", slug=slug, enrolment_id=enrolment_id, _anchor=f"activity-{key}"))


@bp.post(f"{ADDRESS}/<uuid:enrolment_id>/withdrawal")
def withdraw(slug: str, enrolment_id: uuid.UUID) -> BaseResponse:
    actor = require_actor()
    teaching.follow_learner(slug, enrolment_id, by=actor, at=now())  # the address must be whole
    try:
        services.withdraw_learner(enrolment_id, reason=request.form.get("reason", ""), by=actor, at=now())
    except Refused as refused:
        if refused.reason not in SHOWN_HERE:
            raise
        return as_refused(_learner_page(slug, enrolment_id, actor, refused), refused)
    return redirect(url_for(".learner", slug=slug, enrolment_id=enrolment_id))


def _learner_page(slug: str, enrolment_id: uuid.UUID, actor: Actor, refused: Refused | None = None) -> str:
    way = teaching.follow_learner(slug, enrolment_id, by=actor, at=now())
    is_own = way.row.learner.enrolment.person_id == actor.person_id
    return render_template("learning/learner.html", slug=slug, way=way, is_own=is_own, refused=refused, words=wording)


def _wanted() -> Wanted:
    """From the address, and, where a selection was confirmed, from its form. What we do not know is left out."""
    given = request.values
    status, revision = given.get("status", ""), given.get("revision", type=int)
    ids = None if given.get("all") == "yes" else tuple(given.getlist("ids"))
    return Wanted(
        q=given.get("q", "").strip()[:200].replace("\0", ""),
        status=status if status in STATUSES else "",
        revision=revision if revision and revision < 2**31 else None,
        activity=given.get("activity", "")[:100].replace("\0", ""),
        done=given.get("done") == "yes",
        stuck=given.get("stuck") == "yes",
        group=given.get("group", "")[:100].replace("\0", ""),
        team=given.get("team", "")[:100],
        ids=ids if request.endpoint != f"{bp.name}.learners" else None,
    )


def _sort() -> str:
    sort = request.args.get("sort", "")
    return sort if sort in SORTS else SORTS[0]


def _address_of(wanted: Wanted) -> dict[str, Any]:
    """The filters as they stand in an address; None is left out."""
    return {
        "q": wanted.q or None,
        "status": wanted.status or None,
        "revision": wanted.revision,
        "activity": wanted.activity or None,
        "done": "yes" if wanted.activity and wanted.done else None,
        "stuck": "yes" if wanted.stuck else None,
        "group": wanted.group or None,
        "team": wanted.team or None,
    }


def _fields(wanted: Wanted) -> list[tuple[str, Any]]:
    """The same for a form, with the selection."""
    filters = [(name, value) for name, value in _address_of(wanted).items() if value is not None]
    return [*filters, *([("all", "yes")] if wanted.ids is None else [("ids", one) for one in wanted.ids])]


def _teams(actor: Actor) -> list[tuple[str, str]]:
    """The teams that the person may see as somebody's HR or manager, as choices; an instructor as such sees none."""
    return [
        (f"{organisation.id}:{team.id}", f"{organisation.name}: {team.name}")
        for organisation in organisations_seen(actor)
        for team in seen_teams(actor, organisation.id)
    ]


@shows(JOB)
def shown(job: Job) -> dict[str, Any]:
    slug = job.payload["course"]
    found: dict[str, Any] = {"title": _("Move learners on"), "back_url": url_for("learners.learners", slug=slug)}
    if not job.result:
        return found
    moved = ngettext("%(num)s learner was moved on.", "%(num)s learners were moved on.", job.result["moved"])
    return found | {
        "message": moved,
        "result_url": url_for("learners.learners", slug=slug),
        "result_text": _("See the learners"),
    }
