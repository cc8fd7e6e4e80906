"""A mailbox behind a real SMTP server, and people to write to."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from tests.services.smtp import Mailbox, SmtpServer


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with SmtpServer() as mailbox:
        yield mailbox


@pytest.fixture
def mailing(make_app: Callable[..., Flask], mailbox: Mailbox) -> Iterator[Flask]:
    """The application that sends to `mailbox`, in its context."""
    app = make_app(LMS_MAIL_URL=mailbox.url, LMS_MAIL_FROM="learn@academy.example", LMS_NAME="Akademie Süd")
    with app.app_context():
        yield app
