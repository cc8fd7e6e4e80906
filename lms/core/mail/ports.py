"""What mail must ask about people: answered by accounts, connected in lms/app.py."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from lms.core.ports import Port


@dataclass(frozen=True)
class Recipient:
    """Where a message goes and how it speaks; `locale` and `timezone` None: the installation's."""

    address: str
    name: str
    locale: str | None = None
    timezone: str | None = None


class Recipients(Protocol):
    """Who people are now; whoever is gone or disabled is left out."""

    def find(self, person_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Recipient]: ...


recipients: Port[Recipients] = Port("core.mail.recipients")
