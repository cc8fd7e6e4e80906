"""Organisations: add, find, list."""

from __future__ import annotations

import re
import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from babel import Locale

from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.db import db
from lms.core.ids import new_id
from lms.core.reasons import CoreReason, Refused
from lms.organisations.models import Organisation
from lms.organisations.queries import is_called
from lms.organisations.reasons import OrganisationReason

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MOST_SLUG, MOST_NAME, FULL_CIRCLE = 80, 200, 360


def add_organisation(slug: str, *, name: str, by: Actor, at: datetime) -> Organisation:
    """Refused: organisation.slug_invalid, .slug_taken, .name_invalid."""
    if not SLUG.fullmatch(slug) or len(slug) > MOST_SLUG:
        raise Refused(OrganisationReason.SLUG_INVALID, slug=slug)
    _check_name(name)
    if db.session.scalar(sa.select(Organisation.id).where(Organisation.slug == slug)):
        raise Refused(OrganisationReason.SLUG_TAKEN, slug=slug)
    organisation = Organisation(id=new_id(), slug=slug, name=name.strip(), created_at=at)
    db.session.add(organisation)
    record("organisation.added", by=by, subject=("organisation", organisation.id), at=at)
    return organisation


def change_organisation(
    organisation_id: uuid.UUID,
    *,
    name: str,
    country: str | None,
    timezone: str | None,
    brand_hue: int | None,
    by: Actor,
    at: datetime,
) -> Organisation:
    """Its name, and None for what the installation's counts for: country (ISO 3166, two letters), zone, hue (0 to 359).

    What was issued keeps the name of its day. Refused: core.forbidden for all but administrators;
    organisation.name_invalid, .country_invalid, .timezone_invalid, .hue_invalid.
    """
    if not by.is_administrator:
        raise Refused(CoreReason.FORBIDDEN)
    _check_name(name)
    if country is not None and not (len(country) == 2 and country in Locale("en").territories):
        raise Refused(OrganisationReason.COUNTRY_INVALID, country=country)
    if timezone is not None and not _is_zone(timezone):
        raise Refused(OrganisationReason.TIMEZONE_INVALID, timezone=timezone)
    if brand_hue is not None and not 0 <= brand_hue < FULL_CIRCLE:
        raise Refused(OrganisationReason.HUE_INVALID)
    organisation = db.session.get_one(Organisation, organisation_id, with_for_update=True)
    organisation.name, organisation.country = name.strip(), country
    organisation.timezone, organisation.brand_hue = timezone, brand_hue
    record("organisation.changed", by=by, subject=("organisation", organisation_id), at=at)
    return organisation


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > MOST_NAME or not name.isprintable():
        raise Refused(OrganisationReason.NAME_INVALID)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def find_organisation(ref: str) -> Organisation:
    """By slug or id. Refused: organisation.unknown."""
    organisation = db.session.scalar(sa.select(Organisation).where(is_called(ref)))
    if organisation is None:
        raise Refused(OrganisationReason.UNKNOWN, slug=ref)
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
