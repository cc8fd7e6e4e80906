"""Organisations and who belongs to them."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, KeyMixin


class Organisation(KeyMixin, Base):
    """A company, academy or alliance: publishes courses, awards certificates, employs people.

    `timezone` is None where the installation's counts; `brand_hue` (0 to 359) colours its pages.
    """

    __tablename__ = "organisation"

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    timezone: Mapped[str | None]
    country: Mapped[str | None]
    brand_hue: Mapped[int | None]
    created_at: Mapped[datetime]


class Membership(Base):
    """A person belongs to an organisation; one may belong to several."""

    __tablename__ = "membership"

    organisation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True, index=True)
    joined_at: Mapped[datetime]
