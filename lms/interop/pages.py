"""/teach/import: an author sends a course; the page of the job shows what came of it."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.core.actor import Actor
from lms.core.clock import now
from lms.core.i18n import _
from lms.core.jobs.models import Job
from lms.core.jobs.pages import shows
from lms.core.reasons import CoreReason, Refused, explain
from lms.core.web.actors import require_actor
from lms.interop.exporting import send_archive
from lms.interop.ledger import Note
from lms.interop.queries import JOB
from lms.interop.reasons import ImportReason
from lms.interop.services import request_import
from lms.organisations.services import list_organisations

bp = Blueprint("interop", __name__)


@bp.get("/teach/import")
def import_form() -> str:
    return _form(_publishers(require_actor()))


@bp.post("/teach/import")
def import_upload() -> BaseResponse | tuple[str, int]:
    actor = require_actor()
    publishers = _publishers(actor)
    upload, chosen = request.files.get("file"), request.form.get("organisation", "")
    publisher = chosen if chosen in [choice["value"] for choice in publishers] else publishers[0]["value"]
    if upload is None or not upload.filename:
        return _form(publishers, error=explain(ImportReason.NO_FILE_SENT.code)), ImportReason.NO_FILE_SENT.status
    job = request_import(
        upload.stream,
        name=upload.filename,
        publish=request.form.get("publish") == "yes",
        slug=request.form.get("slug", "").strip() or None,
        organisation_id=uuid.UUID(publisher),
        by=actor,
        at=now(),
        key=request.form.get("token") or None,
    )
    return redirect(url_for("jobs.job", job_id=job.id))


@bp.get("/teach/<slug>/export")
def export(slug: str) -> BaseResponse:
    """The draft as a zip in our own format."""
    return send_archive(slug, by=require_actor())


def _form(publishers: list[dict[str, str]], error: str = "") -> str:
    return render_template("interop/import.html", publishers=publishers, error=error, token=uuid.uuid4().hex)


def _publishers(actor: Actor) -> list[dict[str, str]]:
    """The organisations for which the person may bring in courses, as choices of a form.

    Refused(core.forbidden) where there are none.
    """
    mine = actor.scopes("author", "organisation")
    known = [o for o in list_organisations() if actor.is_administrator or o.id in mine]
    found = [{"value": str(organisation.id), "text": organisation.name} for organisation in known]
    if not found:
        raise Refused(CoreReason.FORBIDDEN)
    return found


@shows(JOB)
def shown(job: Job) -> dict[str, Any]:
    """What the page of an import shows: the ledger, and the way to the course."""
    found: dict[str, Any] = {"title": _("Import of %(name)s", name=job.payload["name"]), "back_url": "/teach/import"}
    if not job.result:
        return found
    refused, revision = job.result.get("publishing"), job.result["revision"]
    return found | {
        "ledger": {"counts": job.result["counts"], "items": [_row(row) for row in job.result["items"]]},
        "message": _("Published as revision %(number)s", number=revision) if revision else _("Saved as a draft"),
        "result_url": f"/courses/{job.result['course']}" if revision else f"/teach/{job.result['course']}/publish",
        "result_text": _("See the course") if revision else _("See the draft"),
        "warning": refused and explain(refused["code"], refused["values"]),
    }


def _row(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the ledger with its reason in the reader's language."""
    note = Note.of(row["code"]) if row["code"] else None
    return row | {"reason": _(note.template, **row["values"])} if note else row
