"""The edge of every request: an id, one transaction, one log line, safe headers, and every "no" as page or problem."""

from __future__ import annotations

import re
import time
from typing import Any

import structlog
from flask import Flask, Response, g, request
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from lms.core.db import begin_reading, db, end_reading
from lms.core.ids import new_id
from lms.core.reasons import CoreReason, Refused
from lms.core.web.answers import answer_refused, refusal_of

SAFE = ("GET", "HEAD", "OPTIONS")
CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
log = structlog.get_logger("lms.request")


def init_requests(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_secure)
    app.after_request(_log)
    app.after_request(_end_transaction)  # Flask calls these from the last to the first: commit comes first
    app.teardown_request(_forget)
    app.register_error_handler(Refused, answer_refused)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(DBAPIError, _answer_database)
    app.register_error_handler(StaleDataError, _answer_stale)
    app.register_error_handler(UnicodeEncodeError, _answer_unwritable)
    app.register_error_handler(Exception, _answer_fault)


def _begin() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if REQUEST_ID.fullmatch(given) else new_id().hex
    g.began = time.perf_counter()
    if request.method in SAFE:
        begin_reading()


def _end_transaction(response: Response) -> Response:
    """The one commit: before anything is acknowledged. Whatever was refused leaves nothing behind."""
    if response.status_code >= 400:
        db.session.rollback()
        return response
    try:
        db.session.commit()
    except StaleDataError as error:
        return _answer_stale(error)
    except DBAPIError as error:
        return _answer_database(error)
    return response


def _secure(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CSP)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    headers.setdefault("Cache-Control", "no-store" if request.path.startswith("/api/") else "private, no-cache")
    headers["X-Request-Id"] = g.get("request_id", "")
    return response


def _log(response: Response) -> Response:
    took = (time.perf_counter() - g.get("began", time.perf_counter())) * 1000
    rule = request.url_rule.rule if request.url_rule else None
    facts: dict[str, Any] = {
        "id": g.get("request_id"),
        "method": request.method,
        "route": rule,
        "status": response.status_code,
    }
    if reason := g.get("reason"):
        facts |= {"reason": reason.code}
    log.info("request", ms=round(took, 1), **facts)
    if observe := request_observer:
        observe(rule or "unknown", request.method, response.status_code, took / 1000)
    return response


request_observer: Any = None
"""Called with (route, method, status, seconds) a request; set by lms/core/web/health.py."""


def _forget(_error: BaseException | None) -> None:
    end_reading()


def _answer_http(error: HTTPException) -> Response:
    if error.code is not None and error.code < 400:  # a redirect that Werkzeug raises
        return error.get_response()  # type: ignore[return-value]  # werkzeug's base class is what Flask sends
    return answer_refused(refusal_of(error))


def _answer_database(error: DBAPIError) -> Response:
    """A busy or dying database is 503; a row that somebody else wrote first is 409. No driver message goes out."""
    db.session.rollback()
    if isinstance(error, IntegrityError):
        log.warning("conflict", id=g.get("request_id"), constraint=_constraint(error))
        return answer_refused(Refused(CoreReason.CONFLICT))
    if isinstance(error, DataError):
        return _answer_unwritable(error)
    if isinstance(error, OperationalError) or error.connection_invalidated:
        log.warning("database unavailable", id=g.get("request_id"), kind=type(error.orig).__name__)
        return answer_refused(Refused(CoreReason.BUSY))
    return _answer_fault(error)


def _constraint(error: IntegrityError) -> str | None:
    diagnosis = getattr(error.orig, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or type(error.orig).__name__


def _answer_stale(_error: Exception) -> Response:
    """Somebody changed the row between our reading and our writing."""
    db.session.rollback()
    return answer_refused(Refused(CoreReason.CONFLICT))


def _answer_unwritable(_error: Exception) -> Response:
    """Text that no database stores, such as a NUL or half a surrogate pair, is the sender's fault."""
    db.session.rollback()
    return answer_refused(Refused(CoreReason.UNWRITABLE))


def _answer_fault(error: Exception) -> Response:
    db.session.rollback()
    log.exception("fault", id=g.get("request_id"), exc_info=error)
    return answer_refused(Refused(CoreReason.INTERNAL))
