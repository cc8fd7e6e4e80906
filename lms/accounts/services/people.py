"""Adding people, and what they say about themselves."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa

from lms.accounts import rules
from lms.accounts.events import PersonNamed
from lms.accounts.models import Person
from lms.accounts.reasons import AccountReason
from lms.accounts.services.passwords import hashed
from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.db import db
from lms.core.events import publish
from lms.core.folding import fold_name
from lms.core.i18n import languages
from lms.core.ids import new_timeless_id
from lms.core.reasons import CoreReason, Refused
from lms.core.zones import is_zone


def add_person(
    email: str, *, name: str, password: str | None, by: Actor, at: datetime, locale: str | None = None
) -> Person:
    """Adds somebody who may sign in (without `password`: once they have chosen one).

    Refused: account.email_invalid, .name_invalid, .password_short, .email_taken.
    """
    email, name = rules.clean_email(email), rules.clean_name(name)
    if password is not None:
        rules.check_password(password)
    if db.session.scalar(sa.select(Person.id).where(Person.email == email)):
        raise Refused(AccountReason.EMAIL_TAKEN)
    person = Person(id=new_timeless_id(), email=email, name=name, locale=locale, created_at=at)
    person.password_hash = hashed(password) if password is not None else None
    db.session.add(person)
    record("person.added", by=by, subject=("person", person.id), at=at)
    return person


def find_person(email: str) -> Person:
    """By address; Refused(account.person_unknown)."""
    person = db.session.scalar(sa.select(Person).where(Person.email == rules.fold_email(email)))
    if person is None:
        raise Refused(AccountReason.PERSON_UNKNOWN)
    return person


def set_password(person_id: uuid.UUID, password: str, *, by: Actor, at: datetime) -> Person:
    """Refused: account.password_short."""
    rules.check_password(password)
    person = db.session.get_one(Person, person_id)
    person.password_hash = hashed(password)
    record("person.password_set", by=by, subject=("person", person_id), at=at)
    return person


def name_person(person: Person, name: str, *, at: datetime) -> None:
    """Every change of a name goes this way, so that who sorts by it learns of it. Refused: account.name_invalid."""
    person.name = rules.clean_name(name)
    person.sort_name = fold_name(person.name)
    publish(PersonNamed(person.id, person.name, at))


def change_profile(
    person_id: uuid.UUID, *, name: str, locale: str | None, timezone: str | None, by: Actor, at: datetime
) -> Person:
    """The name as it shall stand on certificates from now on, the language of pages and mail, the zone of their times.

    None: the browser's language, the installation's zone.
    Refused: account.name_invalid, core.fields for a language that is not shipped or a zone that there is not.
    """
    if (locale is not None and locale not in languages()) or (timezone is not None and not is_zone(timezone)):
        raise Refused(CoreReason.FIELDS)
    person = db.session.get_one(Person, person_id)
    person.locale, person.timezone = locale, timezone
    name_person(person, name, at=at)
    record("person.profile_changed", by=by, subject=("person", person_id), at=at)
    return person
