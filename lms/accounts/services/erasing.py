"""The end of an account: everything that is personal goes, the row stays as an id."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa

from lms.accounts import permissions, queries, rules
from lms.accounts.events import PersonErased
from lms.accounts.models import (
    ApiToken,
    Challenge,
    DataExport,
    Link,
    Passkey,
    Person,
    RecoveryCode,
    RoleGrant,
    SignIn,
    SignInStep,
    TotpFactor,
)
from lms.accounts.reasons import SecurityReason
from lms.accounts.services import limits
from lms.accounts.services.exporting import drop_later
from lms.accounts.services.proofs import require_fresh
from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.db import db
from lms.core.events import publish
from lms.core.jobs.forgetting import forget_person
from lms.core.mail.services import forget, send
from lms.core.reasons import CoreReason, Refused

THEIRS = (ApiToken, Challenge, DataExport, Link, Passkey, RecoveryCode, RoleGrant, SignIn, SignInStep, TotpFactor)
"""Tables of which every row of the person goes."""


def erase_account(person_id: uuid.UUID, email: str, *, proof_id: uuid.UUID, by: Actor, at: datetime) -> None:
    """Erases the account whose address was typed, by somebody who has just proved who they are.

    Refused: core.not_found, account.proof_needed, .address_differs, .last_administrator.
    """
    person = _find(person_id, by)
    require_fresh(proof_id, by=by, at=at)
    if person.erased_at:
        return
    if rules.fold_email(email) != person.email:
        raise Refused(SecurityReason.ADDRESS_DIFFERS)
    erase_person(person_id, by=by, at=at)


def find_to_help(person_id: uuid.UUID, *, by: Actor) -> Person:
    """Somebody's account, for administrators. Refused: core.not_found."""
    person = db.session.get(Person, person_id)
    if person is None or not permissions.may_help(by):
        raise Refused(CoreReason.NOT_FOUND)
    return person


def erase_person(person_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Forgets a person, for good and at once: rules.md §5. A second time changes nothing.

    Refused: core.not_found (also for who may not), account.last_administrator.
    """
    person = _find(person_id, by)
    if person.erased_at:
        return
    if queries.is_last_administrator(person_id):
        raise Refused(SecurityReason.LAST_ADMINISTRATOR)
    publish(PersonErased(person_id, at))
    db.session.flush()
    email, name, locale = person.email, person.name, person.locale
    _clear(person, at)
    forget_person(person_id, email=email, name=name, at=at)
    forget(person_id, email)
    limits.forget_failures(email)
    record("person.erased", by=by, subject=("person", person_id), at=at)
    send("erased", person_id=None, address=email, locale=locale, values={}, key=f"erased {person_id}", at=at)


def _find(person_id: uuid.UUID, by: Actor) -> Person:
    """Held for writing: of two who erase at once the second finds it done."""
    if not permissions.may_erase(by, person_id):
        raise Refused(CoreReason.NOT_FOUND)
    person = db.session.scalar(
        sa.select(Person).where(Person.id == person_id).with_for_update(), execution_options={"populate_existing": True}
    )
    if person is None:
        raise Refused(CoreReason.NOT_FOUND)
    return person


def _clear(person: Person, at: datetime) -> None:
    """The address makes room for a new account; what stands in its place is none, and nobody can sign in with it."""
    drop_later(person.id, at=at)
    db.session.execute(sa.delete(Link).where(Link.email == person.email))
    for table in THEIRS:
        db.session.execute(sa.delete(table).where(table.person_id == person.id))
    person.email, person.name, person.sort_name = f"erased {person.id}", "", ""
    person.locale = person.timezone = person.password_hash = None
    person.disabled_at = person.erased_at = at
