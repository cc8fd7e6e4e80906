"""The status of an award at an instant, derived from what happened to it (rules.md §5). Nothing of it is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

ISSUED, HELD, DOCUMENT_MADE, REVOKED, SUPERSEDED, ERASED = (
    "issued", "held", "document_made", "revoked", "superseded", "holder_erased",
)  # fmt: skip
ELIGIBLE, EXPIRING, EXPIRED = "eligible", "expiring", "expired"

IN_FORCE = frozenset({ELIGIBLE, HELD, ISSUED, EXPIRING})
"""Statuses of an award that counts; of eligible and held ones only the paper is missing."""

EXPIRING_BEFORE = timedelta(days=90)


@dataclass(frozen=True)
class Happening:
    """One event of an award: its kind, when, and plain data (a reason, the award that follows)."""

    kind: str
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Status:
    """`name` is a word of contract.md; `happening` is what made it so, where something did."""

    name: str
    happening: Happening | None = None

    @property
    def is_in_force(self) -> bool:
        return self.name in IN_FORCE


def status_at(happenings: Sequence[Happening], expires_at: datetime | None, at: datetime) -> Status:
    """The status at `at`; `happenings` in order, later ones than `at` are left out of account.

    Withdrawn stays withdrawn. A certificate that ran out before its document came is expired all the same. Where the
    holder was erased before it came, nothing is coming any more: what was awarded counts without.
    """
    past = {happening.kind: happening for happening in happenings if happening.at <= at}
    for final in (REVOKED, SUPERSEDED):
        if final in past:
            return Status(final, past[final])
    if expires_at and at >= expires_at + timedelta(seconds=1):
        return Status(EXPIRED)
    if DOCUMENT_MADE not in past and ERASED not in past:
        return _without_document(happenings, at)
    if expires_at and at >= expires_at - EXPIRING_BEFORE:
        return Status(EXPIRING)
    return Status(ISSUED, past.get(DOCUMENT_MADE))


def _without_document(happenings: Sequence[Happening], at: datetime) -> Status:
    holds = [happening for happening in happenings if happening.kind == HELD and happening.at <= at]
    return Status(HELD, holds[-1]) if holds else Status(ELIGIBLE)
