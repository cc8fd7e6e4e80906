"""A real SMTP server on a free port of 127.0.0.1, that keeps what it takes and refuses what it is told to."""
# ruff: noqa: ARG002, N802 - aiosmtpd calls its hooks by names and with arguments of its own

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.services.processes import free_port

USER, PASSWORD = "lms", "p@ss:word"


@dataclass
class Mailbox:
    """What arrived, and how the server behaves: `answers` {address: reply line} in place of taking a message."""

    port: int
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    connections: int = 0
    encrypted: list[bool] = field(default_factory=list)
    signed_in: list[bool] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    at_data: str | None = None
    most_a_connection: int | None = None
    slowness: float = 0.0
    """Seconds that the server takes for each message."""

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def to(self, address: str) -> list[EmailMessage]:
        """The messages to an address, in the order in which they came."""
        return [m for m, whom in zip(self.messages, self.recipients, strict=True) if whom == address]


class _Handler:
    """aiosmtpd's hooks; their names and arguments are its own."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        session.taken = 0  # type: ignore[attr-defined]  # ours, beside aiosmtpd's
        if not session.ssl:
            self.mailbox.connections += 1
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        most = self.mailbox.most_a_connection
        if most is not None and session.taken >= most:
            return "421 Enough for one connection"
        envelope.mail_from, envelope.mail_options = address, options
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.mailbox.answers:
            return self.mailbox.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:
        if self.mailbox.at_data:
            return self.mailbox.at_data
        session.taken += 1
        await asyncio.sleep(self.mailbox.slowness)
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.mailbox.messages.append(message_from_bytes(content, policy=default))
        self.mailbox.recipients.append(envelope.rcpt_tos[0])
        self.mailbox.encrypted.append(bool(server.transport and server.transport.get_extra_info("sslcontext")))
        self.mailbox.signed_in.append(bool(session.authenticated))
        return "250 OK"


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)


class SmtpServer:
    """`with SmtpServer() as mailbox:`; with `tls` it offers STARTTLS, or (`wrapped`) is smtps."""

    def __init__(self, *, tls: ssl.SSLContext | None = None, wrapped: bool = False, needs_login: bool = False) -> None:
        self.mailbox = Mailbox(free_port())
        more: dict[str, Any] = {"authenticator": _authenticate, "auth_required": needs_login}
        more["auth_require_tls"] = tls is not None
        more |= {"ssl_context": tls} if wrapped else {"tls_context": tls}
        self._controller = Controller(_Handler(self.mailbox), hostname="127.0.0.1", port=self.mailbox.port, **more)

    def __enter__(self) -> Mailbox:
        self._controller.start()
        return self.mailbox

    def __exit__(self, *_exception: object) -> None:
        self._controller.stop()
