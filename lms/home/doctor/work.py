"""Work in the background, mail, certificates: what waits too long, what failed, what waits for a person."""

from __future__ import annotations

import socket
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Flask

from lms.core.config import Settings
from lms.core.db import db
from lms.core.i18n import _, ngettext
from lms.core.jobs.models import Job
from lms.core.mail import services as mail
from lms.core.reasons import explain
from lms.credentials.queries import without_document
from lms.home.doctor.finding import Finding, bad, good, warn

PATIENCE = timedelta(minutes=1)
"""How long work may wait for a worker that lives, and a lease be over: the sweep comes every three seconds."""
MAIL_PATIENCE = timedelta(minutes=15)
A_MONTH = timedelta(days=30)
SMTP_PORTS = {"smtp": 25, "smtps": 465}
SECONDS = 5


def queue_answers(app: Flask) -> Finding:
    try:
        app.extensions["queue"].huey.pending_count()
    except Exception:  # noqa: BLE001 - whatever keeps the queue from answering is the finding
        return bad(
            "queue",
            _("The queue does not answer. Work is done all the same, some seconds later."),
            _("Is LMS_REDIS_URL right, and Redis up?"),
        )
    return good("queue", _("The queue answers."))


def mail_server_answers(settings: Settings) -> list[Finding]:
    """Whether somebody listens there; what the server says of sender and password is seen when mail is sent."""
    if not settings.mail_url:
        return []
    parts = urlsplit(settings.mail_url)
    address = (parts.hostname or "", parts.port or SMTP_PORTS[parts.scheme])
    try:
        socket.create_connection(address, timeout=SECONDS).close()
    except OSError:
        return [
            bad(
                "mail.server",
                _("The mail server %(host)s does not answer at port %(port)s.", host=address[0], port=address[1]),
                _("Is LMS_MAIL_URL right, and may this machine connect there? Port 587 is the usual one."),
            )
        ]
    return [good("mail.server", _("The mail server answers."))]


def examine(at: datetime) -> list[Finding]:
    return [_worker(at), *_failed(at), *_mail(at), *_held(at)]


def _worker(at: datetime) -> Finding:
    """Only a worker takes work up: what is due for a minute, or was left by a worker that died, has none."""
    due = sa.and_(Job.state == "queued", Job.run_after < at - PATIENCE)
    left = sa.and_(Job.state == "running", Job.lease < at - PATIENCE)
    waiting, since = db.session.execute(
        sa.select(sa.func.count(), sa.func.min(Job.run_after)).where(sa.or_(due, left))
    ).one()
    if waiting == 0:
        return good("worker", _("No work waits for a worker."))
    minutes = int((at - since).total_seconds() // 60)
    return bad(
        "worker",
        ngettext(
            "One piece of work has waited for %(minutes)s minutes: no worker takes it up.",
            "%(num)s pieces of work wait, the oldest for %(minutes)s minutes: no worker takes them up.",
            waiting,
            minutes=minutes,
        ),
        _("Start one with: lms worker. Where one runs, look at its log."),
    )


def _failed(at: datetime) -> list[Finding]:
    recent = sa.select(sa.func.count()).where(Job.state == "failed", Job.finished_at > at - A_MONTH)
    failed = db.session.scalar(recent) or 0
    if failed == 0:
        return []
    what = ngettext("One piece of work has failed.", "%(num)s pieces of work have failed.", failed)
    return [warn("jobs.failed", what, _("See why at /admin/jobs?state=failed, and start them again there."))]


def _mail(at: datetime) -> list[Finding]:
    health = mail.health(at)
    if health["kind"] == "none":
        return [
            bad(
                "mail",
                _("No mail can be sent: nobody can sign up, be invited or choose a new password."),
                _("Set LMS_MAIL_URL to your mail server, such as smtp://user:password@mail.example.org:587."),
            )
        ]
    late = health["waiting_since"] and health["waiting_since"] < at - MAIL_PATIENCE
    if late:
        reason = health["reason"]
        why = explain(reason["code"], reason["values"]) if reason else ""
        what = ngettext(
            "One message waits to be sent. %(why)s",
            "%(num)s messages wait to be sent. %(why)s",
            health["queued"],
            why=why,
        )
        return [bad("mail", what.strip(), _("Is LMS_MAIL_URL right, the mail server up, and does a worker run?"))]
    if health["failed"]:
        what = ngettext("One message could not be sent.", "%(num)s messages could not be sent.", health["failed"])
        return [warn("mail", what, _("See why at /admin/mail?state=failed."))]
    return [good("mail", _("No mail waits."))]


def _held(at: datetime) -> list[Finding]:
    held = sum(view.status.name == "held" for view in without_document(at))
    if held == 0:
        return []
    what = ngettext("One certificate waits for a person.", "%(num)s certificates wait for a person.", held)
    return [warn("certificates.held", what, _("See why at /admin#held, and try again there."))]
