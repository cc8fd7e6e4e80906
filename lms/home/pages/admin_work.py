"""/admin/jobs, /admin/imports, /admin/mail: what runs, waits and failed, found by the address."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.core.clock import now
from lms.core.jobs.queries import kinds_of_jobs
from lms.core.mail.services import health, send_now
from lms.core.web.actors import require_actor
from lms.core.web.cursors import PAGE
from lms.core.web.paths import own_path
from lms.home import administration, queries
from lms.home.pages.admin import asked, first_page, is_administration, next_page
from lms.interop.queries import JOB as IMPORT

bp = Blueprint("admin_work", __name__)
is_administration(bp)


@bp.get("/admin/jobs")
def jobs() -> str:
    filters = asked("state", "kind")
    return _jobs("admin/jobs.html", ".jobs", filters, filters.get("kind"), kinds=kinds_of_jobs())


@bp.get("/admin/imports")
def imports() -> str:
    return _jobs("admin/imports.html", ".imports", asked("state"), IMPORT)


def _jobs(template: str, endpoint: str, filters: dict[str, str], kind: str | None, **more: Any) -> str:
    cursor = request.args.get("cursor")
    rows, following = queries.find_jobs(state=filters.get("state"), kind=kind, cursor=cursor, limit=PAGE)
    return render_template(
        template,
        jobs=rows,
        filters=filters,
        next_url=next_page(endpoint, filters, following),
        first_url=first_page(endpoint, filters),
        **more,
    )


@bp.post("/admin/jobs/<uuid:job_id>/retry")
def retry_job(job_id: uuid.UUID) -> BaseResponse:
    administration.retry_job(job_id, by=require_actor(), at=now())
    return _back(".jobs")


@bp.post("/admin/jobs/<uuid:job_id>/cancel")
def cancel_job(job_id: uuid.UUID) -> BaseResponse:
    administration.cancel_job(job_id, by=require_actor(), at=now())
    return _back(".jobs")


def _back(endpoint: str) -> BaseResponse:
    """To the list as it was filtered."""
    given = request.form.get("next")
    return redirect(own_path(given) if given else url_for(endpoint))


@bp.get("/admin/mail")
def mail() -> str:
    filters = asked("state")
    cursor = request.args.get("cursor")
    rows, following = queries.find_mail(state=filters.get("state"), cursor=cursor, limit=PAGE)
    return render_template(
        "admin/mail.html",
        mails=rows,
        health=health(now()),
        filters=filters,
        next_url=next_page(".mail", filters, following),
        first_url=first_page(".mail", filters),
    )


@bp.post("/admin/mail/<uuid:mail_id>/send")
def send_mail(mail_id: uuid.UUID) -> BaseResponse:
    send_now(mail_id, by=require_actor(), at=now())
    return _back(".mail")
