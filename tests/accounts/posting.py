"""What arrived: messages are sent into the folder of the development system and read from there."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import sqlalchemy as sa
from flask import current_app

from lms.core.clock import now
from lms.core.db import db
from lms.core.jobs.models import Job
from lms.core.jobs.services import run_job


def send_waiting() -> None:
    """Runs every job of mail that waits."""
    db.session.commit()
    waiting = sa.select(Job.id).where(Job.kind == "mail.send", Job.state == "queued", Job.run_after <= now())
    for job_id in db.session.scalars(waiting).all():
        db.session.rollback()
        assert run_job(job_id)


def messages(to: str) -> list[EmailMessage]:
    """All messages to an address so far, in the order in which they were written."""
    send_waiting()
    folder = Path(current_app.extensions["settings"].data_dir) / "mail"
    found = [message_from_bytes(path.read_bytes(), policy=default) for path in sorted(folder.glob("*.eml"))]
    return [message for message in found if to in str(message["To"])]


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(message: EmailMessage) -> str:
    """The path of the link that the message carries."""
    found = re.search(r"http://[^/\s]+(/links/[\w-]+)", text_of(message))
    assert found, text_of(message)
    return found[1]


def newest_link(to: str) -> str:
    return link_in(messages(to)[-1])
