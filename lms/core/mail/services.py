"""Write a message with the work that causes it; a job sends it after the commit, and tries again with growing waits.

A message is written at most once for each key, so that a use case that is retried sends nothing twice.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app

from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.config import Settings
from lms.core.db import db, insert_ignore
from lms.core.ids import new_id
from lms.core.jobs.models import Job
from lms.core.jobs.services import enqueue
from lms.core.mail.models import Mail
from lms.core.mail.reasons import MailReason
from lms.core.reasons import CoreReason, Refused

__all__ = [
    "can_send",
    "counts_of_mail",
    "end_old",
    "forget",
    "health",
    "prune",
    "require_mail",
    "send",
    "send_many",
    "send_now",
    "wake_stranded",
]

SEND_JOB = "mail.send"
KEPT = timedelta(days=30)
STRANDED = timedelta(minutes=30)


def send(
    template: str,
    *,
    person_id: uuid.UUID | None,
    values: dict[str, Any],
    key: str,
    at: datetime,
    address: str | None = None,
    locale: str | None = None,
) -> None:
    """Writes one message from templates/mail/<template>.html and .txt; once for each `key`.

    `values` are plain JSON values for the template, wiped after sending. Address, name and language are the person's
    when the message is sent; `address` (and `locale`) only where it is not the account's, or there is none yet.
    `key` holds ids, never names or addresses: it stays.
    """
    _write([_row(template, person_id, values, key, at) | {"address": address, "locale": locale}], f"mail {key}", at)


def send_many(template: str, messages: Iterable[tuple[uuid.UUID, dict[str, Any], str]], *, at: datetime) -> None:
    """The same for thousands, (person_id, values, key) each, in a handful of statements and one job."""
    rows = [_row(template, person_id, values, key, at) for person_id, values, key in messages]
    if rows:
        digest = hashlib.sha256("\n".join(sorted(row["key"] for row in rows)).encode()).hexdigest()
        _write(rows, f"mail {template} {digest[:32]}", at)


def _row(template: str, person_id: uuid.UUID | None, values: dict[str, Any], key: str, at: datetime) -> dict[str, Any]:
    made = {"key": key, "template": template, "person_id": person_id, "values": values}
    return made | {"state": "queued", "tries": 0, "created_at": at, "due_at": at}


def _write(rows: list[dict[str, Any]], batch: str, at: datetime) -> None:
    """In the order of the keys: two transactions with the same ones do not wait each for the other."""
    ordered = sorted(rows, key=lambda row: str(row["key"]))
    insert_ignore(Mail, [row | {"id": new_id(), "batch": batch} for row in ordered])
    enqueue(SEND_JOB, batch, {"batch": batch}, at=at)


def can_send() -> bool:
    """Whether messages go anywhere: by SMTP, or in development into files."""
    settings: Settings = current_app.extensions["settings"]
    return bool(settings.mail_url) or not settings.production


def require_mail() -> None:
    """For use cases that make no sense without a message (a link to confirm): Refused(mail.not_set_up)."""
    if not can_send():
        raise Refused(MailReason.NOT_SET_UP)


def health(at: datetime) -> dict[str, Any]:
    """{kind: smtp, folder or none, queued, waiting_since, failed, last_sent_at, reason}.

    `failed` counts the last 30 days; `reason` is {code, values} of the newest message that waits after a try.
    """
    settings: Settings = current_app.extensions["settings"]
    queued = Mail.state == "queued"
    counted = sa.select(
        sa.func.count().filter(queued),
        sa.func.min(Mail.created_at).filter(queued),
        sa.func.count().filter(Mail.state == "failed", Mail.created_at > at - KEPT),
        sa.func.max(Mail.ended_at).filter(Mail.state == "sent"),
    )
    waiting, since, failed, last = db.session.execute(counted).one()
    tried = sa.select(Mail.reason).where(queued, Mail.tries > 0).order_by(Mail.due_at.desc()).limit(1)
    return {
        "kind": "smtp" if settings.mail_url else "none" if settings.production else "folder",
        "queued": waiting,
        "waiting_since": since,
        "failed": failed,
        "last_sent_at": last,
        "reason": db.session.scalar(tried),
    }


def counts_of_mail() -> dict[str, int]:
    """How many messages stand in each state."""
    counted = sa.select(Mail.state, sa.func.count().label("number")).group_by(Mail.state)
    return {row.state: row.number for row in db.session.execute(counted)}


def send_now(mail_id: uuid.UUID, *, by: Actor, at: datetime) -> Mail:
    """Tries a message that waits at once, and not at its next time.

    What failed for good can't be sent again: what was in it was wiped.
    Refused: core.not_signed_in, core.forbidden, core.not_found, mail.over.
    """
    if not by.is_administrator:
        raise Refused(CoreReason.NOT_SIGNED_IN if by.is_guest else CoreReason.FORBIDDEN)
    mail = db.session.get(Mail, mail_id)
    if mail is None:
        raise Refused(CoreReason.NOT_FOUND)
    if mail.state != "queued":
        raise Refused(MailReason.OVER)
    mail.due_at = at
    enqueue(SEND_JOB, f"{mail.batch} now {at.isoformat()}", {"batch": mail.batch}, at=at)
    record("mail.sent_now", by=by, subject=("mail", mail_id), at=at)
    return mail


def forget(person_id: uuid.UUID, address: str | None = None) -> None:
    """Every message to a person, or to their address: what waits is not sent."""
    theirs = Mail.person_id == person_id
    db.session.execute(sa.delete(Mail).where(sa.or_(theirs, Mail.address == address) if address else theirs))


def end_old(before: datetime, *, at: datetime) -> int:
    """What waits since before then is not sent any more, and what is in it is wiped: how many messages that were.

    After a backup was put back: they were sent long ago, or whoever waited for them has asked anew.
    """
    ended = {"state": "failed", "ended_at": at, "reason": Refused(MailReason.RESTORED).as_dict()}
    old = sa.update(Mail).where(Mail.state == "queued", Mail.created_at < before)
    done: Any = db.session.execute(old.values(**ended, values={}, address=None))
    return int(done.rowcount)


def prune(at: datetime) -> None:
    """Deletes what was sent or failed a month ago."""
    db.session.execute(sa.delete(Mail).where(Mail.state != "queued", Mail.created_at < at - KEPT))


def wake_stranded(at: datetime) -> None:
    """A new job for messages that no job will send: theirs was cancelled, or died too often."""
    begins = sa.func.substr(Job.key, 1, sa.func.length(Mail.batch)) == Mail.batch
    theirs = sa.exists().where(Job.kind == SEND_JOB, Job.state.in_(("queued", "running")), begins)
    late = sa.select(Mail.batch).where(Mail.state == "queued", Mail.due_at < at - STRANDED, ~theirs).distinct()
    for batch in db.session.scalars(late).all():
        enqueue(SEND_JOB, f"{batch} again {at:%Y-%m-%dT%H}", {"batch": batch}, at=at)
