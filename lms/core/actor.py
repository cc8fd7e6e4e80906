"""Who is asking: an id and the grants that count."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime

ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Grant:
    """A role on a scope: ("system", None), ("organisation", id), ("course", id)."""

    role: str
    scope_kind: str
    scope_id: uuid.UUID | None


@dataclass(frozen=True)
class Actor:
    """A person with the grants that count, a guest (no person), or the system itself."""

    person_id: uuid.UUID | None
    grants: frozenset[Grant] = field(default_factory=frozenset)
    is_system: bool = False

    @property
    def is_guest(self) -> bool:
        return self.person_id is None and not self.is_system

    @property
    def is_administrator(self) -> bool:
        return self.is_system or Grant(ADMINISTRATOR, "system", None) in self.grants

    def has(self, role: str, scope_kind: str, scope_id: uuid.UUID | None) -> bool:
        return self.is_administrator or Grant(role, scope_kind, scope_id) in self.grants

    def scopes(self, role: str, scope_kind: str) -> set[uuid.UUID]:
        """The ids on which the role was granted."""
        return {g.scope_id for g in self.grants if g.role == role and g.scope_kind == scope_kind and g.scope_id}


SYSTEM = Actor(None, is_system=True)
GUEST = Actor(None)


@dataclass(frozen=True)
class Identity:
    """The person of a request as pages show them: `current_user` of Flask-Login. Never stored."""

    is_authenticated = is_active = True
    is_anonymous = False

    person_id: uuid.UUID
    actor: Actor
    name: str
    email: str
    locale: str | None
    timezone: str | None
    proof: str
    """`session` or `token`: which of the two proved who is asking."""
    proof_id: uuid.UUID
    used_at: datetime | None = None
    """When that proof was last used before, as far as it was noted."""
    withheld: frozenset[str] = frozenset()
    """Roles that do not count here, since nobody took a second step of signing in."""

    def get_id(self) -> str:
        return str(self.person_id)

    @property
    def initials(self) -> str:
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
