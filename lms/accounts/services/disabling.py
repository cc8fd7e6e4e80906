"""Accounts that administrators switch off and on: whoever is disabled is signed out everywhere and gets no mail."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa

from lms.accounts import permissions
from lms.accounts.models import Person
from lms.accounts.queries import is_last_administrator
from lms.accounts.reasons import SecurityReason
from lms.accounts.rules import WHY_DISABLED
from lms.accounts.services.links import void_links
from lms.accounts.services.signing_in import sign_out_everywhere
from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.db import db
from lms.core.reasons import CoreReason, Refused


def disable_person(person_id: uuid.UUID, why: str, *, by: Actor, at: datetime) -> Person:
    """Nobody can sign in as this person until it is enabled again; what was learned and proved stays.

    `why` is a code of rules.WHY_DISABLED, since the audit holds no words about people. A second time changes nothing.
    Refused: core.forbidden, core.not_found, core.fields, account.is_yourself, account.last_administrator.
    """
    person = _person(person_id, by)
    if why not in WHY_DISABLED:
        raise Refused(CoreReason.FIELDS)
    if person_id == by.person_id:
        raise Refused(SecurityReason.IS_YOURSELF)
    if is_last_administrator(person_id):
        raise Refused(SecurityReason.LAST_ADMINISTRATOR)
    if person.disabled_at is None:
        person.disabled_at = at
        sign_out_everywhere(person_id, by=by, at=at)
        void_links(person_id, at)
        record("person.disabled", by=by, subject=("person", person_id), at=at, why=why)
    return person


def enable_person(person_id: uuid.UUID, *, by: Actor, at: datetime) -> Person:
    """The person may sign in again. A second time changes nothing. Refused: core.forbidden, core.not_found."""
    person = _person(person_id, by)
    if person.disabled_at is not None:
        person.disabled_at = None
        record("person.enabled", by=by, subject=("person", person_id), at=at)
    return person


def _person(person_id: uuid.UUID, by: Actor) -> Person:
    if not permissions.may_help(by):
        raise Refused(CoreReason.NOT_SIGNED_IN if by.is_guest else CoreReason.FORBIDDEN)
    living = sa.select(Person).where(Person.id == person_id, Person.erased_at.is_(None))
    person = db.session.scalar(living.with_for_update())
    if person is None:
        raise Refused(CoreReason.NOT_FOUND)
    return person
