"""/teach/import: an author sends a course; the page of the job shows what came of it."""

from __future__ import annotations

import uuid
from collections import Counter
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
from lms.courses import wording
from lms.courses.publication import compare_with_draft
from lms.interop.exporting import send_archive
from lms.interop.ledger import Note
from lms.interop.queries import JOB
from lms.interop.reasons import ImportReason
from lms.interop.services import KEPT, confirm_import, request_import
from lms.organisations.services import list_organisations

bp = Blueprint("interop", __name__)
ORDER = ["left_out", "approximated", "imported"]
"""The outcomes of a ledger, what deserves a look first."""
A_PAGE = 200


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
        ask=True,
    )
    return redirect(url_for("jobs.job", job_id=job.id))


@bp.post("/teach/import/<uuid:job_id>")
def confirm(job_id: uuid.UUID) -> BaseResponse:
    """Imports into the course that stands, after a look at what that does."""
    return redirect(url_for("jobs.job", job_id=confirm_import(job_id, by=require_actor(), at=now()).id))


@bp.get("/teach/<slug>/export")
def export(slug: str) -> BaseResponse:
    """The draft, or a revision, as a zip in our own format."""
    return send_archive(slug, by=require_actor(), revision=request.args.get("revision", type=int))


def _form(publishers: list[dict[str, str]], error: str = "") -> str:
    return render_template(
        "interop/import.html",
        publishers=publishers,
        error=error,
        token=uuid.uuid4().hex,
        slug=request.values.get("slug", "")[:80],
    )


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
    """What the page of an import shows: what it would do or did, the ledger, and the way to the course."""
    found: dict[str, Any] = {"title": _("Import of %(name)s", name=job.payload["name"]), "back_url": "/teach/import"}
    if not job.result:
        return found
    found |= {"ledger": _ledger(job.result, request.args.get("outcome", ""), request.args.get("from", 0, type=int))}
    return found | (_asked(job) if "waits" in job.result else _done(job.result))


def _asked(job: Job) -> dict[str, Any]:
    """The course stands: how its draft would change, and the button that does it, while it is as it was looked at."""
    if job.finished_at and job.finished_at < now() - KEPT:
        return {"message": _("Nothing was imported: the file was kept for a week and is gone. Send it again.")}
    result = job.result or {}
    slug, waits = result["course"], result["waits"]
    compared = compare_with_draft(slug, waits["outline"], by=require_actor())
    return {
        "message": _("Read. Nothing is imported yet: this course is here already."),
        "compared": compared,
        "course_slug": slug,
        "is_current": compared.version == waits["version"],
        "publishes": job.payload["publish"],
        "confirm_url": url_for("interop.confirm", job_id=job.id),
        "words": wording,
    }


def _done(result: dict[str, Any]) -> dict[str, Any]:
    refused, revision = result.get("publishing"), result["revision"]
    return {
        "message": _("Published as revision %(number)s", number=revision) if revision else _("Saved as a draft"),
        "result_url": f"/courses/{result['course']}" if revision else f"/teach/{result['course']}/publish",
        "result_text": _("See the course") if revision else _("See the draft"),
        "warning": refused and explain(refused["code"], refused["values"]),
    }


def _ledger(result: dict[str, Any], outcome: str, start: int) -> dict[str, Any]:
    """What was left out first, then what came in changed; what came in as it was only where it is asked for."""
    items = result["items"]
    numbers = Counter(item["outcome"] for item in items)
    wanted = [outcome] if outcome in ORDER else ORDER[:2]
    fitting = sorted(
        (item for item in items if item["outcome"] in wanted), key=lambda item: ORDER.index(item["outcome"])
    )
    start = max(0, min(start, len(fitting)))
    return {
        "counts": result["counts"],
        "items": [_row(item) for item in fitting[start : start + A_PAGE]],
        "outcomes": {name: numbers[name] for name in ORDER},
        "outcome": outcome if outcome in ORDER else "",
        "first": start + 1,
        "total": len(fitting),
        "next": start + A_PAGE if start + A_PAGE < len(fitting) else None,
    }


def _row(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the ledger with its reason in the reader's language."""
    note = Note.of(row["code"]) if row["code"] else None
    return row | {"reason": _(note.template, **row["values"])} if note else row
