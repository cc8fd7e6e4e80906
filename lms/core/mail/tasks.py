"""The job that sends: one connection, a portion at a time, each message noted as sent before the next one goes."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app

from lms.core.clock import now
from lms.core.db import begin_reading, db, end_reading
from lms.core.jobs.regular import regular_job
from lms.core.jobs.services import JobContext, enqueue, job_handler
from lms.core.logs import describe_fault
from lms.core.mail import services
from lms.core.mail.models import Mail
from lms.core.mail.ports import Recipient, recipients
from lms.core.mail.reasons import MailReason
from lms.core.mail.rendering import Outgoing, compose
from lms.core.mail.sending import Folder, Transport, Undelivered, open_transport
from lms.core.reasons import Refused

PORTION = 20
WAITS = [timedelta(minutes=m) for m in (1, 5, 15, 60, 3 * 60, 6 * 60, 12 * 60, 24 * 60)]
"""After the first try, the second, …: two days in all, as mail servers themselves do (RFC 5321, 4.5.4.1)."""
log = logging.getLogger(__name__)


@job_handler(services.SEND_JOB)
def send_batch(context: JobContext) -> dict[str, Any]:
    """Sends what is due of a batch; what has to wait gets a job of its own for later.

    Killed at any place, at most the one message in flight goes out again, under the same Message-ID.
    """
    batch = context.payload["batch"]
    transport = open_transport(current_app.extensions["settings"])
    sent, before = 0, context.reached
    try:
        while portion := _portion(batch, now()):
            for mail in portion:
                if _take(mail, now()):
                    sent += _send_one(mail, transport, now())
                    db.session.commit()
            context.progress(before + sent)
    except Undelivered as refused:
        _put_off_all(batch, refused.reason, now())
    finally:
        transport.close()
    _again_later(batch)
    return {"sent": sent}


def _portion(batch: str, at: datetime) -> list[Outgoing]:
    """The next due messages with where they go. Leaves no transaction open: sending takes longer than a lock may."""
    begin_reading()
    try:
        due = sa.select(Mail).where(*_due(batch, at)).order_by(Mail.key).limit(PORTION)
        rows = db.session.scalars(due).all()
        people = recipients.call.find({row.person_id for row in rows if row.person_id})
        return [_outgoing(row, people.get(row.person_id) if row.person_id else None) for row in rows]
    finally:
        db.session.rollback()
        end_reading()


def _due(batch: str, at: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Never tried, or tried and its time has come: a clock that was set back makes nobody wait for a first try."""
    return Mail.batch == batch, Mail.state == "queued", sa.or_(Mail.tries == 0, Mail.due_at <= at)


def _outgoing(row: Mail, person: Recipient | None) -> Outgoing:
    recipient = person
    if row.address and (person or row.person_id is None):
        known = person or Recipient("", "")
        recipient = Recipient(row.address, known.name, row.locale or known.locale, known.timezone)
    return Outgoing(row.id, row.template, row.values, row.created_at, row.tries, recipient)


def _take(mail: Outgoing, at: datetime) -> bool:
    """Counts the try before it is made, committed: another job with the same batch leaves the message alone."""
    untaken = (Mail.id == mail.id, Mail.state == "queued", Mail.tries == mail.tries)
    due = at + WAITS[min(mail.tries, len(WAITS) - 1)]
    taken: Any = db.session.execute(sa.update(Mail).where(*untaken).values(tries=mail.tries + 1, due_at=due))
    db.session.commit()
    return bool(taken.rowcount)


def _send_one(mail: Outgoing, transport: Transport, at: datetime) -> bool:
    """Whether it went out; noted here, committed by the caller. Raises Undelivered where none would go."""
    if mail.recipient is None:
        return _end(mail, "failed", at, Refused(MailReason.NOBODY))
    try:
        message = compose(mail, mail.recipient)
    except Exception as error:  # noqa: BLE001 - the edge of one message: the others of its batch must go
        log.error("mail %s (%s) could not be written\n%s", mail.id, mail.template, describe_fault(error))
        return _end(mail, "failed", at, Refused(MailReason.BROKEN))
    try:
        transport.deliver(message, f"{mail.created_at:%Y%m%d-%H%M%S}-{mail.id}")
    except Undelivered as refused:
        if refused.passing:
            _put_off(mail, refused.reason, at)
        else:
            _end(mail, "failed", at, refused.reason)
        if refused.whole:
            raise
        return False
    return _end(mail, "sent", at)


def _end(mail: Outgoing, state: str, at: datetime, reason: Refused | None = None) -> bool:
    db.session.execute(sa.update(Mail).where(Mail.id == mail.id).values(**_ended(state, mail.tries + 1, at, reason)))
    return state == "sent"


def _ended(state: str, tries: int, at: datetime, reason: Refused | None) -> dict[str, Any]:
    """With what is personal or secret wiped."""
    why = reason.as_dict() if reason else None
    return {"state": state, "tries": tries, "ended_at": at, "reason": why, "values": {}, "address": None}


def _put_off(mail: Outgoing, reason: Refused, at: datetime) -> None:
    db.session.execute(sa.update(Mail).where(Mail.id == mail.id).values(**_after(mail.tries, reason, at)))


def _put_off_all(batch: str, reason: Refused, at: datetime) -> None:
    """The server takes nothing: each message that was due counts a try, in one statement for each number of tries."""
    for tries in range(len(WAITS) + 1):
        here = sa.update(Mail).where(*_due(batch, at), Mail.tries == tries)
        db.session.execute(here.values(**_after(tries, reason, at)).execution_options(synchronize_session=False))


def _after(tries: int, reason: Refused, at: datetime) -> dict[str, Any]:
    """What becomes of a message after `tries` + 1 tries: it waits, or we give up."""
    if tries >= len(WAITS):
        gave_up = Refused(MailReason.GAVE_UP, tries=tries + 1, last=reason.reason.code)
        return _ended("failed", tries + 1, at, gave_up)
    return {"tries": tries + 1, "due_at": at + WAITS[tries], "reason": reason.as_dict()}


def _again_later(batch: str) -> None:
    """In the transaction that ends this job."""
    waiting = sa.select(sa.func.min(Mail.due_at)).where(Mail.batch == batch, Mail.state == "queued")
    due = db.session.scalar(waiting)
    if due is not None:
        key = f"{batch} at {due.isoformat()}"
        enqueue(services.SEND_JOB, key, {"batch": batch}, at=now(), run_after=due)


@regular_job("mail.tidy", each="hour")
def tidy(context: JobContext) -> None:
    """Old rows go, and old files of development; what no job will send gets one."""
    services.prune(context.at)
    transport = open_transport(current_app.extensions["settings"])
    if isinstance(transport, Folder):
        transport.prune(context.at - services.KEPT)
    services.wake_stranded(context.at)
