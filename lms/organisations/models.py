"""Organisations and who belongs to them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import IN_ORDER, Base, KeyMixin
from lms.core.folding import fold_name


def _given(context: Any) -> str:
    """The folded name that an organisation gave; of who belongs there without an invitation, say it when inserting."""
    return fold_name(context.get_current_parameters().get("name_given") or "")


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
    """A person belongs to an organisation; one may belong to several. Leaving deletes the row.

    `accepted_at` is None until who was invited says "I belong there". Up to then the organisation knows of the person
    no more than it wrote itself: `name_given` and `email_given`. `number` is the organisation's own for its employee.
    `sort_name` is the name that it may know, folded: people are sorted by it and found.
    """

    __tablename__ = "membership"
    __table_args__ = (sa.Index("ix_membership_sorted", "organisation_id", "sort_name", "person_id"),)

    organisation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True, index=True)
    joined_at: Mapped[datetime]
    invited_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    name_given: Mapped[str | None]
    email_given: Mapped[str | None]
    number: Mapped[str | None]
    sort_name: Mapped[str] = mapped_column(IN_ORDER, default=_given)


class DeclinedInvitation(KeyMixin, Base):
    """What the organisation wrote itself of somebody who said "this is not me", so that it can put it right.

    It names no account, and goes after a month, or when the organisation has seen it.
    """

    __tablename__ = "declined_invitation"

    organisation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    name_given: Mapped[str | None]
    email_given: Mapped[str | None]
    number: Mapped[str | None]
    at: Mapped[datetime]


class Team(KeyMixin, Base):
    """A group of an organisation's people; teams stand in a tree (`parent_id` None: at its top)."""

    __tablename__ = "team"

    organisation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    parent_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("team.id"), index=True)
    name: Mapped[str]
    created_at: Mapped[datetime]


class TeamMember(Base):
    """A member of the organisation is in one of its teams; one may be in several."""

    __tablename__ = "team_member"

    team_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("team.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True, index=True)
    joined_at: Mapped[datetime]


class PeopleImport(KeyMixin, Base):
    """A table of people that was sent, until its rows are in: which column is what, what was found, what was done.

    `upload` and `faults` address files in storage that go after a week, or when a member is erased, and with them the
    file's `name` and the sample in `headers`.
    `state` is new (columns are to be matched), checking, checked, adding or done.
    """

    __tablename__ = "people_import"

    organisation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    person_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    name: Mapped[str]
    upload: Mapped[str | None]
    faults: Mapped[str | None]
    state: Mapped[str]
    headers: Mapped[dict[str, Any]]
    choices: Mapped[dict[str, Any]]
    found: Mapped[dict[str, Any] | None]
    job_id: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime]
