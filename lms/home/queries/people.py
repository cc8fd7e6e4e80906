"""People as administrators find them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from lms.accounts.models import Person, RoleGrant
from lms.accounts.queries import grants_of, has_second_factor, is_named, open_sign_ins, open_tokens
from lms.core.audit import AuditEntry
from lms.core.db import db
from lms.core.reasons import CoreReason, Refused
from lms.core.web.cursors import decode_cursor, key_of, page_of
from lms.courses.models import Course
from lms.organisations.models import Membership, Organisation

STATES = ("active", "disabled", "waiting")
"""May sign in; was disabled; has not chosen a password yet."""
NEWEST = (Person.created_at.desc(), Person.id.desc())
LONGEST = 100
Document = dict[str, Any]


@dataclass(frozen=True)
class PersonRow:
    id: uuid.UUID
    name: str
    email: str
    state: str
    created_at: datetime
    roles: tuple[str, ...]


def find_people(
    *, words: str | None, role: str | None, state: str | None, cursor: str | None, limit: int
) -> tuple[list[PersonRow], str | None]:
    """A page of people, the newest first; `words` is part of a name or an address, or an id. Refused: core.cursor."""
    wanted = sa.select(Person).where(Person.erased_at.is_(None)).order_by(*NEWEST).limit(limit + 1)
    if words and words.strip():
        wanted = wanted.where(_named(words.strip()[:LONGEST]))
    if role:
        wanted = wanted.where(sa.exists().where(RoleGrant.person_id == Person.id, RoleGrant.role == role))
    if state in STATES:
        wanted = wanted.where(_in_state(state))
    if key := decode_cursor(cursor, 2):
        wanted = wanted.where(sa.tuple_(Person.created_at, Person.id) < sa.tuple_(*_place(key)))
    found = db.session.scalars(wanted).all()
    shown, following = page_of(found, limit, lambda person: [person.created_at.isoformat(), person.id])
    roles = _roles([person.id for person in shown])
    return [_row(person, roles.get(person.id, set())) for person in shown], following


def _place(key: list[str]) -> tuple[sa.ColumnElement[Any], ...]:
    """Where the page before ended, in the types of the columns."""
    try:
        at = datetime.fromisoformat(key[0]).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(CoreReason.CURSOR) from None
    return sa.literal(at, Person.created_at.type), sa.literal(key_of(key[1]), Person.id.type)


def _named(words: str) -> sa.ColumnElement[bool]:
    found = [is_named(words), Person.email.icontains(words, autoescape=True)]
    with suppress(ValueError):
        found.append(Person.id == uuid.UUID(words))
    return sa.or_(*found)


def _in_state(state: str) -> sa.ColumnElement[bool]:
    if state == "disabled":
        return Person.disabled_at.is_not(None)
    has_password = Person.password_hash.is_not(None)
    return sa.and_(Person.disabled_at.is_(None), has_password if state == "active" else ~has_password)


def _state(person: Person) -> str:
    if person.disabled_at:
        return "disabled"
    return "active" if person.password_hash else "waiting"


def _roles(person_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, set[str]]:
    roles: dict[uuid.UUID, set[str]] = {}
    held = sa.select(RoleGrant.person_id, RoleGrant.role).where(RoleGrant.person_id.in_(person_ids))
    for person_id, role in db.session.execute(held):
        roles.setdefault(person_id, set()).add(role)
    return roles


def _row(person: Person, roles: set[str]) -> PersonRow:
    return PersonRow(person.id, person.name, person.email, _state(person), person.created_at, tuple(sorted(roles)))


def person_for_admin(person_id: uuid.UUID, at: datetime) -> Document:
    """One person with roles, memberships, what is signed in, and why it was disabled. Refused: core.not_found."""
    person = db.session.get(Person, person_id)
    if person is None or person.erased_at:
        raise Refused(CoreReason.NOT_FOUND)
    names = ("id", "name", "email", "locale", "timezone", "created_at", "disabled_at")
    return {name: getattr(person, name) for name in names} | {
        "state": _state(person),
        "why_disabled": _why_disabled(person_id) if person.disabled_at else None,
        "second_factor": has_second_factor(person_id),
        "devices": len(open_sign_ins(person_id, at)),
        "tokens": len(open_tokens(person_id, at)),
        "roles": roles_in_words(person_id),
        "organisations": _memberships(person_id),
    }


def _why_disabled(person_id: uuid.UUID) -> str | None:
    entries = sa.select(AuditEntry.data).where(
        AuditEntry.subject_kind == "person",
        AuditEntry.subject_id == str(person_id),
        AuditEntry.action == "person.disabled",
    )
    data = db.session.scalar(entries.order_by(AuditEntry.id.desc()).limit(1))
    return data.get("why") if data else None


def roles_in_words(person_id: uuid.UUID) -> list[Document]:
    """{id, role, kind, on}: `on` is the name or slug of what the role is held on, None for all of the installation."""
    grants = grants_of(person_id)
    names = _names_of([grant.scope_id for grant in grants if grant.scope_id])
    return [
        {"id": grant.id, "role": grant.role, "kind": grant.scope_kind, "on": names.get(grant.scope_id)}
        for grant in grants
    ]


def _names_of(scope_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID | None, str]:
    organisations = sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(scope_ids))
    courses = sa.select(Course.id, Course.slug).where(Course.id.in_(scope_ids))
    return {row[0]: row[1] for row in db.session.execute(organisations.union_all(courses))}


def _memberships(person_id: uuid.UUID) -> list[Document]:
    """{id, slug, name, waits}: `waits` where the invitation was not accepted yet."""
    mine = sa.select(
        Organisation.id, Organisation.slug, Organisation.name, Membership.accepted_at, Membership.invited_at
    )
    rows = mine.join(Membership, Membership.organisation_id == Organisation.id)
    found = db.session.execute(rows.where(Membership.person_id == person_id).order_by(Organisation.name))
    return [
        {"id": row.id, "slug": row.slug, "name": row.name, "waits": bool(row.invited_at and not row.accepted_at)}
        for row in found
    ]
