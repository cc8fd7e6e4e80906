"""Packs of certificates: asked for, waited for, downloaded."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.compliance import services
from lms.compliance.models import EvidencePack
from lms.compliance.pages.asking import Selection, people_url, scope_here
from lms.compliance.presenting import STATE_WORDS
from lms.compliance.queries import leavers, packs
from lms.compliance.queries.filters import Filters, Scope
from lms.compliance.queries.leavers import LeftBy
from lms.compliance.reasons import ComplianceReason
from lms.compliance.sending import send_pack
from lms.compliance.services.packs import KEPT, PACK_JOB
from lms.core.i18n import _, ngettext, translate
from lms.core.jobs.models import Job
from lms.core.jobs.pages import shows, with_words
from lms.core.reasons import Refused
from lms.core.web.actors import require_actor
from lms.courses.queries import load_revision

bp = Blueprint("packs", __name__)
AT = "/organisations/<ref>/packs"


@bp.get("/organisations/<ref>/people/pack")
def form(ref: str) -> str:
    """What will be in it, before it is asked for."""
    scope = scope_here(ref)
    selection = Selection(scope)
    return render_template(
        "compliance/pack-form.html",
        organisation=scope.organisation,
        selection=selection,
        back_url=people_url(scope, selection.filters),
        token=uuid.uuid4().hex,
        days=KEPT.days,
    )


@bp.post("/organisations/<ref>/people/pack")
def ask(ref: str) -> BaseResponse:
    """The form's token makes a second sending the same pack."""
    scope = scope_here(ref)
    selection = Selection(scope)
    token = request.form.get("token", "")[:64] or None
    pack, _is_new = services.request_pack(scope, selection.people, course=selection.filters.course, key=token)
    return redirect(url_for(".one", ref=scope.organisation.slug, pack_id=pack.id))


@bp.get("/organisations/<ref>/people/left")
def left(ref: str) -> str:
    """Certificates of people who left; `q` and `course` stand in the address."""
    scope, wanted = scope_here(ref), _left_by(request.args)
    found, cursor = leavers.page_of_leavers(scope, wanted, cursor=request.args.get("cursor"))
    courses = [(slug, load_revision(key).outline.title) for slug, key in leavers.courses_of_leavers(scope)]
    said = {name: value for name, value in vars(wanted).items() if value}
    return render_template(
        "compliance/left.html",
        organisation=scope.organisation,
        lines=[(proof, translate(STATE_WORDS[proof.status])) for proof in found],
        wanted=wanted,
        courses=[("", _("All courses")), *courses],
        token=uuid.uuid4().hex,
        next_url=url_for(".left", ref=ref, cursor=cursor, **said) if cursor else None,
    )


@bp.post("/organisations/<ref>/people/left/pack")
def ask_left(ref: str) -> BaseResponse:
    """Their certificates as one zip: all that `q` and `course` name."""
    scope, wanted, token = scope_here(ref), _left_by(request.form), request.form.get("token", "")[:64] or None
    people = leavers.ids_of_leavers(scope, wanted)
    pack, _is_new = services.request_pack(scope, people, course=wanted.course, key=token)
    return redirect(url_for(".one", ref=scope.organisation.slug, pack_id=pack.id))


def _left_by(said: Mapping[str, str]) -> LeftBy:
    return LeftBy(said.get("q", "").strip(), said.get("course", ""))


@bp.get(AT)
def listed(ref: str) -> str:
    """Those that one asked for, the newest first."""
    scope = scope_here(ref)
    found, cursor = packs.list_packs(scope, cursor=request.args.get("cursor"))
    return render_template(
        "compliance/packs.html",
        organisation=scope.organisation,
        lines=[_line(scope, pack) for pack in found],
        next_url=url_for(".listed", ref=ref, cursor=cursor) if cursor else None,
        days=KEPT.days,
    )


def _line(scope: Scope, pack: EvidencePack) -> dict[str, Any]:
    counts = pack.counts
    return {
        "id": pack.id,
        "created_at": pack.created_at,
        "made_at": pack.made_at,
        "deleted": pack.deleted_at is not None,
        "size": pack.size,
        "certificates": counts.get("certificates"),
        "missing": counts.get("missing"),
        "people": counts.get("people"),
        "until": (pack.made_at + KEPT).astimezone(scope.zone).date() if pack.made_at else None,
        "course": pack.request["course"],
    }


@bp.get(f"{AT}/<uuid:pack_id>")
def one(ref: str, pack_id: uuid.UUID) -> str:
    """How far it is; then what is in it, what is missing, and the file."""
    scope, pack = _pack(ref, pack_id)
    job = packs.job_of(pack)
    return render_template(
        "compliance/pack.html",
        organisation=scope.organisation,
        pack=_line(scope, pack),
        job=with_words(job) if job else None,
        deleted=Refused(ComplianceReason.PACK_DELETED, days=KEPT.days) if pack.deleted_at else None,
        again=people_url(scope, Filters(course=pack.request["course"])),
    )


def _pack(ref: str, pack_id: uuid.UUID) -> tuple[Scope, EvidencePack]:
    scope = scope_here(ref)
    pack = packs.find_pack(pack_id, scope.by)
    if pack.organisation_id != scope.id:
        raise Refused(ComplianceReason.PACK_UNKNOWN)
    return scope, pack


@bp.get(f"{AT}/<uuid:pack_id>/file")
def file(ref: str, pack_id: uuid.UUID) -> BaseResponse:
    """The zip; a download that broke off goes on where it was."""
    _scope, pack = _pack(ref, pack_id)
    return send_pack(pack)


@shows(PACK_JOB)
def shown(job: Job) -> dict[str, Any]:
    """What the page of the job shows: the way to the pack."""
    pack = packs.find_pack(uuid.UUID(job.payload["pack"]), require_actor())
    slug = packs.organisation_of(pack).slug
    found: dict[str, Any] = {"title": _("Pack of certificates"), "back_url": f"/organisations/{slug}/packs"}
    if not job.result:
        return found
    count = job.result["certificates"]
    return found | {
        "message": str(ngettext("%(num)s certificate is in it", "%(num)s certificates are in it", count)),
        "result_url": f"/organisations/{slug}/packs/{pack.id}",
        "result_text": _("See the pack"),
    }
