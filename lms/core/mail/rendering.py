"""A message from its template: HTML and plain text with one subject, in the reader's language and time zone."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from babel import Locale
from flask import current_app
from flask_babel import format_date, format_datetime, get_locale

from lms.core.config import Settings
from lms.core.i18n import speaking
from lms.core.mail.ports import Recipient


@dataclass(frozen=True)
class Outgoing:
    """One message as it waits: plain values, so that no transaction is open while it is sent."""

    id: uuid.UUID
    template: str
    values: dict[str, Any]
    created_at: datetime
    tries: int
    recipient: Recipient | None


def compose(mail: Outgoing, to: Recipient) -> EmailMessage:
    """The message, complete with its headers. The same row gives the same Message-ID, however often it is sent.

    Templates see `values`, and: name, site, base_url, subject (in the HTML), lang, direction, day(), moment().
    Raises jinja2's errors for a template that is not there or asks for what `values` lack.
    """
    settings: Settings = current_app.extensions["settings"]
    with speaking(to.locale, to.timezone):
        subject, text, html, language = _rendered(mail, to, settings)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = subject
    message["From"] = _address(settings.name, settings.mail_from)
    message["To"] = _address(to.name, to.address)
    message["Date"] = mail.created_at
    message["Message-ID"] = f"<{mail.id}@{settings.mail_from.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: out-of-office replies would answer nobody
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    message["Content-Language"] = language  # after the content, which clears what is said of content
    return message


def _rendered(mail: Outgoing, to: Recipient, settings: Settings) -> tuple[str, str, str, str]:
    locale = get_locale() or Locale.parse("en")
    context = {
        "name": to.name,
        "site": settings.name,
        "base_url": settings.base_url,
        "lang": locale.language,
        "direction": locale.text_direction,
        "day": _day,
        "moment": _moment,
        **mail.values,
    }
    template = current_app.jinja_env.get_template(f"mail/{mail.template}.txt")
    subject = " ".join("".join(template.blocks["subject"](template.new_context(context))).split())
    html = current_app.jinja_env.get_template(f"mail/{mail.template}.html").render(context, subject=subject)
    text = re.sub(r"\n{3,}", "\n\n", template.render(context, subject=subject)).strip() + "\n"
    return subject, text, html, locale.language


def _address(name: str, address: str) -> Address:
    """A domain in letters of any script is sent as DNS knows it."""
    user, _, domain = address.rpartition("@")
    if not domain.isascii():
        domain = domain.encode("idna").decode()
    return Address(display_name=name, username=user, domain=domain)


def _day(value: str | date) -> str:
    """A day in words, of an ISO 8601 text or a date."""
    return str(format_date(date.fromisoformat(value) if isinstance(value, str) else value, "full"))


def _moment(value: str | datetime) -> str:
    """An instant in the reader's zone, of an ISO 8601 text or an aware datetime."""
    instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    return f"{format_date(instant, 'long')}, {format_datetime(instant, 'HH:mm z')}"
