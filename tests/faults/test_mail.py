"""kill -9 of the worker while it sends: every message arrives, and only what was in flight comes twice."""

from __future__ import annotations

import time
from collections import Counter
from functools import partial

import pytest
import sqlalchemy as sa

from lms.core.clock import now
from lms.core.db import db
from lms.core.jobs.models import Job
from lms.core.mail.models import Mail
from lms.core.mail.services import send_many
from tests.accounts.visiting import a_person
from tests.faults.chaos import kill, victims
from tests.fixtures.server import MakeServer
from tests.services.beside import application
from tests.services.processes import wait_until
from tests.services.server import Server
from tests.services.smtp import Mailbox, SmtpServer

pytestmark = pytest.mark.slow
MESSAGES, KILLS = 200, 4
VALUES = {"path": "/links/secret", "until": "2026-11-25T08:30:00+00:00"}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_every_message_arrives_and_only_what_was_in_flight_comes_twice(kind: str, make_server: MakeServer):
    with SmtpServer() as mailbox:
        mailbox.slowness = 0.01
        server = make_server(kind, LMS_MAIL_URL=mailbox.url, LMS_DEMO="none")
        server.start()
        send_while_killing(server, mailbox)
        server.stop()
    check(mailbox)


def send_while_killing(server: Server, mailbox: Mailbox) -> None:
    with application(server.env) as app:
        with app.app_context():
            person_id = a_person().id
            send_many("password", [(person_id, VALUES, f"k{number}") for number in range(MESSAGES)], at=now())
            db.session.commit()
        for number in range(1, KILLS + 1):
            wait_until(partial(has_arrived, mailbox, number * MESSAGES // (KILLS + 2)), within=60)
            assert [kill(pid) for pid in victims(server, "lms worker")].count(True) == 1
        with app.app_context():
            until_all_are_sent()


def has_arrived(mailbox: Mailbox, number: int) -> bool:
    return len(mailbox.messages) >= number


def until_all_are_sent() -> None:
    """What was in flight waits a minute for its next try; here it need not."""
    deadline = time.monotonic() + 90
    while left := db.session.scalar(sa.select(sa.func.count()).select_from(Mail).where(Mail.state == "queued")):
        assert time.monotonic() < deadline, f"{left} messages still wait"
        db.session.execute(sa.update(Mail).where(Mail.state == "queued", Mail.tries > 0).values(due_at=now()))
        db.session.execute(sa.update(Job).where(Job.kind == "mail.send", Job.state == "queued").values(run_after=now()))
        db.session.commit()
        time.sleep(1)


def check(mailbox: Mailbox) -> None:
    times = Counter(message["Message-ID"] for message in mailbox.messages)
    assert len(times) == MESSAGES
    assert max(times.values()) <= 2
    assert len(mailbox.messages) - MESSAGES <= KILLS
