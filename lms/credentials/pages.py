"""The wallet, one certificate, and the page on which anybody checks one."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from certificates.preview import preview_html, unprintable
from lms.core.clock import now
from lms.core.i18n import _, shown_language
from lms.core.ids import read_public_id
from lms.core.reasons import CoreReason, Refused
from lms.core.site import site
from lms.core.web.actors import require_actor, require_identity
from lms.core.web.answers import wants_json
from lms.core.web.csrf import changes_nothing
from lms.credentials import permissions, queries, schemas, services
from lms.credentials.queries import AwardView
from lms.credentials.reasons import CredentialReason
from lms.credentials.sending import send_pdf, send_picture
from lms.credentials.verifying import Verification, verify_award, verify_document, verify_name

bp = Blueprint("credentials", __name__)

MOST_DOCUMENT = 20 * 1024 * 1024
MOST_NAME = 200
PREVIEW_CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
"""A page of ours with its own style in it, which loads nothing and runs nothing, inside a page of ours."""
LINKEDIN = "https://www.linkedin.com/profile/add"


@bp.get("/certificates")
def wallet() -> str:
    """All that the person holds, the newest first; the page of the list stands in the address."""
    views, cursor = queries.awards_of(require_identity().person_id, now(), cursor=request.args.get("cursor"))
    following = url_for(".wallet", cursor=cursor) if cursor else None
    return render_template("credentials/wallet.html", views=views, next_url=following)


@bp.route("/you/certificate", methods=["GET", "POST"])
@changes_nothing
def name_preview() -> Response:
    """The front of a sample certificate with one's name, or with the one that was typed; for a frame on /you.

    What is typed comes by POST, since names belong in no log of addresses.
    """
    identity = require_identity()
    name = request.form.get("name", identity.name)[:MOST_NAME]
    note = _unprintable_in_words(name)
    response = Response(preview_html(name, language=shown_language(), issuer=site().name, note=note))
    response.headers["Content-Security-Policy"] = PREVIEW_CSP
    return response


def _unprintable_in_words(name: str) -> str:
    missing = unprintable(name)
    if not missing:
        return ""
    characters = ", ".join(missing)
    return _("No font here has %(characters)s: a certificate with this name would have to wait.", characters=characters)


@bp.get("/certificates/<public_id>")
def certificate(public_id: str) -> str:
    """The moment it is earned, and every later look at it; while the document is coming the page looks again."""
    identity = require_identity()
    view = queries.find_own_award(public_id, identity.actor, now())
    address = verify_url(view)
    return render_template(
        "credentials/certificate.html",
        view=view,
        address=address,
        first_name=identity.name.split()[0] if view.award.person_id == identity.person_id else None,
        job=None if view.document or view.holder is None else services.document_job(view),
        linkedin=_linkedin(view, address),
        may_retry=permissions.may_retry(identity.actor),
        may_revoke=permissions.may_revoke(identity.actor, organisation_id=view.award.organisation_id),
    )


def verify_url(view: AwardView) -> str:
    """The address that stands on the document."""
    return f"{current_app.extensions['settings'].base_url}/verify/{view.award.public_id}"


def _linkedin(view: AwardView, address: str) -> str:
    facts, ends = view.award.facts, view.award.expires_on
    issued = date.fromisoformat(facts["issued_on"])  # the day that stands on the document, in the organisation's zone
    known: dict[str, Any] = {
        "startTask": "CERTIFICATION_NAME",
        "name": facts["title"],
        "organizationName": facts["issuer"],
        "issueYear": issued.year,
        "issueMonth": issued.month,
        "certUrl": address,
        "certId": view.award.public_id,
    }
    validity = {"expirationYear": ends.year, "expirationMonth": ends.month} if ends else {}
    return f"{LINKEDIN}?{urlencode(known | validity)}"


@bp.get("/certificates/<public_id>/pdf")
def document(public_id: str) -> Response:
    return send_pdf(queries.find_own_award(public_id, require_actor(), now()))


@bp.get("/certificates/<public_id>/picture")
def picture(public_id: str) -> Response:
    """The front of the document."""
    return send_picture(queries.find_own_award(public_id, require_actor(), now()))


@bp.post("/certificates/<public_id>/retry")
def retry(public_id: str) -> BaseResponse:
    view = services.retry_document(public_id, by=require_actor(), at=now())
    return redirect(url_for(".certificate", public_id=view.award.public_id))


@bp.post("/certificates/<public_id>/revocation")
def revoke(public_id: str) -> BaseResponse:
    view = services.revoke_award(public_id, request.form.get("reason", ""), by=require_actor(), at=now())
    return redirect(url_for(".certificate", public_id=view.award.public_id))


@bp.get("/verify")
def check() -> str | BaseResponse:
    """Where a number is typed or a file dropped."""
    typed = request.args.get("id", "").strip()
    if typed:
        return redirect(url_for(".verification", public_id=_number_in(typed)))
    return _unlisted(Response(render_template("credentials/check.html", number=request.args.get("number", "")[:64])))


def _number_in(typed: str) -> str:
    """The number in what somebody typed or pasted: spaces go, and of an address the last part of its path counts."""
    last = re.split(r"[?#]", typed, maxsplit=1)[0].rstrip("/").rsplit("/", 1)[-1]
    return read_public_id("".join(last.split()))[:64] or "-"


@bp.post("/verify")
@changes_nothing
def check_file() -> Response:
    """Finds the award of a document by its bytes."""
    return _answer(verify_document(_file(), at=now()))


@bp.get("/verify/<public_id>")
def verification(public_id: str) -> Response:
    """The answer, for people and for programs; needs no account."""
    return _answer(verify_award(public_id, at=now()))


@bp.post("/verify/<public_id>")
@changes_nothing
def compare_file(public_id: str) -> Response:
    """Whether a file is the document of this award."""
    return _answer(verify_document(_file(), at=now(), public_id=public_id))


@bp.post("/verify/<public_id>/name")
@changes_nothing
def compare_name(public_id: str) -> Response:
    """Whether name and name key, as the paper has them, are those of this award: its holder was erased here."""
    name, salt = request.form.get("name", ""), request.form.get("key", "")
    return _answer(verify_name(public_id, name, salt, at=now()))


def _file() -> bytes:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Refused(CredentialReason.FILE_MISSING)
    data = sent.stream.read(MOST_DOCUMENT + 1)
    if len(data) > MOST_DOCUMENT:
        raise Refused(CoreReason.TOO_LARGE)
    return data


def _answer(found: Verification) -> Response:
    if wants_json():
        response = jsonify(schemas.dump_verification(found))
        response.headers["Access-Control-Allow-Origin"] = "*"
    else:
        settings = current_app.extensions["settings"]
        checks = {check.name: check.passed for check in found.checks}
        page = render_template(
            "credentials/verification.html",
            view=found.view,
            name=found.view.holder.name if found.view.holder else found.name,
            checks=checks,
            valid=found.is_valid,
            sample=not settings.production,
            address=verify_url(found.view),
        )
        response = Response(page)
    return _unlisted(response)


def _unlisted(response: Response) -> Response:
    """Not for search engines, and another answer for who asks for JSON."""
    response.headers["X-Robots-Tag"] = "noindex"
    response.vary.add("Accept")
    return response
