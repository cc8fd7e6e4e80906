"""How a message leaves the house: by SMTP over one connection, or into a folder while developing."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from lms.core.config import Settings
from lms.core.mail.reasons import MailReason
from lms.core.reasons import Refused

TIMEOUT = 30
"""Seconds for each answer of the mail server (RFC 5321 would allow minutes, and nobody waits for one message)."""
SERVICE_CLOSING = 421


@dataclass
class Undelivered(Exception):  # noqa: N818 - an answer of the server, not a fault of ours
    """`passing`: worth another try. `whole`: it is the server or our set-up, so that no other message would go."""

    reason: Refused
    passing: bool
    whole: bool = False


class Transport(Protocol):
    """What takes messages; raises Undelivered."""

    def deliver(self, message: EmailMessage, name: str) -> None: ...
    def close(self) -> None: ...


def open_transport(settings: Settings) -> Transport:
    """By LMS_MAIL_URL; in development without it into DATA_DIR/mail. Connects with the first message."""
    if settings.mail_url:
        return Smtp(settings.mail_url, settings.mail_from)
    return Nowhere() if settings.production else Folder(settings.data_dir / "mail")


class Nowhere:
    """Production without LMS_MAIL_URL: what was written waits."""

    def deliver(self, message: EmailMessage, name: str) -> None:  # noqa: ARG002 - the face of every transport
        raise Undelivered(Refused(MailReason.NOT_SET_UP), passing=True, whole=True)

    def close(self) -> None:
        """Nothing is open."""


class Folder:
    """A file a message, for /dev/mail; an old one of the same name is the same message."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deliver(self, message: EmailMessage, name: str) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{name}.eml"
        path.with_suffix(".part").write_bytes(message.as_bytes())
        path.with_suffix(".part").replace(path)

    def close(self) -> None:
        """Nothing is open."""

    def prune(self, before: datetime) -> int:
        """Deletes what was written before then, and says how many files that were: names and links stand in them."""
        old = [path for path in self._folder.glob("*.eml") if _written_at(path) < before]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)


def _written_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


class Smtp:
    """smtp://user:password@host:port, smtps://…; STARTTLS where it is offered, with the certificate checked;
    without encryption nobody signs in.

    The port is 25 for smtp without a user, 587 with one, 465 for smtps.
    """

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self._tls, self._host, self._sender = parts.scheme == "smtps", parts.hostname or "", sender
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._port = parts.port or (465 if self._tls else 587 if self._user else 25)
        self._connection: smtplib.SMTP | None = None
        self._sent = 0

    def deliver(self, message: EmailMessage, name: str) -> None:  # noqa: ARG002 - the face of every transport
        try:
            self._deliver(message)
        except _Closed:
            self._deliver(message)  # a server may end a connection after so many messages, or a time without one
        self._sent += 1

    def _deliver(self, message: EmailMessage) -> None:
        connection = self._connected()
        try:
            connection.send_message(message, self._sender)
        except (smtplib.SMTPException, OSError) as error:
            closed = isinstance(error, smtplib.SMTPServerDisconnected) or _code(error) == SERVICE_CLOSING
            if closed or not isinstance(error, smtplib.SMTPException):
                self._drop()
            if closed and self._sent:
                self._sent = 0
                raise _Closed from error
            raise _undelivered(error) from error

    def check(self) -> None:
        """Connects and signs in, sends nothing; raises Undelivered."""
        self._connected()

    def _connected(self) -> smtplib.SMTP:
        if self._connection is None:
            try:
                self._connection = self._connect()
            except (smtplib.SMTPException, OSError) as error:
                self._drop()
                refused = isinstance(error, smtplib.SMTPAuthenticationError)
                reason = _sender_refused(error) if refused else _unreachable(error)
                raise Undelivered(reason, passing=True, whole=True) from error
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        trust = ssl.create_default_context()
        if self._tls:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=TIMEOUT, context=trust)
        else:
            connection = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT)
        self._connection = connection
        connection.ehlo_or_helo_if_needed()
        if not self._tls and connection.has_extn("starttls"):
            connection.starttls(context=trust)
            connection.ehlo()
        if self._user:
            if not isinstance(connection.sock, ssl.SSLSocket):  # also where somebody between us took the offer away
                raise NotEncrypted("a password is not sent in the clear")
            connection.login(self._user, self._password)
        return connection

    def close(self) -> None:
        if self._connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._connection.quit()
            self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


class _Closed(Exception):  # noqa: N818 - no error: the server is free to end a connection
    """The server ended a connection that had been of use before: a new one may be."""


class NotEncrypted(smtplib.SMTPException):
    """The server wants no encryption, and we are to sign in there."""


def _undelivered(error: Exception) -> Undelivered:
    """What the server said, told apart: this message for good, this message for now, or all of them."""
    code = _code(error)
    if isinstance(error, smtplib.SMTPSenderRefused):
        return Undelivered(_sender_refused(error), passing=True, whole=True)
    if isinstance(error, smtplib.SMTPNotSupportedError):  # letters outside ASCII before the @ need SMTPUTF8
        return Undelivered(Refused(MailReason.REFUSED, code="SMTPUTF8"), passing=False)
    if code is None:
        return Undelivered(_unreachable(error), passing=True, whole=True)
    if code >= 500:
        return Undelivered(Refused(MailReason.REFUSED, code=code), passing=False)
    return Undelivered(Refused(MailReason.REFUSED_FOR_NOW, code=code), passing=True)


def _code(error: Exception) -> int | None:
    """The reply code of RFC 5321. The words beside it may repeat the address, so they are not kept."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next(iter(error.recipients.values()))[0]
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else None


def _sender_refused(error: Exception) -> Refused:
    return Refused(MailReason.SENDER_REFUSED, code=_code(error))


def _unreachable(error: Exception) -> Refused:
    return Refused(MailReason.UNREACHABLE, fault=type(error).__name__)
