"""/admin: how the installation is, certificates that wait for a person, room, the audit."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.core.clock import now
from lms.core.web.actors import current_actor, require_actor
from lms.core.web.cursors import PAGE
from lms.credentials.services import retry_document, retry_held
from lms.home import administration, queries, wording
from lms.home.doctor import glance

bp = Blueprint("admin", __name__)


def begin() -> None:
    """Only administrators see any of these pages. Refused: core.not_signed_in, core.forbidden."""
    administration.check_administrator(current_actor())


def in_words() -> dict[str, Any]:
    """What the templates need to say codes in words."""
    return {"words": wording, "word": wording.word, "options": wording.options}


def asked(*names: str) -> dict[str, str]:
    """Filters as they stand in the address; empty ones are left out."""
    return {name: value for name in names if (value := request.args.get(name, "").strip())}


def next_page(endpoint: str, filters: dict[str, Any], cursor: str | None) -> str:
    """The address of the page after this one; empty at the end."""
    return url_for(endpoint, **filters, cursor=cursor) if cursor else ""


def first_page(endpoint: str, filters: dict[str, Any]) -> str:
    """The address of the first page, where this is a later one."""
    return url_for(endpoint, **filters) if request.args.get("cursor") else ""


def is_administration(bp: Blueprint) -> None:
    """For administrators only, and its templates speak in words."""
    bp.before_request(begin)
    bp.context_processor(in_words)


is_administration(bp)


@bp.get("/admin")
def start() -> str:
    at = now()
    findings = glance(current_app._get_current_object(), at)  # type: ignore[attr-defined]  # noqa: SLF001 - as Flask documents
    return render_template(
        "admin/overview.html",
        counts=queries.figures(),
        findings=sorted(findings, key=lambda one: ("bad", "warn", "good").index(one.state)),
        held=queries.held_certificates(at),
        jobs=queries.failed_jobs(),
    )


@bp.post("/admin/held/retry")
def retry_all_held() -> BaseResponse:
    retry_held(by=require_actor(), at=now())
    return redirect(url_for(".start"))


@bp.post("/admin/held/<public_id>/retry")
def retry_one_held(public_id: str) -> BaseResponse:
    retry_document(public_id, by=require_actor(), at=now())
    return redirect(url_for(".start"))


@bp.get("/admin/storage")
def storage() -> str:
    return render_template("admin/storage.html", room=queries.room())


@bp.get("/admin/audit")
def audit() -> str:
    filters = asked("person", "subject", "action")
    wanted: dict[str, Any] = {name: filters.get(name) for name in ("person", "subject", "action")}
    entries, following = queries.find_entries(**wanted, cursor=request.args.get("cursor"), limit=PAGE)
    return render_template(
        "admin/audit.html",
        entries=entries,
        filters=filters,
        next_url=next_page(".audit", filters, following),
        first_url=first_page(".audit", filters),
    )
