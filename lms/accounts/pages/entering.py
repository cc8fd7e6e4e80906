"""The cookie of a browser that signs in, and where it goes next."""

from __future__ import annotations

from flask import current_app, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.accounts import rules
from lms.accounts.services import Entry
from lms.core.web.actors import SESSION_COOKIE
from lms.core.web.paths import own_path


def entered(entry: Entry, target: str | None) -> BaseResponse:
    """To where somebody wanted to go (a path of ours), or first to the second step."""
    life = rules.SESSION_LIFE if entry.is_complete else rules.STEP_LIFE
    path = own_path(target)
    response = redirect(_next(entry, path))
    secure = current_app.extensions["settings"].base_url.startswith("https://")
    seconds = int(life.total_seconds())
    response.set_cookie(SESSION_COOKIE, entry.secret, max_age=seconds, httponly=True, samesite="Lax", secure=secure)
    return response


def _next(entry: Entry, path: str) -> str:
    if not entry.is_complete:
        return url_for("second_step.ask", next=path)
    return url_for("security.overview") if entry.must_add else path


def device() -> str:
    """What the browser calls itself."""
    return request.user_agent.string or "unknown"


def address() -> str:
    """The network address that asks."""
    return request.remote_addr or ""
