"""Organisations: add, find, list."""

from __future__ import annotations

import re
import uuid
from datetime import datetime

import sqlalchemy as sa

from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.db import db
from lms.core.ids import new_id
from lms.core.reasons import Refused
from lms.organisations.models import Organisation
from lms.organisations.reasons import OrganisationReason

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MOST_SLUG, MOST_NAME = 80, 200


def add_organisation(slug: str, *, name: str, by: Actor, at: datetime) -> Organisation:
    """Refused: organisation.slug_invalid, .slug_taken, .name_invalid."""
    if not SLUG.fullmatch(slug) or len(slug) > MOST_SLUG:
        raise Refused(OrganisationReason.SLUG_INVALID, slug=slug)
    if not name.strip() or len(name) > MOST_NAME or not name.isprintable():
        raise Refused(OrganisationReason.NAME_INVALID)
    if db.session.scalar(sa.select(Organisation.id).where(Organisation.slug == slug)):
        raise Refused(OrganisationReason.SLUG_TAKEN, slug=slug)
    organisation = Organisation(id=new_id(), slug=slug, name=name.strip(), created_at=at)
    db.session.add(organisation)
    record("organisation.added", by=by, subject=("organisation", organisation.id), at=at)
    return organisation


def find_organisation(slug: str) -> Organisation:
    """Refused: organisation.unknown."""
    organisation = db.session.scalar(sa.select(Organisation).where(Organisation.slug == slug))
    if organisation is None:
        raise Refused(OrganisationReason.UNKNOWN, slug=slug)
    return organisation


def first_organisation() -> Organisation:
    """The one that `lms db upgrade` made: publisher and employer where nothing else is said.

    Refused: organisation.none where the tables are empty.
    """
    organisation = db.session.scalar(sa.select(Organisation).order_by(Organisation.id).limit(1))
    if organisation is None:
        raise Refused(OrganisationReason.NONE)
    return organisation


def organisation_of(organisation_id: uuid.UUID) -> Organisation:
    return db.session.get_one(Organisation, organisation_id)


def list_organisations() -> list[Organisation]:
    return list(db.session.scalars(sa.select(Organisation).order_by(Organisation.name)))
