"""/admin: the installation, for administrators."""

from __future__ import annotations

import uuid

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.core.clock import now
from lms.core.web.actors import current_actor, require_actor
from lms.credentials.services import retry_document, retry_held
from lms.home import administration
from lms.home.queries import overview

bp = Blueprint("admin", __name__)


@bp.get("/admin")
def start() -> str:
    administration.check_administrator(current_actor())
    return render_template("admin.html", **overview(now()))


@bp.post("/admin/held/retry")
def retry_all_held() -> BaseResponse:
    actor = require_actor()
    administration.check_administrator(actor)
    retry_held(by=actor, at=now())
    return redirect(url_for(".start"))


@bp.post("/admin/held/<public_id>/retry")
def retry_one_held(public_id: str) -> BaseResponse:
    actor = require_actor()
    administration.check_administrator(actor)
    retry_document(public_id, by=actor, at=now())
    return redirect(url_for(".start"))


@bp.post("/admin/jobs/<uuid:job_id>/retry")
def retry_one_job(job_id: uuid.UUID) -> BaseResponse:
    administration.retry_job(job_id, by=require_actor(), at=now())
    return redirect(url_for(".start"))
