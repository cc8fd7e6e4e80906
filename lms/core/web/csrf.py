"""Forms carry a token; the API by bearer token needs none, by session it needs the X-CSRFToken header."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request
from flask_wtf.csrf import CSRFError, CSRFProtect

from lms.core.reasons import CoreReason, Refused
from lms.core.web.actors import SESSION_COOKIE, bearer_token
from lms.core.web.requests import SAFE

csrf = CSRFProtect()
READ_ONLY = "changes_nothing"
View = TypeVar("View", bound=Callable[..., Any])


def changes_nothing(view: View) -> View:
    """Marks a route that takes a form and only reads: who makes somebody's browser send it has gained nothing."""
    setattr(view, READ_ONLY, True)
    return view


def init_csrf(app: Flask) -> None:
    """Flask's own signed cookie holds nothing but this token, so it is named for it."""
    app.config.update(
        SESSION_COOKIE_NAME="csrf",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_HEADERS=["X-CSRFToken"],
    )
    csrf.init_app(app)
    app.before_request(_protect)


def _protect() -> None:
    if request.method in SAFE or bearer_token(request):
        return
    if request.path.startswith("/api/") and SESSION_COOKIE not in request.cookies:
        return  # nobody's session can be misused where there is none
    if hasattr(current_app.view_functions.get(request.endpoint or ""), READ_ONLY):
        return
    try:
        csrf.protect()
    except CSRFError:
        raise Refused(CoreReason.CSRF) from None
