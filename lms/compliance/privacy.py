"""What compliance holds of a person: to be copied for them, and to go when they are erased."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime

from lms.accounts.events import PersonErased
from lms.accounts.ports import DAY, MOMENT, Column, Section
from lms.compliance.queries.assignments import due_of
from lms.compliance.services import forget_in_packs
from lms.core.texts import N_

COLUMNS = (
    Column("course", N_("Course")),
    Column("organisation", N_("Asked by")),
    Column("due_on", N_("due on"), DAY),
    Column("assigned_at", N_("assigned"), MOMENT),
)


def collect(person_id: uuid.UUID, _at: datetime) -> Iterator[Section]:
    """What organisations ask of the person."""
    rows = [
        {
            "course": work.title,
            "organisation": work.organisation,
            "due_on": work.due_on,
            "assigned_at": work.assigned_at,
        }
        for work in due_of(person_id)
    ]
    yield Section("assignments.json", N_("What is asked of you"), rows, COLUMNS)


def forget(event: PersonErased) -> None:
    """Packs of certificates with theirs go. What was asked of them ends as their memberships end."""
    forget_in_packs(event)
