"""What was written is sent, once, by a real SMTP server; what it refuses is told apart."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from lms.core.clock import now
from lms.core.db import db
from lms.core.jobs.models import Job
from lms.core.jobs.services import run_job
from lms.core.mail.models import Mail
from lms.core.mail.services import send, send_many
from tests.accounts.visiting import a_person

VALUES = {"path": "/links/secret-of-mia", "until": "2026-11-25T08:30:00+00:00"}


def write(key: str = "password-1", **more: object) -> None:
    send("password", values=VALUES, key=key, at=now(), **more)
    db.session.commit()


def run_jobs() -> None:
    """Every job that waits, the ones for later too."""
    for job_id in db.session.scalars(sa.select(Job.id).where(Job.state == "queued")).all():
        db.session.execute(sa.update(Job).where(Job.id == job_id).values(run_after=now() - timedelta(seconds=1)))
        db.session.commit()
        assert run_job(job_id)


def row(key: str = "password-1") -> Mail:
    db.session.rollback()
    return db.session.scalars(sa.select(Mail).where(Mail.key == key).execution_options(populate_existing=True)).one()


def test_a_message_arrives_with_both_its_forms_and_its_headers(mailing, mailbox):
    write(person_id=a_person().id)
    mail_id = row().id
    run_jobs()
    (message,) = mailbox.to("mia@example.org")
    assert message["From"] == "Akademie Süd <learn@academy.example>"
    assert message["To"] == "Mia Çelik <mia@example.org>"
    assert message["Subject"] == "Choose a new password for Akademie Süd"
    assert message["Message-ID"] == f"<{mail_id}@academy.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    first = "Choose a new password for Akademie Süd by 25 November 2026, 09:30 CET"
    assert text.startswith(first)
    assert f">{first}</h1>" in html
    for part in (text, html):
        assert "http://127.0.0.1:8000/links/secret-of-mia" in part
        assert "Mia Çelik" in part
