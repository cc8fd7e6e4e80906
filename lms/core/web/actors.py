"""Who is asking, for routes: from the session cookie or a bearer token, asked once a request and only if needed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol, cast

from flask import Flask, Request, Response, g, request
from flask_login import LoginManager, current_user
from sqlalchemy.exc import DBAPIError

from lms.core.actor import GUEST, Actor, Identity
from lms.core.clock import now
from lms.core.db import begin_writing, db
from lms.core.ports import Port
from lms.core.reasons import CoreReason, Refused

SESSION_COOKIE = "session"
USED_AGAIN = timedelta(hours=1)
"""How old the time of last use may be before it is written anew."""


class Identifies(Protocol):
    """Answered by accounts: who a secret belongs to at an instant, or None; and that it was used."""

    def by_session(self, secret: str, at: datetime) -> Identity | None: ...
    def by_token(self, secret: str, at: datetime) -> Identity | None: ...
    def note_use(self, identity: Identity, at: datetime) -> None: ...


identifies: Port[Identifies] = Port("core.web.identifies")


def init_actors(app: Flask) -> None:
    manager = LoginManager()
    manager.session_protection = None  # sessions are rows of our own, which can be revoked
    app.config["REMEMBER_COOKIE_NAME"] = "no; such; cookie"  # else another product's `remember_token` signs people out
    manager.request_loader(_identify)
    manager.init_app(app, add_context_processor=False)  # a page that fails must not ask who reads it; see frame.py
    app.after_request(_note_use)


def _identify(incoming: Request) -> Identity | None:
    identity = _identity_of(bearer_token(incoming), incoming.cookies.get(SESSION_COOKIE))
    if identity:
        g.locale, g.timezone, g.identity = identity.locale, identity.timezone, identity
    return identity


def _note_use(response: Response) -> Response:
    """When a device was last used, once an hour: after the request's own work was committed, and never at its cost."""
    identity = g.get("identity")
    if identity is None or (identity.used_at and now() - identity.used_at < USED_AGAIN):
        return response
    try:
        begin_writing()
        identifies.call.note_use(identity, now())
        db.session.commit()
    except DBAPIError:  # somebody holds SQLite's lock: the next request tells
        db.session.remove()
    return response


def _identity_of(token: str | None, session: str | None) -> Identity | None:
    if token:
        return identifies.call.by_token(token, now())
    return identifies.call.by_session(session, now()) if session else None


def bearer_token(incoming: Request) -> str | None:
    """The token of an `Authorization: Bearer` header; a token wins over a cookie."""
    kind, _, token = incoming.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip() else None


def current_identity() -> Identity | None:
    if not current_user.is_authenticated:
        return None
    return cast(Identity, current_user._get_current_object())  # noqa: SLF001 - the way that Flask documents


def current_actor() -> Actor:
    """The person of this request, or GUEST. A token that is not valid (any more) is refused, not taken for a guest."""
    identity = current_identity()
    if identity is None and bearer_token(request):
        raise Refused(CoreReason.NOT_SIGNED_IN)
    return identity.actor if identity else GUEST


def require_identity() -> Identity:
    """The person of this request; Refused(core.not_signed_in) for guests."""
    identity = current_identity()
    if identity is None:
        raise Refused(CoreReason.NOT_SIGNED_IN)
    return identity


def require_actor() -> Actor:
    """The person of this request as an actor; Refused(core.not_signed_in) for guests."""
    return require_identity().actor
