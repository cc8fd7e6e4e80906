"""/jobs/{id}: the page on which one waits for work in the background, and sees what came of it."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.core.clock import now
from lms.core.jobs import services
from lms.core.jobs.models import Job
from lms.core.jobs.queries import find_job_of
from lms.core.reasons import Refused, find_reason
from lms.core.web.actors import require_actor

bp = Blueprint("jobs", __name__)

_shown: dict[str, Any] = {}


def shows(kind: str) -> Any:
    """Decorator: the function gives what the page of a kind shows, for templates/jobs/job.html.

    {"title", "message"? in place of the job's own, "result_url"?, "result_text"?, "back_url"?, "ledger"?, "warning"?}
    """

    def register(function: Any) -> Any:
        _shown[kind] = function
        return function

    return register


@bp.get("/jobs/<uuid:job_id>")
def job(job_id: uuid.UUID) -> str:
    found = find_job_of(job_id, by=require_actor())
    more = _shown[found.kind](found) if found.kind in _shown else {"title": found.kind}
    words = {"message": more.pop("message", found.message)}
    return render_template("jobs/job.html", job=with_words(found) | words, **more)


@bp.post("/jobs/<uuid:job_id>/cancel")
def cancel(job_id: uuid.UUID) -> BaseResponse:
    actor = require_actor()
    services.cancel(find_job_of(job_id, by=actor).id, by=actor, at=now())
    return redirect(url_for(".job", job_id=job_id))


def with_words(job: Job) -> dict[str, Any]:
    """A job as `ui.job` shows it."""
    names = ("id", "state", "done", "total", "message")
    return {name: getattr(job, name) for name in names} | {"reason": _in_words(job.reason)}


def _in_words(reason: dict[str, Any] | None) -> dict[str, str] | None:
    """{code, sentence, next_step} of a stored reason, in the reader's language."""
    known = find_reason(reason["code"]) if reason else None
    if reason is None or known is None:
        return reason and {"code": reason["code"], "sentence": reason["code"], "next_step": ""}
    refused = Refused(known, **reason["values"])
    return {"code": known.code, "sentence": refused.sentence(), "next_step": refused.next_step()}
