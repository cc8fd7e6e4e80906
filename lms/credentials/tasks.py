"""Background work: the document of an award. The only place that reaches the renderer."""

from __future__ import annotations

import uuid
from typing import Any

from flask import current_app

from certificates.facts import CertificateFacts, from_values
from certificates.obstacles import CannotPrint
from lms.core.canonical import digest_bytes
from lms.core.clock import now
from lms.core.config import Settings
from lms.core.db import begin_reading, db, end_reading
from lms.core.jobs.services import JobContext, job_handler
from lms.credentials import queries, services
from lms.credentials.privacy import DROP_JOB
from lms.credentials.queries import AwardView
from lms.credentials.rules.snapshots import DESIGN

NO_ADDRESS = "no_address"


@job_handler(services.DOCUMENT_JOB)
def make_document(context: JobContext) -> dict[str, Any]:
    """Draws and stores the document, or holds the award with the reason; a second run finds the first's work.

    No transaction is open while it draws: that takes longer than anybody should wait for a lock.
    """
    award_id, settings = uuid.UUID(context.payload["award"]), current_app.extensions["settings"]
    facts = _facts(award_id, settings)
    if facts is None:
        services.drop_files(context.payload.get("files", ()))  # of an attempt that was killed, and then erased
        return {"outcome": "nothing to do"}
    if not settings.base_url_is_set:
        services.hold_award(award_id, NO_ADDRESS, {}, at=now())
        return {"outcome": NO_ADDRESS}
    try:
        pdf, picture = _draw(facts)
    except CannotPrint as held:
        services.hold_award(award_id, held.obstacle.value, held.values, at=now())
        return {"outcome": held.obstacle.value}
    # Known before they are stored, so that an erasure finds them wherever a process dies.
    context.remember(files=[digest_bytes(pdf), digest_bytes(picture)])
    document = services.attach_document(award_id, pdf, picture, at=now())
    return {"outcome": "made", "document": document.digest}


@job_handler(DROP_JOB)
def drop_files(context: JobContext) -> None:
    """payload {digests}: documents and pictures of somebody who was erased."""
    services.drop_files(context.payload["digests"])


def warm_up() -> None:
    """Loads the renderer ahead of the first document, so that nobody waits a second longer for theirs."""
    from certificates.pdf import printer  # noqa: PLC0415  see _draw

    printer(DESIGN)


def _draw(facts: CertificateFacts) -> tuple[bytes, bytes]:
    """The document and the picture of its front. Raises CannotPrint.

    The web process knows this handler too, as every kind of work, but never loads what draws: a second and 100 MB.
    """
    from certificates.html import build_html  # noqa: PLC0415  the reason stands above
    from certificates.pdf import render_pdf  # noqa: PLC0415
    from certificates.picture import draw_picture  # noqa: PLC0415

    pdf = render_pdf(facts, build_html(facts))
    return pdf, draw_picture(pdf)


def _facts(award_id: uuid.UUID, settings: Settings) -> CertificateFacts | None:
    """What to print; None where there is a document already or nobody to name. Leaves no transaction open."""
    begin_reading()
    try:
        view = queries.find_view(award_id, now())
        return None if view.document or not view.holder else facts_of(view, settings)
    finally:
        db.session.rollback()
        end_reading()


def facts_of(view: AwardView, settings: Settings) -> CertificateFacts:
    """The award's snapshot with the holder's name, as the printer wants it. Whatever is not for real says so."""
    award, holder = view.award, view.holder
    return from_values(
        {
            **award.facts,
            "public_id": award.public_id,
            "verify_url": f"{settings.base_url}/verify/{award.public_id}",
            "digest": award.digest,
            "holder": holder.name if holder else "",
            "holder_language": holder.language if holder else "",
            "salt": holder.salt if holder else "",
            "issued_at": award.issued_at.isoformat(),
            "expires_on": award.expires_on.isoformat() if award.expires_on else None,
            "sample": not settings.production,
        }
    )
