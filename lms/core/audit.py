"""The audit: who did what to what, when. Ids only, append-only."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from lms.core.actor import Actor
from lms.core.db import Base, KeyMixin, db
from lms.core.ids import new_id


class AuditEntry(KeyMixin, Base):
    """One change of state. `person_id` is None where the system or a command acted. No names, no addresses."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        sa.Index("ix_audit_entry_subject", "subject_kind", "subject_id"),
        sa.Index("ix_audit_entry_subject_id", "subject_id"),
        sa.Index("ix_audit_entry_person", "person_id", "id"),
    )

    at: Mapped[datetime]
    person_id: Mapped[uuid.UUID | None]
    action: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    data: Mapped[dict[str, Any]]


def record(action: str, *, by: Actor, subject: tuple[str, object], at: datetime, **data: Any) -> None:
    """Leaves the entry in the caller's transaction; `data` is plain JSON of ids and codes."""
    kind, subject_id = subject
    entry = AuditEntry(
        at=at, person_id=by.person_id, action=action, subject_kind=kind, subject_id=str(subject_id), data=data
    )
    db.session.add(entry)


def record_many(action: str, *, by: Actor, subjects: Sequence[tuple[str, object]], at: datetime, **data: Any) -> None:
    """The same entry for many subjects, in one statement."""
    entry = {"at": at, "person_id": by.person_id, "action": action, "data": data}
    rows = [entry | {"id": new_id(), "subject_kind": kind, "subject_id": str(one)} for kind, one in subjects]
    if rows:
        db.session.execute(sa.insert(AuditEntry), rows)
