"""The audit, found by who acted and by what it was about."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa

from lms.accounts.models import Person
from lms.core.audit import AuditEntry
from lms.core.db import db
from lms.core.web.cursors import decode_cursor, key_of, page_of

Document = dict[str, Any]


def find_entries(
    *, person: str | None, subject: str | None, action: str | None, cursor: str | None, limit: int
) -> tuple[list[Document], str | None]:
    """A page of entries, the newest first.

    `person` is an id, or `system`; `subject` an id; `action` a beginning, such as `person.`. What is no id finds
    nothing. Refused: core.cursor.
    """
    wanted = sa.select(AuditEntry, Person.name).outerjoin(Person, Person.id == AuditEntry.person_id)
    wanted = wanted.where(*_about(person, subject, action)).order_by(AuditEntry.id.desc())
    if key := decode_cursor(cursor, 1):
        wanted = wanted.where(AuditEntry.id < key_of(key[0]))
    rows = db.session.execute(wanted.limit(limit + 1)).all()
    shown, following = page_of(rows, limit, lambda row: [row[0].id])
    return [_entry(entry, name) for entry, name in shown], following


def _about(person: str | None, subject: str | None, action: str | None) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if person:
        found.append(AuditEntry.person_id.is_(None) if person == "system" else AuditEntry.person_id == _id(person))
    if subject:
        found.append(AuditEntry.subject_id == subject.strip())
    if action:
        found.append(AuditEntry.action.startswith(action.strip(), autoescape=True))
    return found


def _id(text: str) -> uuid.UUID:
    """An id that nobody has, where the text is none."""
    try:
        return uuid.UUID(text.strip())
    except ValueError:
        return uuid.UUID(int=0)


def _entry(entry: AuditEntry, name: str | None) -> Document:
    names = ("id", "at", "person_id", "action", "subject_kind", "subject_id", "data")
    return {one: getattr(entry, one) for one in names} | {"name": name}
