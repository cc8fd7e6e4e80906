"""A refusal, as a page for people and as a problem (RFC 9457) for programs."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from flask import Response, g, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from lms.core.reasons import CoreReason, Reason, Refused

RETRY_SECONDS = 2

BY_STATUS: dict[int, Reason] = {
    400: CoreReason.MALFORMED,
    401: CoreReason.NOT_SIGNED_IN,
    403: CoreReason.FORBIDDEN,
    404: CoreReason.NOT_FOUND,
    405: CoreReason.METHOD,
    409: CoreReason.CONFLICT,
    412: CoreReason.PRECONDITION,
    413: CoreReason.TOO_LARGE,
    415: CoreReason.MEDIA_TYPE,
    416: CoreReason.RANGE,
    422: CoreReason.FIELDS,
    428: CoreReason.PRECONDITION_REQUIRED,
    429: CoreReason.TOO_MANY,
    503: CoreReason.BUSY,
}


class RefusedByHttp(Refused):
    """What Werkzeug or webargs refused: with the fields that are wrong, and the headers that go with the answer."""

    def __init__(self, reason: Reason, errors: Any, headers: dict[str, str], **values: Any) -> None:
        super().__init__(reason, **values)
        self.errors = errors
        self.headers = headers


def wants_json() -> bool:
    """The API always answers in JSON; elsewhere the caller's Accept header decides, HTML where it does not say."""
    if request.path.startswith("/api/"):
        return True
    best = request.accept_mimetypes.best_match(
        ["text/html", "application/json", "application/problem+json"], default="text/html"
    )
    return best != "text/html"


def refusal_of(error: HTTPException) -> RefusedByHttp:
    """Werkzeug's and webargs' errors in our words."""
    data = getattr(error, "data", None) or {}
    code = error.code or 500
    reason = BY_STATUS.get(code, CoreReason.MALFORMED if code < 500 else CoreReason.INTERNAL)
    values = {"seconds": RETRY_SECONDS} if reason is CoreReason.TOO_MANY else {}
    return RefusedByHttp(reason, data.get("messages"), _kept_headers(error), **values)


def _kept_headers(error: HTTPException) -> dict[str, str]:
    wanted = ("Allow", "Retry-After", "WWW-Authenticate", "Content-Range")
    return {name: value for name, value in error.get_headers() if name in wanted}


def answer_refused(refused: Refused) -> Response:
    g.reason = refused.reason
    if wants_json():
        return problem(refused)
    if refused.status == HTTPStatus.UNAUTHORIZED and request.method == "GET":
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))  # type: ignore[return-value]  # werkzeug's base class
    return as_refused(_page(refused), refused)


def as_refused(page: str, refused: Refused) -> Response:
    """A page that says why, with the refusal's status and headers, and its reason in the log."""
    g.reason = refused.reason
    return _with_headers(Response(page, status=refused.status), refused)


def _page(refused: Refused) -> str:
    facts = {
        "code": refused.reason.code,
        "status": refused.status,
        "sentence": refused.sentence(),
        "next_step": refused.next_step(),
    }
    return render_template("errors/reason.html", back_url=_back(), **facts)


def _back() -> str | None:
    """The page before this one, where it was ours."""
    referrer = request.referrer or ""
    return referrer if referrer.startswith(request.host_url) and referrer != request.url else None


def problem(refused: Refused) -> Response:
    """application/problem+json with `reason`, its values, and the fields that are wrong where there are some."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(refused.status).phrase,
        "status": refused.status,
        "detail": refused.sentence(),
        "reason": refused.reason.code,
        "values": refused.values,
    }
    if step := refused.next_step():
        body["next_step"] = step
    if isinstance(refused, RefusedByHttp) and refused.errors:
        body["errors"] = refused.errors
    text = json.dumps(body, ensure_ascii=False, default=str).encode(errors="replace")  # what we echo may be no Unicode
    return _with_headers(Response(text, status=refused.status, mimetype="application/problem+json"), refused)


def _with_headers(response: Response, refused: Refused) -> Response:
    if isinstance(refused, RefusedByHttp):
        response.headers.extend(refused.headers)
    if refused.status in (429, 503):
        response.headers.setdefault("Retry-After", str(refused.values.get("seconds", RETRY_SECONDS)))
    if refused.status == HTTPStatus.UNAUTHORIZED:
        response.headers.setdefault("WWW-Authenticate", "Bearer")
    return response
