"""Links of messages: made, looked at any number of times, used once.

Looking changes nothing, since programs that check mail for dangers open every link before its reader does.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa

from lms.accounts.models import Link
from lms.accounts.reasons import LinkReason
from lms.core.actor import Actor
from lms.core.db import db
from lms.core.ids import hash_secret, new_id, new_secret
from lms.core.mail.services import send
from lms.core.reasons import Refused

SIGN_UP, PASSWORD, ADDRESS, UNDO_ADDRESS, INVITATION = "sign_up", "password", "address", "undo_address", "invitation"
LIVES = {
    SIGN_UP: timedelta(days=2),
    PASSWORD: timedelta(hours=4),
    ADDRESS: timedelta(days=1),
    UNDO_ADDRESS: timedelta(days=7),
    INVITATION: timedelta(days=14),
}
KEPT = timedelta(days=7)
"""How long after its end a link can still say what it was."""


def make_link(kind: str, *, at: datetime, **facts: Any) -> tuple[Link, str]:
    """A link that is not in the session yet, and its secret, which nobody can read again later."""
    secret = new_secret()
    link = Link(id=new_id(), kind=kind, secret_hash=hash_secret(secret), created_at=at, **facts)
    link.expires_at = at + LIVES[kind]
    return link, secret


def path_of(secret: str, then: str = "") -> str:
    """Where the link leads, within this installation; `then` is the path on which its reader goes on."""
    return f"/links/{secret}" + (f"?{urlencode({'next': then})}" if then else "")


def send_link(
    template: str, kind: str, *, at: datetime, address: str | None = None, then: str = "", **facts: Any
) -> Link:
    """Makes a link and writes the message that carries it: to the person, or to `address`."""
    link, secret = make_link(kind, at=at, **facts)
    db.session.add(link)
    db.session.flush()
    values = {"path": path_of(secret, then), "until": link.expires_at.isoformat()}
    key, person_id = f"link-{link.id}", link.person_id
    send(template, person_id=person_id, values=values, key=key, at=at, address=address, locale=link.locale)
    return link


def find_link(secret: str) -> Link:
    """Whatever became of it. Refused: link.unknown."""
    link = db.session.scalar(sa.select(Link).where(Link.secret_hash == hash_secret(secret)))
    if link is None:
        raise Refused(LinkReason.UNKNOWN)
    return link


def check_link(link: Link, *, by: Actor, at: datetime) -> None:
    """Whether whoever asks may use it now. Refused: link.used, .expired, .other_person."""
    if link.used_at is not None:
        raise Refused(LinkReason.USED, date=link.used_at.isoformat())
    if link.expires_at <= at:
        raise Refused(LinkReason.EXPIRED, date=link.expires_at.isoformat())
    if by.person_id is not None and by.person_id != link.person_id:
        raise Refused(LinkReason.OTHER_PERSON)


def take_link(link: Link, *, at: datetime) -> None:
    """Uses it up, with every other one that would do the same again; of two at once one is refused: link.used.

    Links that undo a change of address do not do the same: each leads back to another address.
    """
    unused = sa.update(Link).where(Link.id == link.id, Link.used_at.is_(None)).values(used_at=at)
    taken: sa.CursorResult[Any] = db.session.execute(unused)  # type: ignore[assignment]  # of an update
    if taken.rowcount == 0:
        raise Refused(LinkReason.USED, date=at.isoformat())
    if link.person_id is not None and link.kind != UNDO_ADDRESS:
        void_links(link.person_id, at, Link.kind == link.kind, Link.organisation_id == link.organisation_id)


def void_links(person_id: uuid.UUID, at: datetime, *which: sa.ColumnElement[bool]) -> None:
    """Ends the person's open links, or those of them that `which` says."""
    mine = sa.update(Link).where(Link.person_id == person_id, Link.used_at.is_(None), *which)
    db.session.execute(mine.values(used_at=at))


def prune_links(at: datetime) -> None:
    """Deletes links a week after their end, and with them the names and addresses of accounts that nobody confirmed."""
    db.session.execute(sa.delete(Link).where(Link.expires_at < at - KEPT))


def send_again(link: Link, *, at: datetime) -> None:
    """A new link that does what `link` did, in the same words to the same address."""
    facts = {name: getattr(link, name) for name in _COPIED}
    anew, secret = make_link(link.kind, at=at, **facts)
    db.session.add(anew)
    values: dict[str, Any] = {"path": path_of(secret), "until": anew.expires_at.isoformat()}
    if link.kind == INVITATION:
        values |= {"organisation": link.organisation_name, "is_new": False}
    address = link.email if link.kind in (SIGN_UP, ADDRESS) else None
    template, key = _TEMPLATES[link.kind], f"link-{anew.id}"
    send(template, person_id=link.person_id, values=values, key=key, at=at, address=address, locale=link.locale)


_COPIED = ("person_id", "email", "name", "locale", "organisation_id", "organisation_name", "asked_by")
_TEMPLATES = {SIGN_UP: "sign-up", PASSWORD: "password", ADDRESS: "new-address", INVITATION: "invitation"}
