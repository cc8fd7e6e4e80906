"""What messages let their readers do, and how often messages are asked for."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, KeyMixin


class Link(KeyMixin, Base):
    """What a message lets its reader do, once, until `expires_at`. Only the SHA-256 of its secret is stored.

    `kind` is sign_up (no person yet: `email`, `name`, `locale` are the account-to-be), password, address (`email` is
    the new one), undo_address (`email` is the old one) or invitation (to `organisation_id`). `asked_by` sent it where
    that was somebody else.
    """

    __tablename__ = "link"
    __table_args__ = (sa.Index("ix_link_person_id", "person_id", "kind"), sa.Index("ix_link_expires_at", "expires_at"))

    kind: Mapped[str]
    secret_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    email: Mapped[str | None]
    name: Mapped[str | None]
    locale: Mapped[str | None]
    organisation_id: Mapped[uuid.UUID | None]
    organisation_name: Mapped[str | None]
    asked_by: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class MailRequest(KeyMixin, Base):
    """Somebody asked for a message to an address, for the limits; hashed and short-lived as `SignInFailure`."""

    __tablename__ = "mail_request"
    __table_args__ = (
        sa.Index("ix_mail_request_account", "account", "at"),
        sa.Index("ix_mail_request_address", "address", "at"),
    )

    account: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime]
