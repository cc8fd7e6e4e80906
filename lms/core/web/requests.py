"""The edge of every request: an id, one transaction, one log line, safe headers, and every "no" as page or problem."""

from __future__ import annotations

import errno
import re
import time
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, request
from obstore.exceptions import BaseError as StorageError
from rfc8785 import CanonicalizationError
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from lms.core.db import begin_reading, db, end_reading
from lms.core.ids import new_id
from lms.core.logs import describe_fault, kind_of
from lms.core.reasons import CoreReason, Refused
from lms.core.web.answers import answer_refused, refusal_of

SAFE = ("GET", "HEAD", "OPTIONS")
CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
DISK_FULL = "53100"
"""PostgreSQL's code for it."""
MOST_IN_MEMORY = 2 * 1024 * 1024
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
log = structlog.get_logger("lms.request")


def init_requests(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_secure)
    app.after_request(_log)
    app.after_request(_end_transaction)  # Flask calls these from the last to the first: commit comes first
    app.teardown_request(_forget)
    app.register_error_handler(Refused, _answer_no)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_fault)


def _begin() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if REQUEST_ID.fullmatch(given) else new_id().hex
    g.began = time.perf_counter()
    if request.mimetype != "multipart/form-data":  # uploads go to the disk; all else is read into memory
        request.max_content_length = min(MOST_IN_MEMORY, current_app.extensions["settings"].max_upload)
    if request.method in SAFE:
        begin_reading()


def _end_transaction(response: Response) -> Response:
    """The one commit: before anything is acknowledged. Whatever was refused leaves nothing behind."""
    if response.status_code >= 400:
        _undo()
        return response
    try:
        db.session.commit()
    except Exception as error:  # noqa: BLE001 - the edge: whatever keeps the work from being stored is answered
        return _answer_fault(error)
    return response


def _undo() -> None:
    """A connection that died meanwhile has undone everything already."""
    try:
        db.session.rollback()
    except DBAPIError:
        db.session.remove()


def _secure(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CSP)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    headers.setdefault("Cache-Control", "no-store" if request.path.startswith("/api/") else "private, no-cache")
    headers["X-Request-Id"] = g.get("request_id", "")
    if current_app.extensions["settings"].production:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
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


def _answer_no(refused: Refused) -> Response:
    _undo()  # what was half done must not be stored by whatever the page reads
    return answer_refused(refused)


def _answer_http(error: HTTPException) -> Response:
    if error.code is not None and error.code < 400:  # a redirect that Werkzeug raises
        return error.get_response()  # type: ignore[return-value]  # werkzeug's base class is what Flask sends
    return answer_refused(refusal_of(error))


def _answer_fault(error: Exception) -> Response:
    """What nobody foresaw, in our words: nothing of a driver's message or a traceback goes out."""
    _undo()
    reason = _reason_of(error)
    if reason is CoreReason.INTERNAL:
        log.error("fault", id=g.get("request_id"), exception=describe_fault(error))
    else:
        log.warning("not stored", id=g.get("request_id"), reason=reason.code, kind=kind_of(error))
    return answer_refused(Refused(reason))


def _reason_of(error: Exception) -> CoreReason:
    if isinstance(error, IntegrityError | StaleDataError):  # somebody else wrote it first
        return CoreReason.CONFLICT
    if isinstance(error, DataError | UnicodeEncodeError | CanonicalizationError):  # such as half a surrogate pair
        return CoreReason.UNWRITABLE
    if _is_full(error):
        return CoreReason.NO_ROOM
    return CoreReason.BUSY if _is_away(error) else CoreReason.INTERNAL


def _is_full(error: Exception) -> bool:
    """No room on the disk of the database or of the store."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    driver = getattr(error, "orig", None)
    names = (getattr(driver, "sqlite_errorname", None), getattr(driver, "sqlstate", None))
    return "SQLITE_FULL" in names or DISK_FULL in names


def _is_away(error: Exception) -> bool:
    """The database or the store is busy or gone. SQLite calls operational too what is a fault of ours."""
    if isinstance(error, OperationalError):
        return getattr(error.orig, "sqlite_errorname", None) not in ("SQLITE_ERROR", "SQLITE_READONLY")
    return isinstance(error, PoolTimeout | StorageError) or getattr(error, "connection_invalidated", False)
